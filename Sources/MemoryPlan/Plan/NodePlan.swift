/// What is asked for on one NUMA node, and what for.
public struct NodePlan: Sendable, Equatable {
    /// One of the things that take memory.
    public struct Line: Sendable, Equatable {
        public enum Kind: String, Sendable {
            /// DPDK's own tables.
            case own
            /// Packet buffers.
            case pool
            /// A device's rings.
            case device
            /// What the vhost library keeps for a guest.
            case guest
        }

        public let kind: Kind
        /// A pool's, a port's name.
        public let subject: String
        public let bytes: Int
        /// Why, in words.
        public let reason: String
        /// The ports that it is for.
        public let ports: [String]
    }

    public let node: Int
    public let lines: [Line]
    /// What guests take of the node's hugepages for themselves, in MiB. DPDK does not ask for it.
    public let guestMiB: Int
    /// MiB of the node's smallest hugepage.
    public let pageMiB: Int

    public init(node: Int, lines: [Line], guestMiB: Int, pageMiB: Int) {
        self.node = node
        self.lines = lines
        self.guestMiB = guestMiB
        self.pageMiB = max(pageMiB, 1)
    }

    /// What DPDK's heap is asked for.
    public var bytes: Int { lines.reduce(0) { $0 + $1.bytes } }

    /// This node's part of `dpdk-socket-mem`: whole pages, with at least half a page (of the large ones, 1 MiB) to
    /// spare for pieces that have to lie within one.
    public var socketMiB: Int {
        guard bytes > 0 else { return 0 }
        let page = pageMiB << 20
        return PoolFootprint.rounded(bytes + min(page / 2, 1 << 20), to: page) >> 20
    }

    /// How many pages of `kibibytes` the node must have, for DPDK and for the guests on it.
    ///
    /// - Parameter usableMiB: what it has already, of any size; DPDK takes of that first.
    public func pages(of kibibytes: Int, besides usableMiB: Int = 0) -> Int {
        let lacking = [socketMiB - usableMiB, guestMiB - max(usableMiB - socketMiB, 0)]
        return lacking.reduce(0) { $0 + PoolFootprint.rounded(max($1, 0) << 10, to: kibibytes) / kibibytes }
    }
}
