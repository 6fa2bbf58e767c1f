import CLinux
import Control
import Logging

/// How much memory the daemon takes, and what for (OVS: module `memory`).
@ControlActor
public final class MemoryReport {
    /// Counts what takes memory: "ports", "rules", "handlers", ...
    public typealias Source = @Sendable @ControlActor () async -> [(name: String, count: Int)]

    private let logger = Logger(label: "memory")
    private let started = ContinuousClock.now
    private var sources: [Source] = []
    private var timer: ControlTimer?
    private var reported: (kibibytes: UInt64, at: ContinuousClock.Instant)?

    public init() {}

    /// Begins to look every 10 s; the first look is always logged, later ones when the peak grew by half.
    public func start() {
        timer = ControlTimer(every: .seconds(10), pace: .machine) { [weak self] in
            Task { await self?.look() }
        }
    }

    /// Adds counts to the report; equal names add up.
    public func add(source: @escaping Source) {
        sources.append(source)
    }

    /// The text of `memory/show`: "ports:3 rules:5".
    public func text() async -> String {
        var counts: [String: Int] = [:]
        for source in sources {
            for (name, count) in await source() where count > 0 { counts[name, default: 0] += count }
        }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: " ")
    }

    func look() async {
        var usage = cl_usage()
        guard cl_usage_of_process(&usage) == 0 else { return }
        let now = ContinuousClock.now
        let peak = usage.max_resident_kib
        if let reported {
            guard Double(peak) > Double(reported.kibibytes) * 1.5 else { return }
            let growth = (Double(peak) / Double(max(reported.kibibytes, 1)) - 1) * 100
            let time = Decimal.text(reported.at.duration(to: now) / .seconds(1), places: 1)
            logger.info(
                """
                peak resident set size grew \(Decimal.text(growth, places: 0))% in last \(time) seconds, \
                from \(reported.kibibytes) kB to \(peak) kB
                """)
        } else {
            let time = Decimal.text(started.duration(to: now) / .seconds(1), places: 1)
            logger.info("\(peak) kB peak resident set size after \(time) seconds")
        }
        reported = (peak, now)
        let counts = await text()
        if !counts.isEmpty { logger.info("\(counts)") }
    }
}
