import Glibc
import OVSDB

/// Commands over the mappings of auto-attach.
enum AutoAttachCommands {
    static let all: [CommandSyntax] = [
        .over(columns, "add-aa-mapping", 3...3, "BRIDGE ARG ARG", mayWrite: true, run: add),
        .over(columns, "del-aa-mapping", 3...3, "BRIDGE ARG ARG", mayWrite: true, run: delete),
        .over(columns, "get-aa-mapping", 1...1, "BRIDGE", run: get),
    ]

    private static let columns: @Sendable (inout ColumnSelection) -> Void = {
        $0.addBridges()
        $0.add("Bridge", "auto_attach")
        $0.add("AutoAttach", "mappings")
    }

    /// The mapping that a command line names, and the bridge's row.
    private static func arguments(_ context: CommandContext) throws -> (Atom, Atom, RowID?) {
        let numbers = try (1...2).map { index in
            let text = context.argument(index)
            guard let number = leadingNumber(text) else { throw CommandError("Invalid argument \(text)") }
            return Atom.integer(number)
        }
        return (numbers[0], numbers[1], try context.bridge(context.argument(0)).realRow)
    }

    private static func leadingNumber(_ text: String) -> Int64? {
        text.withCString { start in
            var end: UnsafeMutablePointer<CChar>?
            let number = strtoull(start, &end, 10)
            return end.map { UnsafePointer($0) } == start ? nil : Int64(bitPattern: UInt64(number))
        }
    }

    private static func mappings(_ row: RowID?, _ context: CommandContext) -> (RowID, Datum)? {
        guard let row, let target = context.transaction.references(row, "auto_attach").first else { return nil }
        return (target, context.transaction[target, "mappings"])
    }

    private static func add(_ context: CommandContext) throws {
        let (isid, vlan, bridge) = try arguments(context)
        guard let bridge else { return }
        let mapping = Datum(map: [(isid, vlan)])
        if let (row, present) = mappings(bridge, context) {
            context.transaction.set(row, "mappings", present.values == nil ? mapping : present.union(mapping))
        } else {
            context.set(bridge, "auto_attach", [context.insert("AutoAttach", ["mappings": mapping])])
        }
    }

    private static func delete(_ context: CommandContext) throws {
        let (isid, vlan, bridge) = try arguments(context)
        guard let (row, present) = mappings(bridge, context), let values = present.values,
            let index = present.index(of: isid), values[index] == vlan
        else { return }
        // As OVS does it: other mappings to the same VLAN go too.
        let rest = zip(present.keys, values).filter { $0 != isid && $1 != vlan }
        context.transaction.set(row, "mappings", Datum(map: rest))
    }

    private static func get(_ context: CommandContext) throws {
        guard let bridge = try context.bridge(context.argument(0)).realRow else { return }
        context.transaction.verify(bridge, "auto_attach")
        guard let (row, present) = mappings(bridge, context) else { return }
        context.transaction.verify(row, "mappings")
        for (isid, vlan) in zip(present.keys, present.values ?? []) {
            context.print("\(isid.commandText) \(vlan.commandText)")
        }
    }
}
