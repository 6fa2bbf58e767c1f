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
