import OpenFlow

extension Switch {
    /// Rules with exact counters, learned addresses and what controllers have set, of every bridge.
    public func handOver() -> [UInt8] {
        revalidator.creditAll()
        var writer = ByteWriter()
        for bridge in bridges.values {
            let addresses = bridge.macTable.entries.map {
                BridgeHandOver.Address(mac: $0.mac, vlan: $0.vlan, port: $0.port, ageSeconds: $0.ageSeconds)
            }
            // A port that somebody else has put up since is up.
            let ports = bridge.ports.map { ($0.name, $0.openFlowConfiguration & $0.openFlowDescription.configuration) }
            BridgeHandOver(
                name: bridge.name, rules: bridge.flowTables.handOver(), addresses: addresses,
                ports: Dictionary(uniqueKeysWithValues: ports.filter { $0.1 != 0 }), fragments: bridge.fragmentFlags,
                election: bridge.service?.election
            ).write(to: &writer)
        }
        return writer.bytes
    }

    /// Bridges of these names, when they are made, begin with what ``handOver()`` of another process image gave.
    public func expect(_ bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        do {
            while reader.remaining > 0 {
                let bridge = try BridgeHandOver(&reader)
                expected[bridge.name] = bridge
            }
        } catch {
            log.error("what the process before has left cannot be read: \(error)")
        }
    }

    /// Gives a new bridge its rules of before, and how it is to match fragments.
    func takeOver(_ bridge: Bridge) {
        guard let before = expected[bridge.name] else { return }
        _ = bridge.setFragmentFlags(before.fragments)
        _ = bridge.flowTables.removeAll()
        do {
            try bridge.flowTables.takeOver(before.rules)
        } catch {
            log.error("bridge \(bridge.name): flows of before are lost: \(error)")
        }
    }

    /// Gives a new port what a controller had set of it, and the addresses that were behind it.
    func takeOver(_ port: BridgePort) {
        guard let before = expected[port.bridge.name] else { return }
        if let configuration = expected[port.bridge.name]?.ports.removeValue(forKey: port.name) {
            port.openFlowConfiguration = configuration
            if configuration & PortConfigurationBits.down != 0, let id = port.portID { datapath.setPortUp(id, false) }
        }
        for address in before.addresses where address.port == port.number {
            if let age = address.ageSeconds {
                port.bridge.macTable.learn(
                    address.mac, vlan: address.vlan, on: port.number, at: clock() - .seconds(age))
            } else {
                port.bridge.macTable.addStatic(address.mac, vlan: address.vlan, port: port.number)
            }
        }
        expected[port.bridge.name]?.addresses.removeAll { $0.port == port.number }
    }
}
