import NIOCore

/// A timer on any event loop, by the machine's clock; cancelled when released.
///
/// It belongs to the loop's thread, as whoever makes it does: making one elsewhere traps.
public final class LoopTimer {
    private let eventLoop: any EventLoop
    private var next: Scheduled<Void>?

    /// Calls `body` once after `delay`.
    public init(on eventLoop: any EventLoop, after delay: Duration, _ body: @escaping () -> Void) {
        self.eventLoop = eventLoop
        next = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(delay), body)
    }

    /// Calls `body` every `interval`, first after one `interval`.
    public init(on eventLoop: any EventLoop, every interval: Duration, _ body: @escaping () -> Void) {
        self.eventLoop = eventLoop
        schedule(interval, body)
    }

    private func schedule(_ interval: Duration, _ body: @escaping () -> Void) {
        next = eventLoop.assumeIsolated().scheduleTask(in: TimeAmount(interval)) { [weak self] in
            body()
            guard let self, next != nil else { return }
            schedule(interval, body)
        }
    }

    /// Stops the timer; a call that has begun is finished.
    public func cancel() {
        next?.cancel()
        next = nil
    }

    deinit { next?.cancel() }
}
