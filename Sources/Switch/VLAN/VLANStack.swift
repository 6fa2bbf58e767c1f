import Packets

/// A packet's VLAN tags as a ``FlowKey`` has them in word 3: up to two, the outer one in the low half.
struct VLANStack: Equatable {
    /// The word of the key that holds the tags.
    static let wordIndex = FlowField.outerTPID >> 3
    private static let tagBits: UInt64 = 32

    var word: UInt64

    init(word: UInt64) { self.word = word }
    init(of key: FlowKey) { word = key[VLANStack.wordIndex] }

    /// The outer tag's TCI with the present bit; 0: none.
    var outerTCI: UInt16 { UInt16(truncatingIfNeeded: word >> 16).byteSwapped }
    var isTagged: Bool { outerTCI & FlowField.vlanPresent != 0 }
    /// 0 without a tag.
    var outerVID: UInt16 { outerTCI & 0xfff }
    /// The priority, in place (bits 13 to 15).
    var outerPriority: UInt16 { outerTCI & 0xe000 }
    var outerTPID: UInt16 { UInt16(truncatingIfNeeded: word).byteSwapped }

    var count: Int { word == 0 ? 0 : word >> VLANStack.tagBits == 0 ? 1 : 2 }

    mutating func pop() { word >>= VLANStack.tagBits }

    /// `tci`: priority and VLAN; the present bit is added.
    mutating func push(tpid: UInt16, tci: UInt16) {
        let tag = UInt64(tpid.byteSwapped) | UInt64((tci | FlowField.vlanPresent).byteSwapped) << 16
        word = word << VLANStack.tagBits | tag
    }
}
