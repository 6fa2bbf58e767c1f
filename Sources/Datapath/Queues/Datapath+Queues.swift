import Control
import DPDK
import Logging

/// Who polls which receive queue.
extension Datapath {
    /// A queue of a port's in the plan.
    private struct Candidate {
        let port: DatapathPort
        let index: Int
        let polled: PolledQueues
    }

    /// Recomputes who polls what and moves what has to move; a queue that stays is not disturbed.
    ///
    /// - Parameter anew: whether all are shared out again, or only those without a place.
    func assignQueues(anew: Bool = false) async {
        await threadChanges.withLock {
            await assignReceiveQueues(anew: anew)
            await synchronize()
        }
    }

    /// `dpif-netdev/pmd-rxq-rebalance`.
    public func rebalanceQueues() async { await assignQueues(anew: true) }

    private var candidates: [Candidate] {
        ports.values.filter { $0.isReceiving && isOpen($0) }.sorted { $0.id < $1.id }.flatMap { port in
            guard let polled = port.polled else { return [Candidate]() }
            return (0..<polled.count).map { Candidate(port: port, index: $0, polled: polled) }
        }
    }

    private var scheduler: QueueScheduler {
        QueueScheduler(
            cores: pmdThreads.values.sorted { $0.id < $1.id }.map {
                QueueScheduler.Core(number: $0.id.core, node: $0.node ?? 0)
            },
            assignment: pmdConfiguration.assignment, isolatesPinnedCores: pmdConfiguration.isolatesPinnedCores)
    }

    private func described(_ candidate: Candidate) -> QueueScheduler.Queue {
        let queue = candidate.port.queues.first { $0.index == candidate.index }
        return QueueScheduler.Queue(
            node: candidate.polled.node,
            pinnedCore: candidate.port.configuration.receiveQueueAffinity[candidate.index],
            cycles: pollingMonitor.cycles(of: PollingMonitor.QueueKey(port: candidate.port.id, index: candidate.index)),
            current: queue.flatMap { $0.serial == nil ? nil : $0.thread.core })
    }

    /// How queues would be shared out anew now.
    func dryRun() -> (cores: [QueueScheduler.Core], queues: [QueueScheduler.Queue], plan: QueueScheduler.Plan) {
        let queues = candidates.map(described)
        return (scheduler.cores, queues, scheduler.plan(queues, keepsPlaces: false))
    }

    /// Gives every polled queue a thread. The caller holds ``threadChanges``.
    func assignReceiveQueues(anew: Bool = false) async {
        // A queue whose thread has ended has none.
        for port in ports.values {
            for index in port.queues.indices where !port.queues[index].isServed(by: pmdThreads) {
                port.queues[index].serial = nil
                port.queues[index].isPolled = false
            }
        }
        let candidates = candidates
        let plan = scheduler.plan(candidates.map(described), keepsPlaces: !anew)
        var moving: [(thread: ThreadID, queue: ReceiveQueue)] = []
        var news: [String] = []
        for (candidate, core) in zip(candidates, plan.cores) {
            place(candidate, on: core.flatMap { pmdThreads[$0] }, moving: &moving, news: &news)
        }
        say(plan, candidates, news)
        for candidate in candidates where candidate.index == candidate.polled.count - 1 {
            dropQueues(of: candidate.port, from: candidate.polled.count)
        }
        isolatedCores = plan.isolated
        guard !moving.isEmpty else { return }
        // A queue that moves is polled by its new thread only once the old one has let go of it.
        await synchronize()
        for (thread, queue) in moving { poll(queue, on: thread) }
    }

