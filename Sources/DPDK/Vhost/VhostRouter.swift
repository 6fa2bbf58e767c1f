import CDPDK
import Dispatch
import Synchronization

/// Brings the vhost library's events to the sockets that they concern. The library's callbacks carry no context but the
/// path, hence one for the process.
final class VhostRouter: Sendable {
    static let shared = VhostRouter()

    /// What is known of a socket.
    private struct Route {
        let inbox: VhostInbox
        let isClient: Bool
        let policy: VhostGuard.Policy
    }

    /// A frontend that is connected.
    private struct Visit {
        var guardian: VhostGuard
        let connection: VhostConnection?
        /// Messages so far.
        var count: UInt32 = 0

        /// Sees to it that nobody dies of memory that goes away while it is mapped.
        func watch(_ message: VhostMessage, _ device: Int32) -> Bool {
            guard Self.bringsMemory(message) else { return true }
            return message.descriptors.map {
                $0.allSatisfy {
                    cdpdk_vhost_fault_watch(device, connection?.descriptor ?? -1, $0, message.number, count) == 0
                }
            } ?? false
        }

        static func bringsMemory(_ message: VhostMessage) -> Bool {
            [VhostRequest.setMemoryTable.rawValue, VhostRequest.setLogBase.rawValue].contains(message.number)
        }
    }

    private struct State {
        var routes: [String: Route] = [:]
        /// By the library's numbers of devices.
        var visits: [Int32: Visit] = [:]
    }

    private let state = Mutex(State())

    private init() {}

    /// The library's events, as C functions. They come on threads of the library's.
    static let events = cdpdk_vhost_events(
        ready: { path, device in
            let device = VhostDevice(number: device)
            device.silenceKicks()
            shared.route(path)?.inbox.ready(device)
        },
        gone: { path, device in
            guard let inbox = shared.route(path)?.inbox else { return }
            let released = DispatchSemaphore(value: 0)
            inbox.gone(VhostDevice(number: device)) { released.signal() }
            released.wait()
        },
        ring: { path, _, ring, enabled in shared.route(path)?.inbox.ring(Int(ring), isEnabled: enabled != 0) },
        connection: { path, device, isThere in
            if isThere != 0 { shared.begin(path, device) } else { shared.end(path, device) }
        },
        message: { path, device, message in
            guard let message else { return CDPDK_VHOST_REFUSE }
            return shared.judge(path, device, VhostMessage(message))
        },
        done: { _, device, message in
            guard let message else { return }
            shared.confirm(device, VhostMessage(message))
        })

    /// Whether the path was free.
    func add(_ configuration: VhostSocket.Configuration, _ inbox: VhostInbox) -> Bool {
        let policy = VhostGuard.Policy(
            allowsIOMMU: configuration.supportsIOMMU, allowsPostcopy: configuration.supportsPostcopy)
        return state.withLock { state in
            guard state.routes[configuration.path] == nil else { return false }
            state.routes[configuration.path] = Route(inbox: inbox, isClient: configuration.isClient, policy: policy)
            return true
        }
    }

    func remove(_ path: String) { state.withLock { _ = $0.routes.removeValue(forKey: path) } }

    private func route(_ path: UnsafePointer<CChar>?) -> Route? {
        guard let path else { return nil }
        return state.withLock { $0.routes[String(cString: path)] }
    }

    private func begin(_ path: UnsafePointer<CChar>?, _ device: Int32) {
        guard let path, let route = route(path) else { return }
        let taken = state.withLock { Set($0.visits.values.compactMap { $0.connection?.descriptor }) }
        let connection = VhostConnection(path: String(cString: path), isClient: route.isClient, besides: taken)
        connection?.limitWaiting()
        state.withLock { $0.visits[device] = Visit(guardian: VhostGuard(route.policy), connection: connection) }
        route.inbox.connected()
    }

    private func end(_ path: UnsafePointer<CChar>?, _ device: Int32) {
        let hasShrunk = state.withLock { state in
            state.visits[device] = nil
            return cdpdk_vhost_fault_forget(device) != 0
        }
        if hasShrunk { route(path)?.inbox.refused("a file of its memory has become shorter than it was said to be") }
    }

    private func confirm(_ device: Int32, _ message: VhostMessage) {
        state.withLock { state in
            guard let visit = state.visits[device] else { return }
            state.visits[device]?.guardian.confirm(message)
            if Visit.bringsMemory(message) { cdpdk_vhost_fault_renew(device, message.number, visit.count) }
        }
    }

    /// Judges a message; one that is refused is cleared away.
    private func judge(
        _ path: UnsafePointer<CChar>?, _ device: Int32, _ message: VhostMessage
    ) -> cdpdk_vhost_verdict {
        let verdict = state.withLock { state -> VhostGuard.Verdict in
            guard let visit = state.visits[device] else { return .refuse("it is not known") }
            guard visit.connection?.isRead ?? true else { return .refuse("it does not read answers") }
            state.visits[device]?.count &+= 1
            let verdict = state.visits[device]?.guardian.judge(message) ?? .refuse("it is not known")
            guard verdict == .pass else { return verdict }
            return state.visits[device]?.watch(message, device) ?? false ? .pass : .refuse("there is too much of its memory")
        }
        switch verdict {
        case .pass: return CDPDK_VHOST_PASS
        case .ignore:
            message.closeDescriptors()
            return CDPDK_VHOST_IGNORE
        case .refuse(let reason):
            message.closeDescriptors()
            route(path)?.inbox.refused(reason)
            return CDPDK_VHOST_REFUSE
        }
    }
}
