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
        let path: String
        var guardian: VhostGuard
        let connection: VhostConnection?
        let rings: VhostRings
        /// Messages so far.
        var count: UInt32 = 0

        /// Sees to it that nobody dies of memory that goes away while it is mapped.
        func watch(_ message: VhostMessage, _ device: Int32, _ count: UInt32) -> Bool {
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
    private let calls = VhostCallWatch()

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
        ring: { path, device, ring, enabled in
            shared.setReady(device, Int(ring), enabled != 0)
            shared.route(path)?.inbox.ring(Int(ring), isEnabled: enabled != 0)
        },
        connection: { path, device, isThere in
            guard isThere == 0 else { return shared.begin(path, device) ? 1 : 0 }
            shared.end(path, device)
            return 1
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

    /// The socket is closed, and with it the connections over it: the library does not tell of their ends.
    func remove(_ path: String) {
        state.withLock { state in
            state.routes[path] = nil
            for (device, visit) in state.visits where visit.path == path {
                state.visits[device] = nil
                calls.end(device)
                _ = cdpdk_vhost_fault_forget(device)
            }
        }
    }

    /// What packet threads need to use a ring; nil when they have to leave it to the library, because the
    /// guest's addresses must be translated.
    func ring(_ device: Int32, _ number: Int) -> UnsafeMutablePointer<cdpdk_vhost_ring>? {
        state.withLock { state in
            guard let visit = state.visits[device], !visit.guardian.isTranslated else { return nil }
            return visit.rings.memory(of: number)
        }
    }

    /// Whether a frontend is connected over a socket.
    func isVisited(_ path: String) -> Bool { state.withLock { $0.visits.values.contains { $0.path == path } } }

    private func route(_ path: UnsafePointer<CChar>?) -> Route? {
        guard let path else { return nil }
        return state.withLock { $0.routes[String(cString: path)] }
    }

    /// Whether a frontend may stay: the library has room for 1,024 in all, which one guest shall not
    /// take from the others.
    private func begin(_ path: UnsafePointer<CChar>?, _ device: Int32) -> Bool {
        guard let path, let route = route(path) else { return false }
        let name = String(cString: path)
        let (count, taken) = state.withLock { state in
            (
                state.visits.values.count { $0.path == name },
                Set(state.visits.values.compactMap { $0.connection?.descriptor })
            )
        }
        guard count < Self.mostVisits else {
            route.inbox.refused("\(count) frontends are connected to its socket already")
            return false
        }
        let connection = VhostConnection(path: name, isClient: route.isClient, besides: taken)
        connection?.limitWaiting()
        let visit = Visit(
            path: name, guardian: VhostGuard(route.policy), connection: connection,
            rings: VhostRings(device: device))
        state.withLock { $0.visits[device] = visit }
        calls.begin(device, connection, route.inbox)
        route.inbox.connected()
        return true
    }

    /// How many connections there may be over one socket. A guest has one, and for a moment another,
    /// when it comes anew.
    private static let mostVisits = 64

    private func end(_ path: UnsafePointer<CChar>?, _ device: Int32) {
        calls.end(device)
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
            if message.number == VhostRequest.sendRARP.rawValue { visit.rings.announce(message.read(at: 0)) }
            openRings(device, state)
            if Visit.bringsMemory(message) { cdpdk_vhost_fault_renew(device, message.number, visit.count) }
        }
    }

    /// The library has got a ring ready or has stopped it.
    private func setReady(_ device: Int32, _ ring: Int, _ isReady: Bool) {
        state.withLock { state in
            state.visits[device]?.rings.setReady(ring, isReady)
            openRings(device, state)
        }
    }

    /// Gives the threads what they may use. Not while a message is carried out, nor after one that has failed.
    private func openRings(_ device: Int32, _ state: State) {
        guard let visit = state.visits[device], !visit.guardian.isBusy, !visit.guardian.isTranslated else { return }
        visit.rings.open()
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
            guard visit.watch(message, device, state.visits[device]?.count ?? 0) else {
                return .refuse("there is too much of its memory")
            }
            // The library's locks keep nobody out who does without the library.
            if VhostRequest(rawValue: message.number)?.changesRings ?? true { visit.rings.close() }
            if let ring = VhostRequest.ringStopped(by: message) { visit.rings.stop(ring) }
            return .pass
        }
        switch verdict {
        case .pass:
            if message.number == VhostRequest.setRingCall.rawValue, let call = message.descriptors?.first {
                calls.keep(call, device: device, ring: Int(message.read(UInt64.self, at: 0) & 0xff))
            }
            return CDPDK_VHOST_PASS
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
