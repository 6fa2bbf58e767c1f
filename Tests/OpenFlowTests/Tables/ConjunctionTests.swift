import Control
import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// Conjunctive matches against the plainest reading of ovs-actions(7), and the soundness of masks with them.
@Suite @ControlActor
struct ConjunctionTests {
    private struct Entry {
        var match: Match
        var priority: UInt16
        var conjunctions: [Conjunction]
        var cookie: UInt64
    }

    private func randomMatch(_ random: inout SeededGenerator) -> Match {
        var match = Match()
        let bits = [0, 8, 16, 24, 32].randomElement(using: &random) ?? 0
        match.mask.setU32(FlowField.ipv4Source, bits == 0 ? 0 : .max << UInt32(32 - bits))
        if Bool.random(using: &random) { match.mask.setU32(FlowField.ipv4Destination, 0xffff_ff00) }
        if Bool.random(using: &random) { match.mask.setU16(FlowField.transportDestination, 0xfffe) }
        if Bool.random(using: &random) { match.mask.setHost32(FlowField.inPort, .max) }
        return Match(key: randomKey(&random), mask: match.mask)
    }

    private func randomKey(_ random: inout SeededGenerator) -> FlowKey {
        var key = FlowKey()
        key.setHost32(FlowField.inPort, UInt32.random(in: 1...2, using: &random))
        key.setU32(FlowField.ipv4Source, UInt32.random(in: 0...3, using: &random) &* 0x0101_0101)
        key.setU32(FlowField.ipv4Destination, UInt32.random(in: 0...1, using: &random) << 8)
        key.setU16(FlowField.transportDestination, UInt16.random(in: 80...83, using: &random))
        return key
    }

    private func filled(_ random: inout SeededGenerator) throws -> (FlowTables, [Entry]) {
        let tables = FlowTables()
        var entries: [Entry] = []
        func add(_ match: Match, _ priority: UInt16, _ conjunctions: [Conjunction]) throws {
            guard tables.find(table: 0, match: match, priority: priority) == nil else { return }
            let entry = Entry(
                match: match, priority: priority, conjunctions: conjunctions, cookie: UInt64(entries.count) + 1)
            var change = FlowMod(
                command: .add, table: 0, match: match, priority: priority,
                actions: conjunctions.map { .conjunction(id: $0.id, clause: $0.clause, count: $0.count) })
            change.cookie = entry.cookie
            try tables.apply(change)
            entries.append(entry)
        }
        for step in 0..<40 as Range<UInt16> {
            // Clauses at few priorities; the others have one of their own each, since equal ones are undefined.
            if step % 2 == 0 {
                let count = UInt8(2 + step % 4 / 2)
                var conjunctions: [Conjunction] = []
                for _ in 0..<Int.random(in: 1...2, using: &random) {
                    let id = UInt32.random(in: 1...3, using: &random)
                    let clause = UInt8.random(in: 0..<count, using: &random)
                    conjunctions.append(Conjunction(id: id * 10 + UInt32(count), clause: clause, count: count))
                }
                try add(randomMatch(&random), [100, 200, 300].randomElement(using: &random) ?? 100, conjunctions)
            } else {
                try add(randomMatch(&random), 3 + step * 9, [])
            }
        }
        for id in [12, 22, 13, 23] as [UInt32] {
            var match = Bool.random(using: &random) ? Match() : randomMatch(&random)
            match.key.setHost32(FlowField.conjunctionID, id)
            match.mask.setHost32(FlowField.conjunctionID, .max)
            try add(Match(key: match.key, mask: match.mask), 1000 + UInt16(id), [])
        }
        return (tables, entries)
    }

