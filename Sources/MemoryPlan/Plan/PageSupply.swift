import Machine

/// The hugepages that there are for a plan: those that are free, and those that the switch has already.
public struct PageSupply: Sendable, Equatable {
    public let hugepages: HugepageReport
    /// What the switch that runs now has mapped for DPDK, in MiB by node.
    public let ownMiB: [Int: Int]

    public init(hugepages: HugepageReport, ownMiB: [Int: Int] = [:]) {
        self.hugepages = hugepages
        self.ownMiB = ownMiB
    }

    /// What a node has for the plan. Pages that other programs hold are no part of it.
    func usableMiB(node: Int) -> Int { hugepages.freeMiB(node: node) + (ownMiB[node] ?? 0) }

    /// What a plan lacks on its node.
    func lackingMiB(_ node: NodePlan) -> Int { max(node.socketMiB + node.guestMiB - usableMiB(node: node.node), 0) }

    /// How many pages of a size the node is to have reserved; nil when it has enough.
    func pagesToReserve(_ node: NodePlan, pageKiB: Int) -> Int? {
        guard lackingMiB(node) > 0 else { return nil }
        let reserved = hugepages.pools.first { $0.node == node.node && $0.pageKiB == pageKiB }?.total ?? 0
        return reserved + node.pages(of: pageKiB, besides: usableMiB(node: node.node))
    }
}
