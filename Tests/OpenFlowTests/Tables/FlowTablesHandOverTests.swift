import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct FlowTablesHandOverTests {
    private func filled(at now: ContinuousClock.Instant) throws -> FlowTables {
        let tables = FlowTables { now }
        for number in 0..<50 {
            var match = Match()
            match.key.setHost32(FlowField.inPort, UInt32(number))
            match.mask.setHost32(FlowField.inPort, .max)
            match.key.setU32(FlowField.ipv4Destination, 0x0a00_0000 + UInt32(number))
            match.mask.setU32(FlowField.ipv4Destination, 0xffff_ff00)
            var change = FlowMod(
                command: .add, table: UInt8(number % 3), match: Match(key: match.key, mask: match.mask),
                priority: UInt16(number),
                actions: number == 7 ? [] : [.output(.normal, maxLength: 0), .output(.local, maxLength: 0)])
            change.cookie = UInt64(number) << 32 | 5
            change.idleTimeoutSeconds = UInt16(number)
            change.sendsFlowRemoved = number % 2 == 0
            change.keepsNoByteCounts = number % 5 == 0
            try tables.apply(change)
            tables.find(table: UInt8(number % 3), match: change.match, priority: change.priority)?
                .credit(packets: UInt64(number), bytes: UInt64(number) * 60, used: now)
        }
        return tables
    }

    @Test func everyRuleComesBackWithItsCounters() throws {
        let now = ContinuousClock.now
        let old = try filled(at: now)
        let new = FlowTables { now + .seconds(2) }
        try new.takeOver(old.handOver())
        #expect(new.ruleCount == 50)
        var compared = 0
        old.forEach { rule in
            let other = new.find(table: rule.table, match: rule.match, priority: rule.priority)
            #expect(other?.actions == rule.actions)
            #expect(other?.cookie == rule.cookie)
            #expect(other?.packets == rule.packets)
            #expect(other?.bytes == rule.bytes)
            #expect(other?.idleTimeoutSeconds == rule.idleTimeoutSeconds)
            #expect(other?.sendsFlowRemoved == rule.sendsFlowRemoved)
            #expect(other?.keepsNoByteCounts == rule.keepsNoByteCounts)
            compared += 1
        }
        #expect(compared == 50)
    }

    @Test func groupsMetersAndTablesComeBackBeforeTheirRules() throws {
        let now = ContinuousClock.now
        let old = FlowTables { now }
        var bucket = Group.Bucket(id: 7, actions: [.output(.local, maxLength: 0)])
        bucket.weight = 30
        bucket.watchPort = OpenFlowPort(rawValue: 2)
        var other = Group.Bucket(id: 8, actions: [.popVLAN, .group(6)])
        other.watchGroup = 6
        var contents = Group.Contents(kind: .select, buckets: [bucket, other])
        contents.selection.method = "hash"
        contents.selection.parameter = 99
        contents.selection.fields = [
            Group.FieldMask(field: try #require(MatchField.named("ip_dst")), mask: 0xffff_ff00)
        ]
        try old.apply(GroupMod(command: .add, id: 5, group: contents))
        let bands = [
            MeterContents.Band(kind: .drop, rate: 10, burst: 5),
            MeterContents.Band(kind: .dscpRemark(levels: 2), rate: 7, burst: 0),
        ]
        try old.apply(MeterMod(command: .add, id: 3, meter: MeterContents(flags: 5, bands: bands)))
        let actions: [Action] = [.meter(3), .group(5), .writeActions([.group(5)]), .gotoTable(9)]
        try old.apply(FlowMod(command: .add, table: 1, match: Match(), priority: 4, actions: actions))
        let group = try #require(old.groups[5])
        group.credit(packets: 4, bytes: 44)
        group.buckets[1].credit(packets: 3, bytes: 33)
        var change = TableMod(table: 1)
        change.evicts = true
        change.miss = .next
        change.sendsVacancyEvents = true
        change.vacancy = TableMod.Vacancy(down: 3, up: 9)
        try old.apply(change)

        let later = now + .seconds(50)
        let new = FlowTables { later }
        try new.takeOver(old.handOver())
        let taken = try #require(new.groups[5])
        #expect(taken.contents == contents && taken.packets == 4 && taken.bytes == 44 && taken.created == later)
        #expect(taken.buckets.map(\.packets) == [0, 3] && taken.buckets.map(\.bytes) == [0, 33])
        #expect(new.meters[3]?.contents == MeterContents(flags: 5, bands: bands))
        #expect(new.find(table: 1, match: Match(), priority: 4)?.actions == actions)
        #expect(new.description(of: 1).evicts && new.description(of: 1).vacancy == change.vacancy)
        #expect(new.table(1)?.miss == .next)
        // And once more, onto what is there.
        try new.takeOver(old.handOver())
        #expect(new.ruleCount == 1 && new.groups.count == 1 && new.meters.count == 1)
    }

    /// Lists that no single version of OpenFlow can say all of.
    private static func unusualLists() throws -> [(actions: [Action], match: Match)] {
        let register = try #require(MatchField.named("reg3"))
        let inPort = try #require(MatchField.named("in_port"))
        let source = try #require(MatchField.named("eth_src"))
        let destination = try #require(MatchField.named("eth_dst"))
        var lesson = LearnAction()
        lesson.idleTimeoutSeconds = 9
        lesson.limit = 4
        lesson.result = FieldRange(register, offset: 7, bits: 1)
        lesson.steps = [
            .init(.field(FieldRange(source)), .match(FieldRange(destination)), bits: 48),
            .init(.immediate(5), .load(FieldRange(register, offset: 0, bits: 16)), bits: 16),
            .init(.field(FieldRange(inPort, offset: 0, bits: 16)), .output, bits: 16),
        ]
        var pause = ControllerAction()
        pause.pauses = true
        pause.meter = 3
        pause.userdata = [1, 2, 3]
        var nested: [Action] = [.output(.local, maxLength: 0)]
        for depth in 0..<12 { nested = [.setQueue(UInt32(depth)), .clone(nested)] }
        let far = OpenFlowPort(rawValue: 9)
        let lists: [[Action]] = [
            // Version 1.5 alone.
            [.output(far, maxLength: 0), .meter(3), .output(.local, maxLength: 0), .meter(3)],
            [
                .output(far, maxLength: 0), .meter(3), .clearActions,
                .writeActions([.popVLAN, .output(far, maxLength: 0)]), .writeMetadata(5, mask: 0xff), .gotoTable(200),
            ],
            // Version 1.0 alone.
            [.setVLANID(7, mayPush: true), .output(far, maxLength: 0)],
            [.setVLANPriority(3, mayPush: true), .enqueue(far, queue: 4)],
            // Version 1.1 alone, and versions before 1.5.
            [.setVLANID(7, mayPush: false), .gotoTable(201)],
            [.meter(3), .output(far, maxLength: 0), .gotoTable(201)],
            [.setTransportSource(9), .setIPv4Source(IPv4Address(10, 0, 0, 1)), .setDSCP(8), .clearActions],
            // Every version.
            [.learn(lesson), .controller(pause), .note([1, 2, 3, 4, 5, 6]), .exit],
            [
                .conjunction(id: 5, clause: 1, count: 3), .conjunction(id: 6, clause: 0, count: 2),
                .note([9, 9, 9, 9, 9, 9]),
            ],
            nested,
            [.debugRecirculate, .debugSlowPath, .output(far, maxLength: 0)],
        ]
        return lists.map { ($0, Match()) }
    }

    @Test func everyListOfActionsComesBackWhateverVersionItIsOf() throws {
        let old = FlowTables { .now }
        let bands = [MeterContents.Band(kind: .drop, rate: 10, burst: 5)]
        try old.apply(MeterMod(command: .add, id: 3, meter: MeterContents(flags: 1, bands: bands)))
        let lists = try Self.unusualLists()
        for (number, list) in lists.enumerated() {
            try old.apply(
                FlowMod(command: .add, table: 2, match: list.match, priority: UInt16(number), actions: list.actions))
        }
        let metered: [Action] = [.output(.local, maxLength: 0), .meter(3), .popVLAN]
        try old.apply(
            GroupMod(command: .add, id: 1, group: Group.Contents(kind: .all, buckets: [.init(id: 1, actions: metered)]))
        )
        let new = FlowTables { .now }
        try new.takeOver(old.handOver())
        for (number, list) in lists.enumerated() {
            #expect(new.find(table: 2, match: list.match, priority: UInt16(number))?.actions == list.actions)
        }
        #expect(new.groups[1]?.contents.buckets.map(\.actions) == [metered])
    }

    @Test func aRuleThatIsRefusedCostsTheOthersNothing() throws {
        let now = ContinuousClock.now
        let old = FlowTables { now }
        let empty = Group.Contents(kind: .all, buckets: [])
        try old.apply(GroupMod(command: .add, id: 77, group: empty))
        for number in 0..<3 {
            try old.apply(
                FlowMod(
                    command: .add, table: 0, match: Match(), priority: UInt16(number),
                    actions: number == 1 ? [.group(77)] : [.output(.local, maxLength: 0)]))
        }
        var bytes = old.handOver()
        // The rule's group, which is now one that there is not.
        let place = try #require(bytes.lastIndex(of: 77))
        bytes[place] = 78
        let new = FlowTables { now }
        #expect(throws: OpenFlowError.self) { try new.takeOver(bytes) }
        #expect([0, 1, 2].map { new.find(table: 0, match: Match(), priority: $0) != nil } == [true, false, true])
    }

    @Test func agesGoOn() throws {
        let now = ContinuousClock.now
        let old = try filled(at: now)
        // The image after this one has a clock of its own; only ages are carried over.
        let later = now + .seconds(100)
        let new = FlowTables { later }
        try new.takeOver(old.handOver())
        new.forEach { rule in
            #expect(rule.created == later)
            #expect(rule.canExpire == (rule.idleTimeoutSeconds != 0))
        }
    }

    @Test func tornBytesAreRefusedAndNeverTrap() throws {
        let bytes = try filled(at: .now).handOver()
        for length in stride(from: 1, to: min(bytes.count, 600), by: 1) {
            let tables = FlowTables()
            do {
                try tables.takeOver(Array(bytes[..<length]))
            } catch {
                continue
            }
            // What ends between two parts is whole.
            #expect(!tables.existingTables.isEmpty)
        }
    }
}
