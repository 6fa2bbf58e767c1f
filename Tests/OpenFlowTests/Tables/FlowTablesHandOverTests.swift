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
                priority: UInt16(number), actions: number == 7 ? [] : [.output(.normal, maxLength: 0), .output(.local, maxLength: 0)])
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
            // What ends between two rules is whole.
            #expect(tables.ruleCount > 0)
        }
    }
}