    /// The cookies of the rules that may be found; none: a miss.
    private func expected(_ key: FlowKey, _ entries: [Entry]) -> Set<UInt64> {
        let matching = entries.filter { key.matches($0.match.key, under: $0.match.mask) }
        let hard = matching.filter(\.conjunctions.isEmpty).max { $0.priority < $1.priority }
        let soft = matching.filter { !$0.conjunctions.isEmpty }
        for priority in Set(soft.map(\.priority)).sorted(by: >) {
            if let hard, hard.priority >= priority { break }
            var clauses: [UInt32: Set<UInt8>] = [:]
            var counts: [UInt32: UInt8] = [:]
            for conjunction in soft.filter({ $0.priority == priority }).flatMap(\.conjunctions) {
                clauses[conjunction.id, default: []].insert(conjunction.clause)
                counts[conjunction.id] = conjunction.count
            }
            var found: Set<UInt64> = []
            for (id, met) in clauses where met.count == Int(counts[id] ?? 0) {
                var key = key
                key.setHost32(FlowField.conjunctionID, id)
                let rule = entries.filter { $0.conjunctions.isEmpty && key.matches($0.match.key, under: $0.match.mask) }
                    .max { $0.priority < $1.priority }
                if let rule { found.insert(rule.cookie) }
            }
            if !found.isEmpty { return found }
        }
        return hard.map { [$0.cookie] } ?? []
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func findsWhatTheManualSaysAndLooksAtEnough(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let (tables, entries) = try filled(&random)
        for _ in 0..<60 {
            let key = randomKey(&random)
            var mask = FlowMask()
            let rule = tables.lookup(key, table: 0, mask: &mask)
            let possible = expected(key, entries)
            #expect(rule.map { possible.contains($0.cookie) } ?? possible.isEmpty)
            let plain = tables.table(0)?.plainLookup(key)
            #expect(plain.map { possible.contains($0.cookie) } ?? possible.isEmpty)
            for _ in 0..<3 {
                let other = randomKey(&random)
                var sibling = other
                for index in 0..<FlowKey.wordCount {
                    sibling[index] = key[index] & mask[index] | other[index] & ~mask[index]
                }
                sibling.setHost32(FlowField.conjunctionID, 0)
                var otherMask = FlowMask()
                #expect(tables.lookup(sibling, table: 0, mask: &otherMask) === rule)
                #expect(otherMask == mask)
            }
            // The tests that talk to a served switch share this thread.
            await Task.yield()
        }
    }

    @Test func prefixesKeepShorterOnesOutOfTheMask() throws {
        let tables = FlowTables()
        func add(_ address: UInt32, _ length: Int, _ priority: UInt16) throws {
            var match = Match()
            match.key.setU32(FlowField.ipv4Destination, address)
            match.mask.setU32(FlowField.ipv4Destination, .max << UInt32(32 - length))
            try tables.apply(
                FlowMod(
                    command: .add, table: 0, match: Match(key: match.key, mask: match.mask), priority: priority,
                    actions: []))
        }
        try add(0x0a00_0001, 32, 9)
        try add(0x0a00_0000, 8, 1)
        var key = FlowKey()
        key.setU32(FlowField.ipv4Destination, 0x0aff_0000)
        var mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask)?.priority == 1)
        // The ninth bit tells that it is no host of the first rule.
        #expect(mask.u32(FlowField.ipv4Destination) == 0xff80_0000)
        var wish = FlowTableConfiguration()
        wish.prefixes = []
        _ = tables.configure([0: wish])
        mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask)?.priority == 1)
        #expect(mask.u32(FlowField.ipv4Destination) == 0xffff_ffff)
        // Tracked again: rules that were there before are known.
        _ = tables.configure([:])
        mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask)?.priority == 1)
        #expect(mask.u32(FlowField.ipv4Destination) == 0xff80_0000)
    }

    @Test func portsThatNoRuleHasCountAsFarAsTheyDiffer() throws {
        let tables = FlowTables()
        for port in [80, 81] as [UInt16] {
            var match = Match()
            match.key.setU16(FlowField.transportDestination, port)
            match.mask.setU16(FlowField.transportDestination, .max)
            try tables.apply(FlowMod(command: .add, table: 0, match: match, priority: 1, actions: []))
        }
        var key = FlowKey()
        key.setU16(FlowField.transportDestination, 0x8000)
        var mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask) == nil)
        #expect(mask.u16(FlowField.transportDestination) == 0x8000)
    }
}
