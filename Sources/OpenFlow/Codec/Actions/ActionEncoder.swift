/// Writes actions in the form of one version, as OVS does.
struct ActionEncoder {
    let version: OpenFlowVersion
    /// What is known of packets where the next action stands.
    var headers: HeaderKnowledge
    var writer = ByteWriter()

    init(version: OpenFlowVersion, match: Match) {
        self.version = version
        headers = HeaderKnowledge(match)
    }

    mutating func list(_ actions: some Sequence<Action>) {
        for action in actions {
            encode(action)
            headers.apply(action)
        }
    }

    /// Writes one instruction: some actions that are applied, or one other.
    mutating func instruction(_ actions: ArraySlice<Action>, isApplied: Bool) {
        guard isApplied else { return list(actions) }
        let start = writer.count
        writer.u16(InstructionCodec.applyActions)
        writer.u16(0)
        writer.zeros(4)
        list(actions)
        if writer.count > start + 8 {
            writer.patch(writer.count - start, at: start + 2)
        } else {
            writer.truncate(to: start)
        }
    }

    // MARK: Headers

    /// Writes an action with its header, padding and length.
    private mutating func put(_ type: UInt16, _ body: (inout ByteWriter) -> Void) {
        let start = writer.count
        writer.u16(type)
        writer.u16(0)
        body(&writer)
        writer.pad(from: start)
        writer.patch(writer.count - start, at: start + 2)
    }

    mutating func standard(_ type: UInt16, _ body: (inout ByteWriter) -> Void = { $0.zeros(4) }) { put(type, body) }

    /// - Parameter body: what follows the subtype.
    mutating func nicira(_ subtype: UInt16, _ body: (inout ByteWriter) -> Void = { $0.zeros(6) }) {
        put(0xffff) {
            $0.u32(NiciraType.identifier)
            $0.u16(subtype)
            body(&$0)
        }
    }

    /// An action with one 32-bit argument, which is standard in 1.1 and later and Nicira's in 1.0.
    mutating func argument32(_ value: UInt32, standard type: UInt16, nicira subtype: UInt16) {
        if version == .v10 {
            nicira(subtype) {
                $0.zeros(2)
                $0.u32(value)
            }
        } else {
            standard(type) { $0.u32(value) }
        }
    }

    /// The same with 16 bits.
    mutating func argument16(_ value: UInt16, standard type: UInt16, nicira subtype: UInt16) {
        if version == .v10 { nicira(subtype) { $0.u16(value) } } else { standard(type) { $0.u16(value) } }
    }

    /// The same with 8 bits.
    mutating func argument8(_ value: UInt8, standard type: UInt16, nicira subtype: UInt16) {
        if version == .v10 { nicira(subtype) { $0.u8(value) } } else { standard(type) { $0.u8(value) } }
    }

    /// The same without.
    mutating func plain(standard type: UInt16, nicira subtype: UInt16) {
        if version == .v10 { nicira(subtype) } else { standard(type) }
    }

    // MARK: Dispatch

    private mutating func encode(_ action: Action) {
        switch action {
        case .output, .outputRegister, .outputTruncated, .controller, .enqueue: output(action)
        case .group(let group): argument32(group, standard: 22, nicira: 40)
        case .setVLANID, .setVLANPriority, .popVLAN, .pushVLAN, .setEthernetSource, .setEthernetDestination,
            .pushPBB, .popPBB:
            ethernet(action)
        case .setIPv4Source, .setIPv4Destination, .setDSCP, .setECN, .setTTL, .decrementTTL, .copyTTLOut, .copyTTLIn,
            .setTransportSource, .setTransportDestination:
            network(action)
        case .pushMPLS, .popMPLS, .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .decrementMPLSTTL: mpls(action)
        case .setField(let rewrite): setField(rewrite)
        case .move, .stackPush, .stackPop, .deleteField, .checkPacketLarger: fieldCopy(action)
        case .setTunnelID, .setQueue, .popQueue: metadata(action)
        case .learn(let learning): learn(learning)
        case .multipath(let multipath): self.multipath(multipath)
        case .bundle(let bundle): self.bundle(bundle)
        case .sample(let sample): self.sample(sample)
        case .resubmit, .conjunction, .note, .exit, .finTimeout, .clone, .debugRecirculate, .debugSlowPath:
            pipeline(action)
        case .meter, .clearActions, .writeActions, .writeMetadata, .gotoTable: instruction(action)
        }
    }
}
