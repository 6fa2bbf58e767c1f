import Control
import Packets
import Testing

@testable import OpenFlow

/// Several changes at once: all or nothing, and told once.
@Suite @ControlActor
struct TransactionTests {
    private func flow(
        _ command: FlowMod.Command, port: UInt32? = nil, priority: UInt16 = 1, output: UInt16 = 1, cookie: UInt64 = 0
    ) -> FlowMod {
        var match = Match()
        if let port {
            match.key.setHost32(FlowField.inPort, port)
            match.mask.setHost32(FlowField.inPort, .max)
        }
        var change = FlowMod(
            command: command, table: 0, match: match, priority: priority,
            actions: [.output(OpenFlowPort(rawValue: output), maxLength: 0)])
        change.cookie = cookie
        return change
    }

    /// All that can be seen of the rules.
    private func picture(_ tables: FlowTables) -> Set<String> {
        var result: Set<String> = []
        tables.forEach { rule in
            result.insert(
                "\(ObjectIdentifier(rule)) \(rule.priority) \(rule.cookie) \(rule.actions) \(rule.packets) "
                    + "\(rule.bytes) \(rule.created) \(rule.modified) \(rule.idleTimeoutSeconds) \(rule.isInstalled)")
        }
        return result
    }

    @Test func aFailureLeavesEverythingAsItWas() throws {
        var time = ContinuousClock.now
        let tables = FlowTables { time }
        try tables.apply(GroupMod(command: .add, id: 1, group: Group.Contents(kind: .all, buckets: [])))
        for port in 1...6 as ClosedRange<UInt32> {
            var change = flow(.add, port: port, cookie: UInt64(port))
            change.idleTimeoutSeconds = UInt16(port)
            try tables.apply(change)
            tables.find(table: 0, match: change.match, priority: 1)?.credit(packets: 3, bytes: 9, used: time)
        }
        var grouped = flow(.add, port: 7)
        grouped.actions = [.group(1)]
        try tables.apply(grouped)
        let before = picture(tables)
        let lists = tables.actionLists.count
        var notes = 0
        var events = 0
        tables.changed = { _ in notes += 1 }
        tables.observer = { events += $0.events.count }
        time += .seconds(9)
        var modification = flow(.modify, port: 2, output: 9, cookie: 77)
        modification.setsCookie = true
        modification.resetsCounts = true
        let changes: [PipelineChange] = [
            .flow(flow(.add, port: 1, output: 5)), .flow(flow(.add, port: 1, output: 6)), .flow(modification),
            .flow(flow(.deleteStrict, port: 3)), .flow(flow(.add, port: 3)), .flow(flow(.add, port: 30)),
            .group(GroupMod(command: .delete, id: 1, group: Group.Contents(kind: .all, buckets: []))),
            .group(GroupMod(command: .add, id: 1, group: Group.Contents(kind: .select, buckets: []))),
            .flow(flow(.delete)), .flow(flow(.add, port: 8)), .flow(grouped),
            .group(GroupMod(command: .modify, id: 2, group: Group.Contents(kind: .all, buckets: []))),
        ]
        do {
            try tables.apply(changes)
            Issue.record("not refused")
        } catch {
            #expect(error.index == 11 && error.error.code == .unknownGroup)
        }
        #expect(picture(tables) == before)
        #expect(tables.actionLists.count == lists && tables.groups[1]?.kind == .all)
        #expect(notes == 0 && events == 0)
        // What is back in its place still works: it is found, it is credited and it expires.
        let first = try #require(tables.find(table: 0, match: flow(.add, port: 1).match, priority: 1))
        first.credit(packets: 1, bytes: 1, used: time)
        #expect(first.packets == 4)
        #expect(Set(tables.expire(now: time + .milliseconds(1)).map(\.rule.cookie)) == [2, 3, 4, 5, 6])
    }

