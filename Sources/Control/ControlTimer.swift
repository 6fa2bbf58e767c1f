import NIOCore

/// A timer on the control thread; cancelled when released.
@ControlActor
public final class ControlTimer {
    private var repeated: RepeatedTask?
    private var single: Scheduled<Void>?

    /// Calls `body` every `interval`, first after one `interval`.
    public init(every interval: Duration, _ body: @escaping @Sendable @ControlActor () -> Void) {
        repeated = ControlActor.shared.eventLoop.scheduleRepeatedTask(
            initialDelay: TimeAmount(interval), delay: TimeAmount(interval)
        ) { _ in ControlActor.assumeIsolated(body) }
    }

    /// Calls `body` once after `delay`.
    public init(after delay: Duration, _ body: @escaping @Sendable @ControlActor () -> Void) {
        single = ControlActor.shared.eventLoop.scheduleTask(in: TimeAmount(delay)) {
            ControlActor.assumeIsolated(body)
        }
    }

    /// Stops the timer; a call that has begun is finished.
    public func cancel() {
        repeated?.cancel()
        single?.cancel()
        repeated = nil
        single = nil
    }

    deinit {
        repeated?.cancel()
        single?.cancel()
    }
}
