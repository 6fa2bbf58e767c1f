import Control
import Packets

extension ReplyEncoder {
    /// OFPT_FLOW_REMOVED, or NXT_FLOW_REMOVED on connections that chose NXM.
    ///
    /// - Parameter reason: OFPRR_* as version 1.4 numbers them.
    @ControlActor
    func flowRemoved(
        _ rule: Rule, reason: UInt8, isNicira: Bool, now: ContinuousClock.Instant
    ) -> OpenFlowMessage {
        let reason = known(reason)
        if isNicira {
            return experimenter(NiciraType.identifier, NiciraType.flowRemoved, 0) { writer in
                writer.u64(rule.cookie)
                writer.u16(rule.priority)
                writer.u8(reason)
                writer.u8(rule.table &+ 1)
                writer.duration(now - rule.created)
                writer.u16(rule.idleTimeoutSeconds)
                let lengthOffset = writer.count
                writer.u16(0)
                writer.u64(rule.packets)
                writer.u64(rule.bytes)
                writer.patch(writer.matchNXM(rule.match), at: lengthOffset)
            }
        }
        return message(.flowRemoved, 0) { writer in
            if version >= .v15 { return flowRemoved15(rule, reason, now, into: &writer) }
            if version == .v10 { Match10.encode(rule.match, into: &writer) }
            writer.u64(rule.cookie)
            writer.u16(rule.priority)
            writer.u8(reason)
            writer.u8(version == .v10 ? 0 : rule.table)
            writer.duration(now - rule.created)
            writer.u16(rule.idleTimeoutSeconds)
            writer.u16(version < .v12 ? 0 : rule.hardTimeoutSeconds)
            writer.u64(rule.packets)
            writer.u64(rule.bytes)
            if version != .v10 { writer.match(rule.match, version) }
        }
    }

    @ControlActor
    private func flowRemoved15(
        _ rule: Rule, _ reason: UInt8, _ now: ContinuousClock.Instant, into writer: inout ByteWriter
    ) {
        writer.u8(rule.table)
        writer.u8(reason)
        writer.u16(rule.priority)
        writer.u16(rule.idleTimeoutSeconds)
        writer.u16(rule.hardTimeoutSeconds)
        writer.u64(rule.cookie)
        writer.match(rule.match, version)
        FlowCounters(duration: now - rule.created, packets: rule.packets, bytes: rule.bytes).encode(into: &writer)
    }

    /// Before version 1.4 nothing is known of meters: a flow that goes with one was deleted.
    private func known(_ reason: UInt8) -> UInt8 {
        reason == 4 && version < .v14 ? 2 : reason
    }

    // MARK: Flow monitors

    /// NXST_FLOW_MONITOR, ONFST_FLOW_MONITOR or OFPMP_FLOW_MONITOR: the answer to a request, or with number 0 what
    /// happened since.
    func flowMonitor(_ updates: [FlowUpdate], _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = monitorReply(transaction)
        for update in updates { add(update, to: &reply) }
        return reply.messages()
    }

    /// The reply without entries; ``add(_:to:)`` adds them.
    func monitorReply(_ transaction: UInt32) -> MultipartWriter {
        switch version {
        case .v10, .v11, .v12:
            MultipartWriter(
                version: version, type: 0, transaction: transaction, niciraSubtype: NiciraType.Multipart.flowMonitor,
                tunnelOptions: tunnelOptions)
        case .v13:
            MultipartWriter(
                version: version, onfSubtype: ONFType.flowMonitor, transaction: transaction,
                tunnelOptions: tunnelOptions)
        case .v14, .v15:
            MultipartWriter(
                version: version, type: MultipartType.flowMonitor, transaction: transaction,
                tunnelOptions: tunnelOptions)
        }
    }

    func add(_ update: FlowUpdate, to reply: inout MultipartWriter) {
        reply.add { writer in
            switch update {
            case .abbreviated(let transaction):
                writer.u16(8)
                writer.u16(version < .v14 ? 3 : 4)
                writer.u32(transaction)
            case .full(let flow):
                writer.u16(0)
                version < .v14 ? update10(flow, into: &writer) : update14(flow, into: &writer)
                writer.patch(writer.count, at: 0)
            }
        }
    }

    private func update10(_ flow: FlowUpdate.Flow, into writer: inout ByteWriter) {
        // "Initial" is told as "added"; numbers begin with that.
        writer.u16(max(flow.event.rawValue, 1) - 1)
        writer.u16(UInt16(flow.reason))
        writer.u16(flow.priority)
        writer.u16(flow.idleTimeoutSeconds)
        writer.u16(flow.hardTimeoutSeconds)
        let lengthOffset = writer.count
        writer.u16(0)
        writer.u8(flow.table)
        writer.zeros(1)
        writer.u64(flow.cookie)
        if version == .v13 {
            let start = writer.count
            writer.match(flow.match, version)
            writer.patch(writer.count - start, at: lengthOffset)
            InstructionCodec.encode(flow.actions, version: version, match: flow.match, into: &writer)
        } else {
            writer.patch(writer.matchNXM(flow.match), at: lengthOffset)
            ActionCodec.encode(flow.actions, version: version, match: flow.match, into: &writer)
        }
    }

    private func update14(_ flow: FlowUpdate.Flow, into writer: inout ByteWriter) {
        writer.u16(flow.event.rawValue)
        writer.u8(flow.table)
        writer.u8(flow.reason)
        writer.u16(flow.idleTimeoutSeconds)
        writer.u16(flow.hardTimeoutSeconds)
        writer.u16(flow.priority)
        writer.zeros(4)
        writer.u64(flow.cookie)
        writer.match(flow.match, version)
        InstructionCodec.encode(flow.actions, version: version, match: flow.match, into: &writer)
    }

    /// Says that updates pause because the peer does not read them.
    func flowMonitorPaused() -> OpenFlowMessage {
        paused(NiciraType.flowMonitorPaused, ONFType.flowMonitorPaused, event: 5)
    }

    /// Says that updates are complete again.
    func flowMonitorResumed() -> OpenFlowMessage {
        paused(NiciraType.flowMonitorResumed, ONFType.flowMonitorResumed, event: 6)
    }

    private func paused(_ nicira: UInt32, _ onf: UInt32, event: UInt16) -> OpenFlowMessage {
        switch version {
        case .v10, .v11, .v12:
            return experimenter(NiciraType.identifier, nicira, 0)
        case .v13:
            return experimenter(ONFType.identifier, onf, 0)
        case .v14, .v15:
            return message(.multipartReply, 0) { writer in
                writer.u16(MultipartType.flowMonitor)
                writer.zeros(6)
                writer.u16(8)
                writer.u16(event)
                writer.zeros(4)
            }
        }
    }
}
