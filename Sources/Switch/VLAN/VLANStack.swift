import Datapath
import Packets

/// A packet's VLAN tags as a ``FlowKey`` has them in word 3: up to two, the outer one in the low half.
struct VLANStack: Equatable {
    /// The word of the key that holds the tags.
    static let wordIndex = FlowField.outerTPID >> 3
    private static let tagBits: UInt64 = 32
    private static let outerMask: UInt64 = 0xffff_ffff

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

    /// The shortest list of steps that turns these tags into `target`'s. Tags below the second are not seen and stay.
    func actions(to target: VLANStack) -> [DatapathAction] {
        if word == target.word { return [] }
        for (pops, pushes) in [(0, 1), (1, 0), (1, 1), (2, 0), (0, 2), (1, 2), (2, 1), (2, 2)] where pops <= count {
            guard pushes <= target.count else { continue }
            let below = pops == 2 ? 0 : word >> (UInt64(pops) * VLANStack.tagBits)
            let isReached =
                switch pushes {
                case 0: target.word == below
                case 1: target.word >> VLANStack.tagBits == below & VLANStack.outerMask
                default: true
                }
            guard isReached else { continue }
            var result = [DatapathAction](repeating: .popVLAN, count: pops)
            for depth in stride(from: pushes - 1, through: 0, by: -1) {
                let tag = VLANStack(word: target.word >> (UInt64(depth) * VLANStack.tagBits))
                result.append(.pushVLAN(tpid: tag.outerTPID, tci: tag.outerTCI))
            }
            return result
        }
        return []
    }
}
