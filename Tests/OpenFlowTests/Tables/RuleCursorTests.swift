import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct RuleCursorTests {
    private func flow(_ command: FlowMod.Command, _ number: UInt32, table: UInt8 = 0) -> FlowMod {
        var match = Match()
        match.key.setHost32(FlowField.inPort, number)
        match.mask.setHost32(FlowField.inPort, .max)
        return FlowMod(command: command, table: table, match: match, priority: 1, actions: [])
    }

    /// Several walks at once while rules come and go: what stays is met once by each.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func meetsWhatStaysOnce(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let tables = FlowTables()
        var present: Set<UInt32> = []
        for number in 0..<120 as Range<UInt32> {
            try tables.apply(flow(.add, number, table: UInt8(number % 2)))
            present.insert(number)
        }
        var walks: [(cursor: RuleCursor, expected: Set<UInt32>, met: [UInt32])] = []
        var next: UInt32 = 120
        for step in 0..<200 {
            await Task.yield()
            if step % 20 == 0 { walks.append((tables.walk(), present, [])) }
            for index in walks.indices {
                let found = walks[index].cursor.next(Int.random(in: 0...4, using: &random))
                walks[index].met += found.map { $0.match.key.host32(FlowField.inPort) }
            }
            if Bool.random(using: &random), let number = present.randomElement(using: &random) {
                try tables.apply(flow(.deleteStrict, number, table: UInt8(number % 2)))
                present.remove(number)
                for index in walks.indices { walks[index].expected.remove(number) }
            } else {
                try tables.apply(flow(.add, next, table: UInt8(next % 2)))
                present.insert(next)
                next += 1
            }
        }
        for var walk in walks {
            while !walk.cursor.isAtEnd {
                walk.met += walk.cursor.next(7).map { $0.match.key.host32(FlowField.inPort) }
            }
            #expect(Set(walk.met).count == walk.met.count)
            #expect(walk.expected.isSubset(of: walk.met))
        }
    }

    /// Changes that are undone leave walks as they were, be it a whole table that left or a part of it.
    @Test(arguments: [0, 100]) func meetsWhatCameBackOnce(kept: UInt32) async throws {
        let tables = FlowTables()
        for number in 0..<200 as Range<UInt32> { try tables.apply(flow(.add, number)) }
        let walk = tables.walk()
        var met = walk.next(50)
        let other = tables.walk()
        var others = other.next(120)
        var failing = flow(.add, 1000)
        failing.actions = [.group(7)]
        var changes = (kept..<200).map { PipelineChange.flow(flow(.deleteStrict, $0)) }
        if kept == 0 {
            changes = [.flow(FlowMod(command: .delete, table: 0, match: Match(), priority: 0, actions: []))]
        }
        #expect(throws: PipelineFailure.self) {
            try tables.apply(changes + [.flow(flow(.add, 999)), .flow(failing)])
        }
        #expect(tables.ruleCount == 200)
        while !walk.isAtEnd { met += walk.next(7) }
        while !other.isAtEnd { others += other.next(7) }
        for rules in [met, others] {
            #expect(Set(rules.map { $0.match.key.host32(FlowField.inPort) }) == Set(0..<200))
            #expect(rules.count == 200)
        }
        for number in 0..<200 as Range<UInt32> { try tables.apply(flow(.deleteStrict, number)) }
        #expect(tables.ruleCount == 0)
    }

    @Test func walksOverWhatIsMeant() throws {
        let tables = FlowTables()
        for number in 0..<50 as Range<UInt32> {
            var change = flow(.add, number, table: UInt8(number % 5))
            change.cookie = UInt64(number % 10)
            try tables.apply(change)
        }
        var selection = RuleSelection(table: 3)
        selection.cookie = 8
        selection.cookieMask = .max
        let cursor = tables.walk(selection)
        var found: [Rule] = []
        while !cursor.isAtEnd { found += cursor.next(3) }
        #expect(Set(found) == Set(tables.select(selection)) && found.count == 5)
    }
}
