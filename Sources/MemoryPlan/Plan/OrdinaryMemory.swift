/// Memory without hugepages (`--no-huge` in `other_config:dpdk-extra`): DPDK takes as much as `-m` says, at its start.
public struct OrdinaryMemory: Sendable, Equatable {
    /// The words of `dpdk-extra`, `-m` and its figure left out.
    public let words: [String]
    /// The MiB that `-m` says now; nil when it is not there.
    public let givenMiB: Int?

    /// - Parameter words: those of `dpdk-extra`; nil comes of any without `--no-huge`.
    public init?(_ words: [String]) {
        guard words.contains("--no-huge") else { return nil }
        guard let index = words.lastIndex(of: "-m"), index + 1 < words.count else {
            self.words = words
            givenMiB = nil
            return
        }
        self.words = Array(words[..<index] + words[(index + 2)...])
        givenMiB = Int(words[index + 1])
    }

    /// What `dpdk-extra` has to be for so many MiB.
    public func extra(mebibytes: Int) -> String { (words + ["-m", String(mebibytes)]).joined(separator: " ") }

    /// What `-m` has to say for all pools to get every buffer. None is given more than half of what is left, so that
    /// there is something for the ports that follow.
    ///
    /// - Parameters:
    ///   - pools: bytes of each, in the order in which they are made.
    ///   - others: bytes of all else.
    static func needMiB(pools: [Int], others: Int) -> Int {
        var (need, taken) = (0, others)
        for bytes in pools {
            need = max(need, taken + 2 * bytes)
            taken += bytes
        }
        return (need + (1 << 20) - 1) >> 20
    }
}
