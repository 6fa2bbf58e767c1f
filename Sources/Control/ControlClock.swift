/// What time it is for the control plane. It runs with the machine's own clock until somebody stops it, which only
/// tests do; then it moves when it is told to (OVS: `time/stop` and `time/warp` of `--enable-dummy`).
///
/// One for the process, as time is: everything that ages asks ``now``, and timers of pace ``ControlTimer/Pace/clock``
/// follow.
@ControlActor
public final class ControlClock {
    public static let shared = ControlClock()

    /// Whether it may be stopped: timers made from then on are known to it. To be set before anything else is made.
    public var isTurnable = false
    private var stoppedAt: ContinuousClock.Instant?
    private var timers: [ObjectIdentifier: TurnedTimer] = [:]

    /// A clock beside the process's own, for tests of what follows one.
    public init() {}

    /// The time.
    public var now: ContinuousClock.Instant { stoppedAt ?? .now }
    /// Whether it stands still.
    public var isStopped: Bool { stoppedAt != nil }

    /// Stops it for good; without effect on a clock that is stopped or may not be.
    public func stop() {
        guard isTurnable, stoppedAt == nil else { return }
        stoppedAt = .now
    }

    /// Moves a stopped clock, and lets it run on from there if it was not stopped: calls every timer that is due then,
    /// once.
    ///
    /// A timer that repeats is next due one interval after the new time, however often it would have been due
    /// meanwhile, as in OVS's main loop.
    public func advance(by duration: Duration) {
        guard isTurnable else { return }
        stop()
        stoppedAt = now + duration
        let due = timers.values.filter { $0.due <= now }.sorted { $0.due < $1.due }
        // One of them may cancel another.
        for timer in due where timers[ObjectIdentifier(timer)] != nil && timer.due <= now { fire(timer) }
    }

    private func fire(_ timer: TurnedTimer) {
        if let interval = timer.interval { timer.due = now + interval } else { timers[ObjectIdentifier(timer)] = nil }
        timer.body()
    }

    func add(_ timer: TurnedTimer) { timers[ObjectIdentifier(timer)] = timer }
    func remove(_ timer: TurnedTimer) { timers[ObjectIdentifier(timer)] = nil }
}

/// A timer as the clock knows it.
@ControlActor
final class TurnedTimer {
    var due: ContinuousClock.Instant
    let interval: Duration?
    let body: @Sendable @ControlActor () -> Void

    init(due: ContinuousClock.Instant, interval: Duration?, _ body: @escaping @Sendable @ControlActor () -> Void) {
        self.due = due
        self.interval = interval
        self.body = body
    }
}
