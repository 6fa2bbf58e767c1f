import CDPDK
import Dispatch
import Synchronization

/// Brings the vhost library's events to the sockets that they concern. The library's callbacks carry no context but the
/// path, hence one for the process.
final class VhostRouter: Sendable {
    static let shared = VhostRouter()

    private let handlers = Mutex<[String: @Sendable (VhostEvent) -> Void]>([:])

    private init() {}

    /// The library's events, as C functions.
    static let events = cdpdk_vhost_events(
        ready: { path, device in
            let device = VhostDevice(number: device)
            device.silenceKicks()
            shared.handler(path)?(.ready(device))
        },
        gone: { path, device in
            guard let handler = shared.handler(path) else { return }
            let released = DispatchSemaphore(value: 0)
            handler(.gone(VhostDevice(number: device)) { released.signal() })
            released.wait()
        },
        ring: { path, device, ring, enabled in
            shared.handler(path)?(.ring(VhostDevice(number: device), Int(ring), isEnabled: enabled != 0))
        },
        connection: { _, _, _ in })

    /// Whether the path was free.
    func add(_ path: String, _ handler: @escaping @Sendable (VhostEvent) -> Void) -> Bool {
        handlers.withLock { handlers in
            guard handlers[path] == nil else { return false }
            handlers[path] = handler
            return true
        }
    }

    func remove(_ path: String) { handlers.withLock { _ = $0.removeValue(forKey: path) } }

    private func handler(_ path: UnsafePointer<CChar>?) -> (@Sendable (VhostEvent) -> Void)? {
        guard let path else { return nil }
        return handlers.withLock { $0[String(cString: path)] }
    }
}
