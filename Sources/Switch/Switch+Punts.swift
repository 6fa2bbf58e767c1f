import Datapath
import OpenFlow
import Packets

/// Packets for controllers, and what controllers send back.
extension Switch {
    public func punted(_ id: UInt32, key: FlowKey, packet: UnsafeRawBufferPointer) {
        guard let punt = punts[id], let bridge = punt.state.bridge else { return }
        var message = PacketIn(
            frame: Array(packet), reason: punt.reason, metadata: Self.metadata(punt.state, key, bridge))
        message.maxLength = punt.maxLength
        message.table = punt.state.table
        message.cookie = punt.cookie
        message.controllerID = punt.controllerID
        message.userdata = punt.userdata
        if punt.isContinuation { message.continuation = continuation(punt, of: bridge) }
        bridge.packetIn?(message)
    }

    /// What a packet is punted for, as dumps of datapath flows show it; nil for a number that nothing stands for.
    public func puntText(_ id: UInt32) -> String? {
        guard let punt = punts[id] else { return nil }
        let cookie = TextNumber.alternateHex(punt.cookie)
        return "controller(reason=\(punt.reason.rawValue),dont_send=0,continuation=\(punt.isContinuation ? 1 : 0),"
            + "recirc_id=\(id),rule_cookie=\(cookie),controller_id=\(punt.controllerID),max_len=\(punt.maxLength))"
    }

    /// The bridge that a datapath flow's packets come in on, also those that come round.
    public func bridge(of flow: DatapathFlow) -> Bridge? {
        if let (bridge, _) = findBridge(owning: PortID(rawValue: flow.key.host32(FlowField.inPort))) { return bridge }
        let id = flow.key.host32(FlowField.recircID)
        return id == 0 ? nil : recirculations[id]?.bridge
    }

    /// Where in the pipeline a packet was: in_port, tunnel, registers and the like, each exact where it is not zero.
    private static func metadata(_ state: FrozenState, _ key: FlowKey, _ bridge: Bridge) -> Match {
        var values = FlowKey()
        state.restoreMetadata(in: &values)
        values.setHost32(FlowField.actionSetOutput, 0)
        values.setHost32(FlowField.packetMark, key.host32(FlowField.packetMark))
        var match = Match()
        for field in MatchField.packetInFields {
            let value = field.get(values)
            if value != 0 { match.set(field, value) }
        }
        for field in bridge.flowTables.tunnelOptions?.fields(in: values) ?? [] {
            match.setOption(field, field.value(in: values))
        }
        return match
    }

    private func continuation(_ punt: Punt, of bridge: Bridge) -> Continuation {
        var result = Continuation()
        result.bridge = bridge.continuationID
        result.stack = punt.state.stack
        result.table = punt.state.steps.first?.table ?? punt.state.table
        result.cookie = punt.state.steps.first?.cookie ?? punt.cookie
        result.actions = punt.state.flattenedActions
        result.actionSet = punt.state.actionSet
        return result
    }
}

extension Bridge {
    /// NXT_RESUME: goes on with a pipeline that has waited.
    ///
    /// - Throws: `staleContinuation` for what is no continuation of this bridge.
    public func resume(_ resume: Resume) throws(OpenFlowError) {
        guard let continuation = resume.packet.continuation, continuation.bridge == continuationID else {
            throw OpenFlowError(.staleContinuation, "\(name): a continuation of another bridge or life")
        }
        var key = resume.packet.metadata.key
        key.setHost32(FlowField.recircID, 0)
        let state = FrozenState(
            bridge: self, table: continuation.table, metadata: FrozenState.metadata(of: key),
            stack: continuation.stack,
            steps: [
                FrozenStep(actions: continuation.actions, table: continuation.table, cookie: continuation.cookie)
            ],
            actionSet: continuation.actionSet)
        owner?.resume(resume.packet.frame, on: self, state)
    }
}

extension FrozenState {
    /// What is left to do as one list: the outer lists' actions mean their own tables.
    fileprivate var flattenedActions: [Action] {
        steps.flatMap { step in
            step.actions.map { action in
                if case .resubmit(var resubmit) = action, resubmit.table == nil {
                    resubmit.table = step.table
                    return .resubmit(resubmit)
                }
                return action
            }
        }
    }
}

extension MatchField {
    /// Those that a packet-in tells of (OVS: flow_get_metadata).
    fileprivate static let packetInFields: [MatchField] = {
        let names: [String] =
            ["in_port", "tun_id", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst", "tun_flags", "tun_gbp_id",
            "tun_gbp_flags", "metadata", "pkt_mark"] + (0..<16).map { "reg\($0)" }
        return names.compactMap { named($0) }
    }()
}
