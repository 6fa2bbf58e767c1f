import Control
import Datapath
import OpenFlow
import Packets

extension Switch {
    /// Adds a port: opens its device and gives it a number. On failure nothing is left of it.
    public func addPort(
        _ configuration: BridgePortConfiguration, to bridgeName: String
    ) async throws(SwitchError) -> BridgePort {
        let bridge = try existingBridge(bridgeName)
        let name = configuration.name
        try claim(name)
        defer { busyNames.remove(name) }
        guard bridge.chooseNumber(for: configuration) != nil else {
            throw SwitchError(.noNumber, "bridge \(bridgeName): no OpenFlow port number is left for \(name)")
        }
        if case .patch(let peer) = configuration.kind, peer.isEmpty || peer == name {
            throw SwitchError(
                .invalid,
                peer.isEmpty
                    ? "\(name): patch type requires valid 'peer' argument"
                    : "\(name): patch peer must not be self")
        }
        let id = try await open(configuration, for: bridge)
        guard bridges[bridgeName] === bridge, let number = bridge.chooseNumber(for: configuration) else {
            if let id { await datapath.removePort(id, destroy: configuration.isTAP) }
            throw SwitchError(.notFound, "bridge \(bridgeName) went away while \(name) was being added")
        }
        let port = insert(configuration, number: number, id: id, into: bridge)
        if let id { await datapath.beginReceiving(id) }
        if bridge.chooseIdentity() { await applyHardware(of: bridge) }
        await followMTU(of: bridge)
        return port
    }

    /// Puts new settings of a port in force: VLANs, a patch's peer, the device's settings. On failure the old ones
    /// stay.
    ///
    /// Another kind or another requested number takes removing and adding, which the caller does.
    public func updatePort(
        _ configuration: BridgePortConfiguration, of bridgeName: String
    ) async throws(SwitchError) {
        let bridge = try existingBridge(bridgeName)
        guard let port = bridge.port(named: configuration.name) else {
            throw SwitchError(.notFound, "bridge \(bridgeName) has no port \(configuration.name)")
        }
        var new = port.isLocal ? Switch.adapt(configuration, toLocalOf: bridge) : configuration
        switch (new.kind, port.configuration.kind) {
        case (.datapath(let device), .datapath(let old)):
            if device != old, let id = port.portID {
                // What no row asks for any more is as it would have been.
                if old.mtu != nil, device.mtu == nil { bridge.memberMTU = bridge.memberMTU ?? 1500 }
                do {
                    try await datapath.reconfigurePort(id, bridge.completed(device))
                } catch {
                    throw SwitchError(.device, error.description)
                }
                guard bridge.port(named: port.name) === port else { return }
                // The bridge may have got another address meanwhile.
                if port.isLocal { new = Switch.adapt(new, toLocalOf: bridge) }
            }
        case (.patch, .patch):
            break
        default:
            throw SwitchError(.invalid, "\(port.name): a port's type changes only by removing and adding it")
        }
        let old = port.configuration
        port.configuration = new
        if old.vlan != new.vlan {
            bridge.macTable.flush(port: port.number, includesStatic: false)
            bridge.changed()
        }
        if old.queueDSCP != new.queueDSCP { bridge.changed() }
        if old.kind != new.kind, port.portID == nil {
            bridge.changed()
            bridgesJoined(to: port).forEach { $0.changed() }
        }
        await followMTU(of: bridge)
    }

    /// Takes a port away; returns when nothing uses its device. `destroy`: a TAP's kernel device goes too.
    public func removePort(_ name: String, from bridgeName: String, destroy: Bool) async {
        guard let bridge = bridges[bridgeName], let port = bridge.port(named: name) else { return }
        detach(port)
        busyNames.insert(name)
        defer { busyNames.remove(name) }
        if let id = port.portID { await datapath.removePort(id, destroy: destroy && port.configuration.isTAP) }
        guard bridges[bridgeName] === bridge else { return }
        if bridge.chooseIdentity() { await applyHardware(of: bridge) }
        await followMTU(of: bridge)
    }

    // MARK: Steps

    private func existingBridge(_ name: String) throws(SwitchError) -> Bridge {
        guard let bridge = bridges[name] else { throw SwitchError(.notFound, "no bridge named \(name)") }
        return bridge
    }

    /// Reserves a port's name until the caller releases it.
    func claim(_ name: String) throws(SwitchError) {
        guard portsByName[name] == nil, bridges[name] == nil, !busyNames.contains(name) else {
            throw SwitchError(.exists, "could not add network device \(name) (File exists)")
        }
        busyNames.insert(name)
    }

    /// Opens the device behind a port; nil for a patch port, which has none.
    func open(_ configuration: BridgePortConfiguration, for bridge: Bridge) async throws(SwitchError) -> PortID? {
        guard case .datapath(let device) = configuration.kind else { return nil }
        do {
            return try await datapath.addPort(bridge.completed(device))
        } catch {
            throw SwitchError(.device, error.description)
        }
    }

    @discardableResult
    func insert(
        _ configuration: BridgePortConfiguration, number: OpenFlowPort, id: PortID?, into bridge: Bridge
    ) -> BridgePort {
        let port = BridgePort(
            configuration, number: number, portID: id, bridge: bridge,
            deviceHardware: id.flatMap { datapath.status(of: $0)?.macAddress }, created: clock())
        portsByName[port.name] = port
        if let id { portsByID[id] = port }
        bridge.insert(port)
        takeOver(port)
        bridgesJoined(to: port).forEach { $0.changed() }
        port.announce()
        bridge.service?.portChanged(port.openFlowDescription, .added)
        return port
    }

    /// Takes a port out of everything but the datapath.
    func detach(_ port: BridgePort) {
        let joined = bridgesJoined(to: port)
        let description = port.openFlowDescription
        portsByName[port.name] = nil
        if let id = port.portID { portsByID[id] = nil }
        port.bridge.remove(port)
        joined.forEach { $0.changed() }
        port.bridge.service?.portChanged(description, .removed)
    }

    /// Bridges with a patch port that names this one: their packets may go another way when it comes or goes.
    private func bridgesJoined(to port: BridgePort) -> [Bridge] {
        guard port.peerName != nil else { return [] }
        return portsByName.values.filter { $0.peerName == port.name && $0.bridge !== port.bridge }.map(\.bridge)
    }
}

extension BridgePortConfiguration {
    /// Whether the port's device is one that the switch makes.
    var isTAP: Bool {
        if case .datapath(let device) = kind, case .tap = device.kind { true } else { false }
    }
}
