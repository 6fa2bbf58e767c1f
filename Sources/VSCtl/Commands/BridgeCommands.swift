import Glibc
import OVSDB

/// Commands over bridges.
enum BridgeCommands {
    static let all: [CommandSyntax] = [
        .bridges("add-br", 1...3, "NEW-BRIDGE [PARENT] [NEW-VLAN]", options: ["--may-exist"], mayWrite: true, run: add),
        .over(
            {
                $0.addBridges()
                $0.add("Flow_Sample_Collector_Set", "bridge")
            }, "del-br", 1...1, "BRIDGE", options: ["--if-exists"], mayWrite: true, run: delete),
        .bridges("list-br", options: ["--real", "--fake"], run: list),
        .bridges("br-exists", 1...1, "BRIDGE") { context in
            if try context.findBridge(context.argument(0)) == nil { throw CommandError(status: 2) }
        },
        .bridges("br-to-vlan", 1...1, "BRIDGE") { context in
            context.print(String(try context.bridge(context.argument(0)).vlan))
        },
        .bridges("br-to-parent", 1...1, "BRIDGE") { context in
            context.print(try context.bridge(context.argument(0)).real.name)
        },
        .over(
            externalIDColumns, "br-set-external-id", 2...3, "BRIDGE KEY [VALUE]", mayWrite: true, run: setExternalID),
        .over(externalIDColumns, "br-get-external-id", 1...2, "BRIDGE [KEY]", run: getExternalID),
    ]

    // MARK: Adding

    private static func add(_ context: CommandContext) throws {
        let name = context.argument(0)
        guard !name.isEmpty else { throw CommandError("bridge name must not be empty string") }
        var parentName: String?
        var vlan: Int32 = 0
        switch context.count {
        case 1: break
        case 3:
            parentName = context.argument(1)
            vlan = atoi(context.argument(2))
            guard 0...4095 ~= vlan else { throw CommandError("add-br: vlan must be between 0 and 4095") }
        default: throw CommandError("'add-br' command takes exactly 1 or 3 arguments")
        }
        if context.has("--may-exist"), let bridge = try context.findBridge(name) {
            try check(bridge, parentName, Int64(vlan))
            return
        }
        try context.checkFree(name, for: "a bridge")
        if let parentName {
            try addVLAN(name, parentName, Int64(vlan), context)
        } else {
            let interface = context.insertInterface(name, type: "internal")
            let port = context.insert("Port", ["name": .string(name), "interfaces": .uuid(interface.uuid)])
            let bridge = context.insert("Bridge", ["name": .string(name), "ports": .uuid(port.uuid)])
            context.attach(bridge, to: "bridges", of: context.root)
        }
        context.forgetModel()
    }

    /// - Throws: when the bridge that is there is not the one wanted.
    private static func check(_ bridge: BridgeModel.Bridge, _ parentName: String?, _ vlan: Int64) throws {
        let name = bridge.name
        guard let parentName else {
            guard bridge.parent != nil else { return }
            throw CommandError(
                "\"--may-exist add-br \(name)\" but \(name) is a VLAN bridge for VLAN \(bridge.vlan)")
        }
        let attempt = "\"--may-exist add-br \(name) \(parentName) \(vlan)\" but \(name)"
        guard let parent = bridge.parent else { throw CommandError("\(attempt) is not a VLAN bridge") }
        guard parent.name == parentName else { throw CommandError("\(attempt) has the wrong parent \(parent.name)") }
        guard bridge.vlan == vlan else {
            throw CommandError("\(attempt) is a VLAN bridge for the wrong VLAN \(bridge.vlan)")
        }
    }

    private static func addVLAN(_ name: String, _ parentName: String, _ vlan: Int64, _ context: CommandContext) throws {
        guard let parent = try context.findBridge(parentName) else {
            throw CommandError("parent bridge \(parentName) does not exist")
        }
        guard let row = parent.row else { throw CommandError("cannot create bridge with fake bridge as parent") }
        if let conflict = parent.children[vlan] {
            throw CommandError(
                "bridge \(parentName) already has a child VLAN bridge \(conflict.name) on VLAN \(vlan)")
        }
        let interface = context.insertInterface(name, type: "internal")
        let port = context.insert(
            "Port",
            [
                "name": .string(name), "interfaces": .uuid(interface.uuid), "fake_bridge": .boolean(true),
                "tag": .integer(vlan),
            ])
        context.attach(port, to: "ports", of: row)
    }

    // MARK: The others

    private static func delete(_ context: CommandContext) throws {
        let name = context.argument(0)
        let bridge = context.has("--if-exists") ? try context.findBridge(name) : try context.bridge(name)
        if let bridge { context.delete(bridge) }
    }

    private static func list(_ context: CommandContext) throws {
        let isAll = !context.has("--real") && !context.has("--fake")
        let wanted = context.model.bridges.values.filter {
            isAll || context.has($0.parent == nil ? "--real" : "--fake")
        }
        context.print(sorted: wanted.map(\.name))
    }

    private static let externalIDColumns: @Sendable (inout ColumnSelection) -> Void = {
        $0.addBridges()
        $0.add("Bridge", "external_ids")
        $0.add("Port", "external_ids")
    }

    /// The row that has a bridge's external IDs, and how their names begin there: those of a VLAN are its port's.
    private static func externalIDs(_ context: CommandContext) throws -> (RowID, prefix: String) {
        let bridge = try context.bridge(context.argument(0))
        let (row, prefix) = bridge.row.map { ($0, "") } ?? (context.model.ports[bridge.name]?.row, "fake-bridge-")
        guard let row else { throw CommandError("no port named \(bridge.name)") }
        context.transaction.verify(row, "external_ids")
        return (row, prefix)
    }

    private static func setExternalID(_ context: CommandContext) throws {
        let (row, prefix) = try externalIDs(context)
        var values = context.transaction[row, "external_ids"].stringMap
        values[prefix + context.argument(1)] = context.count > 2 ? context.argument(2) : nil
        context.transaction.set(row, "external_ids", .map(values))
    }

    private static func getExternalID(_ context: CommandContext) throws {
        let (row, prefix) = try externalIDs(context)
        let values = context.transaction[row, "external_ids"].stringMap
        if context.count > 1 {
            if let value = values[prefix + context.argument(1)] { context.print(value) }
            return
        }
        for key in values.keys.inByteOrder where key.hasPrefix(prefix) {
            context.print("\(key.dropFirst(prefix.count))=\(values[key] ?? "")")
        }
    }
}
