/// Follows what receive queues and PMD threads have cost over the last minute. Control's.
struct PollingMonitor {
    struct QueueKey: Hashable {
        let port: PortID
        let index: Int
    }

    /// What a PMD thread did.
    struct ThreadHistory {
        /// TSC cycles with packets, and all.
        var busy: LoadHistory
        var all: LoadHistory
        /// Intervals on end in which it was busier than the threshold.
        var overloaded = 0
    }

    private(set) var queues: [QueueKey: LoadHistory] = [:]
    private(set) var threads: [ThreadID: ThreadHistory] = [:]

    /// An interval is over. Keys that are not among these are forgotten.
    ///
    /// - Parameters:
    ///   - queues: the cycles that each queue has cost since it was made.
    ///   - threads: busy and all cycles of each PMD thread since its start.
    ///   - threshold: per cent above which a thread counts as overloaded.
    mutating func close(
        queues counts: [QueueKey: UInt64], threads cycles: [ThreadID: (busy: UInt64, all: UInt64)], threshold: Int
    ) {
        queues = counts.reduce(into: [:]) { result, entry in
            var history = queues[entry.key] ?? LoadHistory(from: 0)
            history.close(at: entry.value)
            result[entry.key] = history
        }
        threads = cycles.reduce(into: [:]) { result, entry in
            var history =
                threads[entry.key] ?? ThreadHistory(busy: LoadHistory(from: 0), all: LoadHistory(from: 0))
            history.busy.close(at: entry.value.busy)
            history.all.close(at: entry.value.all)
            let isOverloaded =
                history.all.latest > 0
                && Double(history.busy.latest) * 100 >= Double(history.all.latest) * Double(threshold)
            history.overloaded = isOverloaded ? history.overloaded + 1 : 0
            result[entry.key] = history
        }
    }

    /// Whether a thread was overloaded for a minute on end.
    var hasOverload: Bool { threads.values.contains { $0.overloaded >= LoadHistory.intervals } }

    /// What a queue has cost over the last minute.
    func cycles(of key: QueueKey) -> UInt64 { queues[key]?.sum() ?? 0 }
}
