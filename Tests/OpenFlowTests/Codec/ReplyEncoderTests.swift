import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct ReplyEncoderTests {
    @Test(arguments: [(OpenFlowVersion.v10, false), (.v10, true), (.v13, false)])
    func longRepliesGoInParts(version: OpenFlowVersion, isNicira: Bool) throws {
        let tables = FlowTables()
        for number in 0..<1000 {
            var match = Match()
            match.key.setMAC(FlowField.ethernetDestination, MACAddress(number: UInt64(number)))
            match.mask.setMAC(FlowField.ethernetDestination, .broadcast)
            try tables.apply(
                FlowMod(
                    command: .add, table: 0, match: match, priority: 1, actions: [.output(.normal, maxLength: 0)]))
        }
        let messages = ReplyEncoder(version: version).flowStatistics(
            tables.select(RuleSelection()), isNicira: isNicira, now: .now, 9)
        #expect(messages.count > 1)
        var entries = 0
        for (index, message) in messages.enumerated() {
            var body = message.body
            _ = try body.u16()
            #expect(try body.u16() == (index == messages.count - 1 ? 0 : 1))
            try body.skip(version == .v10 ? (isNicira ? 12 : 0) : 4)
            while body.remaining > 0 {
                let length = Int(try body.u16())
                try body.skip(length - 2)
                #expect(length % 8 == 0)
                entries += 1
            }
        }
        #expect(entries == 1000)
    }

    @Test func durationsHaveMilliseconds() {
        var writer = ByteWriter()
        writer.duration(.nanoseconds(1_234_567_890))
        writer.duration(.seconds(-1))
        // 1 and 234,000,000; and never less than nothing.
        #expect(
            writer.bytes == [0, 0, 0, 1, 0x0d, 0xf2, 0x8e, 0x80, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    @Test func flowModReportsReadAsInOpenVSwitch() {
        let start = ContinuousClock.now
        var report = FlowModReport()
        #expect(report.take() == nil)
        report.count(.add, now: start)
        report.count(.deleteStrict, now: start)
        report.count(.modify, now: start)
        #expect(report.take(now: start) == "3 flow_mods in the last 0 s (1 adds, 1 deletes, 1 modifications)")
        report.count(.add, now: start)
        #expect(report.take(now: start + .seconds(10)) == "1 flow_mods 10 s ago (1 adds)")
        report.count(.add, now: start)
        report.count(.add, now: start + .seconds(4))
        #expect(report.take(now: start + .seconds(10)) == "2 flow_mods in the 4 s starting 10 s ago (2 adds)")
    }
}
