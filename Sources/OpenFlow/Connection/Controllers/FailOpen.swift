import Control
import Logging

/// Makes a standalone bridge an ordinary switch while none of its primary controllers can be had (OVS: `fail-open.c`).
@ControlActor
final class FailOpen {
    /// Whether it is in force.
    private(set) var isActive = false

    private let controllers: @ControlActor () -> [any ControllerLink]
    private let change: @ControlActor (_ isActive: Bool) -> Void
    private let log = Logger(label: "fail_open")
    private var timer: ControlTimer?
    private var told = Duration.zero

    /// - Parameters:
    ///   - controllers: the primary ones.
    ///   - change: puts it in force, or out of it.
    init(
        controllers: @escaping @ControlActor () -> [any ControllerLink],
        change: @escaping @ControlActor (_ isActive: Bool) -> Void
    ) {
        self.controllers = controllers
        self.change = change
        timer = ControlTimer(every: .seconds(1)) { [weak self] in self?.check() }
    }

    /// Checks no more; what is in force stays.
    func cancel() { timer = nil }

    /// Ends it for good, without a word.
    func stop() {
        timer = nil
        guard isActive else { return }
        isActive = false
        change(false)
    }

    /// For how long there has been no controller that accepts this switch; nil: there is none to be had at all.
    private func failure(now: ContinuousClock.Instant) -> Duration? {
        controllers().compactMap { ($0 as? ActiveController)?.failureDuration(now: now) }.min()
    }

    func check() {
        let now = ControlClock.shared.now
        guard let failure = failure(now: now) else { return }
        if isActive {
            if failure == .zero {
                log.warning("No longer in fail-open mode")
                isActive = false
                change(false)
            } else if failure > told + .seconds(60) {
                log.info(
                    "Still in fail-open mode after \(failure.components.seconds) seconds disconnected from controller")
                told = failure
            }
            return
        }
        // An interval of silence, one for the answer to the probe, one to connect again.
        let limit = Duration.seconds(3 * (controllers().map(\.configuration.probeIntervalSeconds).max() ?? 0))
        guard failure.components.seconds > 0, failure >= limit else { return }
        log.warning(
            """
            Could not connect to controller (or switch failed controller's post-connection admission control policy) \
            for \(failure.components.seconds) seconds, failing open
            """)
        told = failure
        isActive = true
        change(true)
    }
}
