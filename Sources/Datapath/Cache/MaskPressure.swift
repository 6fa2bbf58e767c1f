import Packets

/// Keeps the number of masks small when traffic is made to ask for ever more of them.
///
/// A translation's mask is as wide as it may be; the flow is right under any mask that looks at more. Whoever chooses
/// addresses and ports that differ from the rules' at every bit in turn gets thousands of masks, and each of them costs
/// every packet a look ("tuple space explosion"). So the masks get coarser as they get more, until the number of flows
/// grows instead of that of masks, which costs no packet anything.
struct MaskPressure {
    /// From so many masks on a byte is looked at whole or not at all.
    static let bytes = 64
    /// And a word that is looked at, in all bits that any mask has had.
    static let words = 192
    /// And all words.
    static let everything = 320

    /// Every bit that any mask has had, by bytes.
    private var union = FlowMask()

    /// A mask has been taken into use.
    mutating func note(_ mask: FlowMask) {
        for index in 0..<MaskList.limit { union[index] |= Self.wholeBytes(mask[index]) }
    }

    /// The mask to use for one that is not in use yet.
    func narrowed(_ mask: FlowMask, among count: Int) -> FlowMask {
        guard count >= Self.bytes else { return mask }
        var result = mask
        for index in 1..<MaskList.limit {
            let whole = Self.wholeBytes(mask[index])
            let takesAll = count >= Self.everything || count >= Self.words && whole != 0
            result[index] = takesAll ? whole | union[index] : whole
        }
        return result
    }

    private static func wholeBytes(_ bits: UInt64) -> UInt64 {
        var low = bits | bits >> 4
        low |= low >> 2
        low |= low >> 1
        return (low & 0x0101_0101_0101_0101) &* 0xff
    }
}
