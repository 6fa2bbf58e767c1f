import Machine

/// A plan in words, for people.
public struct PlanText: Sendable {
    public let plan: Plan
    /// What the machine has; nil for a plan for another machine.
    public let supply: PageSupply?

    public init(plan: Plan, supply: PageSupply?) {
        self.plan = plan
        self.supply = supply
    }

    public var text: String {
        let settings = plan.ordinary.map(ordinarySettings) ?? hugepageSettings
        return (plan.nodes.map(describe) + [settings] + notes).joined(separator: "\n") + "\n"
    }

    private func describe(_ node: NodePlan) -> String {
        guard !node.lines.isEmpty || node.guestMiB > 0 else { return "NUMA node \(node.node): nothing\n" }
        let place = plan.ordinary == nil ? "NUMA node \(node.node)" : "Without hugepages"
        var lines = ["\(place): DPDK asks for \(Self.mebibytes(node.bytes)) MiB"]
        for line in node.lines.sorted(by: { ($1.bytes, $0.subject) < ($0.bytes, $1.subject) }) {
            lines.append(
                "  \(Self.mebibytes(line.bytes).padded(to: 6, onLeft: true)) MiB  \(line.subject): \(line.reason)")
        }
        if node.guestMiB > 0 {
            lines.append(
                "  \(String(node.guestMiB).padded(to: 6, onLeft: true)) MiB  of hugepages beside DPDK's: "
                    + "the guests' own memory")
        }
        if let supply, plan.ordinary == nil { lines.append("  " + fit(node, supply)) }
        return lines.joined(separator: "\n") + "\n"
    }

    private func fit(_ node: NodePlan, _ supply: PageSupply) -> String {
        let pools = supply.hugepages.pools.filter { $0.node == node.node && $0.total > 0 }
        let there = pools.reduce(0) { $0 + $1.totalMiB }
        let (own, lacking) = (supply.ownMiB[node.node] ?? 0, supply.lackingMiB(node))
        let free = supply.hugepages.freeMiB(node: node.node)
        return "this machine has \(there) MiB of hugepages there, \(free) MiB of them free"
            + (own > 0 ? " and \(own) MiB the switch's already" : "") + ": "
            + (lacking > 0 ? "\(lacking) MiB are lacking" : "enough")
    }

    private func ordinarySettings(_ memory: OrdinaryMemory) -> String {
        let need = plan.ordinaryMiB
        let given = memory.givenMiB.map { "-m says \($0) now" } ?? "-m is not there now, which stands for 64"
        return """
            Settings:
              ovs-vsctl --no-wait set Open_vSwitch . other_config:dpdk-extra="\(memory.extra(mebibytes: need))"
              (\(given); of less than \(need) each pool takes at most half of what is left, and has fewer buffers)

            """
    }

    private var hugepageSettings: String {
        var lines = [
            "Settings:",
            "  ovs-vsctl --no-wait set Open_vSwitch . other_config:dpdk-socket-mem=\(plan.socketMemory)",
        ]
        for (pageKiB, name) in [(2048, "2 MiB"), (1 << 20, "1 GiB")] {
            let commands = plan.nodes.compactMap { command($0, pageKiB: pageKiB) }
            if commands.isEmpty {
                lines.append("  hugepages of \(name), from the start on, on the kernel's command line:")
            } else {
                lines.append("  hugepages of \(name), now:")
                lines += commands
                lines.append("  or from the start on, on the kernel's command line:")
            }
            lines.append("    \(plan.kernelArguments(pageKiB: pageKiB))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// What reserves a node's pages; nil where nothing is lacking.
    private func command(_ node: NodePlan, pageKiB: Int) -> String? {
        let pages = supply.map { $0.pagesToReserve(node, pageKiB: pageKiB) } ?? node.pages(of: pageKiB)
        return pages.map { "    " + HugepageReport.command(reserving: $0, node: node.node, pageKiB: pageKiB) }
    }

    private var notes: [String] { plan.notes.map { "Note: \($0)." } }

    /// With one digit after the point below ten.
    private static func mebibytes(_ bytes: Int) -> String {
        let tenths = (bytes * 10 + (1 << 20) - 1) >> 20
        return tenths < 100 ? "\(tenths / 10).\(tenths % 10)" : String((tenths + 9) / 10)
    }
}
