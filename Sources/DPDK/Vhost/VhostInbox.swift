import Synchronization

/// What the vhost library has told of one socket and control has not yet seen: always the state as it is now, so that a
/// guest that changes its mind in a loop costs no memory.
final class VhostInbox: Sendable {
    private struct Contents {
        var state = VhostState()
        /// The library's threads that stand still until control has seen that the device is going.
        var releases: [@Sendable () -> Void] = []
        /// Whether control has been told to look, and has not looked yet.
        var isAnnounced = false
        /// Nobody looks any more.
        var isAbandoned = false
    }

    private let contents = Mutex(Contents())
    private let announce: @Sendable () -> Void

    /// - Parameter announce: called when there is something new, and mostly not again before
    ///   ``take()``; it must not block.
    init(announce: @escaping @Sendable () -> Void) { self.announce = announce }

    /// A frontend has connected: nothing is known of it.
    func connected() { change { $0.state.rings = [:] } }

    func ready(_ device: VhostDevice) {
        change {
            $0.state.device = device
            $0.state.changes += 1
            $0.state.refusal = nil
        }
    }

    /// A frontend is cut off for what it has asked.
    func refused(_ reason: String) {
        change {
            $0.state.refusal = reason
            $0.state.refusals += 1
        }
    }

    func ring(_ ring: Int, isEnabled: Bool) { change { $0.state.rings[ring] = isEnabled } }

    /// `release` is called once when the new state has gone through. This is always announced, for somebody waits.
    func gone(_ device: VhostDevice, release: @escaping @Sendable () -> Void) {
        if contents.withLock({ $0.isAbandoned }) { return release() }
        change(isUrgent: true) {
            if $0.state.device == device { $0.state.changes += 1 }
            $0.state.device = nil
            $0.state.rings = [:]
            $0.releases.append(release)
        }
    }

    /// The state now, and what is to be called when nobody goes by an earlier one any more.
    func take() -> (VhostState, [@Sendable () -> Void]) {
        contents.withLock { contents in
            defer {
                contents.releases = []
                contents.isAnnounced = false
            }
            return (contents.state, contents.releases)
        }
    }

    /// Whether a thread stands still until somebody looks.
    var isAwaited: Bool { contents.withLock { !$0.releases.isEmpty } }

    /// Nobody uses the device any more, nor will look again.
    func abandon() {
        contents.withLock { $0.isAbandoned = true }
        for release in take().1 { release() }
    }

    private func change(isUrgent: Bool = false, _ body: (inout Contents) -> Void) {
        let isNews = contents.withLock { contents in
            body(&contents)
            defer { contents.isAnnounced = true }
            return isUrgent || !contents.isAnnounced
        }
        if isNews { announce() }
    }
}
