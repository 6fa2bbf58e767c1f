import Packets

/// A mask in compact form: the words that are not zero, in the order in which a staged look-up reads them.
///
/// The stages are those of OVS: metadata, layer 2, layer 3, layer 4. A look-up that fails after an early stage has
/// looked at that stage's fields and the ones before it, and at nothing else.
final class MaskShape: Sendable {
    let mask: FlowMask
    /// Indices of the key's words that the mask counts, grouped by stage.
    let indices: [Int]
    /// The mask's word for each of ``indices``.
    let words: [UInt64]
    /// For each stage that has words: how many of ``indices`` belong to it or to an earlier one.
    let stageEnds: [Int]

    init(_ mask: FlowMask) {
        self.mask = mask
        var indices: [Int] = []
        var ends: [Int] = []
        for stage in Self.stages {
            let before = indices.count
            for index in stage where mask[index] != 0 { indices.append(index) }
            if indices.count > before { ends.append(indices.count) }
        }
        self.indices = indices
        words = indices.map { mask[$0] }
        stageEnds = ends
    }

    /// The words of ``FlowKey`` by stage: see its layout.
    private static let stages: [[Int]] = [
        [0] + Array(17..<48),
        [1, 2, 3, 15, 16],
        Array(4...9) + Array(11...14),
        [10],
    ]

    /// The values of `key` under this mask, in the order of ``indices``.
    func values(of key: FlowKey) -> [UInt64] {
        var values: [UInt64] = []
        values.reserveCapacity(indices.count)
        for position in indices.indices { values.append(key[indices[position]] & words[position]) }
        return values
    }

    /// The key that has `values` in its words; inverse of ``values(of:)``.
    func key(from values: [UInt64]) -> FlowKey {
        var key = FlowKey()
        for position in indices.indices { key[indices[position]] = values[position] }
        return key
    }
}
