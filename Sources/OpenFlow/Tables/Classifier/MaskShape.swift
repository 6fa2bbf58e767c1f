import Packets

/// A mask in compact form: the words that are not zero, in the order in which a staged look-up reads them.
///
/// The stages are those of OVS: metadata, layer 2, layer 3, layer 4. A look-up that fails after an early stage has
/// looked at that stage's fields and the ones before it, and at nothing else.
final class MaskShape: Sendable {
    let mask: FlowMask
    /// Indices of the key's words that the mask counts, grouped by stage.
    let indices: ContiguousArray<Int>
    /// The mask's word for each of ``indices``.
    let words: ContiguousArray<UInt64>
    /// For each stage that has words: how many of ``indices`` belong to it or to an earlier one.
    let stageEnds: ContiguousArray<Int>
    /// Where the word of the transport ports stands in ``indices`` if that is in the last stage; nil: ports are not
    /// looked at.
    let portsPosition: Int?

    init(_ mask: FlowMask) {
        self.mask = mask
        var indices: ContiguousArray<Int> = []
        var ends: ContiguousArray<Int> = []
        for stage in Self.stages {
            let before = indices.count
            for index in stage where mask[index] != 0 { indices.append(index) }
            if indices.count > before { ends.append(indices.count) }
        }
        self.indices = indices
        words = ContiguousArray(indices.map { mask[$0] })
        stageEnds = ends
        portsPosition = mask[Self.portsWord] & Self.portsMask == 0 ? nil : indices.firstIndex(of: Self.portsWord)
    }

    /// The words of ``FlowKey`` by stage: see its layout.
    private static let stages: [[Int]] = [
        [0] + Array(17..<FlowKey.wordCount),
        [1, 2, 3, 15, 16],
        Array(4...9) + Array(11...14),
        [10],
    ]
    /// Source and destination port: the first four bytes of their word.
    static let portsWord = FlowField.transportSource >> 3
    static let portsMask: UInt64 = 0xffff_ffff

    // Keys are long to copy: what is wanted of a match is taken from it where it is.

    /// The values of a match's key under this mask, in the order of ``indices``.
    func values(of match: Match) -> ContiguousArray<UInt64> {
        var values: ContiguousArray<UInt64> = []
        values.reserveCapacity(indices.count)
        for position in indices.indices { values.append(match.key[indices[position]] & words[position]) }
        return values
    }

    /// The key that has `values` in its words; inverse of ``values(of:)``.
    func key(from values: ContiguousArray<UInt64>) -> FlowKey {
        var key = FlowKey()
        for position in indices.indices { key[indices[position]] = values[position] }
        return key
    }

    /// The match that has this mask and `values`.
    func match(from values: ContiguousArray<UInt64>) -> Match {
        var match = Match()
        for position in indices.indices {
            match.key[indices[position]] = values[position]
            match.mask[indices[position]] = words[position]
        }
        return match
    }

    /// Whether this is the mask of `match`.
    func isMask(of match: Match) -> Bool {
        for position in indices.indices where match.mask[indices[position]] != words[position] { return false }
        var count = 0
        for index in 0..<FlowKey.plainWordCount where match.mask[index] != 0 { count += 1 }
        if match.mask[FlowField.tunnelOptionsPresent >> 3] != 0 {
            for index in FlowKey.plainWordCount..<FlowKey.wordCount where match.mask[index] != 0 { count += 1 }
        }
        return count == indices.count
    }

    /// The two ports of a word as a left-aligned prefix, the source first.
    static func ports(_ word: UInt64) -> UInt128 {
        UInt128(UInt32(truncatingIfNeeded: word).byteSwapped) << 96
    }

    /// The word whose first `length` bits of ports count.
    static func portsWord(prefix length: Int) -> UInt64 {
        length == 0 ? 0 : UInt64((UInt32.max << UInt32(32 - length)).byteSwapped)
    }
}
