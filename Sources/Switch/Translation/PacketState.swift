import Packets

/// A packet at some point of its translation: its headers and metadata, and what is known of them.
///
/// A ``Translator`` keeps two: the packet as the pipeline has it, and as the datapath's actions so far have made it.
struct PacketState {
    /// What of the packet cannot be told from the key, because headers in front of it have been taken off.
    enum Hidden: Int, Comparable {
        case nothing, network, everything

        static func < (left: Hidden, right: Hidden) -> Bool { left.rawValue < right.rawValue }
    }

    var key: FlowKey
    /// Bits that are no longer those that the packet came with; they are known whatever the packet.
    var written = FlowMask()
    var vlans: VLANEdit
    var labels: LabelEdit
    var hidden = Hidden.nothing
    /// Counted on whenever headers come or go that cannot be restored.
    var shape = 0

    init(_ key: FlowKey) {
        self.key = key
        vlans = VLANEdit(original: VLANStack(of: key))
        labels = LabelEdit(of: key)
    }

    var ethernetType: UInt16 { key.u16(FlowField.ethernetType) }
    var isIP: Bool { EtherType.isIP(ethernetType) }
    var isMPLS: Bool { EtherType.isMPLS(ethernetType) }

    /// Puts the tags into the key.
    mutating func showTags() { key[VLANStack.wordIndex] = vlans.stack.word }

    /// Puts the labels into the key.
    mutating func showLabels() {
        let shown = labels.shown
        key.setU32(FlowField.mplsEntry0, shown[0])
        key.setU32(FlowField.mplsEntry1, shown[1])
        key.setU32(FlowField.mplsEntry2, shown[2])
    }

    /// Makes words known to be zero: what was there is behind another header, or was never there.
    mutating func clear(_ words: Range<Int>) {
        for index in words {
            key[index] = 0
            written[index] = ~0
        }
    }

    /// Words 4 to 14, from the network header to the end of what is known of the transport header.
    static let networkWords = FlowField.networkProtocol >> 3..<FlowField.mplsEntry0 >> 3
    /// The word that holds the third label and the PBB service tag.
    static let serviceWord = FlowField.mplsEntry2 >> 3
}
