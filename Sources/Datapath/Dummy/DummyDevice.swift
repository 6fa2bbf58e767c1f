import CDPDK
import Control
import Logging
import Packets

/// A network device without a kernel: tests hand it packets and look at what it sends (OVS: `netdev-dummy`).
///
/// All of it is control's. Threads send by putting packets into ``ring``, which control empties; what comes in is given
/// to the thread of kernel ports by commands, and from there on goes the way of every packet.
@ControlActor
final class DummyDevice {
    /// What one queue has carried.
    struct QueueFigures {
        var packets: UInt64 = 0
        var bytes: UInt64 = 0
    }

    static let ringDepth: UInt32 = 2048
    static let mtuLimits = 68...65535

    let name: String
    /// Packets that threads send out of the port.
    let ring: UnsafeMutableRawPointer
    private(set) var settings: DummySettings
    private(set) var hardware: MACAddress
    private(set) var mtu = 1500
    private(set) var isUp = true
    private(set) var linkResets = 0
    /// Whose ARP requests are answered.
    var address: IPv4Address?
    private(set) var received: [QueueFigures]
    private(set) var sent: [QueueFigures]
    private(set) var oversized: UInt64 = 0
    /// Called with what comes in over the stream, or as an answer of the device's own.
    var deliver: (@ControlActor ([UInt8]) -> Void)?
    private var stream: DummyStream?
    private var receivedCapture: PcapWriter?
    private var sentCapture: PcapWriter?
    private let log = Logger(label: "netdev_dummy")

    /// - Parameter hardware: its address until it is given another.
    init(_ configuration: PortConfiguration, _ settings: DummySettings, hardware: MACAddress, serial: Int)
        throws(DatapathError)
    {
        guard let ring = cdpdk_ring_create("vs_dummy_\(serial)", Self.ringDepth, -1, 0, 1) else {
            throw DatapathError(.outOfMemory, "\(configuration.name): no memory for the port's ring", errno: 12)
        }
        name = configuration.name
        self.ring = ring
        self.settings = DummySettings()
        self.hardware = hardware
        received = Array(repeating: QueueFigures(), count: settings.receiveQueues)
        sent = Array(repeating: QueueFigures(), count: settings.transmitQueues)
        do throws(DatapathError) {
            try apply(configuration, settings)
        } catch {
            cdpdk_ring_free(ring)
            throw error
        }
    }

    /// Puts changed settings in force.
    func apply(_ configuration: PortConfiguration, _ new: DummySettings) throws(DatapathError) {
        if let wanted = configuration.mtu, wanted != mtu {
            guard Self.mtuLimits.contains(wanted) else {
                throw DatapathError(
                    .invalid, "\(name): MTU \(wanted) is refused by the device (Invalid argument)", errno: 22)
            }
            mtu = wanted
        }
        if let address = configuration.macAddress { hardware = address }
        let old = settings
        settings = new
        if received.count != new.receiveQueues {
            received = Array(repeating: QueueFigures(), count: new.receiveQueues)
        }
        if sent.count != new.transmitQueues { sent = Array(repeating: QueueFigures(), count: new.transmitQueues) }
        if old.receivedCapture != new.receivedCapture { receivedCapture = open(new.receivedCapture) }
        if old.sentCapture != new.sentCapture {
            sentCapture = new.sentCapture == new.receivedCapture ? receivedCapture : open(new.sentCapture)
        }
        if old.stream != new.stream || old.passiveStream != new.passiveStream { connect() }
    }

    private func open(_ path: String?) -> PcapWriter? {
        guard let path else { return nil }
        let writer = PcapWriter(path)
        if writer == nil { log.warning("\(path): failed to open pcap file for writing") }
        return writer
    }

    private func connect() {
        stream?.close()
        stream = nil
        if let active = settings.stream, let passive = settings.passiveStream {
            log.warning("Open failed: both \(passive) and \(active) are configured")
            return
        }
        guard let name = settings.stream ?? settings.passiveStream else { return }
        stream = DummyStream(name) { [weak self] in self?.deliver?($0) }
    }

    /// Whether the stream that it connects by itself is there; nil where it has none.
    var isConnected: Bool? { stream?.isConnected }

    /// Who hears what it sends.
    var peerCount: Int { stream?.peerCount ?? 0 }

