import Datapath
import Packets

/// What has been done to a packet's VLAN tags: so many of its own taken off, and these put on.
///
/// Kept as history, not as the resulting tags: two tags may be alike, and tags below the second are not seen, so that
/// the tags alone do not tell which steps lead to them.
struct VLANEdit: Equatable {
    let original: VLANStack
    private(set) var popped = 0
    /// The outermost last.
    private(set) var pushed: [Tag] = []

    struct Tag: Equatable {
        let tpid: UInt16
        let tci: UInt16
    }

    init(original: VLANStack) { self.original = original }

    /// The tags as they now are, as far as a key shows them.
    var stack: VLANStack {
        var result = original
        for _ in 0..<popped { result.pop() }
        for tag in pushed { result.push(tpid: tag.tpid, tci: tag.tci) }
        return result
    }

    /// Whether the packet bears its own tags.
    var isUntouched: Bool { popped == 0 && pushed.isEmpty }

    /// Takes the outer tag off; no effect without one.
    mutating func pop() {
        guard stack.isTagged else { return }
        if pushed.popLast() == nil { popped += 1 }
    }

    mutating func push(tpid: UInt16, tci: UInt16) {
        pushed.append(Tag(tpid: tpid, tci: tci | FlowField.vlanPresent))
    }

    /// Puts a tag in the outer one's place, or on an untagged packet.
    mutating func replaceOuter(tpid: UInt16, tci: UInt16) {
        if stack.isTagged { pop() }
        if pushed.isEmpty, popped > 0 {
            var last = original
            for _ in 1..<popped { last.pop() }
            // Back to what it was.
            if last.outerTPID == tpid, last.outerTCI == tci | FlowField.vlanPresent {
                popped -= 1
                return
            }
        }
        push(tpid: tpid, tci: tci)
    }

    /// The steps from this state to `target`, of the same packet; and whether some of the packet's own tags are put
    /// back
    /// on, so that the steps hold for packets with these very tags alone.
    func actions(to target: VLANEdit) -> (actions: [DatapathAction], restoresTags: Bool) {
        var common = 0
        if popped == target.popped {
            while common < min(pushed.count, target.pushed.count), pushed[common] == target.pushed[common] {
                common += 1
            }
        }
        let pops = pushed.count - common + max(0, target.popped - popped)
        var result = [DatapathAction](repeating: .popVLAN, count: pops)
        for depth in stride(from: popped - 1, through: target.popped, by: -1) {
            var own = original
            for _ in 0..<depth { own.pop() }
            result.append(.pushVLAN(tpid: own.outerTPID, tci: own.outerTCI))
        }
        result += target.pushed[common...].map { .pushVLAN(tpid: $0.tpid, tci: $0.tci) }
        return (result, target.popped < popped)
    }
}
