import Control
import OVSDB

/// A connection to a server, for one command.
@ControlActor
final class Client {
    let session: JSONRPCSession
    private var waiter: CheckedContinuation<Void, any Error>?

    /// - Parameter alternative: what else there is to do when no server answers, put behind what failed.
    init(_ options: ServerOptions, alternative: String = "") throws {
        session = JSONRPCSession(
            remote: try Remote(options.server), on: ControlActor.shared.eventLoop, tls: try options.tls.contexts())
        session.onConnected = { [weak self] in self?.resume(.success(())) }
        session.onFailed = { [weak self] error in
            self?.resume(.failure(CommandFailure("\(options.server): \(error)\(alternative)")))
        }
    }

    /// Waits until there is a connection.
    ///
    /// - Throws: when the server cannot be reached.
    func connect() async throws {
        try await withCheckedThrowingContinuation { continuation in
            waiter = continuation
            session.start()
        }
    }

    private func resume(_ result: Result<Void, any Error>) {
        waiter?.resume(with: result)
        waiter = nil
    }

    func request(_ method: String, _ parameters: [JSON]) async throws -> JSON {
        try await withCheckedThrowingContinuation { continuation in
            session.request(method, parameters) { result in
                continuation.resume(with: result.mapError { $0 as any Error })
            }
        }
    }
}
