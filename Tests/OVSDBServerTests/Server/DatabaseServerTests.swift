import Control
import Glibc
import NIOCore
import OVSDB
import TLS
import Testing

@testable import OVSDBServer

/// The methods, over a socket.
@DatabaseActor @Suite struct DatabaseServerTests {
    @Test func tellsOfItsDatabases() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        #expect(try await client.request("list_dbs") == ["Small", "_Server"])
        #expect(try await client.request("get_schema", "Small") == SmallDatabase.schema)
        #expect(try await client.request("echo", 1, "x") == [1, "x"])
        #expect(try await client.request("get_server_id").string.flatMap(UUIDValue.init) != nil)
        let rows = try await client.request(
            "transact", "_Server", ["op": "select", "table": "Database", "where": [["name", "==", "Small"]]])
        let row = try #require(rows.array?.first?["rows"]?.array?.first)
        #expect(row["model"] == "standalone" && row["connected"] == true && row["leader"] == true)
        #expect(try JSON(parsing: try #require(row["schema"]?.string)) == SmallDatabase.schema)
        // Nobody but the server changes that database.
        let change = try await client.request(
            "transact", "_Server", ["op": "delete", "table": "Database", "where": []])
        #expect(change.array?.first?["error"] == "not allowed")
    }

    @Test func refusesWhatItDoesNotKnow() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        #expect(await client.refusal("jump") == "unknown method")
        #expect(await client.refusal("transact", "None") == "unknown database")
        #expect(await client.refusal("transact") == "syntax error")
        #expect(await client.refusal("monitor", "Small", "m", 5) == "syntax error")
        #expect(await client.refusal("monitor", "Small", "m", ["None": [:]]) == "syntax error")
        #expect(await client.refusal("monitor", "Small", "m", ["Root": ["columns": ["none"]]]) == "syntax error")
        #expect(await client.refusal("monitor_cancel", "m") == "unknown monitor")
        #expect(await client.refusal("lock", "5") == "syntax error")
        #expect(await client.refusal("unlock", "l") == "syntax error")
        #expect(await client.refusal("set_db_change_aware", 1) == "syntax error")
        // The connection has survived all that.
        #expect(try await client.request("echo") == [])
    }

    @Test func repliesWhenTheTransactionIsOnDisk() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        let storage = try #require(server.database.storage)
        for number in Int64(0)..<4 {
            _ = try await client.transact(
                SmallDatabase.insert("Root", ["name": .string("\(number)"), "number": .integer(number)]))
            #expect(storage.settled == UInt64(number) + 1)
        }
        #expect(try DatabaseFile.read(server.folder["small.db"]).database.rowCount == 4)
    }

    /// Replies of more than may wait for the disk, so that requests are held back, and among those one that settles all
    /// by itself.
    @Test(arguments: [DatabaseStorage.Durability.everyTransaction, .onRequest])
    func whatWasHeldBackForTheDiskGoesOn(_ durability: DatabaseStorage.Durability) async throws {
        let server = try await TestServer(durability: durability)
        defer { server.stop() }
        let client = try await server.client()
        _ = try await client.request("set_db_change_aware", true)
        _ = try await client.transact(
            SmallDatabase.insert("Root", ["name": .string(String(repeating: "x", count: 30_000)), "number": 0]))
        let select: JSON = ["op": "select", "table": "Root", "where": [["number", "==", 0]], "columns": ["name"]]
        for round in Int64(1)...3 {
            let insert = SmallDatabase.insert("Root", ["name": .string("\(round)"), "number": .integer(round)])
            var requests: [(method: String, parameters: [JSON])] = [("transact", ["Small", insert])]
            requests += (0..<40).map { _ in ("transact", ["Small", select]) }
            if round > 1 { requests += [("convert", ["Small", SmallDatabase.schema]), ("echo", [])] }
            // As one piece, so that the server meets all of it in one turn.
            let text = requests.enumerated().map { number, request in
                JSONRPCMessage.request(
                    method: request.method, parameters: request.parameters, id: .integer(Int64(1000 + number))
                ).json.text
            }.joined()
            client.strays = []
            client.session.standing?.send(text: ByteBuffer(string: text))
            try await eventually { client.strays.count >= requests.count }
            _ = try await client.request("echo")
            #expect(client.strays == requests.indices.map { .integer(Int64(1000 + $0)) })
        }
    }

    @Test func aWaitIsMetByAnother() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let (waiting, acting) = (try await server.client(), try await server.client())
        func wait(_ timeout: JSON?) -> JSON {
            var members: JSON.Members = [
                "op": "wait", "table": "Root", "where": [], "columns": ["name"], "until": "==",
                "rows": [["name": "come"]],
            ]
            members["timeout"] = timeout
            return .object(members)
        }
        let select: JSON = ["op": "select", "table": "Root", "where": [], "columns": ["name"]]
        async let met = waiting.transact(wait(nil), select)
        let timedOut = try await acting.transact(wait(60))
        #expect(timedOut.first?["error"] == "timed out")
        _ = try await acting.transact(SmallDatabase.insert("Root", ["name": "come"]))
        #expect(try await met == [[:], ["rows": [["name": "come"]]]])
        // And one is taken back.
        _ = try await acting.transact(["op": "delete", "table": "Root", "where": []])
        async let cancelled = waiting.refusal("transact", "Small", wait(nil))
        try await eventually { server.server.figures.contains { $0 == ("sessions", 2) } }
        try await Task.sleep(for: .milliseconds(50))
        waiting.session.standing?.send(.notification(method: "cancel", parameters: [1]))
        #expect(await cancelled == "canceled")
    }

    /// The first reply fails and ends the session, before the others are looked at.
    @Test func aClientMayGoWhileItsWaitsAreMet() async throws {
        let server = try await TestServer(durability: .onRequest)
        defer { server.stop() }
        let client = try await server.client()
        let wait: JSON = [
            "op": "wait", "table": "Root", "where": [], "columns": ["name"], "until": "==", "rows": [["name": "come"]],
        ]
        for id in Int64(1000)..<1020 {
            let request = JSONRPCMessage.request(
                method: "transact", parameters: ["Small", wait], id: .integer(id))
            client.session.standing?.send(request)
        }
        try await eventually { server.database.waiting.count == 20 }
        client.session.standing?.close()
        let (reply, _) = server.database.transact([SmallDatabase.insert("Root", ["name": "come"])], ExecutionContext())
        #expect(reply?.array?.first?["uuid"] != nil)
        try await eventually { server.database.waiting.isEmpty }
        let other = try await server.client()
        #expect(try await other.request("echo") == [])
    }

    /// Whoever waits for the disk hears how that went, and the file can be opened again at once.
    @Test func aDatabaseGoesWithItsFileSettled() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        _ = try await client.request("set_db_change_aware", true)
        async let answer = client.transact(SmallDatabase.insert("Root", ["name": "last"]))
        try await eventually { server.database.database.rowCount == 1 }
        await server.server.remove(server.database)
        let again = try DatabaseFile.open(server.folder["small.db"])
        #expect(again.database.rowCount == 1)
        #expect(try await answer.first?["uuid"] != nil)
    }

    @Test func locksHaveOneOwner() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let (first, second, third) = (
            try await server.client(), try await server.client(), try await server.client()
        )
        let assert: JSON = ["op": "assert", "lock": "l"]
        #expect(try await first.request("lock", "l") == ["locked": true])
        #expect(try await second.request("lock", "l") == ["locked": false])
        #expect(await first.refusal("lock", "l") == "syntax error")
        #expect(try await first.transact(assert) == [[:]])
        #expect(try await second.transact(assert).first?["error"] == "not owner")
        #expect(try await third.request("steal", "l") == ["locked": true])
        try await eventually { first.notifications.contains { $0.method == "stolen" && $0.parameters == ["l"] } }
        #expect(try await first.transact(assert).first?["error"] == "not owner")
        // The one from whom it was stolen is next, then who has waited.
        #expect(try await third.request("unlock", "l") == [:])
        try await eventually { first.notifications.contains { $0.method == "locked" } }
        first.session.stop()
        try await eventually { second.notifications.contains { $0.method == "locked" && $0.parameters == ["l"] } }
        #expect(try await second.transact(assert) == [[:]])
    }

    @Test func aConversionEndsMonitors() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let (aware, unaware) = (try await server.client(), try await server.client())
        _ = try await aware.request("set_db_change_aware", true)
        _ = try await aware.transact(SmallDatabase.insert("Root", ["name": "kept", "number": 7]))
        _ = try await aware.request("monitor", "Small", "m", ["Root": [:]])
        var json = SmallDatabase.schema.object ?? [:]
        json["version"] = "2.0.0"
        json["tables"] = [
            "Root": ["isRoot": true, "columns": ["name": ["type": "string"], "new": ["type": "integer"]]]
        ]
        #expect(try await aware.request("convert", "Small", .object(json)) == [:])
        #expect(aware.notifications.contains { $0.method == "monitor_canceled" && $0.parameters == ["m"] })
        try await eventually { unaware.isDisconnected }
        #expect(!aware.isDisconnected)
        let rows = try await aware.transact(["op": "select", "table": "Root", "where": [], "columns": ["name", "new"]])
        #expect(rows == [["rows": [["name": "kept", "new": 0]]]])
        #expect(try DatabaseFile.read(server.folder["small.db"]).schema == .object(json))
        // What does not fit is refused, and nothing changes.
        json["tables"] = ["Root": ["isRoot": true, "columns": ["name": ["type": "integer"]]]]
        #expect(await aware.refusal("convert", "Small", .object(json)) != nil)
        #expect(try await aware.request("get_schema", "Small")["version"] == "2.0.0")
    }

    @Test func nonsenseCostsOnlyItsSender() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let good = try await server.client()
        for text in ["}", "{\"method\":5}", "[1,2]", String(repeating: "[", count: 5000), "{\"id\":1}", "\u{1}"] {
            let bad = try await server.client()
            bad.session.standing?.send(text: .init(string: text))
            try await eventually { bad.isDisconnected }
            bad.session.stop()
        }
        #expect(try await good.request("echo") == [])
    }

    @Test func readOnlySessionsOnlyLook() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        var settings = RemoteSettings()
        settings.isReadOnly = true
        let path = server.folder["ro.sock"]
        let remote = ServedRemote(.listen(.unix(path: path)), named: path, settings, server: server.server, tls: TLSContexts())
        try await remote.start()
        defer { remote.stop() }
        let client = try await TestClient("unix:" + path)
        #expect(try await client.transact(SmallDatabase.insert("Root", [:])).first?["error"] == "not allowed")
        #expect(await client.refusal("lock", "l")?.contains("read only") == true)
        #expect(try await client.transact(["op": "select", "table": "Root", "where": []]) == [["rows": []]])
    }
}
