import Packets

/// What a flow table's entry matches: the bits of `mask` must have the values in `key` (zero elsewhere).
///
/// in_port is the bridge's OpenFlow number here (``FlowField/inPort``, host order), never the datapath's.
public struct Match: Hashable, Sendable {
    public var key: FlowKey
    public var mask: FlowMask

    /// Matches everything.
    public init() {
        key = FlowKey()
        mask = FlowMask()
    }

    public init(key: FlowKey, mask: FlowMask) {
        self.key = key.masked(by: mask)
        self.mask = mask
    }

    /// Makes the key zero where the mask does not count.
    mutating func dropUnmatched() {
        for index in 0..<FlowKey.plainWordCount { key[index] &= mask[index] }
        for index in FlowKey.plainWordCount..<FlowKey.wordCount { key[index] &= mask[index] }
    }
}
