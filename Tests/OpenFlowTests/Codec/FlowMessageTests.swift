import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct FlowMessageTests {
    private let tables = FlowTables()
    private let rule: Rule

    private static var match: Match {
        var match = Match(inPort: OpenFlowPort(rawValue: 3))
        match.key.setU16(FlowField.ethernetType, 0x0800)
        match.mask.setU16(FlowField.ethernetType, .max)
        return match
    }

    init() throws {
        var change = FlowMod(
            command: .add, table: 2, match: Self.match, priority: 7,
            actions: [.output(.normal, maxLength: 0), .gotoTable(5)])
        change.cookie = 0x1234
        change.importance = 9
        change.idleTimeoutSeconds = 60
        change.hardTimeoutSeconds = 70
        change.sendsFlowRemoved = true
        try tables.apply(change)
        rule = try #require(tables.select(RuleSelection()).first)
        rule.credit(packets: 3, bytes: 300, used: rule.created)
    }

    private var now: ContinuousClock.Instant { rule.created + .seconds(5) }

    @Test(arguments: OpenFlowVersion.allCases)
    func statisticsAreRead(version: OpenFlowVersion) throws {
        let encoder = ReplyEncoder(version: version)
        let suffix = PrintedMessage.suffix(version)
        let flags = version < .v13 ? "" : version == .v13 ? "send_flow_rem " : "send_flow_rem importance=9, "
        let goto = version == .v10 ? "resubmit(,5)" : "goto_table:5"
        #expect(
            try PrintedMessage.text(encoder.flowStatistics([rule], isNicira: false, now: now, 2))
                == "OFPST_FLOW reply\(suffix):\n cookie=0x1234, duration=5s, table=2, n_packets=3, n_bytes=300, "
                + "idle_timeout=60, hard_timeout=70, \(flags)\(version == .v15 ? "idle_age=5, " : "")"
                + "priority=7,ip,in_port=3 actions=NORMAL,\(goto)")
        #expect(
            try PrintedMessage.text(encoder.aggregate([rule], isNicira: false, 2))
                == "OFPST_AGGREGATE reply\(suffix): packet_count=3 byte_count=300 flow_count=1")
    }

    @Test func niciraTellsAges() throws {
        let encoder = ReplyEncoder(version: .v10)
        #expect(
            try PrintedMessage.text(encoder.flowStatistics([rule], isNicira: true, now: now, 2))
                == "NXST_FLOW reply:\n cookie=0x1234, duration=5s, table=2, n_packets=3, n_bytes=300, "
                + "idle_timeout=60, hard_timeout=70, idle_age=5, priority=7,ip,in_port=3 "
                + "actions=NORMAL,resubmit(,5)")
        #expect(
            try PrintedMessage.text(encoder.flowRemoved(rule, reason: 1, isNicira: true, now: now))
                == "NXT_FLOW_REMOVED: priority=7,ip,in_port=3 reason=hard table_id=2 cookie:0x1234 duration5s "
                + "idle60 pkts3 bytes300")
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func removalsAreRead(version: OpenFlowVersion) throws {
        let reason = version < .v14 ? "delete" : "meter_delete"
        let table = version == .v10 ? "" : " table_id=2"
        let hard = version < .v12 ? "" : " hard70"
        #expect(
            try PrintedMessage.text(
                ReplyEncoder(version: version).flowRemoved(rule, reason: 4, isNicira: false, now: now))
                == "OFPT_FLOW_REMOVED\(PrintedMessage.suffix(version)): priority=7,ip,in_port=3 reason=\(reason)"
                + "\(table) cookie:0x1234 duration5s idle60\(hard) pkts3 bytes300")
    }

    @Test func countersAloneAreVersion15s() throws {
        let messages = ReplyEncoder(version: .v15).flowCounters([rule], now: now, 2)
        var body = try #require(messages.first).body
        #expect(try body.u16() == 17)
        try body.skip(6)
        #expect(Int(try body.u16()) == body.remaining + 2)
        try body.skip(2)
        #expect(try body.u8() == 2)
        #expect(try body.u8() == 0)
        #expect(try body.u16() == 7)
        #expect(try body.match(.v15) == Self.match)
        // Duration, idle time, packets, bytes: 4 and 12 bytes each.
        try body.skip(2)
        #expect(try body.u16() == 52)
        #expect(try body.u32() == 0x8002_0008)
        #expect(try body.u64() == 5 << 32)
        #expect(try body.u32() == 0x8002_0208)
        #expect(try body.u64() == 5 << 32)
        #expect(try body.u32() == 0x8002_0808)
        #expect(try body.u64() == 3)
        #expect(try body.u32() == 0x8002_0a08)
        #expect(try body.u64() == 300)
        #expect(try body.u32() == 0)
        try body.expectEnd()
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func updatesAreRead(version: OpenFlowVersion) throws {
        let added = FlowUpdate.Flow(
            event: .initial, table: 3, priority: 9, match: Self.match, cookie: 6, idleTimeoutSeconds: 1,
            hardTimeoutSeconds: 2, actions: [.output(.local, maxLength: 0)])
        var removed = added
        removed.event = .removed
        removed.reason = 2
        removed.actions = []
        let encoder = ReplyEncoder(version: version)
        let name = version < .v13 ? "NXST" : version == .v13 ? "ONFST" : "OFPST"
        let suffix = PrintedMessage.suffix(version)
        #expect(
            try PrintedMessage.text(
                encoder.flowMonitor([.full(added), .full(removed), .abbreviated(transaction: 0x55)], 0)) == """
                \(name)_FLOW_MONITOR reply\(suffix):
                 event=\(version < .v14 ? "ADDED" : "INITIAL") table=3 idle_timeout=1 hard_timeout=2 cookie=0x6 \
                ip,in_port=3 actions=LOCAL
                 event=DELETED reason=delete table=3 idle_timeout=1 hard_timeout=2 cookie=0x6 ip,in_port=3
                 event=ABBREV xid=0x55
                """)
        let texts = try [encoder.flowMonitorPaused(), encoder.flowMonitorResumed()].map(PrintedMessage.text)
        switch version {
        case .v10, .v11, .v12:
            #expect(texts == ["NXT_FLOW_MONITOR_PAUSED\(suffix):", "NXT_FLOW_MONITOR_RESUMED\(suffix):"])
        case .v13:
            #expect(texts == ["ONFT_FLOW_MONITOR_PAUSED\(suffix):", "ONFT_FLOW_MONITOR_RESUMED\(suffix):"])
        case .v14, .v15:
            let head = "OFPST_FLOW_MONITOR reply\(suffix):\n event="
            #expect(texts == [head + "PAUSED", head + "RESUMED"])
        }
    }
}