    /// Counts a packet that the port takes in.
    func count(received frame: [UInt8], queue: Int) {
        receivedCapture?.add(frame)
        received[queue].packets &+= 1
        received[queue].bytes &+= UInt64(frame.count)
    }

    /// Takes what threads have sent; whether there was anything.
    func drain() -> Bool {
        var item: UnsafeMutableRawPointer?
        var isAny = false
        while cdpdk_ring_dequeue_burst(ring, &item, 1) == 1, let raw = item {
            isAny = true
            let mbuf = raw.assumingMemoryBound(to: cdpdk_mbuf.self)
            let frame = Self.bytes(of: mbuf)
            cdpdk_mbuf_free(mbuf)
            send(frame)
        }
        return isAny
    }

    /// The frame in a chain of buffers.
    private static func bytes(of mbuf: UnsafeMutablePointer<cdpdk_mbuf>) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(Int(mbuf.pointee.pkt_len))
        var segment: UnsafeMutablePointer<cdpdk_mbuf>? = mbuf
        while let current = segment {
            frame += UnsafeBufferPointer(
                start: current.pointee.buf_addr + Int(current.pointee.data_off), count: Int(current.pointee.data_len))
            segment = current.pointee.next
        }
        return frame
    }

    private func send(_ frame: [UInt8]) {
        let isTagged = frame.count > 13 && frame[12] == 0x81 && frame[13] == 0
        guard frame.count >= 14, frame.count <= mtu + (isTagged ? 18 : 14) else {
            oversized &+= 1
            return
        }
        sent[0].packets &+= 1
        sent[0].bytes &+= UInt64(frame.count)
        stream?.send(frame)
        if let reply = arpReply(to: frame) { deliver?(reply) }
        sentCapture?.add(frame)
    }

    /// The answer to an ARP request for the device's own address.
    private func arpReply(to frame: [UInt8]) -> [UInt8]? {
        guard let address, frame.count >= 42, frame[12...21] == [8, 6, 0, 1, 8, 0, 6, 4, 0, 1] else { return nil }
        let own = (0..<4).map { UInt8(truncatingIfNeeded: address.number >> UInt32(24 - $0 * 8)) }
        guard Array(frame[38..<42]) == own else { return nil }
        let hardware = (0..<6).map { self.hardware[$0] }
        let sender = Array(frame[6..<12])
        return sender + hardware + [8, 6, 0, 1, 8, 0, 6, 4, 0, 2] + hardware + own + Array(frame[22..<28])
            + Array(frame[28..<32])
    }

    /// Sets it administratively up or down.
    func setUp(_ isUp: Bool) {
        if isUp != self.isUp { linkResets += 1 }
        self.isUp = isUp
    }

    var status: PortStatus {
        var status = PortStatus()
        status.isAdministrativelyUp = isUp
        // It has no cable to lose; a device that is down is without a carrier, whatever its kind.
        status.isLinkUp = isUp
        status.macAddress = hardware
        status.mtu = mtu
        status.interfaceIndex = settings.interfaceIndex ?? 0
        status.linkResets = linkResets
        status.receiveQueues = received.count
        status.transmitQueues = sent.count
        status.node = settings.node
        return status
    }

    var statistics: PortStatistics {
        var result = PortStatistics()
        for (index, queue) in received.enumerated() {
            result.receivedPackets &+= queue.packets
            result.receivedBytes &+= queue.bytes
            result.named["rx_q\(index)_packets"] = queue.packets
            result.named["rx_q\(index)_bytes"] = queue.bytes
        }
        for (index, queue) in sent.enumerated() {
            result.transmittedPackets &+= queue.packets
            result.transmittedBytes &+= queue.bytes
            result.named["tx_q\(index)_packets"] = queue.packets
            result.named["tx_q\(index)_bytes"] = queue.bytes
        }
        // Made-up figures, so that there are some of a device's own; tests look for them.
        result.named["rx_custom_packets_1"] = result.receivedPackets
        result.named["rx_custom_packets_2"] = result.receivedPackets
        return result
    }

    /// Lets go of everything; no thread may know the ring any more.
    func close() {
        stream?.close()
        Datapath.drain(ring)
        cdpdk_ring_free(ring)
    }
}
