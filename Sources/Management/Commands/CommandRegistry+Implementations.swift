import Control
import Datapath
import Service

extension CommandRegistry {
    /// Adds the commands that choose between OVS's implementations of look-up, header reading and the whole input path.
    /// There is one of each here: it can be asked for, and chosen.
    func registerImplementationCommands(_ datapath: Datapath) {
        let choice = SubtableChoice()
        @ControlActor func subtables() -> Int { datapath.threadReports.reduce(0) { $0 + $1.masks } }
        for name in ["info", "prio"] {
            register("dpif-netdev/subtable-lookup-\(name)-get") { _ in
                """
                Available dpcls implementations:
                  generic (Use count: \(subtables()), Priority: \(choice.priority))

                """
            }
        }
        register(
            "dpif-netdev/subtable-lookup-prio-set", usage: "[lookup_func] [prio]", arguments: 2...2
        ) { arguments in
            guard let priority = Int(arguments[1]), (0...255).contains(priority) else {
                throw UnixctlError("error converting priority, use integer in range 0-255\n")
            }
            guard arguments[0] == "generic" else { throw UnixctlError("error, lookup function not found") }
            choice.priority = priority
            return "Lookup priority change affected 0 dpcls ports and 0 subtables.\n"
        }
        register("dpif-netdev/dpif-impl-get") { _ in
            "Available DPIF implementations:\n  dpif_scalar (pmds: \(Self.threads(of: datapath)))\n"
        }
        register("dpif-netdev/dpif-impl-set", usage: "dpif_implementation_name", arguments: 1...1) { arguments in
            guard arguments[0] == "dpif_scalar" else {
                throw UnixctlError("Unknown DPIF implementation \(arguments[0]).\n")
            }
            return "DPIF implementation set to dpif_scalar.\n"
        }
        register("dpif-netdev/miniflow-parser-get") { _ in
            "Available Optimized Miniflow Extracts:\n  scalar (available: True, pmds: \(Self.threads(of: datapath)))\n"
        }
        register(
            "dpif-netdev/miniflow-parser-set",
            usage: "[-pmd core] miniflow_implementation_name [study_pkt_cnt]", arguments: 1...5
        ) { arguments in
            guard let name = arguments.last(where: { $0 != "-pmd" && Int($0) == nil }), name == "scalar" else {
                throw UnixctlError("Error: unknown miniflow extract implementation \(arguments.last ?? "").\n")
            }
            return "Miniflow extract implementation set to scalar.\n"
        }
    }

    /// The cores of PMD threads.
    @ControlActor
    private static func threads(of datapath: Datapath) -> String {
        let cores = datapath.threadReports.filter(\.thread.isPMD).map { String($0.thread.core) }
        return cores.isEmpty ? "none" : cores.joined(separator: ",")
    }
}

/// The priority that was given to the one way of looking flows up.
@ControlActor
private final class SubtableChoice {
    var priority = 1

    nonisolated init() {}
}
