import FoundationEssentials

/// What sysfs tells about a PCI device.
public struct PCIDevice: Sendable, Equatable {
    /// As it was named: "0000:81:00.1", or "81:00.1" in domain 0.
    public let address: String
    /// The directory of devices.
    public let root: String

    /// Where the kernel lists its PCI devices.
    public static let devices = "/sys/bus/pci/devices"

    public init(address: String, root: String = PCIDevice.devices) {
        self.address = address
        self.root = root
    }

    /// The device that a device string of DPDK's ("81:00.1,option=1") begins with; nil for another kind of device.
    public init?(devargs: String, root: String = PCIDevice.devices) {
        let address = devargs.prefix { $0 != "," }
        guard Self.isAddress(address) else { return nil }
        self.init(address: String(address), root: root)
    }

    /// "81:00.1" or "0000:81:00.1".
    public static func isAddress(_ text: some StringProtocol) -> Bool {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2 || parts.count == 3, let last = parts.last else { return false }
        let function = last.split(separator: ".", omittingEmptySubsequences: false)
        return function.count == 2
            && (parts.dropLast() + function).allSatisfy { part in
                !part.isEmpty && part.count <= 8 && part.allSatisfy(\.isHexDigit)
            }
    }

    /// Every device of the machine, ascending by address.
    public static func all(root: String = PCIDevice.devices) -> [PCIDevice] {
        entries(root).map { PCIDevice(address: $0, root: root) }
    }

    /// With its domain, as the kernel writes it.
    public var fullAddress: String { (address.split(separator: ":").count == 2 ? "0000:" : "") + address }

    private var path: String { "\(root)/\(fullAddress)" }

    /// Whether the machine has it.
    public var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// The driver that is bound to it; nil when none is.
    public var driver: String? { link("driver") }

    /// Whether it is bound to a driver through which DPDK can have it, or one that shares it with DPDK.
    public var isUsableByDPDK: Bool {
        driver.map { ["vfio-pci", "igb_uio", "uio_pci_generic", "mlx5_core", "mlx4_core"].contains($0) } ?? false
    }

    /// The number of its IOMMU group; nil without an IOMMU.
    public var group: String? { link("iommu_group") }

    /// The other devices of its IOMMU group that a driver of the kernel holds: as long as there are any, VFIO refuses
    /// the whole group.
    public var groupHoldouts: [PCIDevice] {
        Self.entries("\(path)/iommu_group/devices").filter { $0 != fullAddress }
            .map { PCIDevice(address: $0, root: root) }
            .filter { device in device.driver.map { $0 != "vfio-pci" && $0 != "pcieport" } ?? false }
    }

    /// The NUMA node; nil where the firmware does not say.
    public var node: Int? { text("numa_node").flatMap { Int($0) }.flatMap { $0 < 0 ? nil : $0 } }

    /// Names of the kernel's network interfaces on it.
    public var interfaces: [String] { Self.entries("\(path)/net") }

    /// Whether it is a network controller (class 02).
    public var isNetworkController: Bool { text("class")?.hasPrefix("0x02") ?? false }

    /// Vendor and device, "8086:10fb".
    public var identifier: String {
        [text("vendor"), text("device")].map { String(($0 ?? "?").trimmingPrefix("0x")) }.joined(separator: ":")
    }

    /// The Ethernet address of one of its interfaces, as sysfs writes it.
    public func address(ofInterface name: String) -> String? { text("net/\(name)/address") }

    private func text(_ file: String) -> String? {
        TextFile.read("\(path)/\(file)")?.filter { !$0.isWhitespace }
    }

    private func link(_ name: String) -> String? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)"))
            .flatMap { $0.split(separator: "/").last.map(String.init) }
    }

    private static func entries(_ directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []).sorted()
    }
}
