import Control

/// Watches over a connection's silence: after an interval the peer is asked for a sign of life, after another it is
/// given up (OVS: the states ACTIVE and IDLE of `struct rconn`).
@ControlActor
final class InactivityProbe {
    /// nil: silence is never minded.
    var interval: Duration? { didSet { if interval != oldValue { restart() } } }
    /// The peer was asked and has not answered yet.
    private(set) var isProbing = false

    private let ask: @ControlActor (_ silence: Duration) -> Void
    private let giveUp: @ControlActor (_ silence: Duration) -> Void
    private var active = ControlClock.shared.now
    private var asked = ControlClock.shared.now
    private var timer: ControlTimer?
    private var isRunning = false

    init(
        ask: @escaping @ControlActor (_ silence: Duration) -> Void,
        giveUp: @escaping @ControlActor (_ silence: Duration) -> Void
    ) {
        self.ask = ask
        self.giveUp = giveUp
    }

    func start() {
        isRunning = true
        active = ControlClock.shared.now
        restart()
    }

    func stop() {
        isRunning = false
        timer = nil
    }

    /// Something came, or went out to a peer that reads.
    func noteActivity(at time: ContinuousClock.Instant = ControlClock.shared.now) {
        active = time
        isProbing = false
    }

    private func restart() {
        isProbing = false
        schedule()
    }

    private func schedule() {
        timer = nil
        guard isRunning, let interval else { return }
        let due = (isProbing ? asked : active) + interval
        let wait = max(due - ControlClock.shared.now, .milliseconds(1))
        timer = ControlTimer(after: wait) { [weak self] in self?.check() }
    }

    private func check() {
        guard isRunning, let interval else { return }
        let now = ControlClock.shared.now
        if isProbing {
            if now - asked >= interval { return giveUp(now - asked) }
        } else if now - active >= interval {
            isProbing = true
            asked = now
            ask(now - active)
        }
        schedule()
    }
}
