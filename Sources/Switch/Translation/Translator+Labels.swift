import OpenFlow
import Packets

/// MPLS labels and time to live.
extension Translator {
    func performLabelAction(_ action: Action) -> Verdict {
        switch action {
        case .pushMPLS(let type): pushLabel(type)
        case .popMPLS(let type): popLabel(type)
        case .setMPLSLabel(let label): changeTop(0xffff_f000, label << 12)
        case .setMPLSTrafficClass(let value): changeTop(0xe00, UInt32(value) << 9)
        case .setMPLSTTL(let value): changeTop(0xff, UInt32(value))
        default: return decrementLabelTTL()
        }
        return .goOn
    }

    private func changeTop(_ bits: UInt32, _ value: UInt32) {
        guard isMPLS, let top = packet.labels.top else { return }
        setTopLabel(top & ~bits | value & bits)
    }

    /// Makes the outer entry this one.
    func setTopLabel(_ entry: UInt32) {
        lookAtLabels()
        packet.labels.replaceTop(entry)
        packet.showLabels()
    }

    /// Every entry that the key shows decides.
    func lookAtLabels() {
        lookAtType()
        lookAt {
            $0.setU32(FlowField.mplsEntry0, .max)
            $0.setU32(FlowField.mplsEntry1, .max)
            $0.setU32(FlowField.mplsEntry2, .max)
        }
    }

    /// What decides on a pop: whether something is below, and what that is, for it can be matched now.
    private func lookAtPop() {
        let labels = packet.labels
        guard labels.pushed.isEmpty else { return }
        guard labels.popped < labels.original.count else { return lookAtLabels() }
        let places = [FlowField.mplsEntry0, FlowField.mplsEntry1, FlowField.mplsEntry2]
        var bits = FlowMask()
        bits.setU32(places[labels.popped], LabelEdit.bottom)
        if labels.original[labels.popped] & LabelEdit.bottom == 0, labels.popped + 1 < LabelEdit.visible {
            bits.setU32(places[labels.popped + 1], .max)
        }
        mask.formUnion(bits)
    }

    private func pushLabel(_ type: UInt16) {
        lookAtType()
        if packet.isMPLS {
            lookAtLabels()
            guard packet.labels.depth < LabelEdit.visible else {
                report(
                    error: "dropping packet on which an MPLS push action can't be performed as it would have more "
                        + "MPLS LSEs than the \(LabelEdit.visible) supported.")
                failure = .tooManyLabels
                return
            }
            packet.labels.push((packet.labels.top ?? 0) & ~LabelEdit.bottom)
        } else {
            let entry = firstEntry()
            // What lies behind the new stack is rewritten before it goes out of sight.
            commit()
            packet.labels.push(entry)
            packet.clear(PacketState.networkWords)
        }
        packet.key.setU16(FlowField.ethernetType, type)
        packet.showLabels()
    }

    /// The first entry: explicit null, with the TTL and traffic class of an IP packet.
    private func firstEntry() -> UInt32 {
        guard packet.isIP else { return LabelEdit.bottom | 64 }
        lookAt {
            $0.setU8(FlowField.networkTOS, 0xfc)
            $0.setU8(FlowField.networkTTL, .max)
        }
        let label: UInt32 = packet.ethernetType == EtherType.ipv6 ? 2 : 0
        let trafficClass = UInt32(packet.key.u8(FlowField.networkTOS) >> 2 & 7)
        return label << 12 | trafficClass << 9 | LabelEdit.bottom | UInt32(packet.key.u8(FlowField.networkTTL))
    }

    private func popLabel(_ type: UInt16) {
        guard isMPLS else { return }
        lookAtPop()
        guard packet.labels.top != nil else { return }
        packet.labels.pop()
        packet.key.setU16(FlowField.ethernetType, type)
        packet.showLabels()
        // What has come to light has not been read, be it a network header or a label beyond those that keys show.
        if !EtherType.isMPLS(type) || packet.labels.isTopHidden { packet.hidden = max(packet.hidden, .network) }
    }

    private func decrementLabelTTL() -> Verdict {
        if isMPLS, let top = packet.labels.top {
            if top & 0xff > 1 {
                setTopLabel(top - 1)
                return .goOn
            }
            lookAtLabels()
            punt(reason: .invalidTTL, controller: 0)
        }
        trace?.warning("MPLS decrement TTL exception")
        return .endsList
    }

    func decrementTTL(_ controllers: [UInt16]) -> Verdict {
        guard isIP else { return .goOn }
        lookAtTTL()
        let ttl = packet.key.u8(FlowField.networkTTL)
        guard ttl <= 1 else {
            write8(FlowField.networkTTL, ttl - 1, 0xff)
            return .goOn
        }
        for controller in controllers { punt(reason: .invalidTTL, controller: controller) }
        trace?.warning("IPv\(packet.ethernetType == EtherType.ipv4 ? 4 : 6) decrement TTL exception")
        return .endsList
    }

    func lookAtTTL() {
        lookAt { $0.setU8(FlowField.networkTTL, .max) }
        if looksAsOVS { lookAtProtocol() }
    }

    /// The TTL of what is inside to the outermost header (OFPAT_COPY_TTL_OUT): from a label, or from what only the
    /// datapath can see, to the label on top.
    func copyTTLOut() {
        guard isMPLS, let top = packet.labels.top else { return }
        lookAtLabels()
        guard let inner = packet.labels.second else {
            commit()
            return change(by: .copyTTLOut, hiding: .network)
        }
        setTopLabel(top & ~0xff | inner & 0xff)
    }

    /// The other way (OFPAT_COPY_TTL_IN).
    func copyTTLIn() {
        guard isMPLS, let top = packet.labels.top else { return }
        lookAtLabels()
        guard let inner = packet.labels.second else {
            commit()
            // What is inside has not been read.
            return change(by: .copyTTLIn, hiding: packet.hidden)
        }
        packet.labels.pop()
        packet.labels.replaceTop(inner & ~0xff | top & 0xff)
        packet.labels.push(top)
        packet.showLabels()
    }
}
