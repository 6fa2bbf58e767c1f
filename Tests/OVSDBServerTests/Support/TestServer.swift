import Control
import Foundation
import OVSDB

@testable import OVSDBServer

/// A server of the small database, with its file, on a socket in a folder of its own.
@DatabaseActor
final class TestServer {
    let folder: TemporaryFolder
    let server: DatabaseServer
    let remotes: RemoteSet
    let database: HostedDatabase
    var remote: String { "unix:" + folder["db.sock"] }

    init(
        schema: JSON = SmallDatabase.schema, durability: DatabaseStorage.Durability = .everyTransaction
    ) async throws {
        folder = try TemporaryFolder()
        try DatabaseFile.create(folder["small.db"], schema: schema)
        server = try DatabaseServer()
        database = HostedDatabase(try DatabaseFile.open(folder["small.db"], durability: durability))
        server.add(database)
        remotes = RemoteSet(server)
        try await remotes.add("punix:" + folder["db.sock"])
    }

    func client() async throws -> TestClient { try await TestClient(remote) }

    func stop() {
        remotes.stop()
        server.stop()
    }
}

/// A client that keeps what the server tells unasked.
@DatabaseActor
final class TestClient {
    let session: JSONRPCSession
    private(set) var notifications: [(method: String, parameters: [JSON])] = []
    private(set) var isDisconnected = false
    /// To what replies came that nobody waits for.
    var strays: [JSON] = []

    init(_ remote: String) async throws {
        session = JSONRPCSession(remote: try Remote(remote), on: DatabaseActor.shared.eventLoop)
        session.onMessage = { [unowned self] message in
            switch message {
            case .notification(let method, let parameters): notifications.append((method, parameters))
            case .request: break
            case .reply(_, let id), .error(_, let id): strays.append(id)
            }
        }
        session.onDisconnected = { [unowned self] in isDisconnected = true }
        session.start()
        try await eventually { session.isConnected }
    }

    func request(_ method: String, _ parameters: JSON...) async throws -> JSON {
        try await withCheckedThrowingContinuation { continuation in
            session.request(method, parameters) { continuation.resume(with: $0.mapError { $0 as any Error }) }
        }
    }

    /// The name of the error with which a request is refused.
    func refusal(_ method: String, _ parameters: JSON...) async -> String? {
        await withCheckedContinuation { continuation in
            session.request(method, parameters) { result in
                if case .failure(let error) = result {
                    continuation.resume(returning: error.refusal ?? "\(error)")
                } else {
                    continuation.resume(returning: nil)
                }
            }
        }
    }

    func transact(_ operations: JSON...) async throws -> [JSON] {
        try await withCheckedThrowingContinuation { continuation in
            session.request("transact", ["Small"] + operations) { result in
                continuation.resume(with: result.map { $0.array ?? [] }.mapError { $0 as any Error })
            }
        }
    }

    /// Takes what has come so far.
    func take() -> [(method: String, parameters: [JSON])] {
        defer { notifications = [] }
        return notifications
    }
}

struct TookTooLong: Error {}

/// Waits until `condition` holds.
@DatabaseActor
func eventually(_ condition: () -> Bool) async throws {
    for _ in 0..<1000 {
        if condition() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw TookTooLong()
}
