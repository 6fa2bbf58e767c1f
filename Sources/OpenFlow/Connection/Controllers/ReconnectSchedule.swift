import Control

/// When to try again, and what the log says of it (OVS: the back-off of `struct rconn`).
///
/// A connection that lived longer than the last wait makes the next wait one second; otherwise waits double up to the
/// maximum, from where attempts are no longer told.
struct ReconnectSchedule {
    var maximum: Duration
    /// The wait before the attempt under way, or the next one.
    private(set) var backoff = Duration.zero
    private var deadline: ContinuousClock.Instant?

    init(maximum: Duration) { self.maximum = maximum }

    /// Whether attempts and their failures are told.
    var isTelling: Bool { backoff < maximum }
    /// How long an attempt may take, the exchange of hellos included.
    var attemptLimit: Duration { max(.seconds(1), backoff) }

    mutating func attempting(now: ContinuousClock.Instant) { deadline = now + backoff }

    /// The attempt or connection ended. Returns what is to be told, if anything.
    ///
    /// - Parameter neverBegan: the attempt could not be made or took too long.
    mutating func ended(neverBegan: Bool, now: ContinuousClock.Instant) -> String? {
        defer { deadline = nil }
        if !neverBegan, let deadline, now >= deadline {
            backoff = .seconds(1)
            return nil
        }
        if backoff < maximum / 2 {
            backoff = max(.seconds(1), backoff * 2)
            return "waiting \(backoff.components.seconds) seconds before reconnect"
        }
        let wasTelling = isTelling
        backoff = maximum
        return wasTelling
            ? "continuing to retry connections in the background but suppressing further logging" : nil
    }
}
