import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct FlowTablesTests {
    /// A match on the bridge's input port.
    private func inPort(_ number: UInt32) -> Match {
        var match = Match()
        match.key.setHost32(FlowField.inPort, number)
        match.mask.setHost32(FlowField.inPort, .max)
        return match
    }

    /// The same and an Ethernet type.
    private func inPort(_ number: UInt32, type: UInt16) -> Match {
        var match = inPort(number)
        match.key.setU16(FlowField.ethernetType, type)
        match.mask.setU16(FlowField.ethernetType, .max)
        return match
    }

    private func change(
        _ command: FlowMod.Command, _ match: Match, priority: UInt16 = 100, table: UInt8? = 0, output: UInt16? = nil,
        cookie: UInt64 = 0
    ) -> FlowMod {
        var change = FlowMod(
            command: command, table: table, match: match, priority: priority,
            actions: output.map { [.output(OpenFlowPort(rawValue: $0), maxLength: 0)] } ?? [])
        change.cookie = cookie
        return change
    }

    @Test func theSwitchsOwnTableIsNotForControllers() throws {
        let tables = FlowTables()
        for command in [FlowMod.Command.add, .modify, .delete] {
            #expect(throws: OpenFlowError(.permissions, "table 254 is the switch's own")) {
                try tables.apply(change(command, inPort(1), table: 254, output: 2))
            }
        }
        try tables.apply(change(.add, inPort(1), table: 253, output: 2))
    }

    @Test func tablesTakeNamesUnlessTheOperatorNamedThem() throws {
        let tables = FlowTables()
        var wish = FlowTableConfiguration()
        wish.name = "ours"
        _ = tables.configure([3: wish])
        let change = Self.naming
        try tables.apply([change(1, "theirs", .modify), change(3, "ours", .modify)])
        #expect(tables.features(of: 1).name == "theirs" && tables.features(of: 3).name == "ours")
        for refused in [
            [change(2, "x", .modify), change(3, "y", .modify)], [change(254, "x", .modify)],
            [change(255, "x", .modify)], [change(2, "x", .replace)], [change(2, "x", .enable)],
        ] {
            #expect(throws: OpenFlowError.self) { try tables.apply(refused) }
            #expect(tables.features(of: 2).name == "")
        }
        try tables.apply((0..<254).map { change($0, $0 == 3 ? "ours" : "t\($0)", .replace) })
        #expect(tables.features(of: 2).name == "t2" && tables.features(of: 253).name == "t253")
    }

    @Test func aTablesNameIsTheOperatorsOrTheControllersOrItsNumber() throws {
        let tables = FlowTables()
        try tables.apply([Self.naming(3, "acl", .modify)])
        #expect(tables.table(3)?.name == "acl")
        var wish = FlowTableConfiguration()
        wish.name = "main"
        _ = tables.configure([3: wish])
        #expect(tables.table(3)?.name == "main")
        _ = tables.configure([:])
        #expect(tables.table(3)?.name == "acl")
        try tables.apply([Self.naming(3, "", .modify)])
        #expect(tables.table(3)?.name == "table3")
    }

    private static func naming(
        _ table: UInt8, _ name: String, _ command: TableFeaturesChange.Command
    ) -> TableFeaturesChange {
        TableFeaturesChange(command: command, table: table, name: name, maximumEntries: 1_000_000, isSupported: true)
    }

    @Test func anAddedFlowIsFoundAndReplacedByItsEqual() throws {
        let tables = FlowTables()
        var notes = 0
        tables.changed = { _ in notes += 1 }
        try tables.apply(change(.add, inPort(1), output: 2))
        let first = try #require(tables.find(table: 0, match: inPort(1), priority: 100))
        first.credit(packets: 3, bytes: 300, used: .now)
        let removed = try tables.apply(change(.add, inPort(1), output: 3))
        #expect(removed.map(\.reason) == [.replaced])
        let second = try #require(tables.find(table: 0, match: inPort(1), priority: 100))
        #expect(second !== first && !first.isInstalled && tables.ruleCount == 1)
        #expect(second.packets == 3 && second.bytes == 300)
        // What the datapath counted for the old flow arrives late and is not lost.
        first.credit(packets: 2, bytes: 200, used: .now)
        #expect(second.packets == 5 && second.bytes == 500)
        #expect(notes == 2 && tables.generation == 2)
    }

    @Test func resettingCountsStartsFromZero() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, inPort(1)))
        let first = try #require(tables.find(table: 0, match: inPort(1), priority: 100))
        first.credit(packets: 3, bytes: 300, used: .now)
        var again = change(.add, inPort(1))
        again.resetsCounts = true
        try tables.apply(again)
        let late = ContinuousClock.now + .seconds(9)
        first.credit(packets: 1, bytes: 1, used: late)
        let second = try #require(tables.find(table: 0, match: inPort(1), priority: 100))
        // Its packets are the old flow's; that it is in use is not forgotten.
        #expect(second.packets == 0 && second.used == late)
    }

    @Test func theInternalTableIsNobodyElses() throws {
        let tables = FlowTables()
        for command in [.add, .modify, .deleteStrict] as [FlowMod.Command] {
            #expect(throws: OpenFlowError(.permissions, "table 254 is the switch's own")) {
                try tables.apply(change(command, inPort(1), table: 254))
            }
        }
    }

    @Test func removingEverythingIncludesGroupsAndMeters() throws {
        let tables = FlowTables()
        try tables.apply(GroupMod(command: .add, id: 1, group: Group.Contents(kind: .all, buckets: [])))
        try tables.apply(MeterMod(command: .add, id: 1, meter: MeterContents(flags: 1, bands: [])))
        try tables.apply(change(.add, inPort(1)))
        #expect(tables.removeAll().map(\.reason) == [.delete])
        #expect(tables.groups.count == 0 && tables.meters.count == 0 && tables.ruleCount == 0)
    }

    @Test func overlapIsRefusedOnlyWithinOnePriority() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, inPort(1)))
        var wide = change(.add, Match())
        wide.checksOverlap = true
        #expect(throws: OpenFlowError.self) { try tables.apply(wide) }
        wide.priority = 101
        try tables.apply(wide)
        var other = change(.add, inPort(2))
        other.checksOverlap = true
        try tables.apply(other)
        // An identical flow is replaced, not an overlap.
        try tables.apply(other)
        #expect(tables.ruleCount == 3)
    }

    @Test func looseModificationReachesMoreSpecificFlows() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, inPort(1, type: 0x800), output: 2))
        try tables.apply(change(.add, inPort(1, type: 0x806), priority: 7, output: 2))
        try tables.apply(change(.add, inPort(2), output: 2))
        let generation = tables.generation
        try tables.apply(change(.modify, inPort(1), output: 9))
        #expect(tables.generation == generation + 1)
        let nine = OpenFlowPort(rawValue: 9)
        #expect(tables.select(RuleSelection(match: inPort(1))).allSatisfy { $0.outputs(to: nine) })
        #expect(tables.find(table: 0, match: inPort(2), priority: 100)?.outputs(to: nine) == false)
        // The same actions again: nothing to revalidate.
        try tables.apply(change(.modify, inPort(1), output: 9))
        #expect(tables.generation == generation + 1)
    }

    @Test func strictModificationWantsTheSameMatchAndPriority() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, inPort(1), output: 2))
        try tables.apply(change(.modifyStrict, inPort(1), priority: 99, output: 3))
        try tables.apply(change(.modifyStrict, inPort(1, type: 0x800), output: 3))
        let rule = try #require(tables.find(table: 0, match: inPort(1), priority: 100))
        #expect(rule.outputs(to: OpenFlowPort(rawValue: 2)))
        try tables.apply(change(.modifyStrict, inPort(1), output: 3))
        #expect(rule.outputs(to: OpenFlowPort(rawValue: 3)) && tables.ruleCount == 1)
    }

    @Test func modificationAddsOnlyInVersion10() throws {
        let tables = FlowTables()
        try tables.apply(change(.modify, inPort(1), output: 2))
        #expect(tables.ruleCount == 0)
        var version10 = change(.modify, inPort(1), table: nil, output: 2, cookie: 5)
        version10.setsCookie = true
        try tables.apply(version10)
        #expect(tables.find(table: 0, match: inPort(1), priority: 100)?.cookie == 5)
        version10.cookie = 6
        try tables.apply(version10)
        #expect(tables.find(table: 0, match: inPort(1), priority: 100)?.cookie == 6)
    }

    @Test func deletionObeysCookieAndOutputPortAndTable() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, inPort(1), output: 2, cookie: 0x11))
        try tables.apply(change(.add, inPort(2), output: 3, cookie: 0x12))
        try tables.apply(change(.add, inPort(3), table: 4, output: 2, cookie: 0x21))
        var deletion = change(.delete, Match(), table: nil)
        deletion.cookieMatch = 0x10
        deletion.cookieMask = 0xf0
        deletion.outPort = OpenFlowPort(rawValue: 2)
        #expect(try tables.apply(deletion).map(\.rule.cookie) == [0x11])
        #expect(try tables.apply(change(.delete, Match(), table: 4)).count == 1)
        #expect(try tables.apply(change(.deleteStrict, inPort(2), priority: 1)).isEmpty)
        #expect(try tables.apply(change(.deleteStrict, inPort(2))).count == 1)
        #expect(tables.ruleCount == 0)
        #expect(throws: OpenFlowError.self) { try tables.apply(change(.add, Match(), table: 255)) }
    }

    @Test func timeoutsRemoveWhatIsIdleOrOld() throws {
        let start = ContinuousClock.now
        let tables = FlowTables(clock: { start })
        var idle = change(.add, inPort(1))
        idle.idleTimeoutSeconds = 10
        var hard = change(.add, inPort(2))
        hard.hardTimeoutSeconds = 20
        try tables.apply(idle)
        try tables.apply(hard)
        let rule = try #require(tables.find(table: 0, match: inPort(1), priority: 100))
        rule.credit(packets: 1, bytes: 1, used: start + .seconds(5))
        rule.credit(packets: 1, bytes: 1, used: start + .seconds(4))
        // A rule lives to the end of its last second, as in OVS.
        #expect(tables.expire(now: start + .seconds(15)).isEmpty)
        #expect(tables.expire(now: start + .milliseconds(15_001)).map(\.reason) == [.idleTimeout])
        #expect(tables.hasExpiringRules)
        #expect(tables.expire(now: start + .milliseconds(20_001)).map(\.reason) == [.hardTimeout])
        #expect(!tables.hasExpiringRules && tables.ruleCount == 0)
    }

    @Test func aMissAtAnEarlyStageLooksAtNoLaterField() throws {
        let tables = FlowTables()
        var match = inPort(1, type: 0x800)
        match.key.setU8(FlowField.networkProtocol, 6)
        match.mask.setU8(FlowField.networkProtocol, .max)
        match.key.setU16(FlowField.transportDestination, 80)
        match.mask.setU16(FlowField.transportDestination, .max)
        try tables.apply(change(.add, match))
        var key = FlowKey()
        key.setHost32(FlowField.inPort, 2)
        var mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask) == nil)
        #expect(mask == inPort(0).mask)
        key.setHost32(FlowField.inPort, 1)
        key.setU16(FlowField.ethernetType, 0x806)
        mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask) == nil)
        #expect(mask == inPort(0, type: 0).mask)
    }

    @Test func aFoundFlowHidesTablesOfLowerPriority() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, inPort(1), priority: 10))
        try tables.apply(change(.add, inPort(1, type: 0x800), priority: 5))
        var key = FlowKey()
        key.setHost32(FlowField.inPort, 1)
        var mask = FlowMask()
        #expect(tables.lookup(key, table: 0, mask: &mask)?.priority == 10)
        #expect(mask == inPort(0).mask)
        #expect(tables.lookup(key, table: 1, mask: &mask) == nil)
    }
}
