import FoundationEssentials

/// What sysfs tells about a PCI device: for messages about one that cannot be used.
struct PCIDevice {
    let address: String
    var root = "/sys/bus/pci/devices"

    private var path: String { "\(root)/\(address.split(separator: ":").count == 2 ? "0000:" : "")\(address)" }

    /// The device of the kernel's network interface with an Ethernet address.
    static func find(mac: [UInt8], root: String = "/sys/bus/pci/devices") -> PCIDevice? {
        let manager = FileManager.default
        for address in ((try? manager.contentsOfDirectory(atPath: root)) ?? []).sorted() {
            for name in (try? manager.contentsOfDirectory(atPath: "\(root)/\(address)/net")) ?? [] {
                let file = "\(root)/\(address)/net/\(name)/address"
                let text = ((try? String(contentsOfFile: file, encoding: .utf8)) ?? "").filter { !$0.isWhitespace }
                if EthernetDevices.parseMAC(text[...]) == mac { return PCIDevice(address: address, root: root) }
            }
        }
        return nil
    }

    /// Why probing failed with `error`, and what mends it.
    func explanation(of error: Int32) -> String {
        guard FileManager.default.fileExists(atPath: path) else { return "this machine has no such PCI device" }
        let driver = link("driver")
        if let driver, !["vfio-pci", "igb_uio", "uio_pci_generic", "mlx5_core", "mlx4_core"].contains(driver) {
            return
                "it is bound to the kernel's driver \(driver): bind it with 'dpdk-devbind.py -b vfio-pci \(address)', "
                + "or use it as a port of type system"
        }
        guard driver != nil else {
            return "no driver is bound to it: bind one with 'dpdk-devbind.py -b vfio-pci \(address)'"
        }
        let others = groupMembers()
        if !others.isEmpty {
            return "its IOMMU group is not usable as long as the kernel has devices of the same group "
                + "(\(others.joined(separator: ", "))): bind these to vfio-pci too"
        }
        return error == 0 ? "its driver made no Ethernet port of it" : DPDKError.text(error)
    }

    /// The other devices of the IOMMU group that a driver of the kernel holds.
    private func groupMembers() -> [String] {
        let members = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/iommu_group/devices")) ?? []
        return members.sorted().filter { member in
            guard member != address, member != "0000:\(address)" else { return false }
            let driver = PCIDevice(address: member, root: root).link("driver")
            return driver != nil && driver != "vfio-pci" && driver != "pcieport"
        }
    }

    private func link(_ name: String) -> String? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "\(path)/\(name)"))
            .flatMap { $0.split(separator: "/").last.map(String.init) }
    }
}
