/// How much DPDK may take on each node at most: `other_config:dpdk-socket-limit`, or `--socket-limit` among the words
/// of `dpdk-extra`, which goes before it.
public struct SocketLimit: Sendable, Equatable {
    /// MiB by node; 0, and a node that is not named: as much as there is.
    public let mebibytes: [Int]
    /// Whether `dpdk-extra` has it.
    public let isExtra: Bool
    /// Whether DPDK takes all its memory at the start, as much as is asked for (`--legacy-mem` in `dpdk-extra`).
    public private(set) var isReached = false

    private static let option = "--socket-limit"

    /// - Parameter arguments: words for the EAL; the last limit among them counts.
    public init(arguments: [String]) {
        var text: Substring = ""
        for (index, word) in arguments.enumerated() {
            if word == Self.option, index + 1 < arguments.count { text = arguments[index + 1][...] }
            if word.hasPrefix("\(Self.option)=") { text = word.dropFirst(Self.option.count + 1) }
        }
        self.init(text, isExtra: true)
    }

    /// - Parameter otherConfig: the Open_vSwitch row's `other_config`.
    public init(otherConfig: [String: String]) {
        let words = ConfigurationWords.split(otherConfig["dpdk-extra"] ?? "")
        let extra = SocketLimit(arguments: words)
        if words.contains("--legacy-mem") {
            self.init()
            isReached = true
        } else {
            self = extra.mebibytes.isEmpty ? SocketLimit(otherConfig["dpdk-socket-limit"] ?? "", isExtra: false) : extra
        }
    }

    /// No limit.
    public init() { self.init("", isExtra: false) }

    private init(_ text: some StringProtocol, isExtra: Bool) {
        mebibytes =
            text.isEmpty ? [] : text.split(separator: ",", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
        self.isExtra = isExtra
    }

    /// The limit of a node in MiB; nil: none.
    public func mebibytes(node: Int) -> Int? {
        guard mebibytes.indices.contains(node), mebibytes[node] > 0 else { return nil }
        return mebibytes[node]
    }

    /// What to set to give a node another limit.
    func setting(node: Int, mebibytes wanted: Int) -> String {
        let list = (0..<max(mebibytes.count, node + 1)).map { String($0 == node ? wanted : mebibytes(node: $0) ?? 0) }
            .joined(separator: ",")
        return isExtra ? "\(Self.option)=\(list) in other_config:dpdk-extra" : "other_config:dpdk-socket-limit=\(list)"
    }
}
