import CDPDK
import Glibc
import Logging
import Machine
import Synchronization

/// Which DPDK device is whose: opens them by `options:dpdk-devargs`, and lends each to one port.
///
/// Probing blocks: call on the ``DPDKQueue``.
public final class EthernetDevices: Sendable {
    private let owners = Mutex<[UInt16: String]>([:])
    private let pools: MempoolRegistry
    private let logger = Logger(label: "netdev_dpdk")

    /// - Parameter pools: where the devices' buffers come from.
    public init(pools: MempoolRegistry) {
        self.pools = pools
    }

    /// Finds a device, or probes it, and gives it to `owner` until ``EthernetDevice/close()``.
    ///
    /// - Parameters:
    ///   - devargs: a PCI address ("0000:81:00.1", with options after a comma), a virtual device ("net_null0,size=64"),
    ///   or
    ///     "class=eth,mac=…" for a device that DPDK already has.
    ///   - owner: the port's name.
    /// - Throws: ``DPDKError/Code/noDevice``, ``DPDKError/Code/inUse``, with OVS's texts.
    public func open(devargs: String, owner: String) throws(DPDKError) -> EthernetDevice {
        guard !devargs.isEmpty else {
            throw DPDKError(
                .invalid,
                "'\(owner)' is missing 'options:dpdk-devargs'. The old 'dpdk<port_id>' names are not supported")
        }
        let (port, isAttached) = try find(devargs)
        let user = owners.withLock { owners in
            let user = owners[port]
            if user == nil { owners[port] = owner }
            return user
        }
        if let user {
            throw DPDKError(
                .inUse, "'\(owner)' is trying to use device '\(devargs)' which is already in use by '\(user)'")
        }
        return EthernetDevice(
            portID: port, devargs: devargs, owner: owner, isAttached: isAttached, pools: pools,
            release: { [weak self] in self?.release(port) })
    }

    private func release(_ port: UInt16) {
        _ = owners.withLock { $0.removeValue(forKey: port) }
    }

    /// The device's port id, and whether it was attached for this call.
    private func find(_ devargs: String) throws(DPDKError) -> (port: UInt16, isAttached: Bool) {
        let macPrefix = "class=eth,mac="
        if devargs.hasPrefix(macPrefix) {
            guard let mac = Self.parseMAC(devargs.dropFirst(macPrefix.count)) else {
                throw DPDKError(.invalid, failure(devargs, "what follows mac= is no Ethernet address"))
            }
            return try find(mac: mac, devargs)
        }
        if let id = UInt16(exactly: cdpdk_port_by_devargs(devargs)) { return (id, false) }
        try probe(devargs, naming: devargs)
        if let id = UInt16(exactly: cdpdk_port_by_devargs(devargs)) {
            logger.info("Device '\(devargs)' attached to DPDK")
            return (id, true)
        }
        throw DPDKError(.noDevice, failure(devargs, "it was probed and gave no Ethernet port"))
    }

    /// By address: what DPDK has, or a device that the kernel's driver shares with DPDK (mlx5), whose address sysfs
    /// tells.
    private func find(mac: [UInt8], _ devargs: String) throws(DPDKError) -> (port: UInt16, isAttached: Bool) {
        if let id = UInt16(exactly: cdpdk_port_by_mac(mac)) { return (id, false) }
        guard let device = PCIDevice.find(mac: mac) else {
            throw DPDKError(
                .noDevice,
                failure(
                    devargs, "no device bears this address; one that is bound to vfio-pci is named by its PCI address"))
        }
        try probe(device.address, naming: devargs)
        guard let id = UInt16(exactly: cdpdk_port_by_mac(mac)) else {
            throw DPDKError(.noDevice, failure(devargs, "PCI device \(device.address) gave no Ethernet port"))
        }
        logger.info("Device '\(devargs)' attached to DPDK")
        return (id, true)
    }

    private func probe(_ what: String, naming devargs: String) throws(DPDKError) {
        let (error, messages) = EALLog.shared.recording { cdpdk_device_probe(what) }
        // -EEXIST: a device whose port was closed and which DPDK still has.
        guard error != 0, error != -EEXIST else { return }
        let said = messages.last { $0.isError && !$0.isGeneral && !$0.text.contains("failed to parse device") }
        let why = explain(what, error) + (said.map { " (DPDK: \($0.sentence))" } ?? "")
        throw DPDKError(.noDevice, failure(devargs, why), errno: error < 0 ? -error : 0)
    }

    /// OVS's words, then ours.
    private func failure(_ devargs: String, _ why: String) -> String {
        "Error attaching device '\(devargs)' to DPDK: \(why)"
    }

    private func explain(_ devargs: String, _ error: Int32) -> String {
        if let device = PCIDevice(devargs: devargs) { return device.explanation(of: error) }
        switch error {
        case -ENODEV, -EFAULT:
            return
                "no bus or driver of DPDK knows it; a virtual device is called net_DRIVER followed by a number or "
                + "word, such as net_null0"
        case -EINVAL, -EPERM, -1:
            return "its driver refuses it: mend the options after the name"
        default:
            return DPDKError.text(error)
        }
    }

    static func parseMAC(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let bytes = parts.compactMap { $0.count <= 2 ? UInt8($0, radix: 16) : nil }
        return parts.count == 6 && bytes.count == 6 ? bytes : nil
    }
}
