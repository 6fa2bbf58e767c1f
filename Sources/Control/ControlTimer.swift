import NIOCore

/// A timer on the control thread; cancelled when released.
@ControlActor
public final class ControlTimer {
    /// Whose time a timer goes by.
    public enum Pace: Sendable {
        /// That of ``ControlClock``: what ages or expires.
        case clock
        /// The machine's, whatever the clock says: work cut into slices, connections, watchdogs.
        case machine
        /// Both: what keeps rows up to date, which somebody may wait for in real time.
        case both
    }

    private var repeated: RepeatedTask?
    private var single: Scheduled<Void>?
    private let clock: ControlClock
    private nonisolated(unsafe) var turned: TurnedTimer?

    /// Calls `body` every `interval`, first after one `interval`.
    public init(
        every interval: Duration, pace: Pace = .clock, clock: ControlClock = .shared,
        _ body: @escaping @Sendable @ControlActor () -> Void
    ) {
        self.clock = clock
        register(after: interval, interval, pace, body)
        let turned = turned
        repeated = ControlActor.shared.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(interval), delay: TimeAmount(interval)
        ) { _ in
            ControlActor.assumeIsolated {
                guard Self.isRunning(pace, clock) else { return }
                turned?.due = clock.now + interval
                body()
            }
        }
    }

    /// Calls `body` once after `delay`.
    public init(
        after delay: Duration, pace: Pace = .clock, clock: ControlClock = .shared,
        _ body: @escaping @Sendable @ControlActor () -> Void
    ) {
        self.clock = clock
        register(after: delay, nil, pace, body)
        let turned = turned
        single = ControlActor.shared.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            ControlActor.assumeIsolated {
                guard Self.isRunning(pace, clock) else { return }
                if let turned { clock.remove(turned) }
                body()
            }
        }
    }

    /// Whether the machine's clock still decides for timers of this pace.
    private static func isRunning(_ pace: Pace, _ clock: ControlClock) -> Bool { pace != .clock || !clock.isStopped }

    private func register(
        after delay: Duration, _ interval: Duration?, _ pace: Pace,
        _ body: @escaping @Sendable @ControlActor () -> Void
    ) {
        guard clock.isTurnable, pace != .machine else { return }
        let timer = TurnedTimer(due: clock.now + delay, interval: interval, body)
        clock.add(timer)
        turned = timer
    }

    /// Stops the timer; a call that has begun is finished.
    public func cancel() {
        repeated?.cancel()
        single?.cancel()
        repeated = nil
        single = nil
        if let turned { clock.remove(turned) }
        turned = nil
    }

    deinit {
        repeated?.cancel()
        single?.cancel()
        guard let turned else { return }
        let clock = clock
        ControlActor.enqueue { clock.remove(turned) }
    }
}
