import Control
import Datapath
import OpenFlow
import Packets

extension Switch {
    /// Makes a bridge: opens its LOCAL port, a TAP of the bridge's name, and its OpenFlow sockets. On failure nothing
    /// is
    /// left of it.
    ///
    /// - Parameter local: VLAN, MTU and the like of the LOCAL port; made from the name if nil.
    public func addBridge(
        _ configuration: BridgeConfiguration, local: BridgePortConfiguration? = nil
    ) async throws(SwitchError) -> Bridge {
        let name = configuration.name
        try claim(name)
        defer { busyNames.remove(name) }
        let bridge = Bridge(configuration, owner: self)
        takeOver(bridge)
        var port = local ?? BridgePortConfiguration(name: name, kind: .datapath(Switch.localDevice(of: configuration)))
        port = Switch.adapt(port, toLocalOf: bridge)
        let id = try await open(port, for: bridge)
        let service = OpenFlowService(switch: bridge, runDirectory: runDirectory, tls: tls)
        do {
            try await service.start()
        } catch {
            if let id { await datapath.removePort(id, destroy: true) }
            throw SwitchError(.system, "bridge \(name): could not open its OpenFlow socket: \(error)")
        }
        service.election = expected[name]?.election
        bridge.service = service
        service.onConnectionsChanged = { [weak bridge] in bridge?.followControllers() }
        bridge.packetIn = { [weak service] in service?.send($0) }
        bridge.flowTables.vacancyChanged = { [weak service] in service?.tableChanged($0) }
        bridge.configureService()
        bridges[name] = bridge
        insert(port, number: .local, id: id, into: bridge)
        bridge.followInBandPeers()
        if let id { await datapath.beginReceiving(id) }
        bridge.logIdentity()
        startTicking()
        return bridge
    }

    /// Puts new settings of a bridge in force, as far as they differ; flows survive. No effect on an unknown bridge.
    public func updateBridge(_ configuration: BridgeConfiguration) {
        guard let bridge = bridges[configuration.name], bridge.configuration != configuration else { return }
        bridge.update(configuration)
        if bridge.chooseIdentity() {
            Task { await applyHardware(of: bridge) }
        }
    }

    /// Takes a bridge away with its ports and sockets. `destroy`: its TAPs go too.
    public func removeBridge(_ name: String, destroy: Bool) async {
        guard let bridge = bridges[name] else { return }
        bridges[name] = nil
        expected[name] = nil
        let ports = bridge.ports
        for port in ports { detach(port) }
        let names = ports.map(\.name) + [name]
        busyNames.formUnion(names)
        await bridge.service?.stop()
        bridge.service = nil
        _ = bridge.flowTables.removeAll()
        let datapath = datapath
        await withTaskGroup { group in
            // All at once: each waits for the kernel for a while.
            for port in ports {
                guard let id = port.portID else { continue }
                let isDestroyed = destroy && port.configuration.isTAP
                group.addTask { await datapath.removePort(id, destroy: isDestroyed) }
            }
        }
        busyNames.subtract(names)
        if bridges.isEmpty { stopTicking() }
    }

    /// Takes every bridge away (`exit`; with `--cleanup`, `destroy` is true).
    public func shutdown(destroy: Bool) async {
        for name in bridges.keys.sorted() { await removeBridge(name, destroy: destroy) }
        await revalidator.barrier()
    }

    /// Gives the LOCAL port the bridge's address.
    func applyHardware(of bridge: Bridge) async {
        guard bridges[bridge.name] === bridge, let port = bridge.port(numbered: .local), let id = port.portID else {
            return
        }
        port.configuration = Switch.adapt(port.configuration, toLocalOf: bridge)
        guard case .datapath(let device) = port.configuration.kind else { return }
        do {
            try await datapath.reconfigurePort(id, bridge.completed(device))
        } catch {
            log.error("bridge \(bridge.name): failed to set bridge Ethernet address: \(error)")
        }
    }

    /// What stands behind the LOCAL port of a bridge where no row says anything about it.
    public nonisolated static func localDevice(of bridge: BridgeConfiguration) -> PortConfiguration {
        bridge.isDummy
            ? PortConfiguration(name: bridge.name, kind: .dummy(DummySettings()), typeName: "dummy-internal")
            : PortConfiguration(name: bridge.name, kind: .tap, typeName: "internal")
    }

    /// A LOCAL port is a TAP (or a dummy) of the bridge's name with the bridge's address, whatever its row says.
    static func adapt(_ configuration: BridgePortConfiguration, toLocalOf bridge: Bridge) -> BridgePortConfiguration {
        var result = configuration
        var device = localDevice(of: bridge.configuration)
        if case .datapath(let given) = configuration.kind {
            switch given.kind {
            case .tap where !bridge.configuration.isDummy, .dummy where bridge.configuration.isDummy: device = given
            default: break
            }
        }
        device.macAddress = bridge.hardware
        result.kind = .datapath(device)
        return result
    }
}
