import Logging

/// When to try again: the back-off of one connection to a server, and its log lines (OVS: module `reconnect`).
///
/// After a connection that lived for a while the next attempt follows in ``minimum``; failures double the wait up to
/// ``maximum``, where the lines about attempts cease.
struct Reconnect {
    /// How a connection, or the attempt at one, ended.
    enum Cause: Equatable {
        /// The attempt failed with errno's text.
        case refused(String)
        /// The attempt took too long.
        case timedOut
        /// The peer closed the connection.
        case peer
        /// The connection failed with errno's text, or was dropped on purpose.
        case dropped(String?)

        /// What was wrong; nil when nothing was.
        var error: String? {
            switch self {
            case .refused(let text), .dropped(let text?): text
            case .timedOut: "Connection timed out"
            case .peer: "End of file"
            case .dropped(nil): nil
            }
        }
    }

    let name: String
    let logger: Logger
    let minimum: Duration
    var maximum: Duration
    /// The wait before the next attempt.
    private(set) var backoff = Duration.zero
    private var connected: ContinuousClock.Instant?
    private var active: ContinuousClock.Instant?

    init(
        name: String, logger: Logger = Logger(label: "reconnect"), minimum: Duration = .seconds(1),
        maximum: Duration = .seconds(8)
    ) {
        self.name = name
        self.logger = logger
        self.minimum = minimum
        self.maximum = maximum
    }

    /// How long an attempt may take.
    var attemptLimit: Duration { max(.seconds(1), backoff) }

    /// An attempt begins.
    func attempting(isPassive: Bool = false) {
        if backoff < maximum { logger.info("\(name): \(isPassive ? "listening" : "connecting")...") }
    }

    /// The attempt succeeded.
    mutating func succeeded(now: ContinuousClock.Instant = .now) {
        logger.info("\(name): connected")
        connected = now
        active = now
    }

    /// Bytes came.
    mutating func activity(now: ContinuousClock.Instant = .now) {
        active = now
    }

    /// How long the peer has been silent; nil without a connection.
    func idle(now: ContinuousClock.Instant = .now) -> Duration? { active.map { $0.duration(to: now) } }

    /// The connection or attempt ended; tells how long to wait before the next one.
    mutating func ended(_ cause: Cause) -> Duration {
        switch cause {
        case .refused(let text):
            if backoff < maximum { logger.info("\(name): connection attempt failed (\(text))") }
        case .timedOut:
            if backoff < maximum { logger.info("\(name): connection attempt timed out") }
        case .peer: logger.info("\(name): connection closed by peer")
        case .dropped(let text?): logger.warning("\(name): connection dropped (\(text))")
        case .dropped(nil): logger.info("\(name): connection dropped")
        }
        if let connected, let active, connected.duration(to: active) >= backoff {
            backoff = minimum
        } else if backoff < minimum {
            backoff = minimum
        } else if backoff < maximum / 2 {
            backoff *= 2
            logger.info("\(name): waiting \(Self.seconds(backoff)) seconds before reconnect")
        } else {
            if backoff < maximum {
                logger.info("\(name): continuing to reconnect in the background but suppressing further logging")
            }
            backoff = maximum
        }
        connected = nil
        active = nil
        return backoff
    }

    /// A duration in seconds, without a fraction when it has none.
    static func seconds(_ duration: Duration) -> String {
        let seconds = duration / .seconds(1)
        return Int64(exactly: seconds).map(String.init) ?? "\(seconds)"
    }
}