    private func place(
        _ candidate: Candidate, on chosen: PacketThread?, moving: inout [(thread: ThreadID, queue: ReceiveQueue)],
        news: inout [String]
    ) {
        let (port, isEnabled) = (candidate.port, candidate.polled.isEnabled(candidate.index))
        let present = port.queues.firstIndex { $0.index == candidate.index }
        let current = present.flatMap { port.queues[$0].serial == nil ? nil : pmdThreads[port.queues[$0].thread.core] }
        let wasPolled = present.map { port.queues[$0].isPolled } ?? false
        let staysPolled = wasPolled && chosen != nil && current === chosen && isEnabled
        if let present, wasPolled, !staysPolled { stopReceiving(port, present) }
        guard let chosen else { return }
        var queue =
            present.map { port.queues[$0] }
            ?? DatapathPort.AssignedQueue(index: candidate.index, thread: chosen.id, load: Self.makeLoad())
        queue.isPinned = port.configuration.receiveQueueAffinity[candidate.index] == chosen.id.core
        queue.thread = chosen.id
        queue.serial = chosen.serial
        queue.isPolled = isEnabled
        if let present { port.queues[present] = queue } else { port.queues.append(queue) }
        if current !== chosen { news.append(described(candidate, on: chosen, queue)) }
        if staysPolled || !isEnabled { return }
        let description = polledQueue(port, queue)
        if wasPolled { moving.append((chosen.id, description)) } else { poll(description, on: chosen.id) }
    }

    /// A guest that has come back may have fewer queues; those beyond are not polled any more.
    private func dropQueues(of port: DatapathPort, from count: Int) {
        port.queues.removeAll { queue in
            guard queue.index >= count, !queue.isPolled else { return false }
            queue.load.deallocate()
            return true
        }
    }

    private func poll(_ queue: ReceiveQueue, on id: ThreadID) {
        var command = ThreadCommand(.addQueue)
        command.queue = queue
        thread(id)?.send(command)
    }

    private static func makeLoad() -> UnsafeMutablePointer<QueueLoad> {
        let load = UnsafeMutablePointer<QueueLoad>.allocate(capacity: 1)
        load.initialize(to: QueueLoad())
        return load
    }

    // MARK: What there is to say

    private func described(
        _ candidate: Candidate, on thread: PacketThread, _ queue: DatapathPort.AssignedQueue
    ) -> String {
        let core = String(thread.id.core)
        let place = "Core \(core.count < 2 ? " " : "")\(core) on numa node \(thread.node ?? 0) "
        let name = "port '\(candidate.port.configuration.name)' rx queue \(candidate.index)"
        let key = PollingMonitor.QueueKey(port: candidate.port.id, index: candidate.index)
        let cycles =
            pmdConfiguration.assignment == .roundrobin
            ? "" : " (measured processing cycles \(pollingMonitor.cycles(of: key)))"
        return place + (queue.isPinned ? "is pinned with " : "assigned ") + name + cycles + (queue.isPinned ? "" : ".")
    }

    private func say(_ plan: QueueScheduler.Plan, _ candidates: [Candidate], _ news: [String]) {
        if !news.isEmpty {
            log.info("Performing pmd to rx queue assignment using \(pmdConfiguration.assignment.rawValue) algorithm.")
        }
        for text in news { log.info("\(text)") }
        // What still holds has been said.
        let remarks = plan.remarks.map { text(of: $0, candidates) }
        for (level, text) in remarks where !saidRemarks.contains(text) { log.log(level: level, "\(text)") }
        saidRemarks = Set(remarks.map(\.text))
    }

    private func text(
        of remark: QueueScheduler.Remark, _ candidates: [Candidate]
    ) -> (level: Logger.Level, text: String) {
        func queue(_ index: Int) -> String {
            "port '\(candidates[index].port.configuration.name)' rx queue \(candidates[index].index)"
        }
        switch remark {
        case .pinnedCoreMissing(let index):
            let core = candidates[index].port.configuration.receiveQueueAffinity[candidates[index].index] ?? 0
            return (
                .warning,
                "Core \(core) cannot be pinned with \(queue(index)). Use pmd-cpu-mask to enable a pmd on core \(core). "
                    + "An alternative core will be assigned."
            )
        case .otherNode(let index, let core):
            return (
                .info,
                "There's no available (non-isolated) pmd thread on numa node \(candidates[index].polled.node). "
                    + "\(queue(index)) will be assigned to a pmd on numa node \(core.node). This may lead to reduced "
                    + "performance."
            )
        case .unpolled(let index):
            return (
                .warning,
                "No non-isolated pmd on any numa available for \(queue(index)). This rx queue will not be polled."
            )
        }
    }
}
