import Dispatch
import Synchronization

/// Connects sockets to guests that make them themselves, again and again until the guest is there.
///
/// The vhost library offers to do that, but in DPDK 22.11 a frontend that goes while its port is removed is then kept
/// on the library's list: the connection's descriptor is lost, and the next attempt uses a socket that is freed.
final class VhostReconnector: Sendable {
    static let shared = VhostReconnector()

    private struct Client {
        weak var socket: VhostSocket?
    }

    private struct State {
        /// By path.
        var clients: [String: Client] = [:]
        var timer: (any DispatchSourceTimer)?
    }

    /// As often as the library tries.
    private static let interval = DispatchTimeInterval.seconds(1)
    private let state = Mutex(State())
    /// Attempts wait for the library's thread at times, and control does not wait for them.
    private let queue = DispatchQueue(label: "vhost-connect")

    private init() {}

    func add(_ socket: VhostSocket) {
        state.withLock { state in
            state.clients[socket.configuration.path] = Client(socket: socket)
            guard state.timer == nil else { return }
            let timer = DispatchSource.makeTimerSource(queue: queue)
            timer.schedule(deadline: .now() + Self.interval, repeating: Self.interval)
            timer.setEventHandler { [weak self] in self?.tryAll() }
            timer.resume()
            state.timer = timer
        }
    }

    func remove(_ path: String) {
        state.withLock { state in
            state.clients[path] = nil
            guard state.clients.isEmpty else { return }
            state.timer?.cancel()
            state.timer = nil
        }
    }

    private func tryAll() {
        for client in state.withLock({ Array($0.clients.values) }) { client.socket?.connectAgain() }
    }
}
