import Datapath
import Packets

extension Translator {
    /// Makes the datapath's packet the pipeline's: adds the steps that lead from what it is to what it has to be.
    ///
    /// In OVS's order, which scripts that compare actions expect.
    func commit() {
        commit(.ethernet)
        let type = packet.ethernetType
        // A label stack hides the headers behind it: it goes before they are rewritten, or comes after.
        if committed.isMPLS, !EtherType.isMPLS(type) { commitLabels() }
        if packet.hidden == .nothing, !packet.isMPLS, committed.ethernetType == type { commitNetwork(type) }
        commitLabels()
        commitTags()
        commit(.priority)
        commit(.mark)
        commit(.service)
    }

    private func commitNetwork(_ type: UInt16) {
        let number = packet.key.u8(FlowField.networkProtocol)
        guard isRewritable(number) else { return }
        switch type {
        case EtherType.ipv4: commit(.ipv4)
        case EtherType.ipv6: commit(.ipv6)
        case EtherType.arp, EtherType.rarp: return commit(.arp)
        default: return
        }
        guard packet.key.u8(FlowField.networkFragment) & FlowField.fragmentLater == 0 else { return }
        switch number {
        case IPProtocol.tcp: commit(.tcp)
        case IPProtocol.udp: commit(.udp)
        case IPProtocol.sctp: commit(.sctp)
        case IPProtocol.icmp where type == EtherType.ipv4: commit(.icmpv4)
        case IPProtocol.icmpv6 where type == EtherType.ipv6:
            commit(.icmpv6)
            commit(.neighborDiscovery)
        default: return
        }
    }

    /// As in OVS, headers of protocol or operation 0 stay as they are, if anything has looked at that: who sets a field
    /// does.
    private func isRewritable(_ number: UInt8) -> Bool {
        number != 0 || committed.key.u8(FlowField.networkProtocol) != 0
            || mask.u8(FlowField.networkProtocol) != .max
    }

    private func commitLabels() {
        let type = packet.ethernetType
        let isOtherKind = (committed.isMPLS || packet.isMPLS) && committed.ethernetType != type
        guard committed.labels != packet.labels || isOtherKind else { return }
        let steps = committed.labels.actions(from: committed.ethernetType, to: packet.labels, type)
        let restores = steps.contains { if case .popMPLS = $0 { false } else { true } }
        if restores, EtherType.isMPLS(original.u16(FlowField.ethernetType)) { lookAtLabels() }
        actions += steps
        committed.labels = packet.labels
        committed.key.setU16(FlowField.ethernetType, type)
    }

    private func commitTags() {
        guard committed.vlans != packet.vlans else { return }
        let steps = committed.vlans.actions(to: packet.vlans)
        if steps.restoresTags { mask[VLANStack.wordIndex] = ~0 }
        actions += steps.actions
        committed.vlans = packet.vlans
    }

    /// Rewrites what differs in one header.
    ///
    /// A field that has been written, there or here, is set where it has to differ. Bits that go back to what the
    /// packet came with are looked at for that. A field that happens to have the right value already is left alone, for
    /// which it is looked at too; any other value makes the packet one of the flow that sets it.
    private func commit(_ header: RewrittenHeader) {
        var words: [HeaderRewrite.Word] = []
        let differing = header.parts.filter { part in
            (packet.key[part.word] ^ committed.key[part.word]) & part.bits & touched(part.word) != 0
        }.map(\.word)
        for part in header.parts {
            let index = part.word
            let touched = touched(index) & part.bits
            guard touched != 0 else { continue }
            let isKnownHere = packet.written[index]
            mask[index] |= touched & ~isKnownHere
            let difference = (packet.key[index] ^ committed.key[index]) & touched
            let goesAlong = part.twin.map { differing.contains($0) } ?? false
            if difference == 0, !goesAlong {
                mask[index] |= touched & ~committed.written[index]
                continue
            }
            // Bits that are looked at anyway go along, so that a field that is known whole is set whole.
            let bits = touched | mask[index] & part.bits
            words.append(.init(index: UInt8(index), value: packet.key[index] & bits, mask: bits))
            committed.key[index] = committed.key[index] & ~touched | packet.key[index] & touched
            committed.written[index] |= touched
        }
        guard !words.isEmpty else { return }
        actions.append(.set(HeaderRewrite(header.header, RewrittenHeader.merge(words))))
    }

    /// Bits of a word that are not as the packet came, or were not at some time.
    private func touched(_ word: Int) -> UInt64 { packet.written[word] | committed.written[word] }
}
