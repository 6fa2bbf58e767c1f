import Control
import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// What the log tells of messages, against what Debian's `ovs-ofctl ofp-print` makes of the same bytes.
@Suite @ControlActor
struct MessageTextTests {
    /// As ``PrintedMessage`` has it: without the transaction's number.
    private func text(_ message: OpenFlowMessage) -> String {
        MessageText.text(message).replacing(#/\ \(xid=0x[0-9a-f]*\)/#, with: "")
    }

    private func flowMod(_ version: OpenFlowVersion, _ command: UInt8, _ change: FlowMod) -> OpenFlowMessage {
        var writer = ByteWriter()
        if version == .v10 {
            Match10.encode(change.match, into: &writer)
            writer.u64(change.cookie)
            writer.u16(UInt16(command))
            writer.u16(change.idleTimeoutSeconds)
            writer.u16(change.hardTimeoutSeconds)
            writer.u16(change.priority)
            writer.u32(.max)
            writer.u16(0xffff)
            writer.u16(change.sendsFlowRemoved ? 1 : 0)
            ActionCodec.encode(change.actions, version: version, match: change.match, into: &writer)
        } else {
            writer.u64(change.cookie)
            writer.u64(change.cookieMask)
            writer.u8(change.table ?? 0xff)
            writer.u8(command)
            writer.u16(change.idleTimeoutSeconds)
            writer.u16(change.hardTimeoutSeconds)
            writer.u16(change.priority)
            writer.u32(.max)
            writer.u32(.max)
            writer.u32(.max)
            writer.u16(change.sendsFlowRemoved ? 1 : 0)
            writer.u16(version >= .v14 ? change.importance : 0)
            writer.match(change.match, version)
            InstructionCodec.encode(change.actions, version: version, match: change.match, into: &writer)
        }
        return OpenFlowMessage(
            version: version, type: MessageType.flowMod.number(version), transaction: 0x12, body: writer.bytes)
    }

    private var changes: [(UInt8, FlowMod)] {
        var match = Match(inPort: OpenFlowPort(rawValue: 2))
        match.key.setU16(FlowField.ethernetType, 0x0800)
        match.mask.setU16(FlowField.ethernetType, .max)
        var add = FlowMod(
            command: .add, table: 0, match: match, priority: 7,
            actions: [.output(OpenFlowPort(rawValue: 1), maxLength: 0)])
        add.idleTimeoutSeconds = 50
        add.hardTimeoutSeconds = 60
        add.cookie = 0x1234
        add.sendsFlowRemoved = true
        add.importance = 3
        let delete = FlowMod(command: .delete, table: nil, match: Match(), priority: 0x8000, actions: [])
        let modify = FlowMod(command: .modifyStrict, table: 3, match: match, priority: 0x8000, actions: [.exit])
        return [(0, add), (3, delete), (2, modify)]
    }

    @Test(arguments: [OpenFlowVersion.v10, .v13, .v14, .v15])
    func flowMods(version: OpenFlowVersion) throws {
        for (command, change) in changes where version < .v15 || change.command != .modifyStrict {
            let message = flowMod(version, command, change)
            let printed = try PrintedMessage.text(message)
            #expect(text(message) == printed)
        }
        #expect(MessageText.text(flowMod(version, 3, changes[1].1)).contains(" (xid=0x12): DEL"))
    }

    @Test(arguments: [OpenFlowVersion.v13, .v14, .v15])
    func bundles(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        for kind in [BundleControl.Kind.open, .close, .commit, .discard] {
            for flags in [0, 1, 3] as [UInt16] {
                let reply = encoder.bundleReply(BundleControl(bundle: 5, kind: kind, flags: flags), 0x12)
                #expect(text(reply) == (try PrintedMessage.text(reply)))
            }
        }
        let inner = flowMod(version, 0, changes[0].1)
        let body = { (writer: inout ByteWriter) in
            writer.u32(0)
            writer.u16(0)
            writer.u16(3)
            writer.append(inner.bytes)
        }
        let message =
            version == .v13
            ? encoder.experimenter(ONFType.identifier, ONFType.bundleAdd, 0x12, body)
            : encoder.message(.bundleAdd, 0x12, body)
        #expect(text(message) == (try PrintedMessage.text(message)))
    }

    @Test func hellosAndBarriers() throws {
        for versions in [Set(OpenFlowVersion.allCases), [.v10], [.v13], [.v10, .v14]] {
            let message = HelloCodec.encode(versions, transaction: 1)
            #expect(text(message) == (try PrintedMessage.text(message)))
        }
        for version in OpenFlowVersion.allCases {
            for type in [MessageType.barrierRequest, .barrierReply] {
                let message = ReplyEncoder(version: version).message(type, 4)
                #expect(text(message) == (try PrintedMessage.text(message)))
            }
        }
    }

    @Test func flowsInReplies() throws {
        let tables = FlowTables()
        for (_, change) in changes where change.command == .add { try tables.apply(change) }
        let plain = FlowMod(command: .add, table: 1, match: Match(), priority: 0x8000, actions: [])
        try tables.apply(plain)
        let rules = tables.select(RuleSelection())
        let now = try #require(rules.first).created + .milliseconds(5250)
        let replies = ReplyEncoder(version: .v10).flowStatistics(rules, isNicira: true, now: now, 4)
        let message = try #require(replies.first)
        #expect(text(message) == (try PrintedMessage.text(message)))
        #expect(text(message).contains("\n cookie=0x1234, duration=5.25"))
    }

    @Test func whatCannotBeReadIsToldByItsError() throws {
        let change = FlowMod(command: .add, table: 0, match: Match(), priority: 1, actions: [.popVLAN])
        let message = flowMod(.v13, 0, change)
        #expect(text(message) == "OFPT_FLOW_MOD (OF1.3): ***decode error: OFPBAC_MATCH_INCONSISTENT***")
        #expect(try PrintedMessage.text(message).hasPrefix(text(message)))
    }

    @Test func othersAreTrueInALine() {
        let echo = ReplyEncoder(version: .v13).message(.echoRequest, 0xab) { $0.append([1, 2, 3]) }
        #expect(MessageText.text(echo) == "OFPT_ECHO_REQUEST (OF1.3) (xid=0xab): 11 bytes")
        let strange = OpenFlowMessage(version: .v15, type: 99, transaction: 1, body: [] as [UInt8])
        #expect(MessageText.text(strange) == "invalid (OF1.5) (xid=0x1): 8 bytes")
    }

    /// Whatever a peer sends, something is told.
    @Test func survivesAnything() {
        var random = SeededGenerator(seed: 3)
        let sound = [flowMod(.v14, 0, changes[0].1), flowMod(.v10, 0, changes[0].1)]
        for _ in 0..<5000 {
            var bytes = sound[Int.random(in: 0..<2, using: &random)].bytes
            for _ in 0..<3 {
                bytes[Int.random(in: 4..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            bytes[1] = .random(in: 0...40, using: &random)
            bytes[0] = .random(in: 0...7, using: &random)
            if let message = try? OpenFlowMessage(bytes: bytes) { #expect(!MessageText.text(message).isEmpty) }
        }
    }
}
