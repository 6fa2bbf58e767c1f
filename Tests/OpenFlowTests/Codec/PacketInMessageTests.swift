import Packets
import Testing

@testable import OpenFlow

@Suite
struct PacketInMessageTests {
    private var packet: PacketIn {
        var metadata = Match(inPort: OpenFlowPort(rawValue: 3))
        metadata.key.setHost32(FlowField.registers, 5)
        metadata.mask.setHost32(FlowField.registers, .max)
        let frame = [UInt8](repeating: 0x11, count: 12) + [0x88, 0xcc] + [UInt8](repeating: 0, count: 50)
        var packet = PacketIn(frame: frame, reason: .group, metadata: metadata)
        packet.table = 4
        packet.cookie = 0xabc
        packet.userdata = [1, 2, 3]
        return packet
    }

    private var continuation: Continuation {
        var continuation = Continuation()
        continuation.bridge = [UInt8](1...16)
        continuation.stack = [1, 2, 3]
        continuation.mirrors = 1
        continuation.isConntracked = true
        continuation.table = 6
        continuation.cookie = 8
        continuation.actions = [.output(.local, maxLength: 0)]
        continuation.actionSet = [.popVLAN]
        return continuation
    }

    /// The first line.
    private func text(
        _ version: OpenFlowVersion, _ packet: PacketIn, _ format: PacketInFormat, limit: UInt16 = .max
    ) throws -> String {
        let message = ReplyEncoder(version: version).packetIn(packet, format: format, limit: limit)
        let text = try PrintedMessage.text(message)
        return String(text.split(separator: "\n").first ?? "")
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func everyFormIsRead(version: OpenFlowVersion) throws {
        let suffix = PrintedMessage.suffix(version)
        let via = version < .v14 ? "action" : "group"
        let table = version == .v10 ? "" : " table_id=4"
        let cookie = version < .v13 ? "" : " cookie=0xabc"
        let register = version < .v12 ? "" : "reg0=0x5,"
        #expect(
            try text(version, packet, .standard)
                == "OFPT_PACKET_IN\(suffix):\(table)\(cookie) total_len=64 \(register)in_port=3 (via \(via)) "
                + "data_len=64 (unbuffered)")
        for (format, name) in [(PacketInFormat.nicira, "NXT_PACKET_IN"), (.nicira2, "NXT_PACKET_IN2")] {
            #expect(
                try text(version, packet, format, limit: 30)
                    == "\(name)\(suffix): table_id=4 cookie=0xabc total_len=64 reg0=0x5,in_port=3 (via \(via)) "
                    + "data_len=30 (unbuffered) (***total_len != data_len***)")
        }
    }

    @Test func reasonsAreThoseOfTheVersion() throws {
        func via(_ version: OpenFlowVersion, _ reason: PacketInReason) throws -> String {
            var packet = packet
            packet.reason = reason
            let text = try text(version, packet, .standard)
            return text.firstMatch(of: /via (\w+)/).map { String($0.1) } ?? text
        }
        #expect(try via(.v12, .explicitMiss) == "action")
        #expect(try via(.v13, .explicitMiss) == "no_match")
        #expect(try via(.v10, .implicitMiss) == "no_match")
        #expect(try via(.v13, .packetOut) == "action")
        #expect(try via(.v14, .packetOut) == "packet_out")
        #expect(try via(.v10, .invalidTTL) == "invalid_ttl")
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func aPausedPipelineIsReadAndComesBack(version: OpenFlowVersion) throws {
        var paused = packet
        paused.continuation = continuation
        paused.maxLength = 20
        let message = ReplyEncoder(version: version).packetIn(paused, format: .nicira2)
        let text = try PrintedMessage.text(message)
        #expect(
            text.contains(
                """
                 userdata=01.02.03
                 continuation.bridge=04030201-0807-0605-0c0b-0a09100f0e0d
                 continuation.stack=(top) 0x3 0x2 0x1 (bottom)
                 continuation.mirrors=0x1
                 continuation.conntracked=true
                 continuation.actions=unroll_xlate(table=6, cookie=8),LOCAL
                 continuation.action_set=\(version == .v10 ? "strip_vlan" : "pop_vlan")
                """))
        // ovs-ofctl sends back what it got under another number.
        var bytes = message.bytes
        bytes[15] = UInt8(NiciraType.resume)
        guard case .resume(let resume) = try RequestDecoder(version: version).decode(try OpenFlowMessage(bytes: bytes))
        else {
            Issue.record("not a resumption")
            return
        }
        #expect(resume.packet.frame == paused.frame && resume.packet.continuation == paused.continuation)
        #expect(resume.packet.metadata == paused.metadata && resume.packet.userdata == paused.userdata)
        #expect(resume.packet.table == 4 && resume.packet.cookie == 0xabc)
    }

    @Test func whatIsResumedHasAPacket() throws {
        let message = OpenFlowMessage(
            version: .v13, type: 4, transaction: 1,
            body: [0, 0, 0x23, 0x20, 0, 0, 0, 28, 0, 3, 0, 8, 1, 0, 0, 0] as [UInt8])
        #expect(throws: OpenFlowError.self) { try RequestDecoder(version: .v13).decode(message) }
    }
}
