import CDPDK

/// The beginning and the end of what is done to copies.
///
/// A copy is another reference at first: whoever changes it makes it a real one.
extension ActionExecutor {
    /// Fills `mbufs` with those packets put aside that a branch is for; how many.
    @inline(__always)
    mutating func select(_ op: ActionOp, _ mbufs: MbufVector, hasMetadata: Bool) -> Int {
        let source = branches.top
        let count = branches.topCount
        let takes = op.wide != 0
        let selection = ActionSelection(rawValue: op.short).unsafelyUnwrapped
        cut = branches.topCut
        var chosen = 0
        var kept = 0
        for position in 0..<count {
            let mbuf = source[position].unsafelyUnwrapped
            let isChosen =
                switch selection {
                case .all: true
                case .sampled: nextChance() <= op.number
                case .longer: mbuf.pointee.pkt_len > op.number
                case .notLonger: mbuf.pointee.pkt_len <= op.number
                }
            if isChosen {
                mbufs[chosen] = mbuf
                chosen &+= 1
                if takes { continue }
                Self.share(mbuf)
                // An earlier branch may have left its own.
                if hasMetadata { PacketMetadata.restore(branches.topMetadata(position), to: mbuf) }
            }
            if kept != position { branches.keep(position, as: kept) }
            kept &+= 1
        }
        branches.setTopCount(kept)
        return chosen
    }

    /// Fills `mbufs` with what was put aside, as it was; how many.
    @inline(__always)
    mutating func takeBack(_ mbufs: MbufVector, hasMetadata: Bool) -> Int {
        let source = branches.top
        let count = branches.topCount
        for position in 0..<count {
            let mbuf = source[position].unsafelyUnwrapped
            mbufs[position] = mbuf
            if hasMetadata { PacketMetadata.restore(branches.topMetadata(position), to: mbuf) }
        }
        cut = branches.topCut
        branches.pop()
        return count
    }

    /// The next of a row of numbers in which each of 1 to 2^32 - 1 is as likely (Marsaglia's xorshift of 64 bits).
    @inline(__always)
    private mutating func nextChance() -> UInt32 {
        while true {
            chance ^= chance << 13
            chance ^= chance >> 7
            chance ^= chance << 17
            let number = UInt32(truncatingIfNeeded: chance >> 32)
            if number != 0 { return number }
        }
    }
}
