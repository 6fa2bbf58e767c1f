import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct GroupTableTests {
    private func bucket(_ id: UInt32, _ actions: [Action] = [], watch: UInt16? = nil) -> Group.Bucket {
        var bucket = Group.Bucket(id: id, actions: actions)
        bucket.watchPort = watch.map { OpenFlowPort(rawValue: $0) }
        return bucket
    }

    private func change(
        _ command: GroupMod.Command, _ id: UInt32, _ kind: Group.Kind = .all, _ buckets: [Group.Bucket] = [],
        at place: UInt32 = GroupMod.allBuckets
    ) -> GroupMod {
        GroupMod(command: command, id: id, group: Group.Contents(kind: kind, buckets: buckets), commandBucket: place)
    }

    private func flow(_ command: FlowMod.Command, toGroup id: UInt32?, priority: UInt16 = 1) -> FlowMod {
        FlowMod(command: command, table: 0, match: Match(), priority: priority, actions: id.map { [.group($0)] } ?? [])
    }

    private func refused(_ tables: FlowTables, _ change: GroupMod, _ code: OpenFlowError.Code) {
        do {
            try tables.apply(change)
            Issue.record("not refused")
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func additionsModificationsAndDeletionsAreChecked() throws {
        let tables = FlowTables()
        refused(tables, change(.modify, 1), .unknownGroup)
        try tables.apply(change(.add, 1, .select, [bucket(0), bucket(1)]))
        refused(tables, change(.add, 1), .groupExists)
        refused(tables, change(.add, 0xffff_ff01), .invalidGroup)
        refused(tables, change(.add, 2, .indirect, []), .invalidGroup)
        refused(tables, change(.add, 2, .all, [bucket(0, watch: 1)]), .watchUnsupported)
        refused(tables, change(.add, 2, .fastFailover, [bucket(0)]), .invalidGroup)
        refused(tables, change(.add, 2, .all, [bucket(3), bucket(3)]), .badBucket)
        #expect(tables.groups.all.map(\.id) == [1])
        try tables.apply(change(.addOrModify, 2, .fastFailover, [bucket(0, watch: 1)]))
        try tables.apply(change(.addOrModify, 2, .indirect, [bucket(0)]))
        #expect(tables.groups[2]?.kind == .indirect)
        try tables.apply(change(.delete, 1))
        // Deleting what is not there is no error.
        try tables.apply(change(.delete, 1))
        #expect(tables.groups.all.map(\.id) == [2])
        try tables.apply(change(.delete, GroupMod.allGroups))
        #expect(tables.groups.count == 0)
    }

    @Test func bucketsAreInsertedAndRemovedWhereAsked() throws {
        let tables = FlowTables()
        try tables.apply(change(.add, 1, .all, [bucket(1), bucket(2)]))
        let group = try #require(tables.groups[1])
        group.credit(packets: 5, bytes: 50)
        group.buckets[1].credit(packets: 3, bytes: 30)
        try tables.apply(change(.insertBucket, 1, .all, [bucket(7)], at: 1))
        #expect(group.buckets.map(\.contents.id) == [1, 7, 2])
        #expect(group.buckets.map(\.packets) == [0, 0, 3])
        try tables.apply(change(.insertBucket, 1, .all, [bucket(8)], at: GroupMod.firstBucket))
        try tables.apply(change(.insertBucket, 1, .all, [bucket(9)], at: GroupMod.lastBucket))
        #expect(group.buckets.map(\.contents.id) == [8, 1, 7, 2, 9])
        refused(tables, change(.insertBucket, 1, .all, [bucket(8)], at: GroupMod.lastBucket), .bucketExists)
        refused(tables, change(.insertBucket, 1, .all, [bucket(10)], at: 77), .unknownBucket)
        refused(tables, change(.removeBucket, 1, at: 77), .unknownBucket)
        try tables.apply(change(.removeBucket, 1, at: 7))
        try tables.apply(change(.removeBucket, 1, at: GroupMod.firstBucket))
        try tables.apply(change(.removeBucket, 1, at: GroupMod.lastBucket))
        #expect(group.buckets.map(\.contents.id) == [1, 2])
        #expect(group.buckets.map(\.packets) == [0, 3] && group.packets == 5)
        try tables.apply(change(.removeBucket, 1, at: GroupMod.allBuckets))
        #expect(group.buckets.isEmpty)
        // A modification keeps the group's own counters and begins the buckets' anew.
        try tables.apply(change(.modify, 1, .all, [bucket(2)]))
        #expect(group.packets == 5 && group.buckets.map(\.packets) == [0])
    }

    @Test func loopsAreRefusedHoweverLong() throws {
        let tables = FlowTables()
        refused(tables, change(.add, 1, .all, [bucket(0, [.group(1)])]), .groupLoop)
        try tables.apply(change(.add, 1, .all, [bucket(0, [.group(2)])]))
        try tables.apply(change(.add, 2, .all, [bucket(0, [.clone([.group(3)])])]))
        refused(tables, change(.add, 3, .all, [bucket(0, [.group(1)])]), .groupLoop)
        try tables.apply(change(.add, 3, .all, []))
        refused(
            tables, change(.insertBucket, 3, .all, [bucket(0, [.group(1)])], at: GroupMod.lastBucket), .groupLoop)
        #expect(tables.groups[3]?.buckets.isEmpty == true)
        // A diamond is no loop.
        try tables.apply(change(.add, 4, .all, [bucket(0, [.group(2)]), bucket(1, [.group(3)])]))
    }

    @Test func rulesNeedTheirGroupAndGoWithIt() throws {
        let tables = FlowTables()
        #expect(throws: OpenFlowError(.badOutGroup, "group 1 does not exist")) {
            try tables.apply(flow(.add, toGroup: 1))
        }
        try tables.apply(change(.add, 1, .all, []))
        try tables.apply(change(.add, 2, .all, []))
        try tables.apply(flow(.add, toGroup: 1))
        try tables.apply(flow(.add, toGroup: 2, priority: 2))
        var nested = flow(.add, toGroup: nil, priority: 3)
        nested.actions = [.writeActions([.group(1)])]
        try tables.apply(nested)
        let group = try #require(tables.groups[1])
        #expect(tables.referenceCount(of: group) == 2)
        #expect(throws: OpenFlowError.self) { try tables.apply(flow(.modify, toGroup: 9)) }
        var deletion = flow(.delete, toGroup: nil)
        deletion.table = nil
        deletion.outGroup = 2
        #expect(try tables.apply(deletion).map(\.rule.priority) == [2])
        let gone = try tables.apply(change(.delete, 1))
        #expect(Set(gone.map(\.rule.priority)) == [1, 3] && gone.allSatisfy { $0.reason == .groupDelete })
        #expect(tables.ruleCount == 0 && tables.referenceCount(of: group) == 0 && tables.actionLists.count == 0)
    }

    @Test func changesOfGroupsInUseConcernEveryFlow() throws {
        let tables = FlowTables()
        var notes: [Bool] = []
        tables.changed = { notes.append($0.isGlobal) }
        try tables.apply(change(.add, 1, .all, [bucket(0, [.group(2)])]))
        #expect(notes.isEmpty)
        // Group 1 has waited for this one.
        try tables.apply(change(.add, 2, .all, []))
        #expect(notes == [true])
        try tables.apply(change(.modify, 2, .all, [bucket(0)]))
        try tables.apply(change(.delete, 1))
        #expect(notes == [true, true])
    }

    @Test func livenessFollowsPortsAndGroups() throws {
        let tables = FlowTables()
        var watching = Group.Bucket(id: 0, actions: [])
        watching.watchGroup = 2
        try tables.apply(change(.add, 1, .fastFailover, [watching, bucket(1, watch: 9)]))
        let group = try #require(tables.groups[1])
        #expect(tables.groups.firstLive(group) { _ in true }?.contents.id == 1)
        try tables.apply(change(.add, 2, .fastFailover, [bucket(0, watch: 3)]))
        #expect(tables.groups.firstLive(group) { $0.rawValue == 3 }?.contents.id == 0)
        #expect(tables.groups.firstLive(group) { $0.rawValue == 9 }?.contents.id == 1)
        #expect(tables.groups.firstLive(group) { _ in false } == nil)
        // Groups that watch each other are not alive by that.
        var back = Group.Bucket(id: 0, actions: [])
        back.watchGroup = 1
        try tables.apply(change(.modify, 2, .fastFailover, [back]))
        try tables.apply(change(.modify, 1, .fastFailover, [watching]))
        #expect(tables.groups.firstLive(group) { _ in true } == nil)
    }
}
