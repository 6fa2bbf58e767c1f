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
        $0.add(Tables.Bridge.self, \.autoAttach)
        $0.add(Tables.AutoAttach.self, \.mappings)
    }

    /// The mapping that a command line names.
    private struct Mapping {
        let service: Int64
        let vlan: Int64

        init(_ context: CommandContext) throws {
            service = try Self.number(context.argument(1))
            vlan = try Self.number(context.argument(2))
        }

        /// The number that `text` begins with.
        private static func number(_ text: String) throws -> Int64 {
            let number: Int64? = text.withCString { start in
                var end: UnsafeMutablePointer<CChar>?
                let number = strtoull(start, &end, 10)
                return end.map { UnsafePointer($0) } == start ? nil : Int64(bitPattern: UInt64(number))
            }
            guard let number else { throw CommandError("Invalid argument \(text)") }
            return number
        }
    }

    /// The row of the bridge's mappings, and the mappings.
    private static func mappings(_ bridge: RowID, _ context: CommandContext) -> (row: RowID, all: [Int64: Int64])? {
        context.transaction.references(bridge, \Tables.Bridge.autoAttach).first.map {
            ($0, context.transaction[$0, \Tables.AutoAttach.mappings])
        }
    }

    private static func add(_ context: CommandContext) throws {
        let mapping = try Mapping(context)
        guard let bridge = try context.bridge(context.argument(0)).realRow else { return }
        if let (row, present) = mappings(bridge, context) {
            let all = present.merging([mapping.service: mapping.vlan]) { old, _ in old }
            context.transaction.set(row, \Tables.AutoAttach.mappings, all)
        } else {
            let row = context.insert(Tables.AutoAttach.self) { $0.mappings = [mapping.service: mapping.vlan] }
            context.transaction.set(bridge, \Tables.Bridge.autoAttach, row.uuid)
        }
    }

    private static func delete(_ context: CommandContext) throws {
        let mapping = try Mapping(context)
        guard let bridge = try context.bridge(context.argument(0)).realRow,
            let (row, present) = mappings(bridge, context), present[mapping.service] == mapping.vlan
        else { return }
        // As OVS does it: other mappings to the same VLAN go too.
        let rest = present.filter { $0.key != mapping.service && $0.value != mapping.vlan }
        context.transaction.set(row, \Tables.AutoAttach.mappings, rest)
    }

    private static func get(_ context: CommandContext) throws {
        guard let bridge = try context.bridge(context.argument(0)).realRow else { return }
        context.transaction.verify(bridge, \Tables.Bridge.autoAttach)
        guard let (row, present) = mappings(bridge, context) else { return }
        context.transaction.verify(row, \Tables.AutoAttach.mappings)
        for (service, vlan) in present.sorted(by: { $0.key < $1.key }) { context.print("\(service) \(vlan)") }
    }
}
