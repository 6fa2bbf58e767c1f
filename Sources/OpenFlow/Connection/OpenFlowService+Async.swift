import Control

/// What connections are told without having asked.
extension OpenFlowService {
    /// Sends OFPT_FLOW_REMOVED about rules that wanted it, to connections that want it.
    public func flowsRemoved(_ removed: [RemovedRule]) {
        guard !connections.isEmpty, let tables = bridge?.flowTables else { return }
        for removal in removed where removal.rule.sendsFlowRemoved {
            guard let reason = removal.reason.wireValue else { continue }
            for connection in connections.values where connection.wants(\.flowRemoved, reason: reason) {
                guard let version = connection.version else { continue }
                let encoder = ReplyEncoder(version: version)
                connection.send([
                    encoder.flowRemoved(
                        removal.rule, reason: reason, isNicira: version == .v10 && connection.prefersNicira,
                        now: tables.now)
                ])
            }
        }
    }

    /// Sends OFPT_PORT_STATUS to connections that want it.
    public func portChanged(_ port: OpenFlowPortDescription, _ change: PortChange) {
        for connection in connections.values where connection.wants(\.portStatus, reason: change.rawValue) {
            guard let version = connection.version else { continue }
            connection.send([ReplyEncoder(version: version).portStatus(port, change)])
        }
    }
}

extension OpenFlowConnection {
    /// Whether unasked-for messages of a kind, for a reason, go to this connection.
    func wants(_ kind: KeyPath<AsyncConfiguration, AsyncConfiguration.Masks>, reason: UInt8) -> Bool {
        // Service connections get none unless they have set a length for misses, as in OVS.
        guard version != nil, reason < 32, self.kind == .primary || missSendLength != 0 else { return false }
        let masks = async[keyPath: kind]
        return (role == .secondary ? masks.secondary : masks.primary) >> UInt32(reason) & 1 != 0
    }
}
