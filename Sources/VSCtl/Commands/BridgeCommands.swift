import Glibc
import OVSDB

/// Commands over bridges.
enum BridgeCommands {
    static let all: [CommandSyntax] = [
        .bridges("add-br", 1...3, "NEW-BRIDGE [PARENT] [NEW-VLAN]", options: ["--may-exist"], mayWrite: true, run: add),
        .over(
            {
                $0.addBridges()
                $0.add(Tables.FlowSampleCollectorSet.self, \.bridge)
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
            let port = context.insert(Tables.Port.self) {
                $0.name = name
                $0.interfaces = [interface.uuid]
            }
            let bridge = context.insert(Tables.Bridge.self) {
                $0.name = name
                $0.ports = [port.uuid]
            }
            context.attach(bridge, to: \Tables.Root.bridges, of: context.root)
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
        let port = context.insert(Tables.Port.self) {
            $0.name = name
            $0.interfaces = [interface.uuid]
            $0.fakeBridge = true
            $0.tag = vlan
        }
        context.attach(port, to: \Tables.Bridge.ports, of: row)
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
        $0.add(Tables.Bridge.self, \.externalIDs)
        $0.add(Tables.Port.self, \.externalIDs)
    }

    /// A bridge's external IDs, with what puts others in their place. Those of a VLAN are its port's, with a prefix.
    private struct ExternalIDs {
        let values: [String: String]
        let prefix: String
        let set: ([String: String]) -> Void

        init(_ context: CommandContext) throws {
            let bridge = try context.bridge(context.argument(0))
            let transaction = context.transaction
            if let row = bridge.row {
                transaction.verify(row, \Tables.Bridge.externalIDs)
                values = transaction[row, \Tables.Bridge.externalIDs]
                prefix = ""
                set = { transaction.set(row, \Tables.Bridge.externalIDs, $0) }
            } else {
                guard let row = context.model.ports[bridge.name]?.row else {
                    throw CommandError("no port named \(bridge.name)")
                }
                transaction.verify(row, \Tables.Port.externalIDs)
                values = transaction[row, \Tables.Port.externalIDs]
                prefix = "fake-bridge-"
                set = { transaction.set(row, \Tables.Port.externalIDs, $0) }
            }
        }
    }

    private static func setExternalID(_ context: CommandContext) throws {
        let present = try ExternalIDs(context)
        var values = present.values
        values[present.prefix + context.argument(1)] = context.count > 2 ? context.argument(2) : nil
        present.set(values)
    }

    private static func getExternalID(_ context: CommandContext) throws {
        let present = try ExternalIDs(context)
        if context.count > 1 {
            if let value = present.values[present.prefix + context.argument(1)] { context.print(value) }
            return
        }
        for key in present.values.keys.inByteOrder where key.hasPrefix(present.prefix) {
            context.print("\(key.dropFirst(present.prefix.count))=\(present.values[key] ?? "")")
        }
    }
}
