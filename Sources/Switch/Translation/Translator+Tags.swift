import OpenFlow
import Packets

/// VLAN tags, and the service tags of IEEE 802.1ah.
extension Translator {
    func performTagAction(_ action: Action) {
        let tags = VLANStack(of: packet.key)
        switch action {
        case .pushVLAN(let type): pushTag(type)
        case .popVLAN:
            mask[VLANStack.wordIndex] = ~0
            packet.vlans.pop()
            packet.showTags()
        case .setVLANID(let id, let mayPush):
            guard lookForTag() || mayPush else { return }
            setTag(tags.outerTCI & 0xe000 | id & 0xfff | FlowField.vlanPresent)
        case .setVLANPriority(let priority, let mayPush):
            guard lookForTag() || mayPush else { return }
            setTag(tags.outerTCI & 0xfff | UInt16(priority & 7) << 13 | FlowField.vlanPresent)
        default: break
        }
    }

    /// A new outer tag, of VLAN 0 and priority 0 (OVS differs from OpenFlow 1.3.5 section 5.12, table 6, where it
    /// begins as a copy of the one outside now, and controllers know it so).
    private func pushTag(_ type: UInt16) {
        mask[VLANStack.wordIndex] = ~0
        packet.vlans.push(tpid: type, tci: 0)
        packet.showTags()
    }

    /// Whether the packet has a tag, which is looked at.
    private func lookForTag() -> Bool {
        mask.setU16(FlowField.outerTCI, mask.u16(FlowField.outerTCI) | FlowField.vlanPresent)
        return VLANStack(of: packet.key).isTagged
    }

    /// Makes the outer tag's TCI this one; without the present bit there is no tag then.
    func setTag(_ tci: UInt16) {
        mask[VLANStack.wordIndex] = ~0
        let tags = VLANStack(of: packet.key)
        guard tci != tags.outerTCI else { return }
        if tci & FlowField.vlanPresent == 0 {
            packet.vlans.pop()
        } else {
            packet.vlans.replaceOuter(tpid: tags.isTagged ? tags.outerTPID : EtherType.vlan, tci: tci)
        }
        packet.showTags()
    }

    /// The frame in front of the frame: a backbone header with a service tag (OpenFlow 1.3.5 section 5.12).
    func performServiceAction(_ action: Action) {
        switch action {
        case .pushPBB:
            mask[VLANStack.wordIndex] = ~0
            lookAtType()
            let isNested = packet.ethernetType == EtherType.pbb
            if isNested { lookAtService() }
            let priority = VLANStack(of: packet.key).outerPriority
            commit()
            let tag = UInt32(priority) << 16 | (isNested ? packet.key.u32(FlowField.serviceInstance) >> 8 : 0)
            actions.append(.pushPBB(tag: tag))
            showService(tag)
        case .popPBB:
            lookAtType()
            guard packet.ethernetType == EtherType.pbb else { return }
            commit()
            change(by: .popPBB, hiding: .everything)
        default: break
        }
    }

    private func lookAtService() {
        lookAt { $0.setU32(FlowField.serviceInstance, .max) }
    }

    /// Makes the key that of a packet behind a new service tag. Source and destination stay; the rest is inside.
    private func showService(_ tag: UInt32) {
        packet.shape += 1
        forgetNetwork()
        packet.clear(VLANStack.wordIndex..<VLANStack.wordIndex + 1)
        packet.key.setU16(FlowField.ethernetType, EtherType.pbb)
        packet.written.setU16(FlowField.ethernetType, .max)
        packet.key.setU32(FlowField.serviceInstance, tag << 8 | tag >> 27 & 1)
        packet.vlans = VLANEdit(original: VLANStack(word: 0))
        packet.labels = LabelEdit(of: packet.key)
        committed = packet
    }
}
