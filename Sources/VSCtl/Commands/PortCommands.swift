import OVSDB

/// Commands over ports, bonds and interfaces.
enum PortCommands {
    static let all: [CommandSyntax] = [
        .bridges("list-ports", 1...1, "BRIDGE", run: list),
        .bridges(
            "add-port", 2...Int.max, "BRIDGE NEW-PORT [COLUMN[:KEY]=VALUE]...", options: ["--may-exist"],
            mayWrite: true
        ) { context in
            let name = context.argument(1)
            try add(context, interfaces: [name], settings: context.invocation.arguments.dropFirst(2))
        },
        .bridges(
            "del-port", 1...2, "[BRIDGE] PORT|IFACE", options: ["--if-exists", "--with-iface"], mayWrite: true,
            run: delete),
        .bridges("port-to-br", 1...1, "PORT") { context in
            context.print(try context.port(context.argument(0)).bridge.name)
        },
        .bridges(
            "add-bond", 4...Int.max, "BRIDGE BOND IFACE... [COLUMN[:KEY]=VALUE]...",
            options: ["--may-exist", "--fake-iface"], mayWrite: true, run: addBond),
        .bridges("add-bond-iface", 2...2, "BOND IFACE", options: ["--may-exist"], mayWrite: true, run: addToBond),
        .bridges(
            "del-bond-iface", 1...2, "[BOND] IFACE", options: ["--if-exists"], mayWrite: true, run: removeFromBond),
        .bridges("list-ifaces", 1...1, "BRIDGE", run: listInterfaces),
        .bridges("iface-to-br", 1...1, "IFACE") { context in
            context.print(try context.interface(context.argument(0)).port.bridge.name)
        },
    ]

    private static func list(_ context: CommandContext) throws {
        let bridge = try context.bridge(context.argument(0))
        if let row = bridge.realRow { context.transaction.verify(row, \Tables.Bridge.ports) }
        context.print(sorted: bridge.ports.map(\.name).filter { $0 != bridge.name })
    }

    private static func listInterfaces(_ context: CommandContext) throws {
        let bridge = try context.bridge(context.argument(0))
        context.verifyPorts()
        let names = bridge.ports.flatMap(\.interfaces).map(\.name)
        context.print(sorted: names.filter { $0 != bridge.name })
    }

    // MARK: Adding

    private static func addBond(_ context: CommandContext) throws {
        let rest = context.invocation.arguments.dropFirst(2)
        let interfaces = rest.prefix { !$0.contains("=") }
        guard interfaces.count >= 2 else {
            throw CommandError(
                "add-bond requires at least 2 interfaces, but only \(interfaces.count) were specified")
        }
        try add(context, interfaces: Array(interfaces), settings: rest.dropFirst(interfaces.count))
    }

    private static func add(_ context: CommandContext, interfaces: [String], settings: ArraySlice<String>) throws {
        let (bridgeName, name) = (context.argument(0), context.argument(1))
        guard !name.isEmpty else { throw CommandError("port name must not be empty string") }
        guard !interfaces.contains("") else { throw CommandError("interface name must not be empty string") }
        if context.has("--may-exist"), let port = context.findPort(name) {
            try check(port, bridgeName, interfaces, context)
            return
        }
        try context.checkFree(name, for: "a port")
        for interface in interfaces { try context.checkFree(interface, for: "an interface") }
        let bridge = try context.bridge(bridgeName)
        let rows = interfaces.map { context.insertInterface($0) }
        let port = context.insert(Tables.Port.self) {
            $0.name = name
            $0.interfaces = rows.map(\.uuid)
            if context.has("--fake-iface") { $0.bondFakeIface = true }
            if bridge.parent != nil { $0.tag = bridge.vlan }
        }
        for setting in settings {
            try RowSetting(setting, of: port, context).apply(to: port, context.transaction, isLast: false)
        }
        if let row = bridge.realRow { context.attach(port, to: \Tables.Bridge.ports, of: row) }
        let model = context.model
        let noted = model.addPort(name, port, to: bridge, tag: context.transaction[port, \Tables.Port.tag])
        for (name, row) in zip(interfaces, rows) { model.addInterface(name, row, to: noted) }
    }

    /// - Throws: when the port that is there is not the one wanted.
    private static func check(
        _ port: BridgeModel.Port, _ bridgeName: String, _ interfaces: [String], _ context: CommandContext
    ) throws {
        let attempt = "\"\(context.invocation.text)\" but \(port.name)"
        guard port.bridge.name == bridgeName else {
            throw CommandError("\(attempt) is actually attached to bridge \(port.bridge.name)")
        }
        let present = context.transaction.references(port.row, \Tables.Port.interfaces)
            .map { context.transaction[$0, \Tables.Interface.name] }.inByteOrder
        guard present == interfaces.inByteOrder else {
            throw CommandError("\(attempt) actually has interface(s) \(present.joined(separator: ", "))")
        }
    }

    private static func addToBond(_ context: CommandContext) throws {
        let name = context.argument(1)
        let port = try context.port(context.argument(0))
        if context.has("--may-exist"), let interface = context.findInterface(name) {
            if interface.port === port { return }
            throw CommandError(
                "\"\(context.invocation.text)\" but \(name) is actually attached to port \(interface.port.name)")
        }
        try context.checkFree(name, for: "an interface")
        let row = context.insertInterface(name)
        context.transaction.add([row.uuid], to: \Tables.Port.interfaces, of: port.row)
        context.model.addInterface(name, row, to: port)
    }

    // MARK: Removing

    private static func removeFromBond(_ context: CommandContext) throws {
        let name = context.argument(context.count - 1)
        let found = context.has("--if-exists") ? context.findInterface(name) : try context.interface(name)
        guard let interface = found else { return }
        if context.count > 1 {
            let port = try context.port(context.argument(0))
            guard interface.port === port else {
                throw CommandError("port \(port.name) does not have an interface \(name)")
            }
        }
        guard interface.port.interfaces.count > 1 else {
            throw CommandError("cannot delete last interface from port \(interface.port.name)")
        }
        context.transaction.remove([interface.row.uuid], from: \Tables.Port.interfaces, of: interface.port.row)
        context.delete(interface)
    }

    private static func delete(_ context: CommandContext) throws {
        let name = context.argument(context.count - 1)
        guard let port = try deletable(name, context) else { return }
        if context.count == 2 {
            let bridge = try context.bridge(context.argument(0))
            if port.bridge !== bridge {
                let text = "bridge \(bridge.name) does not have a port \(name)"
                guard port.bridge.parent === bridge else { throw CommandError(text) }
                throw CommandError("\(text) (although its child bridge \(port.bridge.name) does)")
            }
        }
        context.delete(port)
    }

    /// The port that `del-port` means; nil when there is none and there need not be one.
    private static func deletable(_ name: String, _ context: CommandContext) throws -> BridgeModel.Port? {
        let mustExist = !context.has("--if-exists")
        if try context.findBridge(name) != nil {
            guard mustExist else { return nil }
            throw CommandError(
                "cannot delete port \(name) because it is the local port for bridge \(name) "
                    + "(deleting this port requires deleting the entire bridge)")
        }
        if context.has("--with-iface") {
            let port = context.findPort(name) ?? context.findInterface(name)?.port
            if port == nil, mustExist { throw CommandError("no port or interface named \(name)") }
            return port
        }
        return mustExist ? try context.port(name) : context.findPort(name)
    }
}
