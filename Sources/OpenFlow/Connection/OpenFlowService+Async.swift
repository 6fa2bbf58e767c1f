import Control

/// What connections are told without having asked.
extension OpenFlowService {
    /// Sends a packet to the connections that have its controller's number and want it.
    ///
    /// Packets go whole, as OVS sends them: since nothing is buffered here, a controller that is to send a packet on
    /// has no other copy of what would be cut off.
    public func send(_ packet: PacketIn) {
        var packet = packet
        packet.maxLength = .max
        for connection in connections.values
        where connection.controllerID == packet.controllerID
            && connection.wants(\.packetIn, reason: packet.reason.rawValue)
        {
            connection.send(packet)
        }
    }

    /// Sends OFPT_FLOW_REMOVED about rules that wanted it, to connections that want it.
    public func flowsRemoved(_ removed: [RemovedRule]) {
        guard !connections.isEmpty, let tables = bridge?.flowTables else { return }
        let removed = removed.filter(\.rule.sendsFlowRemoved)
        guard !removed.isEmpty else { return }
        // Many may be told of many rules: each message is made once for those that speak alike.
        let groups = Dictionary(grouping: connections.values) { $0.version == .v10 && $0.prefersNicira }
        for (isNicira, group) in groups {
            for (version, listeners) in Dictionary(grouping: group, by: \.version) {
                guard let version else { continue }
                let encoder = ReplyEncoder(version: version, tunnelOptions: tunnelOptions)
                tell(removed, encoder, isNicira: isNicira, now: tables.now, to: listeners)
            }
        }
    }

    private func tell(
        _ removed: [RemovedRule], _ encoder: ReplyEncoder, isNicira: Bool, now: ContinuousClock.Instant,
        to listeners: [OpenFlowConnection]
    ) {
        for start in stride(from: 0, to: removed.count, by: 512) {
            var messages: [(OpenFlowMessage, reason: UInt8)] = []
            for removal in removed[start..<min(start + 512, removed.count)] {
                guard let reason = removal.reason.wireValue,
                    listeners.contains(where: { $0.wants(\.flowRemoved, reason: reason) })
                else { continue }
                let message = encoder.flowRemoved(removal.rule, reason: reason, isNicira: isNicira, now: now)
                messages.append((message, reason))
            }
            for listener in listeners {
                listener.send(messages.filter { listener.wants(\.flowRemoved, reason: $0.reason) }.map(\.0))
            }
        }
    }

    /// Sends OFPT_PORT_STATUS to connections that want it.
    public func portChanged(_ port: OpenFlowPortDescription, _ change: PortChange) {
        for connection in connections.values where connection.wants(\.portStatus, reason: change.rawValue) {
            guard let version = connection.version else { continue }
            // Whoever asked for the change knows of it; version 1.5 tells all the same.
            if connection === portModSource, version < .v15 { continue }
            let encoder = ReplyEncoder(version: version, tunnelOptions: tunnelOptions)
            guard change == .added, version > .v10, !port.isLinkDown else {
                connection.send([encoder.portStatus(port, change)])
                continue
            }
            // As in OVS, a port is there first and alive then.
            var new = port
            new.isNotLive = true
            let follows = connection.wants(\.portStatus, reason: PortChange.modified.rawValue)
            connection.send([encoder.portStatus(new, .added)] + (follows ? [encoder.portStatus(port, .modified)] : []))
        }
    }

    /// Sends OFPT_TABLE_STATUS to connections that want it.
    public func tableChanged(_ status: TableStatus) {
        guard let tables = bridge?.flowTables else { return }
        let reason: TableDescription.StatusReason = status.reason == .vacancyDown ? .vacancyDown : .vacancyUp
        for connection in connections.values where connection.wants(\.tableStatus, reason: reason.rawValue) {
            guard let version = connection.version else { continue }
            let encoder = ReplyEncoder(version: version, tunnelOptions: tunnelOptions)
            if let message = encoder.tableStatus(tables.description(of: status.table), reason) {
                connection.send([message])
            }
        }
    }

    /// Tells the other connections that want it of a group-mod or meter-mod (OFPT_REQUESTFORWARD).
    func forward(_ request: Request, _ transaction: UInt32, from source: OpenFlowConnection) {
        // OFPRFR_GROUP_MOD, OFPRFR_METER_MOD.
        let reason: UInt8
        var group: Group.Contents?
        switch request {
        case .groupMod(let change):
            reason = 0
            group = bridge?.flowTables.groups[change.id]?.contents
        case .meterMod: reason = 1
        default: return
        }
        for connection in connections.values
        where connection !== source && connection.wants(\.requestForward, reason: reason) {
            guard let version = connection.version else { continue }
            let encoder = ReplyEncoder(version: version, tunnelOptions: tunnelOptions)
            if let message = encoder.requestForward(request, group: group, transaction) { connection.send([message]) }
        }
    }

    // MARK: Flow monitors

    /// Has the tables tell what happens to rules as long as somebody monitors them.
    func followRules() {
        guard let tables = bridge?.flowTables else { return }
        guard connections.values.contains(where: { !$0.monitors.isEmpty }) else {
            tables.observer = nil
            return
        }
        guard tables.observer == nil else { return }
        tables.observer = { [weak self] events in self?.rulesChanged(events) }
    }

    private func rulesChanged(_ events: FlowEvents) {
        for connection in connections.values where !connection.monitors.isEmpty {
            connection.send(
                updates: connection.monitors.updates(for: events, requester: ObjectIdentifier(connection)))
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
