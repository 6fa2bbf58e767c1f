import Control
import Packets

extension ReplyEncoder {
    /// OFPMP_FLOW, or NXST_FLOW for those who asked for it.
    @ControlActor
    func flowStatistics(
        _ rules: [Rule], isNicira: Bool, now: ContinuousClock.Instant, _ transaction: UInt32
    ) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.flow, transaction: transaction,
            niciraSubtype: isNicira ? NiciraType.Multipart.flow : nil)
        for rule in rules {
            reply.add { writer in
                if isNicira {
                    flowNicira(rule, now, into: &writer)
                } else if version == .v10 {
                    flow10(rule, now, into: &writer)
                } else {
                    flow13(rule, now, into: &writer)
                }
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    @ControlActor
    private func flow10(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        writer.u16(0)
        writer.u8(rule.table)
        writer.zeros(1)
        Match10.encode(rule.match, into: &writer)
        writer.duration(now - rule.created)
        writer.u16(rule.priority)
        writer.u16(rule.idleTimeoutSeconds)
        writer.u16(rule.hardTimeoutSeconds)
        writer.zeros(6)
        counters(rule, into: &writer)
        ActionCodec.encode(rule.actions, version: version, match: rule.match, into: &writer)
    }

    @ControlActor
    private func flowNicira(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        writer.u16(0)
        writer.u8(rule.table)
        writer.zeros(1)
        writer.duration(now - rule.created)
        writer.u16(rule.priority)
        writer.u16(rule.idleTimeoutSeconds)
        writer.u16(rule.hardTimeoutSeconds)
        let lengthOffset = writer.count
        writer.u16(0)
        writer.u16(Self.age(now - rule.used))
        writer.u16(Self.age(now - rule.modified))
        counters(rule, into: &writer)
        writer.patch(writer.matchNXM(rule.match), at: lengthOffset)
        ActionCodec.encode(rule.actions, version: version, match: rule.match, into: &writer)
    }

    @ControlActor
    private func flow13(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        writer.u16(0)
        writer.u8(rule.table)
        writer.zeros(1)
        writer.duration(now - rule.created)
        writer.u16(rule.priority)
        writer.u16(rule.idleTimeoutSeconds)
        writer.u16(rule.hardTimeoutSeconds)
        var flags: UInt16 = rule.sendsFlowRemoved ? 1 : 0
        if rule.checksOverlap { flags |= 2 }
        if rule.resetsCounts { flags |= 4 }
        if rule.keepsNoPacketCounts { flags |= 8 }
        if rule.keepsNoByteCounts { flags |= 16 }
        writer.u16(flags)
        writer.zeros(4)
        counters(rule, into: &writer)
        writer.match13(rule.match)
        InstructionCodec.encode(rule.actions, version: version, match: rule.match, into: &writer)
    }

    @ControlActor
    private func counters(_ rule: Rule, into writer: inout ByteWriter) {
        writer.u64(rule.cookie)
        writer.u64(rule.packets)
        writer.u64(rule.bytes)
    }

    /// Whole seconds plus one, as NXST_FLOW wants ages; the highest number stands for all longer ones.
    private static func age(_ duration: Duration) -> UInt16 {
        UInt16(clamping: duration.components.seconds.addingReportingOverflow(1).partialValue)
    }

    /// OFPMP_AGGREGATE, NXST_AGGREGATE.
    @ControlActor
    func aggregate(_ rules: [Rule], isNicira: Bool, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.aggregate, transaction: transaction,
            niciraSubtype: isNicira ? NiciraType.Multipart.aggregate : nil)
        reply.add { writer in
            writer.u64(rules.reduce(0) { $0 &+ $1.packets })
            writer.u64(rules.reduce(0) { $0 &+ $1.bytes })
            writer.u32(UInt32(clamping: rules.count))
            writer.zeros(4)
        }
        return reply.messages()
    }

    /// OFPT_FLOW_REMOVED, or NXT_FLOW_REMOVED on connections that chose NXM.
    @ControlActor
    func flowRemoved(
        _ rule: Rule, reason: UInt8, isNicira: Bool, now: ContinuousClock.Instant
    ) -> OpenFlowMessage {
        if isNicira {
            return message(.experimenter, 0) { writer in
                writer.u32(NiciraType.identifier)
                writer.u32(NiciraType.flowRemoved)
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
            if version == .v10 { Match10.encode(rule.match, into: &writer) }
            writer.u64(rule.cookie)
            writer.u16(rule.priority)
            writer.u8(reason)
            writer.u8(version == .v10 ? 0 : rule.table)
            writer.duration(now - rule.created)
            writer.u16(rule.idleTimeoutSeconds)
            writer.u16(version == .v10 ? 0 : rule.hardTimeoutSeconds)
            writer.u64(rule.packets)
            writer.u64(rule.bytes)
            if version != .v10 { writer.match13(rule.match) }
        }
    }
}
