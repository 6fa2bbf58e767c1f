/// Decides which PMD thread polls which receive queue. Pure.
///
/// A queue is best polled on the NUMA node of its device; where that has no thread to spare, those
/// of other nodes take it in turn.
struct QueueScheduler {
    struct Core: Equatable {
        let number: Int
        let node: Int
    }

    struct Queue {
        let node: Int
        /// The core that `pmd-rxq-affinity` names.
        let pinnedCore: Int?
        /// What the queue has cost of late, in TSC cycles.
        let cycles: UInt64
        /// The core that polls it now; nil: none.
        let current: Int?
    }

    /// What there is to say about a queue, by its place in the list.
    enum Remark: Equatable {
        /// No thread runs on the core that it is pinned to; it is treated like the others.
        case pinnedCoreMissing(queue: Int)
        /// It is polled from another node.
        case otherNode(queue: Int, core: Core)
        /// No thread may take it.
        case unpolled(queue: Int)
    }

    struct Plan: Equatable {
        /// The core of each queue; nil: none may take it.
        var cores: [Int?]
        /// Cores that poll only what is pinned to them.
        var isolated: Set<Int> = []
        var remarks: [Remark] = []
    }

    /// In the order of their numbers.
    let cores: [Core]
    let assignment: QueueAssignment
    /// `pmd-rxq-isolate`: whether a core with a pinned queue takes no others.
    let isolatesPinnedCores: Bool

    /// Queues and cycles that a core has been given so far.
    private struct Load {
        var queues = 0
        var cycles: UInt64 = 0
    }

    /// Shares all queues out anew, or, when `keepsPlaces`, only those whose thread is gone, may no longer have
    /// them, or is on another node than they are while there is one on theirs.
    func plan(_ queues: [Queue], keepsPlaces: Bool) -> Plan {
        var plan = Plan(cores: Array(repeating: nil, count: queues.count))
        var load: [Int: Load] = [:]
        func give(_ index: Int, to core: Int) {
            plan.cores[index] = core
            load[core, default: Load()].queues += 1
            load[core, default: Load()].cycles &+= queues[index].cycles
        }

        let present = Set(cores.map(\.number))
        for (index, queue) in queues.enumerated() {
            guard let pinned = queue.pinnedCore else { continue }
            if present.contains(pinned) {
                give(index, to: pinned)
                if isolatesPinnedCores { plan.isolated.insert(pinned) }
            } else {
                plan.remarks.append(.pinnedCoreMissing(queue: index))
            }
        }
        let usable = cores.filter { !plan.isolated.contains($0.number) }
        if keepsPlaces {
            for (index, queue) in queues.enumerated() where plan.cores[index] == nil {
                guard let current = usable.first(where: { $0.number == queue.current }) else { continue }
                // A guest that has come from another node is polled there.
                let isFar = current.node != queue.node && usable.contains { $0.node == queue.node }
                if !isFar { give(index, to: current.number) }
            }
        }
        var rest = queues.indices.filter { plan.cores[$0] == nil }
        if assignment != .roundrobin {
            // Equal ones stay in their order.
            rest = rest.sorted { (queues[$1].cycles, $0) < (queues[$0].cycles, $1) }
        }
        var turns: [Int: Turn] = [:]
        for index in rest {
            let local = usable.filter { $0.node == queues[index].node }
            let candidates = local.isEmpty ? usable : local
            guard !candidates.isEmpty else {
                plan.remarks.append(.unpolled(queue: index))
                continue
            }
            let group = local.isEmpty ? -1 : queues[index].node
            let chosen: Core
            if keepsPlaces || assignment == .group {
                chosen = leastLoaded(candidates, load)
            } else {
                let position = turns[group, default: Turn()].next(
                    of: candidates.count, thereAndBack: assignment == .cycles)
                chosen = candidates[position]
            }
            give(index, to: chosen.number)
            if local.isEmpty { plan.remarks.append(.otherNode(queue: index, core: chosen)) }
        }
        return plan
    }

    /// The first of those with the fewest cycles, then the fewest queues.
    private func leastLoaded(_ candidates: [Core], _ load: [Int: Load]) -> Core {
        var best = candidates[0]
        for core in candidates.dropFirst() {
            let (one, other) = (load[core.number] ?? Load(), load[best.number] ?? Load())
            if (one.cycles, one.queues) < (other.cycles, other.queues) { best = core }
        }
        return best
    }

    /// Whose turn it is among the cores of a node.
    private struct Turn {
        private var position = -1
        private var step = 1

        mutating func next(of count: Int, thereAndBack: Bool) -> Int {
            position += step
            if position >= count || position < 0 {
                if thereAndBack {
                    // The one at the end has two turns in a row: it got the lighter queue first.
                    step = -step
                    position += step
                } else {
                    position = 0
                }
            }
            return position
        }
    }
}
