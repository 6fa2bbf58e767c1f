import Datapath
import OpenFlow
import Packets

/// Changes after which a packet's headers are other ones than those that the key tells of.
extension Translator {
    /// Writes a field that says what is behind it. That is read anew, where something looks at it.
    func writeLayout(_ field: MatchField, _ value: UInt128, mask bits: UInt128) {
        lookAt { field.mergeExactMask(into: &$0) }
        var changed = packet.key
        field.set(value, mask: bits, in: &changed)
        switch field.name {
        case "eth_type": setEthernetType(changed.u16(FlowField.ethernetType))
        case "nw_proto": setNetworkProtocol(changed.u8(FlowField.networkProtocol))
        case "mpls_bos": setBottom(changed.u32(FlowField.mplsEntry0) & LabelEdit.bottom)
        default: break
        }
    }

    /// A step that has no other place than here in the row of what is done, and what it puts out of sight. All before
    /// it has been committed.
    func change(by action: DatapathAction, hiding hidden: PacketState.Hidden) {
        actions.append(action)
        packet.shape += 1
        packet.hidden = max(packet.hidden, hidden)
        committed = packet
    }

    private func setEthernetType(_ type: UInt16) {
        let old = packet.ethernetType
        // Where a frame has its length there is no type to write, and what is written must not be taken for one.
        guard type != old, old != EtherType.none, type >= EtherType.smallest else { return }
        commit()
        let isWrapped = [old, type].contains { EtherType.isVLAN($0) || $0 == EtherType.pbb }
        packet.key.setU16(FlowField.ethernetType, type)
        packet.written.setU16(FlowField.ethernetType, .max)
        forgetNetwork()
        packet.labels = LabelEdit(of: packet.key)
        var bits = FlowMask()
        bits.setU16(FlowField.ethernetType, .max)
        change(by: .set(rewrite(.ethernet, bits)), hiding: isWrapped ? .everything : .network)
    }

    private func setNetworkProtocol(_ number: UInt8) {
        guard number != packet.key.u8(FlowField.networkProtocol) else { return }
        commit()
        packet.key.setU8(FlowField.networkProtocol, number)
        packet.written.setU8(FlowField.networkProtocol, .max)
        var bits = FlowMask()
        bits.setU8(FlowField.networkProtocol, .max)
        let isIPv6 = packet.ethernetType == EtherType.ipv6
        change(by: .set(rewrite(isIPv6 ? .ipv6 : .ipv4, bits)), hiding: .network)
    }

    private func setBottom(_ bit: UInt32) {
        lookAtLabels()
        guard let top = packet.labels.top, top & LabelEdit.bottom != bit else { return }
        commit()
        let entry = top ^ LabelEdit.bottom
        packet.key.setU32(FlowField.mplsEntry0, entry)
        packet.key.setU32(FlowField.mplsEntry1, 0)
        packet.key.setU32(FlowField.mplsEntry2, 0)
        packet.labels = LabelEdit(of: packet.key)
        change(by: LabelEdit.rewrite(to: entry), hiding: .network)
    }

    /// The bits of a header as the packet's key has them.
    private func rewrite(_ header: HeaderRewrite.Header, _ bits: FlowMask) -> HeaderRewrite {
        let indices = (0..<bits.extent).filter { bits[$0] != 0 }
        return HeaderRewrite(
            header,
            indices.map { .init(index: UInt8($0), value: packet.key[$0] & bits[$0], mask: bits[$0]) })
    }

    /// What was behind the Ethernet header is not what the key says any more.
    func forgetNetwork() {
        packet.clear(PacketState.networkWords)
        packet.clear(FlowField.mplsEntry0 >> 3..<PacketState.serviceWord + 1)
    }
}
