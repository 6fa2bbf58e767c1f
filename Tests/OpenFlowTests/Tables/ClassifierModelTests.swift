import Control
import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// The classifier against the plainest one: a list that is searched from its start to its end.
@Suite @ControlActor
struct ClassifierModelTests {
    /// A mask out of few, so that rules share subtables; every stage takes part, with partial masks of addresses too.
    private func randomMask(_ random: inout SeededGenerator) -> FlowMask {
        var mask = FlowMask()
        if Bool.random(using: &random) { mask.setHost32(FlowField.inPort, .max) }
        if Bool.random(using: &random) { mask.setU16(FlowField.ethernetType, .max) }
        if Int.random(in: 0..<4, using: &random) == 0 { mask.setMAC(FlowField.ethernetDestination, .broadcast) }
        if Int.random(in: 0..<4, using: &random) == 0 { mask.setU16(FlowField.outerTCI, 0x1fff) }
        let bits = [0, 0, 8, 16, 24, 32].randomElement(using: &random) ?? 0
        mask.setU32(FlowField.ipv4Destination, bits == 0 ? 0 : UInt32.max << UInt32(32 - bits))
        if Int.random(in: 0..<3, using: &random) == 0 { mask.setU16(FlowField.transportDestination, .max) }
        return mask
    }

    /// A key of few values, so that rules are met.
    private func randomKey(_ random: inout SeededGenerator) -> FlowKey {
        var key = FlowKey()
        key.setHost32(FlowField.inPort, UInt32.random(in: 1...3, using: &random))
        key.setU16(FlowField.ethernetType, [0x800, 0x806].randomElement(using: &random) ?? 0)
        key.setMAC(FlowField.ethernetDestination, MACAddress(number: UInt64.random(in: 1...2, using: &random)))
        key.setU16(FlowField.outerTCI, [0, 0x1001, 0x1002].randomElement(using: &random) ?? 0)
        key.setU32(FlowField.ipv4Destination, UInt32.random(in: 0...3, using: &random) &* 0x0100_0101)
        key.setU16(FlowField.transportDestination, UInt16.random(in: 80...82, using: &random))
        return key
    }

    /// A key that agrees with `key` under `mask` and is otherwise as different as can be.
    private func sibling(_ key: FlowKey, _ mask: FlowMask, _ random: inout SeededGenerator) -> FlowKey {
        var result = key
        for index in 0..<FlowKey.wordCount {
            result[index] = key[index] & mask[index] | random.next() & ~mask[index]
        }
        return result
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func findsWhatAPlainListFinds(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let tables = FlowTables()
        var model: [(match: Match, priority: UInt16, output: UInt16)] = []
        for step in 0..<240 {
            let match = Match(key: randomKey(&random), mask: randomMask(&random))
            // Overlapping flows of one priority are undefined: each flow gets a priority of its own.
            let priority = UInt16(truncatingIfNeeded: step &* 40_503)
            if step % 3 != 2 {
                let output = UInt16(step)
                try tables.apply(
                    FlowMod(
                        command: .add, table: 0, match: match, priority: priority,
                        actions: [.output(OpenFlowPort(rawValue: output), maxLength: 0)]))
                model.append((match, priority, output))
            } else if let index = model.indices.randomElement(using: &random) {
                let gone = model.remove(at: index)
                let removed = try tables.apply(
                    FlowMod(
                        command: .deleteStrict, table: 0, match: gone.match, priority: gone.priority, actions: []))
                #expect(removed.count == 1)
            }
            for _ in 0..<4 { check(randomKey(&random), tables, model, &random) }
            // The tests that talk to a served switch share this thread.
            await Task.yield()
        }
        #expect(tables.ruleCount == model.count)
        // And empty again, with nothing left behind.
        try tables.apply(FlowMod(command: .delete, table: nil, match: Match(), priority: 0, actions: []))
        #expect(tables.ruleCount == 0 && tables.table(0)?.subtableCount == 0)
    }

    private func check(
        _ key: FlowKey, _ tables: FlowTables, _ model: [(match: Match, priority: UInt16, output: UInt16)],
        _ random: inout SeededGenerator
    ) {
        let expected = model.filter { key.matches($0.match.key, under: $0.match.mask) }
            .max { $0.priority < $1.priority }
        var mask = FlowMask()
        let found = tables.lookup(key, table: 0, mask: &mask)
        #expect(found?.priority == expected?.priority)
        #expect(tables.table(0)?.plainLookup(key) === found)
        if let found, let expected {
            #expect(found.match == expected.match)
            #expect(mask.isSuperset(of: expected.match.mask))
        }
        // Soundness: whatever agrees under the mask finds the same rule, and needs to look at no more.
        for _ in 0..<3 {
            let other = sibling(key, mask, &random)
            var otherMask = FlowMask()
            #expect(tables.lookup(other, table: 0, mask: &otherMask) === found)
            #expect(otherMask == mask)
        }
    }

    @Test func looseSelectionAgreesWithAPlainFilter() async throws {
        var random = SeededGenerator(seed: 99)
        let tables = FlowTables()
        for step in 0..<300 {
            try tables.apply(
                FlowMod(
                    command: .add, table: UInt8(step % 3),
                    match: Match(key: randomKey(&random), mask: randomMask(&random)), priority: UInt16(step),
                    actions: []))
        }
        var all: [Rule] = []
        tables.forEach { all.append($0) }
        #expect(all.count == 300)
        for _ in 0..<40 {
            let match = Match(key: randomKey(&random), mask: randomMask(&random))
            let expected = all.filter { rule in
                rule.match.mask.isSuperset(of: match.mask) && rule.match.key.matches(match.key, under: match.mask)
            }
            #expect(Set(tables.select(RuleSelection(match: match))) == Set(expected))
            await Task.yield()
        }
    }
}
