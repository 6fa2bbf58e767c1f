import Control
import Datapath
import OpenFlow
import Packets
import Service

/// The arguments of `dpctl/dump-flows` and `dpif/dump-flows`: which flows, and ports by name or number.
struct FlowSelection {
    private(set) var withNames: Bool
    /// With identifiers and all else that is known (`-m`).
    private(set) var isVerbose: Bool
    /// Only flows of the PMD thread on this core; -1 stands for the thread of kernel ports.
    private(set) var core: Int?
    /// False: flows of a kind that a userspace datapath without offload has none of are asked for.
    private(set) var hasOurs = true
    /// Only flows whose packets may also match this.
    private(set) var filter: Match?
    /// What is no option: the datapath or bridge.
    private(set) var names: [String] = []

    /// Kinds of `type=` by ovs-vswitchd(8); ours are `ovs` and `non-offloaded`.
    private static let ours: Set<String> = ["ovs", "non-offloaded"]
    private static let others: Set<String> = ["tc", "dpdk", "offloaded", "partially-offloaded"]

    init(_ arguments: [String]) throws(UnixctlError) {
        let isLong = arguments.contains("-m") || arguments.contains("--more")
        isVerbose = isLong
        withNames = arguments.contains("--names") || (isLong && !arguments.contains("--no-names"))
        for argument in arguments where !["--names", "--no-names", "-m", "--more"].contains(argument) {
            if argument.hasPrefix("type=") {
                let types = Set(argument.dropFirst(5).split(separator: ",").map(String.init))
                if let unknown = types.subtracting(Self.ours).subtracting(Self.others).first {
                    throw UnixctlError("Failed to parse type (\(unknown))")
                }
                hasOurs = !types.isDisjoint(with: Self.ours)
            } else if argument.hasPrefix("pmd=") {
                guard let number = Int(argument.dropFirst(4)) else { throw UnixctlError("\(argument): no core number") }
                core = number
            } else if argument.hasPrefix("filter=") {
                do throws(TextError) {
                    filter = try MatchParser.parse(String(argument.dropFirst(7)))
                } catch {
                    throw UnixctlError("ovs-vswitchd: Failed to parse filter (\(error.message))")
                }
            } else if argument.hasPrefix("-") {
                throw UnixctlError("unknown option \(argument)")
            } else {
                names.append(argument)
            }
        }
    }

    /// Whether the filter lets a flow through: no bit that both look at differs.
    @ControlActor
    func admits(_ flow: DatapathFlow) -> Bool {
        guard let filter else { return true }
        for index in 0..<FlowKey.wordCount
        where (flow.key[index] ^ filter.key[index]) & flow.mask[index] & filter.mask[index] != 0 {
            return false
        }
        return true
    }
}
