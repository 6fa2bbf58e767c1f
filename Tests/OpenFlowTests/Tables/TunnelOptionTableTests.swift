import Control
import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// Fields for options of tunnels as a bridge has them: in use, and handed over.
@Suite @ControlActor
struct TunnelOptionTableTests {
    private func tables(_ lengths: UInt8...) throws -> FlowTables {
        let tables = FlowTables()
        let mappings = lengths.enumerated().map {
            TunnelOptions.mapping(UInt8($0.offset), $0.element, UInt16($0.offset))
        }
        try tables.apply(TLVTableMod(command: .add, mappings: mappings))
        return tables
    }

    private func remove(_ number: UInt16) -> TLVTableMod {
        TLVTableMod(command: .delete, mappings: [TunnelOptions.mapping(0, 4, number)])
    }

    private func flow(_ actions: [Action], _ match: Match = Match()) -> FlowMod {
        FlowMod(command: .add, table: 0, match: match, priority: 1, actions: actions)
    }

    private func isInUse(_ tables: FlowTables, _ number: UInt16) -> Bool {
        let before = tables.tunnelOptions?.mappings
        do {
            try tables.apply(remove(number))
            return false
        } catch {
            #expect(error.code == .tlvInUse && tables.tunnelOptions?.mappings == before)
            return true
        }
    }

    @Test func whatAMatchNamesStays() throws {
        let tables = try tables(4, 4)
        var match = Match()
        // Only that it is there.
        match.setOption(try #require(tables.tunnelOptions?[1]), 0, mask: 0)
        try tables.apply(flow([], match))
        #expect(isInUse(tables, 1))
        #expect(throws: OpenFlowError.self) { try tables.apply(TLVTableMod(command: .clear, mappings: [])) }
        #expect(!isInUse(tables, 0))
        #expect(tables.tunnelOptions?.mappings.map(\.index) == [1])
        try tables.apply(FlowMod(command: .delete, table: nil, match: Match(), priority: 0, actions: []))
        try tables.apply(TLVTableMod(command: .clear, mappings: []))
        #expect(tables.tunnelOptions == nil)
    }

    @Test func whatActionsNameStays() throws {
        let tables = try tables(4)
        let field = try #require(tables.tunnelOptions?[0])
        let range = FieldRange(field)
        let register = FieldRange(try #require(MatchField.named("reg3")))
        var result = LearnAction()
        result.result = FieldRange(field, offset: 3, bits: 1)
        func learning(_ source: LearnAction.Step.Source, _ target: LearnAction.Step.Target) -> Action {
            var learn = LearnAction()
            learn.steps = [.init(source, target, bits: 32)]
            return .learn(learn)
        }
        let lists: [Action] = [
            .setField(FieldRewrite(field, value: 1)), .move(from: range, to: register),
            .move(from: register, to: range),
            .stackPush(range), .stackPop(range), .outputRegister(range, maxLength: 0), .deleteField(field),
            .checkPacketLarger(5, destination: FieldRange(field, offset: 1, bits: 1)), .learn(result),
            learning(.field(range), .output), learning(.field(register), .load(range)),
            learning(.immediate(5), .match(range)), .clone([.clone([.stackPush(range)])]),
            .writeActions([.setField(FieldRewrite(field, value: 1))]),
            .multipath(
                MultipathAction(
                    fields: .ethernetSource, basis: 0, algorithm: .moduloN, maximumLink: 1, argument: 0,
                    destination: range)),
        ]
        for action in lists {
            try tables.apply(flow([action]))
            #expect(isInUse(tables, 0), "\(action)")
            // The same flow with other actions.
            try tables.apply(flow([.stackPush(register)]))
        }
        #expect(!isInUse(tables, 0))
    }

    @Test func whatGroupsNameStays() throws {
        let tables = try tables(4, 4)
        let fields = [try #require(tables.tunnelOptions?[0]), try #require(tables.tunnelOptions?[1])]
        var group = Group.Contents(
            kind: .select, buckets: [Group.Bucket(id: 0, actions: [.setField(FieldRewrite(fields[0], value: 1))])])
        group.selection.method = "hash"
        group.selection.fields = [Group.FieldMask(field: fields[1], mask: 0xff)]
        try tables.apply(GroupMod(command: .add, id: 1, group: group))
        #expect(isInUse(tables, 0) && isInUse(tables, 1))
        try tables.apply(GroupMod(command: .delete, id: 1, group: group))
        #expect(!isInUse(tables, 0) && !isInUse(tables, 1))
    }

    @Test func aRefusedChangeChangesNothing() throws {
        let tables = try tables(4)
        let change = TLVTableMod(
            command: .add, mappings: [TunnelOptions.mapping(7, 4, 7), TunnelOptions.mapping(0, 4, 8)])
        #expect(throws: OpenFlowError.self) { try tables.apply(change) }
        #expect(tables.tunnelOptions?.mappings == [TunnelOptions.mapping(0, 4, 0)])
    }

    @Test func fieldsKeepTheirPlacesInAnotherProcess() throws {
        let old = try tables(4, 120, 8, 120)
        // The places of what is mapped anew are not those that a fresh start would give.
        try old.apply(remove(0))
        try old.apply(remove(2))
        try old.apply(TLVTableMod(command: .add, mappings: [TunnelOptions.mapping(50, 12, 50)]))
        let wide = try #require(old.tunnelOptions?[1])
        let pieces = try #require(old.tunnelOptions?[50])
        var match = Match()
        match.setOption(wide, FieldValue(bytes: Array(1...120)))
        match.setOption(pieces, FieldValue(bytes: Array(1...12)), mask: FieldValue(ones: 90))
        let actions: [Action] = [
            .setField(FieldRewrite(wide, whole: FieldValue(bytes: Array(7...126)))), .stackPush(FieldRange(pieces)),
        ]
        try old.apply(flow(actions, match))
        var group = Group.Contents(kind: .select, buckets: [])
        group.selection.method = "hash"
        group.selection.fields = [Group.FieldMask(field: wide, mask: FieldValue(ones: 900))]
        try old.apply(GroupMod(command: .add, id: 1, group: group))

        let new = FlowTables()
        let bytes = old.handOver()
        try new.takeOver(bytes)
        #expect(new.tunnelOptions?.mappings == old.tunnelOptions?.mappings)
        let format = { (tables: FlowTables) in
            tables.select(RuleSelection()).map {
                MatchFormat.describe($0.match, options: tables.tunnelOptions) + " "
                    + ActionFormat(portName: { _ in nil }).text($0.actions)
            }
        }
        #expect(format(new) == format(old) && format(new).count == 1)
        #expect(new.groups.all.first?.selection.fields.map { "\($0.field) \($0.mask)" }
            == old.groups.all.first?.selection.fields.map { "\($0.field) \($0.mask)" })
        // Broken bytes are refused, not taken at their word.
        var random = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var broken = bytes
            broken[Int.random(in: 0..<60, using: &random)] = UInt8.random(in: 0...255, using: &random)
            try? FlowTables().takeOver(broken)
        }
    }
}
