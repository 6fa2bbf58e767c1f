import Packets

extension ReplyEncoder {
    /// A packet-in as the connection wants it.
    ///
    /// - Parameter limit: bytes of the packet that go along at most, besides what the packet-in says; a packet whose
    ///   pipeline waits goes whole in NXT_PACKET_IN2, since it is to come back.
    func packetIn(_ packet: PacketIn, format: PacketInFormat, limit: UInt16 = .max) -> OpenFlowMessage {
        let kept = packet.frame.prefix(Int(min(packet.maxLength, limit)))
        switch format {
        case .standard: return standard(packet, kept)
        case .nicira: return nicira(packet, kept)
        case .nicira2: return nicira2(packet, packet.continuation == nil ? kept : packet.frame[...])
        }
    }

    private func reason(_ reason: PacketInReason) -> UInt8 {
        switch reason {
        case .noMatch, .action, .invalidTTL:
            reason.rawValue
        case .actionSet, .group, .packetOut:
            version < .v14 ? PacketInReason.action.rawValue : reason.rawValue
        case .explicitMiss:
            version < .v13 ? PacketInReason.action.rawValue : PacketInReason.noMatch.rawValue
        case .implicitMiss:
            PacketInReason.noMatch.rawValue
        }
    }

    private func standard(_ packet: PacketIn, _ frame: ArraySlice<UInt8>) -> OpenFlowMessage {
        message(.packetIn, 0) { writer in
            // Packets are not buffered.
            writer.u32(.max)
            let length = UInt16(clamping: packet.frame.count)
            let port = packet.metadata.inPort
            switch version {
            case .v10:
                writer.u16(length)
                writer.port(port, version)
                writer.u8(reason(packet.reason))
                writer.zeros(1)
            case .v11:
                writer.port(port, version)
                writer.port(port, version)
                writer.u16(length)
                writer.u8(reason(packet.reason))
                writer.u8(packet.table)
            case .v12, .v13, .v14, .v15:
                writer.u16(length)
                writer.u8(reason(packet.reason))
                writer.u8(packet.table)
                if version >= .v13 { writer.u64(packet.cookie) }
                writer.match(packet.metadata, version)
                writer.zeros(2)
            }
            writer.append(frame)
        }
    }

    private func nicira(_ packet: PacketIn, _ frame: ArraySlice<UInt8>) -> OpenFlowMessage {
        experimenter(NiciraType.identifier, NiciraType.packetIn, 0) { writer in
            writer.u32(.max)
            writer.u16(UInt16(clamping: packet.frame.count))
            writer.u8(reason(packet.reason))
            writer.u8(packet.table)
            writer.u64(packet.cookie)
            let lengthOffset = writer.count
            writer.u16(0)
            writer.zeros(6)
            writer.patch(writer.matchNXM(packet.metadata), at: lengthOffset)
            writer.zeros(2)
            writer.append(frame)
        }
    }

    private func nicira2(_ packet: PacketIn, _ frame: ArraySlice<UInt8>) -> OpenFlowMessage {
        experimenter(NiciraType.identifier, NiciraType.packetIn2, 0) { writer in
            property(.packet, into: &writer) { $0.append(frame) }
            if frame.count < packet.frame.count {
                writer.property(PacketInProperty.fullLength.rawValue, UInt32(clamping: packet.frame.count))
            }
            writer.property(PacketInProperty.tableID.rawValue, packet.table)
            if packet.cookie != .max { writer.property(PacketInProperty.cookie.rawValue, packet.cookie) }
            writer.property(PacketInProperty.reason.rawValue, reason(packet.reason))
            property(.metadata, into: &writer) { ExtensibleMatch.encode(packet.metadata, version: version, into: &$0) }
            if let continuation = packet.continuation {
                property(.continuation, into: &writer) { writer in
                    writer.zeros(4)
                    encode(continuation, into: &writer)
                }
            }
            if !packet.userdata.isEmpty { property(.userdata, into: &writer) { $0.append(packet.userdata) } }
        }
    }

    private func property(
        _ kind: PacketInProperty, into writer: inout ByteWriter, _ contents: (inout ByteWriter) -> Void
    ) {
        writer.property(kind.rawValue, contents)
    }

    private func encode(_ continuation: Continuation, into writer: inout ByteWriter) {
        func property(_ kind: ContinuationProperty, _ contents: (inout ByteWriter) -> Void) {
            writer.property(kind.rawValue, contents)
        }
        if !continuation.bridge.isEmpty { property(.bridge) { $0.append(continuation.bridge) } }
        // OVS writes the top first.
        for value in continuation.stack.reversed() { property(.stack) { $0.value(value, 16 * value.partCount) } }
        if continuation.mirrors != 0 { property(.mirrors) { $0.u32(continuation.mirrors) } }
        if continuation.isConntracked { property(.conntracked) { _ in } }
        if !continuation.actions.isEmpty {
            if continuation.table != 0 { writer.property(ContinuationProperty.tableID.rawValue, continuation.table) }
            if continuation.cookie != 0 { writer.property(ContinuationProperty.cookie.rawValue, continuation.cookie) }
            property(.actions) { actions(continuation.actions, into: &$0) }
        }
        if !continuation.actionSet.isEmpty { property(.actionSet) { actions(continuation.actionSet, into: &$0) } }
    }

    private func actions(_ list: [Action], into writer: inout ByteWriter) {
        writer.zeros(4)
        ActionCodec.encode(list, version: version, into: &writer)
    }
}
