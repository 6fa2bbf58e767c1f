/// Bridges, ports and interfaces that commands name.
extension CommandContext {
    /// The bridge `name`; nil when there is none and there need not be one.
    func findBridge(_ name: String) throws -> BridgeModel.Bridge? {
        let bridge = model.bridges[name]
        transaction.verify(root, \Tables.Root.bridges)
        return bridge
    }

    /// The bridge `name`.
    func bridge(_ name: String) throws -> BridgeModel.Bridge {
        guard let bridge = try findBridge(name) else { throw CommandError("no bridge named \(name)") }
        return bridge
    }

    /// The row of the bridge `name`, which must not be a VLAN.
    func realBridge(_ name: String) throws -> RowID {
        guard let row = try bridge(name).row else { throw CommandError("\(name) is a fake bridge") }
        return row
    }

    /// The port `name`; nil when there is none and there need not be one. A bridge's own port does not count.
    func findPort(_ name: String) -> BridgeModel.Port? {
        verifyPorts()
        return model.ports[name].flatMap { $0.bridge.name == name ? nil : $0 }
    }

    /// The port `name`.
    func port(_ name: String) throws -> BridgeModel.Port {
        guard let port = findPort(name) else { throw CommandError("no port named \(name)") }
        return port
    }

    /// The interface `name`; nil when there is none and there need not be one. A bridge's own does not count.
    func findInterface(_ name: String) -> BridgeModel.Interface? {
        verifyPorts()
        return model.interfaces[name].flatMap { $0.port.bridge.name == name ? nil : $0 }
    }

    /// The interface `name`.
    func interface(_ name: String) throws -> BridgeModel.Interface {
        guard let interface = findInterface(name) else { throw CommandError("no interface named \(name)") }
        return interface
    }

    /// - Throws: when the name of something new, `what`, is taken.
    func checkFree(_ name: String, for what: String) throws {
        verifyPorts()
        let attempt = "cannot create \(what) named \(name)"
        if model.bridges[name] != nil {
            throw CommandError("\(attempt) because a bridge named \(name) already exists")
        }
        if let port = model.ports[name] {
            throw CommandError("\(attempt) because a port named \(name) already exists on bridge \(port.bridge.name)")
        }
        if let interface = model.interfaces[name] {
            throw CommandError(
                "\(attempt) because an interface named \(name) already exists on bridge "
                    + interface.port.bridge.name)
        }
    }
}
