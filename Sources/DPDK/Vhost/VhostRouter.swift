import CDPDK
import Dispatch
import Synchronization

/// Brings the vhost library's events to the sockets that they concern. The library's callbacks carry no context but the
/// path, hence one for the process.
final class VhostRouter: Sendable {
    static let shared = VhostRouter()

    private let inboxes = Mutex<[String: VhostInbox]>([:])

    private init() {}

    /// The library's events, as C functions. They come on threads of the library's.
    static let events = cdpdk_vhost_events(
        ready: { path, device in
            let device = VhostDevice(number: device)
            device.silenceKicks()
            shared.inbox(path)?.ready(device)
        },
        gone: { path, device in
            guard let inbox = shared.inbox(path) else { return }
            let released = DispatchSemaphore(value: 0)
            inbox.gone(VhostDevice(number: device)) { released.signal() }
            released.wait()
        },
        ring: { path, _, ring, enabled in shared.inbox(path)?.ring(Int(ring), isEnabled: enabled != 0) },
        connection: { path, _, isThere in if isThere != 0 { shared.inbox(path)?.connected() } })

    /// Whether the path was free.
    func add(_ path: String, _ inbox: VhostInbox) -> Bool {
        inboxes.withLock { inboxes in
            guard inboxes[path] == nil else { return false }
            inboxes[path] = inbox
            return true
        }
    }

    func remove(_ path: String) { inboxes.withLock { _ = $0.removeValue(forKey: path) } }

    private func inbox(_ path: UnsafePointer<CChar>?) -> VhostInbox? {
        guard let path else { return nil }
        return inboxes.withLock { $0[String(cString: path)] }
    }
}
