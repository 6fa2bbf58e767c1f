/// A set of cores, written as OVS and DPDK write it: hexadecimal digits of any number, bit n is core n
/// (`other_config:pmd-cpu-mask`, `dpdk-lcore-mask`).
public struct CoreMask: Sendable, Equatable {
    /// The cores in the set, ascending.
    public let cores: [Int]

    public init(cores: some Sequence<Int>) {
        self.cores = Set(cores).filter { $0 >= 0 }.sorted()
    }

    /// Reads `e`, `0xE`, `FF00000000`; nil for anything that is not hexadecimal, or longer than 4096 cores.
    public init?(hexadecimal text: String) {
        var digits = Substring(text.trimmingPrefix(while: \.isWhitespace))
        while let last = digits.last, last.isWhitespace { digits.removeLast() }
        if digits.hasPrefix("0x") || digits.hasPrefix("0X") { digits = digits.dropFirst(2) }
        guard !digits.isEmpty, digits.count <= 1024 else { return nil }
        var found: [Int] = []
        for (position, digit) in digits.reversed().enumerated() {
            guard digit.isASCII, let value = digit.hexDigitValue else { return nil }
            for bit in 0..<4 where value & (1 << bit) != 0 { found.append(position * 4 + bit) }
        }
        cores = found
    }
}
