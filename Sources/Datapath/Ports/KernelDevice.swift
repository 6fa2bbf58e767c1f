import CLinux
import Control
import Glibc
import Packets

/// A kernel network device that a port stands on: a TAP of ours, or any device over AF_PACKET.
///
/// Owned by control; the descriptor is lent to the sleeping thread between attach and detach.
@ControlActor
final class KernelDevice {
    let name: String
    let isTAP: Bool
    let descriptor: Int32
    private let links: KernelLinks
    private var socket: Int32 { links.control }
    private var lastStatus = PortStatus()
    /// What the kernel told last, and when.
    private var lastLook: (info: cl_device_info?, time: ContinuousClock.Instant)?
    /// Whether the device is in the daemon's own network namespace.
    private var isInReach = true

    /// Opens the device of the port's name, and makes a TAP that is not there; or takes over an open TAP.
    init(
        _ configuration: PortConfiguration, _ links: KernelLinks, adopting tap: Int32? = nil
    ) throws(DatapathError) {
        self.links = links
        name = configuration.name
        isTAP = configuration.kind == .tap
        guard name.utf8.count <= 15, !name.isEmpty, !name.contains("/") else {
            throw DatapathError(
                .invalid, "could not open network device \(configuration.name) (File name too long): "
                    + "the kernel allows device names of 1 to 15 bytes", errno: ENAMETOOLONG)
        }
        let flags = cl_device_flags(links.control, name)
        guard isTAP || flags < 0 || flags & Int32(IFF_LOOPBACK) == 0 else {
            // What is sent to it comes back.
            throw DatapathError(.invalid, "\(configuration.name): cannot add a loopback device", errno: EINVAL)
        }
        let isAdopted = isTAP && tap != nil
        descriptor = isTAP ? tap ?? cl_tap_open(name, 0) : Self.openPacketSocket(name, links.control)
        guard descriptor >= 0 else {
            let code = -descriptor
            throw Self.error(name, code, isTAP: isTAP)
        }
        if isTAP {
            // A new one has none; an old one may have what somebody else turned on.
            if flags >= 0 || isAdopted { _ = cl_tap_set_offloads(descriptor, 0) }
            _ = cl_tap_set_persistent(descriptor, configuration.isPersistent ? 1 : 0)
        } else {
            _ = cl_packet_set_buffers(descriptor, 8 << 20, 4 << 20)
            let index = cl_device_index(socket, name)
            _ = cl_packet_set_promiscuous(descriptor, index)
            _ = cl_device_change_flags(socket, name, UInt32(IFF_UP), 0)
        }
        do throws(DatapathError) {
            // One that has moved to another namespace is out of reach, and was set up before.
            if !isAdopted || cl_device_index(socket, name) > 0 { try set(configuration) }
        } catch {
            release(destroy: true)
            throw error
        }
        readStatus()
    }

    private static func openPacketSocket(_ name: String, _ socket: Int32) -> Int32 {
        let index = cl_device_index(socket, name)
        return index < 0 ? index : cl_packet_open(index, 1)
    }

    private static func error(_ name: String, _ code: Int32, isTAP: Bool) -> DatapathError {
        let reason = String(cString: strerror(code))
        let cure =
            switch code {
            case ENODEV: ""
            case EBUSY where isTAP: ": another process has this TAP open"
            case EEXIST where isTAP, EINVAL where isTAP: ": a device of this name exists and is no TAP"
            case ENOENT where isTAP: ": /dev/net/tun is missing; load the kernel's tun driver"
            case EPERM, EACCES: ": run as root or grant CAP_NET_ADMIN and CAP_NET_RAW"
            default: ""
            }
        return DatapathError(
            code == ENODEV ? .noDevice : .system, "could not open network device \(name) (\(reason))\(cure)",
            errno: code)
    }

    /// Sets what the configuration asks: MTU and address.
    func apply(_ configuration: PortConfiguration) throws(DatapathError) {
        defer {
            lastLook = nil
            readStatus()
        }
        try set(configuration)
    }

    private func set(_ configuration: PortConfiguration) throws(DatapathError) {
        if let mtu = configuration.mtu, mtu != Int(cl_device_mtu(socket, name)) {
            let result = cl_device_set_mtu(socket, name, Int32(clamping: mtu))
            if result < 0 {
                throw DatapathError(
                    .invalid, "\(name): MTU \(mtu) is refused by the device (\(String(cString: strerror(-result))))",
                    errno: -result)
            }
        }
        if let address = configuration.macAddress, address != currentAddress() {
            let bytes = (0..<6).map { address[$0] }
            let result = bytes.withUnsafeBufferPointer { cl_device_set_mac(socket, name, $0.baseAddress!) }
            if result < 0 {
                throw DatapathError(
                    .invalid, "\(name): Ethernet address \(address) is refused by the device "
                        + "(\(String(cString: strerror(-result))))", errno: -result)
            }
        }
    }

