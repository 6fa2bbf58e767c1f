import Control

/// What polling costs, measured every five seconds, and what follows from it.
extension Datapath {
    /// Begins to measure; nothing while there is no PMD thread.
    func watchPolling() {
        guard !pmdThreads.isEmpty else {
            pollingTimer = nil
            pollingMonitor = PollingMonitor()
            return
        }
        guard pollingTimer == nil else { return }
        pollingTimer = ControlTimer(every: .seconds(LoadHistory.intervalSeconds), pace: .machine) { [weak self] in
            self?.closeInterval()
        }
    }

    private func closeInterval() {
        var queues: [PollingMonitor.QueueKey: UInt64] = [:]
        for port in ports.values {
            for queue in port.queues {
                queues[PollingMonitor.QueueKey(port: port.id, index: queue.index)] = queue.load.pointee.busyCycles
            }
        }
        var threads: [ThreadID: (busy: UInt64, all: UInt64)] = [:]
        for thread in pmdThreads.values {
            let statistics = thread.statistics
            threads[thread.id] = (statistics.busyCycles, statistics.busyCycles &+ statistics.idleCycles)
        }
        let settings = pmdConfiguration.autoBalance
        pollingMonitor.close(queues: queues, threads: threads, threshold: settings.loadThreshold)
        guard settings.isEnabled else { return }
        intervalsSinceBalance += 1
        guard intervalsSinceBalance * LoadHistory.intervalSeconds >= settings.intervalMinutes * 60 else { return }
        intervalsSinceBalance = 0
        if pollingMonitor.hasOverload, isBetterBalanced(by: settings.improvementThreshold) {
            log.info("PMD auto load balance dry run. Requesting datapath reconfigure.")
            Task { @ControlActor in await self.rebalanceQueues() }
        }
    }

    /// Whether sharing all queues out anew would even the loads out enough.
    private func isBetterBalanced(by threshold: Int) -> Bool {
        guard pmdConfiguration.assignment != .roundrobin else {
            log.debug("PMD auto load balance nothing to do, pmd-rxq-assign=roundrobin assignment type configured.")
            return false
        }
        let (cores, queues, plan) = dryRun()
        let free = Set(cores.map(\.number)).subtracting(plan.isolated)
        let polled = queues.compactMap(\.current).filter { free.contains($0) }
        guard free.count > 1, polled.count > Set(polled).count else {
            log.debug("PMD auto load balance nothing to do, not enough non-isolated PMDs or RxQs.")
            return false
        }
        let crosses = plan.remarks.contains { if case .otherNode = $0 { true } else { false } }
        guard !crosses || Set(cores.map(\.node)).count == 1 else {
            log.debug(
                """
                PMD auto load balance detected cross-numa polling with multiple numa nodes. Unable to accurately \
                estimate.
                """)
            return false
        }
        let capacity = pollingMonitor.threads.reduce(into: [Int: UInt64]()) { $0[$1.key.core] = $1.value.all.sum() }
        let improvement = LoadBalance(capacity: capacity, cores: cores).improvement(
            queues.map(\.cycles), from: queues.map(\.current), to: plan.cores, isolated: plan.isolated)
        let isMet = improvement >= threshold
        log.debug("PMD load variance improvement threshold \(threshold)% is \(isMet ? "met" : "not met").")
        return isMet
    }

    /// What `dpif-netdev/pmd-rxq-show` says of the last so many seconds.
    public func pollingReports(seconds: Int) -> [PollingReport] {
        let intervals = (seconds + LoadHistory.intervalSeconds - 1) / LoadHistory.intervalSeconds
        return pmdThreads.values.sorted { $0.id < $1.id }.map { report(on: $0, intervals: intervals) }
    }

    private func report(on thread: PacketThread, intervals: Int) -> PollingReport {
        let history = pollingMonitor.threads[thread.id]
        // Of the first intervals of its life one is taken for all.
        let whole = (history?.all.latest ?? 0) * UInt64(intervals)
        func share(_ part: UInt64) -> Int? { whole == 0 ? nil : Int(min(part, whole) * 100 / whole) }
        var spent: UInt64 = 0
        let own = ports.values.flatMap { port in port.queues.filter { $0.thread == thread.id }.map { (port, $0) } }
            .sorted { ($0.0.configuration.name, $0.1.index) < ($1.0.configuration.name, $1.1.index) }
        let queues = own.map { port, queue in
            let key = PollingMonitor.QueueKey(port: port.id, index: queue.index)
            let cycles = pollingMonitor.queues[key]?.sum(intervals) ?? 0
            spent &+= cycles
            return PollingReport.Queue(
                portName: port.configuration.name, index: queue.index, isEnabled: queue.isPolled, usage: share(cycles))
        }
        let busy = history?.busy.sum(intervals) ?? 0
        return PollingReport(
            thread: thread.id, node: thread.node ?? 0, isIsolated: isolatedCores.contains(thread.id.core),
            queues: queues,
            overhead: share(busy > spent ? busy - spent : 0))
    }
}
