import CLinux
import Control
import Logging
import NIOCore

/// Notices that the thread of an event loop was held up (OVS: module `timeval`, "Unreasonably long poll interval").
///
/// A short timer that comes late by more than the limit was kept waiting by something on its thread, to which the
/// watchdog belongs.
public final class Watchdog {
    private let logger = Logger(label: "timeval")
    private let eventLoop: any EventLoop
    private let coverage: CoverageCounter
    private let limit: Duration
    private let period: Duration
    private var timer: LoopTimer?
    private var last = ContinuousClock.now
    private var usage = cl_usage()

    /// A watchdog of the caller's thread, which is that of `eventLoop`. It does not look yet; `coverage` counts what it
    /// logs.
    public init(
        on eventLoop: any EventLoop, coverage: CoverageCounter, limit: Duration = .milliseconds(1000),
        period: Duration = .milliseconds(250)
    ) {
        self.eventLoop = eventLoop
        self.coverage = coverage
        self.limit = limit
        self.period = period
    }

    /// Begins to look.
    public func start() {
        last = .now
        _ = cl_usage_of_thread(&usage)
        timer = LoopTimer(on: eventLoop, every: period) { [weak self] in self?.look() }
    }

    private func look() {
        let now = ContinuousClock.now
        let before = usage
        let late = last.duration(to: now) - period
        last = now
        _ = cl_usage_of_thread(&usage)
        guard late > limit else { return }
        coverage.add()
        let user = (usage.user_microseconds &- before.user_microseconds) / 1000
        let system = (usage.system_microseconds &- before.system_microseconds) / 1000
        logger.warning(
            "Unreasonably long \(Int(late / .milliseconds(1)))ms poll interval (\(user)ms user, \(system)ms system)")
        logger.warning(
            """
            faults: \(usage.minor_faults &- before.minor_faults) minor, \
            \(usage.major_faults &- before.major_faults) major
            """
        )
        logger.warning(
            """
            disk: \(usage.block_reads &- before.block_reads) reads, \
            \(usage.block_writes &- before.block_writes) writes
            """
        )
        logger.warning(
            """
            context switches: \(usage.voluntary_switches &- before.voluntary_switches) voluntary, \
            \(usage.involuntary_switches &- before.involuntary_switches) involuntary
            """)
    }
}
