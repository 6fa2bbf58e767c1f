import CLinux
import Dispatch
import Glibc
import Synchronization

/// Sees to it that no guest keeps a packet thread waiting.
///
/// Packet threads tell a guest of its packets by an eventfd that the guest has sent. Where the kernel has no way to add
/// to it without waiting (`cdpdk_vhost_call`), and where the library does it, they write to it. It is made one that
/// never waits, but the guest shares that setting and can take it back; with the eventfd's count at its limit, who
/// writes then stands still. Such a count is no honest guest's: it is taken away, and the guest cut off.
///
/// It works on a thread of its own: while a packet thread stands still within a ring, others may wait for that ring.
final class VhostCallWatch: Sendable {
    private struct Guest {
        let connection: VhostConnection?
        let inbox: VhostInbox
        /// Copies of the eventfds, by ring.
        var calls: [Int: Int32] = [:]
    }

    private struct State {
        /// By the library's numbers of devices.
        var guests: [Int32: Guest] = [:]
        var timer: (any DispatchSourceTimer)?
    }

    /// How long a packet thread stands still at most, or nearly so.
    private static let interval = DispatchTimeInterval.milliseconds(100)
    private let state = Mutex(State())

    /// A frontend has connected.
    func begin(_ device: Int32, _ connection: VhostConnection?, _ inbox: VhostInbox) {
        end(device)
        state.withLock { state in
            state.guests[device] = Guest(connection: connection, inbox: inbox)
            guard state.timer == nil else { return }
            let timer = DispatchSource.makeTimerSource(queue: .global(qos: .userInitiated))
            timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
            timer.setEventHandler { [weak self] in self?.look() }
            timer.resume()
            state.timer = timer
        }
    }

    /// The guest is called for this ring by another eventfd from now on.
    func keep(_ descriptor: Int32, device: Int32, ring: Int) {
        let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
        guard copy >= 0 else { return }
        let old = state.withLock { state -> Int32? in
            guard state.guests[device] != nil else { return copy }
            return state.guests[device]?.calls.updateValue(copy, forKey: ring)
        }
        if let old { close(old) }
    }

    /// A frontend has gone.
    func end(_ device: Int32) {
        state.withLock { state in
            guard let guest = state.guests.removeValue(forKey: device) else { return }
            for call in guest.calls.values { close(call) }
            guard state.guests.isEmpty else { return }
            state.timer?.cancel()
            state.timer = nil
        }
    }

    /// Frees who stands still.
    private func look() {
        state.withLock { state in
            let calls = state.guests.flatMap { device, guest in guest.calls.values.map { (device, $0) } }
            var polled = calls.map { pollfd(fd: $0.1, events: Int16(POLLOUT), revents: 0) }
            guard poll(&polled, nfds_t(polled.count), 0) >= 0 else { return }
            var culprits: Set<Int32> = []
            for (entry, (device, call)) in zip(polled, calls) where entry.revents & Int16(POLLOUT) == 0 {
                _ = cl_event_take_shared(call)
                culprits.insert(device)
            }
            for device in culprits {
                guard let guest = state.guests[device] else { continue }
                guest.inbox.refused("its eventfd keeps waiting whoever tells it of packets")
                guest.connection?.end()
            }
        }
    }
}