    /// The MTU when the device was last looked at.
    var mtu: Int { lastStatus.mtu ?? 1500 }

    /// The longest frame that may be sent to the device. Whoever moved a TAP into another namespace may give it any MTU
    /// there; the kernel takes what it is given.
    var longestFrame: UInt32 { isTAP && !isInReach ? .max : FrameLength.maximum(mtu: mtu) }

    /// Buffers for the longest frame that a TAP may give.
    var segments: Int {
        // The user may raise the MTU behind our back, at most a second before it is seen.
        isInReach ? min((max(mtu, 9000) + 22 + 2047) / 2048, KernelReceiver.mostSegments) : KernelReceiver.mostSegments
    }

    /// Whether somebody else has deleted the TAP, wherever it was: its descriptor is of no use any more.
    var isGone: Bool { isTAP && cl_tap_is_attached(descriptor) == 0 }

    private func currentAddress() -> MACAddress? {
        var bytes = [UInt8](repeating: 0, count: 6)
        let result = bytes.withUnsafeMutableBufferPointer { cl_device_mac(socket, name, $0.baseAddress!) }
        guard result >= 0 else { return nil }
        return MACAddress(bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5])
    }

    func setUp(_ isUp: Bool) {
        _ = cl_device_change_flags(socket, name, isUp ? UInt32(IFF_UP) : 0, isUp ? 0 : UInt32(IFF_UP))
        lastLook = nil
    }

    /// What the kernel tells of the device, at most ``freshness`` ago: several who ask in one go cost one look.
    func look() -> cl_device_info? {
        let now = ContinuousClock.now
        if let lastLook, now - lastLook.time < Self.freshness { return lastLook.info }
        let info = links.info(name)
        lastLook = (info, now)
        return info
    }

    /// How long a look is as good as a new one.
    private static let freshness = Duration.milliseconds(5)

    /// What the device is now; the last known when it has moved to another network namespace.
    func status() -> PortStatus {
        let last = lastLook?.time
        _ = look()
        if last != lastLook?.time { readStatus() }
        return lastStatus
    }

    private func readStatus() {
        let found = look()
        isInReach = found != nil
        guard let info = found else { return }
        var status = PortStatus()
        status.isAdministrativelyUp = info.flags & UInt32(IFF_UP) != 0
        status.isLinkUp = info.carrier != 0 && status.isAdministrativelyUp
        status.interfaceIndex = Int(info.index)
        status.mtu = Int(info.mtu)
        status.linkResets = Int(info.carrier_changes)
        let mac = info.mac
        status.macAddress = MACAddress(mac.0, mac.1, mac.2, mac.3, mac.4, mac.5)
        var link = cl_link_settings()
        if cl_device_link_settings(socket, name, &link) >= 0 {
            if link.speed_megabits > 0 { status.linkSpeedBitsPerSecond = UInt64(link.speed_megabits) * 1_000_000 }
            if link.full_duplex >= 0 { status.isFullDuplex = link.full_duplex == 1 }
        }
        status.details = lastStatus.details.isEmpty ? driver() : lastStatus.details
        lastStatus = status
    }

    private func driver() -> [String: String] {
        var driver = cl_driver()
        guard cl_device_driver(socket, name, &driver) >= 0 else { return [:] }
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return [
            "driver_name": text(driver.driver), "driver_version": text(driver.version),
            "firmware_version": text(driver.firmware),
        ]
    }

    /// Frames that the kernel lost before they could be read, since the last call; AF_PACKET only.
    func takeKernelDrops() -> UInt64 {
        guard !isTAP else { return 0 }
        var frames: UInt32 = 0
        var dropped: UInt32 = 0
        guard cl_packet_statistics(descriptor, &frames, &dropped) >= 0 else { return 0 }
        return UInt64(dropped)
    }

    /// Closes the descriptor. `destroy`: a TAP's device goes too.
    func release(destroy: Bool) {
        Self.release(descriptor, destroy: destroy && isTAP)
    }

    /// The same on another thread: the kernel takes its time (some 20 ms) to take a device away.
    func releaseElsewhere(destroy: Bool) async {
        let (descriptor, destroy) = (descriptor, destroy && isTAP)
        await ControlActor.runBlocking { Self.release(descriptor, destroy: destroy) }
    }

    private nonisolated static func release(_ descriptor: Int32, destroy: Bool) {
        if destroy { _ = cl_tap_set_persistent(descriptor, 0) }
        close(descriptor)
    }
}
