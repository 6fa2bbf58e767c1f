import Datapath
import Packets

/// What has been done to a packet's MPLS label stack: so many of its own entries taken off, and these put on.
///
/// Like ``VLANEdit``, kept as history: entries may be alike, and those below the third are not seen.
struct LabelEdit: Equatable {
    /// The entries that the packet came with, the outer one first, as far as its key shows them.
    let original: [UInt32]
    private(set) var popped = 0
    /// The outermost last.
    private(set) var pushed: [UInt32] = []

    static let bottom: UInt32 = 1 << 8
    /// How many entries a key shows.
    static let visible = 3

    init(of key: FlowKey) {
        guard EtherType.isMPLS(key.u16(FlowField.ethernetType)) else {
            original = []
            return
        }
        var entries: [UInt32] = []
        for offset in [FlowField.mplsEntry0, FlowField.mplsEntry1, FlowField.mplsEntry2] {
            let entry = key.u32(offset)
            // An entry of zeros is one that was cut off: real ones end in the bottom bit or go on.
            if entry == 0, offset != FlowField.mplsEntry0 { break }
            entries.append(entry)
            if entry & Self.bottom != 0 { break }
        }
        original = entries
    }

    /// Whether there may be entries that the key does not show.
    private var isOpen: Bool { original.last.map { $0 & Self.bottom == 0 } ?? false }
    /// Whether the entry on top, if there is one, is one of those.
    var isTopHidden: Bool { pushed.isEmpty && popped == original.count && isOpen }
    var isEmpty: Bool { pushed.isEmpty && popped == original.count && !isOpen }
    var isUntouched: Bool { popped == 0 && pushed.isEmpty }

    /// The entry on top; nil if there is none or it is hidden.
    var top: UInt32? { pushed.last ?? (popped < original.count ? original[popped] : nil) }

    /// The entry below that; nil if there is none or it is hidden.
    var second: UInt32? {
        var rest = self
        rest.pop()
        return top == nil ? nil : rest.top
    }

    /// How many entries are known.
    var depth: Int { pushed.count + original.count - popped }

    mutating func push(_ entry: UInt32) { pushed.append(entry) }

    mutating func pop() {
        if pushed.popLast() == nil, popped < original.count { popped += 1 }
    }

    /// Changes the entry on top.
    mutating func replaceTop(_ entry: UInt32) {
        guard let top, top != entry else { return }
        pop()
        if pushed.isEmpty, popped > 0, original[popped - 1] == entry {
            popped -= 1
        } else {
            pushed.append(entry)
        }
    }

    /// The entries as a key shows them, zero where there is none.
    var shown: [UInt32] {
        let all = pushed.reversed() + original.dropFirst(popped)
        return (0..<Self.visible).map { $0 < all.count ? all[$0] : 0 }
    }

    /// The steps from this state to `target`, of the same packet, whose Ethernet types are given.
    func actions(from type: UInt16, to target: LabelEdit, _ newType: UInt16) -> [DatapathAction] {
        guard self != target else {
            // The same labels under another type.
            guard type != newType, EtherType.isMPLS(newType), let top else { return [] }
            return [.popMPLS(etherType: type), .pushMPLS(etherType: newType, entry: top)]
        }
        var common = 0
        if popped == target.popped {
            while common < min(pushed.count, target.pushed.count), pushed[common] == target.pushed[common] {
                common += 1
            }
        }
        let restored = max(0, popped - target.popped)
        var pops = pushed.count - common + max(0, target.popped - popped)
        var pushes: [UInt32] = restored > 0 ? original[target.popped..<popped].reversed() : []
        pushes += target.pushed[common...]
        var result: [DatapathAction] = []
        if pops > 0, type == newType, let first = pushes.first {
            // One entry in another's place: it is changed where it is.
            pops -= 1
            pushes.removeFirst()
            result += [DatapathAction](repeating: .popMPLS(etherType: type), count: pops)
            result.append(Self.rewrite(to: first))
        } else {
            for step in 0..<pops {
                let isLast = step == pops - 1 && pushes.isEmpty
                result.append(.popMPLS(etherType: isLast ? newType : type))
            }
        }
        result += pushes.map { .pushMPLS(etherType: newType, entry: $0) }
        return result
    }

    /// The step that makes the entry on top this one.
    static func rewrite(to entry: UInt32) -> DatapathAction {
        var value = FlowKey()
        var mask = FlowMask()
        value.setU32(FlowField.mplsEntry0, entry)
        mask.setU32(FlowField.mplsEntry0, .max)
        let index = FlowField.mplsEntry0 >> 3
        return .set(
            HeaderRewrite(.mpls, [.init(index: UInt8(index), value: value[index], mask: mask[index])]))
    }
}
