import Control
import Packets

extension ReplyEncoder {
    /// One port's description: 48 bytes in version 1.0, 64 to 1.3, then 40 and a property of 32.
    func port(_ port: OpenFlowPortDescription, into writer: inout ByteWriter) {
        writer.port(port.number, version)
        switch version {
        case .v10: break
        case .v11, .v12, .v13: writer.zeros(4)
        case .v14, .v15:
            writer.u16(72)
            writer.zeros(2)
        }
        writer.mac(port.hardware)
        if version != .v10 { writer.zeros(2) }
        writer.text(port.name, size: 16)
        if version == .v10 {
            writer.u32(port.configuration & 0x7f)
            writer.u32(port.isLinkDown ? 1 : 0)
            writer.u32(port.currentFeatures)
            writer.zeros(12)
            return
        }
        // Without the bits of 1.0 about spanning trees and floods; a port with a link is live (OFPPS_LIVE).
        writer.u32(port.configuration & 0x65)
        writer.u32(port.isLinkDown ? 1 : port.isNotLive ? 0 : 4)
        if version < .v14 { return speeds(port, into: &writer) }
        writer.property(0) { writer in
            writer.zeros(4)
            speeds(port, into: &writer)
        }
    }

    private func speeds(_ port: OpenFlowPortDescription, into writer: inout ByteWriter) {
        writer.u32(Self.features11(port.currentFeatures))
        writer.zeros(12)
        writer.u32(port.currentSpeedKilobits)
        writer.u32(port.maximumSpeedKilobits)
    }

    /// Bits of OFPPF_* in 1.1 and later: speeds stand alike, copper and what follows four bits higher.
    private static func features11(_ features: UInt32) -> UInt32 { features & 0x7f | (features & ~0x7f) << 4 }

    func portDescriptions(_ ports: [OpenFlowPortDescription], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.portDescription, transaction: transaction)
        for port in ports { reply.add { self.port(port, into: &$0) } }
        return reply.messages()
    }

    func portStatus(_ port: OpenFlowPortDescription, _ change: PortChange) -> OpenFlowMessage {
        message(.portStatus, 0) { writer in
            writer.u8(change.rawValue)
            writer.zeros(7)
            self.port(port, into: &writer)
        }
    }

    func portStatistics(
        _ ports: [(OpenFlowPort, OpenFlowPortStatistics)], _ transaction: UInt32
    ) -> [OpenFlowMessage] {
        var reply = MultipartWriter(version: version, type: MultipartType.port, transaction: transaction)
        for (port, statistics) in ports {
            reply.add { writer in
                version < .v14
                    ? port10(port, statistics, into: &writer) : port14(port, statistics, into: &writer)
            }
        }
        return reply.messages()
    }

    private func port10(
        _ port: OpenFlowPort, _ statistics: OpenFlowPortStatistics, into writer: inout ByteWriter
    ) {
        writer.port(port, version)
        writer.zeros(version == .v10 ? 6 : 4)
        for counter in statistics.common + statistics.ethernet { writer.u64(counter ?? .max) }
        if version >= .v13 { writer.duration(statistics.duration) }
    }

    private func port14(
        _ port: OpenFlowPort, _ statistics: OpenFlowPortStatistics, into writer: inout ByteWriter
    ) {
        writer.u16(0)
        writer.zeros(2)
        writer.port(port, version)
        writer.duration(statistics.duration)
        for counter in statistics.common { writer.u64(counter ?? .max) }
        writer.property(0) { writer in
            writer.zeros(4)
            for counter in statistics.ethernet { writer.u64(counter ?? .max) }
        }
        if !statistics.custom.isEmpty { custom(statistics.custom, into: &writer) }
        writer.patch(writer.count, at: 0)
    }

    /// Counters with names, by the extension of Intel's that OVS tells them by (`struct intel_port_custom_stats`).
    private func custom(_ counters: [String: UInt64], into writer: inout ByteWriter) {
        // As many as one reply has room for beside the rest.
        var room = OpenFlowMessage.maximumSize - 512
        let told = counters.sorted { $0.key < $1.key }.prefix { name, _ in
            room -= name.utf8.count + 9
            return room >= 0 && name.utf8.count <= 0xff
        }
        writer.property(0xffff) { writer in
            writer.u32(0x0000_aa01)
            writer.u32(2)
            writer.zeros(2)
            writer.u16(UInt16(clamping: told.count))
            for (name, value) in told {
                writer.u8(UInt8(clamping: name.utf8.count))
                writer.append(name.utf8)
                writer.u64(value)
            }
        }
    }
}

extension OpenFlowPortStatistics {
    /// In the order of the wire.
    fileprivate var common: [UInt64?] {
        [
            receivedPackets, transmittedPackets, receivedBytes, transmittedBytes, receivedDropped,
            transmittedDropped, receivedErrors, transmittedErrors,
        ]
    }

    fileprivate var ethernet: [UInt64?] {
        [receivedFrameErrors, receivedOverrunErrors, receivedCRCErrors, collisions]
    }
}

extension ByteWriter {
    /// Seconds, then nanoseconds, to the millisecond as OVS counts.
    mutating func duration(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        u32(UInt32(clamping: seconds))
        u32(seconds < 0 ? 0 : UInt32(clamping: attoseconds / 1_000_000_000_000_000 * 1_000_000))
    }
}
