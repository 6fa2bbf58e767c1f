import Logging

/// Looks for ports that have found no buffers, and says so, once a minute for each at most.
struct PoolWatch {
    /// What a port has failed to do for want of buffers.
    enum Cause: String, CaseIterable {
        case receiving, copying, segmenting
        case sending = "sending for the controller"
    }

    /// How often each has happened, since the port was added.
    typealias Failures = [Cause: UInt64]

    private struct Seen {
        var failures: Failures = [:]
        var said: ContinuousClock.Instant?
    }

    static let pause = Duration.seconds(60)

    private var seen: [PortID: Seen] = [:]

    /// Takes in what has happened so far.
    ///
    /// - Returns: what is to be said now, by port: how often each has happened since something was said last.
    mutating func look(_ failures: [PortID: Failures], now: ContinuousClock.Instant = .now) -> [PortID: Failures] {
        seen = seen.filter { failures[$0.key] != nil }
        var news: [PortID: Failures] = [:]
        for (port, counts) in failures {
            var entry = seen[port] ?? Seen()
            // A device that was set up anew counts from zero.
            let more = Dictionary(
                uniqueKeysWithValues: counts.map { cause, count in
                    let before = entry.failures[cause] ?? 0
                    return (cause, count >= before ? count - before : count)
                }
            ).filter { $0.value > 0 }
            let isDue = entry.said.map { $0.duration(to: now) >= Self.pause } ?? true
            if !more.isEmpty, isDue {
                news[port] = more
                entry.said = now
                entry.failures = counts
            }
            seen[port] = entry
        }
        return news
    }

    /// The line for the log; its beginning is DPDK's.
    static func text(port: String, _ failures: Failures, pool: PacketMemory.Pool?) -> String {
        let counts = Cause.allCases.compactMap { cause in
            failures[cause].map { "\($0) times while \(cause.rawValue)" }
        }
        var text = "\(port): Failed to allocate memory for mbuf: \(counts.joined(separator: ", "))"
        guard let pool else { return text }
        text += "; mempool \"\(pool.name)\" has \(pool.available) of \(pool.granted) mbufs free"
        let holders = pool.holders.filter { $0.buffers > 0 && !$0.isBound && $0.kind != .free }
            .sorted { $0.buffers > $1.buffers }.prefix(4)
        if !holders.isEmpty { text += ", held by " + holders.map(\.text).joined(separator: ", ") }
        return text
    }
}