    /// Whole tables are emptied at once; nobody may notice.
    @Test func manyRulesGoAndComeBackTogether() throws {
        let tables = FlowTables { .now }
        func rule(_ number: Int, table: UInt8) -> FlowMod {
            var match = Match()
            match.key.setHost32(FlowField.inPort, UInt32(number % 5))
            match.mask.setHost32(FlowField.inPort, .max)
            match.key.setU16(FlowField.ethernetType, 0x0800)
            match.mask.setU16(FlowField.ethernetType, .max)
            match.key.setU32(FlowField.ipv4Source, UInt32(number) << 12)
            match.mask.setU32(FlowField.ipv4Source, number % 2 == 0 ? .max : 0xffff_f000)
            return FlowMod(command: .add, table: table, match: match, priority: UInt16(number % 3), actions: [])
        }
        var all: [FlowMod] = []
        for number in 0..<300 {
            for table in [0, 4] as [UInt8] {
                all.append(rule(number, table: table))
                try tables.apply(rule(number, table: table))
            }
        }
        let before = picture(tables)
        var everything = flow(.delete)
        everything.table = nil
        let group = GroupMod(command: .modify, id: 2, group: Group.Contents(kind: .all, buckets: []))
        #expect(throws: PipelineFailure.self) { try tables.apply([.flow(everything), .group(group)]) }
        #expect(picture(tables) == before)
        for one in all {
            #expect(tables.find(table: one.table ?? 0, match: one.match, priority: one.priority) != nil)
        }
        var keep = flow(.delete)
        keep.table = 0
        #expect(try tables.apply(keep).count == 300)
        #expect(tables.table(0)?.subtableCount == 0 && tables.table(4)?.ruleCount == 300)
        for one in all {
            #expect(
                (tables.find(table: one.table ?? 0, match: one.match, priority: one.priority) == nil)
                    == (one.table == 0))
        }
        for one in all where one.table == 0 { try tables.apply(one) }
        #expect(tables.table(0)?.ruleCount == 300)
    }

    @Test func aSuccessIsToldOnce() throws {
        let tables = FlowTables()
        try tables.apply(flow(.add, port: 1))
        var notes: [FlowTableChange] = []
        var told: [FlowEvents] = []
        tables.changed = { notes.append($0) }
        tables.observer = { told.append($0) }
        let origin = ChangeOrigin(requester: ObjectIdentifier(tables), transaction: 7)
        let removed = try tables.apply(
            [
                .flow(flow(.add, port: 2)), .flow(flow(.modify, port: 1, output: 5)),
                .flow(flow(.deleteStrict, port: 2)), .flow(flow(.add, port: 1, output: 6)),
            ], origin: origin)
        #expect(removed.map(\.reason) == [.delete, .replaced])
        #expect(notes.count == 1 && tables.generation == 2)
        #expect(told.count == 1 && told.first?.origin == origin)
        let kinds = told.first?.events.map { event in
            switch event.kind {
            case .added(let before): before == nil ? "added" : "replaced"
            case .removed(let reason): "removed \(reason)"
            case .modified(let before): "modified \(before?.count ?? -1)"
            }
        }
        #expect(kinds == ["added", "modified 1", "removed delete", "replaced"])
    }

    @Test func learnedFlowsGoWithTheLastThatLearns() throws {
        let tables = FlowTables()
        var learn = LearnAction()
        learn.cookie = 0xabc
        learn.table = 1
        learn.deletesLearned = true
        var learner = flow(.add, port: 1)
        learner.actions = [.learn(learn)]
        try tables.apply(learner)
        var second = flow(.add, port: 2)
        second.actions = [.learn(learn), .output(.normal, maxLength: 0)]
        try tables.apply(second)
        var learned = FlowMod(command: .modifyStrict, table: 1, match: Match(), priority: 9, actions: [])
        learned.cookie = 0xabc
        learned.setsCookie = true
        let now = ContinuousClock.now
        let (result, _) = try tables.learn(learned, limit: 1, seen: now)
        guard case .learned(let rule) = result else { throw OpenFlowError(.flowModUnknown) }
        #expect(rule.cookie == 0xabc && tables.ruleCount == 3)
        // Again: nothing changes but the hard timeout's beginning.
        let generation = tables.generation
        _ = try tables.learn(learned, limit: 1, seen: now + .seconds(5))
        #expect(tables.generation == generation && rule.modified == now + .seconds(5))
        learned.priority = 10
        guard case .limitReached = try tables.learn(learned, limit: 1, seen: now).0 else {
            throw OpenFlowError(.flowModUnknown, "the limit is one flow")
        }
        try tables.apply(flow(.deleteStrict, port: 1))
        #expect(tables.ruleCount == 2)
        let removed = try tables.apply(flow(.modify, port: 2, output: 3))
        #expect(removed.map(\.rule.cookie) == [0xabc] && tables.ruleCount == 1)
    }

    @Test func fullTablesRefuseOrEvict() throws {
        let tables = FlowTables()
        var wish = FlowTableConfiguration()
        wish.flowLimit = 2
        #expect(tables.configure([0: wish]).isEmpty)
        try tables.apply(flow(.add, port: 1))
        var brief = flow(.add, port: 2)
        brief.hardTimeoutSeconds = 50
        try tables.apply(brief)
        #expect(throws: OpenFlowError.self) { try tables.apply(flow(.add, port: 3)) }
        // One that is there is replaced, full or not.
        try tables.apply(flow(.add, port: 1, output: 4))
        wish.evictsOnOverflow = true
        _ = tables.configure([0: wish])
        let removed = try tables.apply(flow(.add, port: 3))
        #expect(removed.map(\.reason) == [.eviction] && removed.first?.rule.hardTimeoutSeconds == 50)
        // What is left has no timeouts and must not go.
        #expect(throws: OpenFlowError.self) { try tables.apply(flow(.add, port: 4)) }
        #expect(tables.ruleCount == 2)
    }

    @Test func evictionBeginsWithTheLargestGroupAndTheLeastImportant() throws {
        let tables = FlowTables()
        var wish = FlowTableConfiguration()
        wish.flowLimit = 4
        wish.evictsOnOverflow = true
        wish.evictionGroups = [FieldRange(try #require(MatchField.all.first { $0.name == "in_port" }))]
        _ = tables.configure([0: wish])
        for (port, priority, importance) in [(1, 1, 5), (1, 2, 3), (1, 3, 4), (2, 4, 0)] as [(UInt32, UInt16, UInt16)] {
            var change = flow(.add, port: port, priority: priority)
            change.idleTimeoutSeconds = 9
            change.importance = importance
            try tables.apply(change)
        }
        #expect(try tables.apply(flow(.add, port: 9)).map(\.rule.priority) == [2])
    }

    @Test(arguments: [(Int.max, 99), (Int.max / 100 + 1, 99), (3, 66), (1, 0)] as [(Int, UInt8)])
    func vacancyIsToldOfAnyLimit(limit: Int, vacancy: UInt8) throws {
        let tables = FlowTables()
        var wish = FlowTableConfiguration()
        wish.flowLimit = limit
        _ = tables.configure([0: wish])
        try tables.apply(flow(.add, port: 1))
        #expect(tables.description(of: 0).currentVacancy == vacancy)
    }

    @Test func vacancyIsToldOnceEachWay() throws {
        let tables = FlowTables()
        var wish = FlowTableConfiguration()
        wish.flowLimit = 10
        _ = tables.configure([0: wish])
        var change = TableMod(table: 0)
        change.sendsVacancyEvents = true
        change.vacancy = TableMod.Vacancy(down: 20, up: 60)
        try tables.apply(change)
        var told: [TableStatus.Reason] = []
        tables.vacancyChanged = { told.append($0.reason) }
        for port in 1...10 as ClosedRange<UInt32> { try tables.apply(flow(.add, port: port)) }
        #expect(told == [.vacancyDown])
        #expect(tables.description(of: 0).currentVacancy == 0)
        for port in 1...10 as ClosedRange<UInt32> { try tables.apply(flow(.deleteStrict, port: port)) }
        #expect(told == [.vacancyDown, .vacancyUp])
        change.evictionFlags = 1
        #expect(throws: OpenFlowError.self) { try tables.apply(change) }
    }
}
