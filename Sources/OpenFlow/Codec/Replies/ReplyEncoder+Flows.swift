import Control
import Packets

extension ReplyEncoder {
    /// A reply to OFPMP_FLOW, or NXST_FLOW for those who asked for it, without entries, which
    /// ``add(_:to:isNicira:now:)`` adds.
    func flowStatistics(isNicira: Bool, _ transaction: UInt32) -> MultipartWriter {
        MultipartWriter(
            version: version, type: MultipartType.flow, transaction: transaction,
            niciraSubtype: isNicira ? NiciraType.Multipart.flow : nil, tunnelOptions: tunnelOptions)
    }

    /// OFPMP_FLOW, or NXST_FLOW for those who asked for it.
    @ControlActor
    func flowStatistics(
        _ rules: [Rule], isNicira: Bool, now: ContinuousClock.Instant, _ transaction: UInt32
    ) -> [OpenFlowMessage] {
        var reply = flowStatistics(isNicira: isNicira, transaction)
        for rule in rules { add(rule, to: &reply, isNicira: isNicira, now: now) }
        return reply.messages()
    }

    /// Adds a flow to a reply.
    @ControlActor
    func add(_ rule: Rule, to reply: inout MultipartWriter, isNicira: Bool, now: ContinuousClock.Instant) {
        reply.add { writer in
            writer.u16(0)
            switch version {
            case .v10: isNicira ? flowNicira(rule, now, into: &writer) : flow10(rule, now, into: &writer)
            case .v11, .v12, .v13, .v14: flow11(rule, now, into: &writer)
            case .v15: flow15(rule, now, into: &writer)
            }
            writer.patch(writer.count, at: 0)
        }
    }

    @ControlActor
    private func flow10(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        let match = rule.match
        writer.u8(rule.table)
        writer.zeros(1)
        Match10.encode(match, into: &writer)
        writer.duration(now - rule.created)
        timeouts(rule, into: &writer)
        writer.zeros(6)
        counters(rule, into: &writer)
        ActionCodec.encode(rule.actions, version: version, match: match, into: &writer)
    }

    @ControlActor
    private func flowNicira(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        let match = rule.match
        writer.u8(rule.table)
        writer.zeros(1)
        writer.duration(now - rule.created)
        timeouts(rule, into: &writer)
        let lengthOffset = writer.count
        writer.u16(0)
        writer.u16(Self.age(now - rule.used))
        writer.u16(Self.age(now - rule.modified))
        counters(rule, into: &writer)
        writer.patch(writer.matchNXM(match), at: lengthOffset)
        ActionCodec.encode(rule.actions, version: version, match: match, into: &writer)
    }

    @ControlActor
    private func flow11(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        let match = rule.match
        writer.u8(rule.table)
        writer.zeros(1)
        writer.duration(now - rule.created)
        timeouts(rule, into: &writer)
        writer.u16(version >= .v13 ? flags(rule) : 0)
        writer.u16(version >= .v14 ? rule.importance : 0)
        writer.zeros(2)
        counters(rule, into: &writer)
        writer.match(match, version)
        InstructionCodec.encode(rule.actions, version: version, match: match, into: &writer)
    }

    /// OFPMP_FLOW_DESC; OVS tells the counters along with it.
    @ControlActor
    private func flow15(_ rule: Rule, _ now: ContinuousClock.Instant, into writer: inout ByteWriter) {
        let match = rule.match
        writer.zeros(2)
        writer.u8(rule.table)
        writer.zeros(1)
        timeouts(rule, into: &writer)
        writer.u16(flags(rule))
        writer.u16(rule.importance)
        writer.u64(rule.cookie)
        writer.match(match, version)
        FlowCounters(
            duration: now - rule.created, idle: now - rule.used, packets: rule.packets, bytes: rule.bytes
        ).encode(into: &writer)
        InstructionCodec.encode(rule.actions, version: version, match: match, into: &writer)
    }

    /// Version 1.5's OFPMP_FLOW_STATS.
    @ControlActor
    func flowCounters(
        _ rules: [Rule], now: ContinuousClock.Instant, _ transaction: UInt32
    ) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.flowCounters, transaction: transaction, tunnelOptions: tunnelOptions)
        for rule in rules {
            reply.add { writer in
                writer.u16(0)
                writer.zeros(2)
                writer.u8(rule.table)
                // OFPFSR_STATS_REQUEST.
                writer.u8(0)
                writer.u16(rule.priority)
                writer.match(rule.match, version)
                FlowCounters(
                    duration: now - rule.created, idle: now - rule.used, packets: rule.packets, bytes: rule.bytes
                ).encode(into: &writer)
                writer.patch(writer.count, at: 0)
            }
        }
        return reply.messages()
    }

    @ControlActor
    private func timeouts(_ rule: Rule, into writer: inout ByteWriter) {
        writer.u16(rule.priority)
        writer.u16(rule.idleTimeoutSeconds)
        writer.u16(rule.hardTimeoutSeconds)
    }

    /// OFPFF_*.
    @ControlActor
    private func flags(_ rule: Rule) -> UInt16 {
        var flags: UInt16 = rule.sendsFlowRemoved ? 1 : 0
        if rule.checksOverlap { flags |= 2 }
        if rule.resetsCounts { flags |= 4 }
        if rule.keepsNoPacketCounts { flags |= 8 }
        if rule.keepsNoByteCounts { flags |= 16 }
        return flags
    }

    @ControlActor
    private func counters(_ rule: Rule, into writer: inout ByteWriter) {
        writer.u64(rule.cookie)
        writer.u64(rule.packets)
        writer.u64(rule.bytes)
    }

    /// Whole seconds plus one, as NXST_FLOW wants ages; the highest number stands for all longer ones.
    private static func age(_ duration: Duration) -> UInt16 {
        UInt16(clamping: max(duration.components.seconds, 0).addingReportingOverflow(1).partialValue)
    }

    /// OFPMP_AGGREGATE, NXST_AGGREGATE.
    @ControlActor
    func aggregate(_ rules: [Rule], isNicira: Bool, _ transaction: UInt32) -> [OpenFlowMessage] {
        var reply = MultipartWriter(
            version: version, type: MultipartType.aggregate, transaction: transaction,
            niciraSubtype: isNicira ? NiciraType.Multipart.aggregate : nil)
        let packets = rules.reduce(0) { $0 &+ $1.packets }
        let bytes = rules.reduce(0) { $0 &+ $1.bytes }
        let count = UInt32(clamping: rules.count)
        reply.add { writer in
            if version >= .v15 {
                return FlowCounters(packets: packets, bytes: bytes, flows: count).encode(into: &writer)
            }
            writer.u64(packets)
            writer.u64(bytes)
            writer.u32(count)
            writer.zeros(4)
        }
        return reply.messages()
    }
}
