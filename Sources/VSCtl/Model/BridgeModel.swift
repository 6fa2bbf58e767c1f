import OVSDB

/// Bridges, ports and interfaces by their names, with VLANs of bridges that are treated as bridges themselves
/// (ovs-vsctl(8), "Linux VLAN Bridging Compatibility").
final class BridgeModel {
    /// A bridge, or a VLAN of one.
    final class Bridge {
        let name: String
        /// The row; nil for a VLAN.
        let row: RowID?
        /// The bridge whose VLAN this is.
        let parent: Bridge?
        let vlan: Int64
        var ports: [Port] = []
        /// The VLANs of this bridge that are bridges.
        var children: [Int64: Bridge] = [:]

        init(_ name: String, row: RowID?, parent: Bridge? = nil, vlan: Int64 = 0) {
            self.name = name
            self.row = row
            self.parent = parent
            self.vlan = vlan
        }

        /// The row of the bridge or of its parent; one of the two has one.
        var realRow: RowID? { row ?? parent?.row }
        /// The bridge itself, or whose VLAN it is.
        var real: Bridge { parent ?? self }
    }

    /// A port.
    final class Port {
        let name: String
        let row: RowID
        unowned let bridge: Bridge
        var interfaces: [Interface] = []

        init(_ name: String, _ row: RowID, _ bridge: Bridge) {
            self.name = name
            self.row = row
            self.bridge = bridge
        }
    }

    /// An interface.
    final class Interface {
        let name: String
        let row: RowID
        unowned let port: Port

        init(_ name: String, _ row: RowID, _ port: Port) {
            self.name = name
            self.row = row
            self.port = port
        }
    }

    private(set) var bridges: [String: Bridge] = [:]
    private(set) var ports: [String: Port] = [:]
    private(set) var interfaces: [String: Interface] = [:]

    /// What the database has, with what the commands have changed; `warn` is told of what is odd in it.
    init(_ transaction: DatabaseTransaction, root: RowID, warn: (String) -> Void) {
        let rows = transaction.references(root, \Tables.Root.bridges)
        var real: [Bridge] = []
        for row in rows {
            let name = transaction[row, \Tables.Bridge.name]
            guard bridges[name]?.row == nil else {
                warn("\(name): database contains duplicate bridge name")
                continue
            }
            let bridge = Bridge(name, row: row)
            bridges[name] = bridge
            real.append(bridge)
        }
        for bridge in real { addChildren(of: bridge, transaction, warn) }
        for bridge in real { addPorts(of: bridge, transaction, warn) }
    }

    private func addChildren(of bridge: Bridge, _ transaction: DatabaseTransaction, _ warn: (String) -> Void) {
        guard let row = bridge.row else { return }
        for port in transaction.references(row, \Tables.Bridge.ports) {
            let name = transaction[port, \Tables.Port.name]
            guard let vlan = Self.fakeVLAN(transaction, port), bridges[name] == nil else { continue }
            let child = Bridge(name, row: nil, parent: bridge, vlan: vlan)
            bridges[name] = child
            if let other = bridge.children[vlan] {
                warn(
                    "\(bridge.name): bridge has multiple VLAN bridges (\(name) and \(other.name)) for VLAN \(vlan), "
                        + "but only one is allowed")
            } else {
                bridge.children[vlan] = child
            }
        }
    }

    private func addPorts(of bridge: Bridge, _ transaction: DatabaseTransaction, _ warn: (String) -> Void) {
        guard let row = bridge.row else { return }
        for row in transaction.references(row, \Tables.Bridge.ports) {
            let name = transaction[row, \Tables.Port.name]
            if let other = ports[name] {
                warn("\(name): port is in multiple bridges (\(bridge.name) and \(other.bridge.name))")
                continue
            }
            let port = addPort(name, row, to: bridge, tag: transaction[row, \Tables.Port.tag])
            for row in transaction.references(row, \Tables.Port.interfaces) {
                let name = transaction[row, \Tables.Interface.name]
                if let other = interfaces[name] {
                    warn("\(name): interface is in multiple ports (\(other.port.name) and \(port.name))")
                } else {
                    addInterface(name, row, to: port)
                }
            }
        }
    }

    private static func fakeVLAN(_ transaction: DatabaseTransaction, _ port: RowID) -> Int64? {
        guard transaction[port, \Tables.Port.fakeBridge], let tag = transaction[port, \Tables.Port.tag], 0...4095 ~= tag
        else { return nil }
        return tag
    }

    /// Notes a port of `bridge`, or of the VLAN of it that its tag names.
    @discardableResult
    func addPort(_ name: String, _ row: RowID, to bridge: Bridge, tag: Int64?) -> Port {
        let bridge = tag.flatMap { bridge.children[$0] } ?? bridge
        let port = Port(name, row, bridge)
        bridge.ports.append(port)
        ports[name] = port
        return port
    }

    /// Notes an interface of `port`.
    func addInterface(_ name: String, _ row: RowID, to port: Port) {
        let interface = Interface(name, row, port)
        port.interfaces.append(interface)
        interfaces[name] = interface
    }

    /// Forgets a bridge, whose ports are gone.
    func remove(_ bridge: Bridge) {
        bridge.parent?.children[bridge.vlan] = nil
        bridges[bridge.name] = nil
    }

    /// Forgets a port and its interfaces.
    func remove(_ port: Port) {
        for interface in port.interfaces { interfaces[interface.name] = nil }
        port.bridge.ports.removeAll { $0 === port }
        ports[port.name] = nil
    }

    /// Forgets an interface.
    func remove(_ interface: Interface) {
        interface.port.interfaces.removeAll { $0 === interface }
        interfaces[interface.name] = nil
    }
}
