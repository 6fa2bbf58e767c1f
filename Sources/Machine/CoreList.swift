/// Cores as the kernel writes them: "0-3,8,10-11".
public struct CoreList: Sendable, Equatable {
    /// Ascending.
    public let cores: [Int]

    public init(cores: some Sequence<Int>) {
        self.cores = Set(cores).sorted()
    }

    /// Reads the kernel's text. Words that are no cores (`isolcpus=managed_irq,2-3` begins with one) are left out.
    public init(_ text: some StringProtocol) {
        var found: Set<Int> = []
        for part in text.split(whereSeparator: { $0 == "," || $0.isWhitespace }) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
            guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2 else { continue }
            guard first >= 0, first <= last, last < 1 << 16 else { continue }
            found.formUnion(first...last)
        }
        cores = found.sorted()
    }

    /// As the kernel writes it.
    public var text: String {
        var parts: [String] = []
        var start: Int?
        for (index, core) in cores.enumerated() {
            let first = start ?? core
            if index + 1 < cores.count, cores[index + 1] == core + 1 {
                start = first
            } else {
                parts.append(first == core ? "\(core)" : "\(first)-\(core)")
                start = nil
            }
        }
        return parts.joined(separator: ",")
    }
}
