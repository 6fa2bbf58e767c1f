import Control
import Glibc
import OVSDB
import TLS
import Testing

@testable import OVSDBServer

@DatabaseActor @Suite struct RemoteTests {
    @Test func targets() throws {
        #expect(try RemoteTarget("punix:/a/b") == .listen(.unix(path: "/a/b")))
        #expect(try RemoteTarget("ptcp:") == .listen(.tcp(host: nil, port: 6640)))
        #expect(try RemoteTarget("ptcp:1:127.0.0.1") == .listen(.tcp(host: "127.0.0.1", port: 1)))
        #expect(try RemoteTarget("pssl:1") == .listen(.tls(host: nil, port: 1)))
        #expect(try RemoteTarget("ptcp:0:[::1]") == .listen(.tcp(host: "::1", port: 0)))
        #expect(try RemoteTarget("db:A,b,c") == .column(try #require(ColumnAddress("db:A,b,c"))))
        for text in ["punix:", "ptcp:x", "ptcp:65536", "pssl:x", "db:a,b", "db:a,b,5", "jump:", ""] {
            #expect(throws: OVSDBError.self, "\(text)") { try RemoteTarget(text) }
        }
    }

    @Test func managersComeAndGoWithTheirRows() async throws {
        let folder = try TemporaryFolder()
        guard case .hosted(let embedded) = try await EmbeddedDatabase.host(
            file: folder["conf.db"], socket: folder["db.sock"])
        else {
            Issue.record("not hosted")
            return
        }
        defer {
            embedded.remotes.stop()
            embedded.server.stop()
        }
        let local = try await TestClient("unix:" + folder["db.sock"])
        let target = "ptcp:0:127.0.0.1"
        _ = try await local.request(
            "transact", "Open_vSwitch",
            ["op": "insert", "table": "Manager", "row": ["target": .string(target)], "uuid-name": "m"],
            [
                "op": "update", "table": "Open_vSwitch", "where": [],
                "row": ["manager_options": ["named-uuid", "m"]],
            ])
        try await eventually { embedded.remotes.port(of: target) != nil }
        let port = try #require(embedded.remotes.port(of: target))
        let far = try await TestClient("tcp:127.0.0.1:\(port)")
        #expect(try await far.request("list_dbs") == ["Open_vSwitch", "_Server"])
        // Their rows say how they are, which is not kept in the file.
        let size = try folder.read("conf.db").count
        let manager = embedded.server.databases["Open_vSwitch"]?.database.tablesByName["Manager"]
        func status() -> Datum? { manager?.rows.first.map { manager?.columnsByName["status"]?.datum($0.key, $0.value) ?? .empty } }
        try await eventually { status()?["bound_port"] == String(port) }
        #expect(status()?["n_connections"] == nil && status()?["sec_since_connect"] == "0")
        #expect(try folder.read("conf.db").count == size)
        _ = try await local.request(
            "transact", "Open_vSwitch",
            ["op": "update", "table": "Open_vSwitch", "where": [], "row": ["manager_options": ["set", []]]])
        try await eventually { far.isDisconnected }
        far.session.stop()
        #expect(!local.isDisconnected)
    }

    @Test func aRemoteIsOneHoweverManyAskForItAtOnce() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let (remotes, path) = (server.remotes, server.folder["x.sock"])
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<6 { group.addTask { try? await remotes.add("punix:" + path) } }
        }
        #expect(remotes.names.count == 2 && access(path, F_OK) == 0)
        let client = try await TestClient("unix:" + path)
        #expect(try await client.request("list_dbs") == ["Small", "_Server"])
        client.session.stop()
        #expect(await remotes.remove("punix:" + path))
        #expect(await !remotes.remove("punix:" + path))
        #expect(remotes.names.count == 1 && access(path, F_OK) != 0)
        // What is listed is there, and nothing else, in whatever order these come.
        for _ in 0..<10 {
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    group.addTask {
                        if index % 2 == 0 {
                            try? await remotes.add("punix:" + path)
                        } else {
                            _ = await remotes.remove("punix:" + path)
                        }
                    }
                }
            }
            #expect(remotes.names.contains("punix:" + path) == (access(path, F_OK) == 0))
        }
    }

    @Test func whatIsGivenAndARowAsksForStaysUntilBothAreGone() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let (remotes, path, listening) = (server.remotes, server.folder["x.sock"], "ptcp:0:127.0.0.1")
        let client = try await server.client()
        defer { client.session.stop() }
        try await remotes.add("db:Small,Root,name")
        func ask() async throws {
            _ = try await client.transact(
                SmallDatabase.insert("Root", ["name": .string("punix:" + path)]),
                SmallDatabase.insert("Root", ["name": .string(listening), "number": 1]))
        }
        func withdraw() async throws { _ = try await client.transact(["op": "delete", "table": "Root", "where": []]) }
        try await ask()
        try await eventually { access(path, F_OK) == 0 && remotes.port(of: listening) != nil }
        let port = remotes.port(of: listening)
        try await remotes.add("punix:" + path)
        try await remotes.add(listening)
        #expect(remotes.port(of: listening) == port)
        try await withdraw()
        try await Task.sleep(for: .milliseconds(200))
        #expect(access(path, F_OK) == 0 && remotes.port(of: listening) == port)
        let other = try await TestClient("unix:" + path)
        other.session.stop()
        // The other way around: the rows keep what is given no longer.
        try await ask()
        try await Task.sleep(for: .milliseconds(200))
        #expect(await remotes.remove("punix:" + path))
        #expect(await remotes.remove(listening))
        #expect(access(path, F_OK) == 0 && remotes.port(of: listening) == port)
        try await withdraw()
        try await eventually { access(path, F_OK) != 0 && remotes.port(of: listening) == nil }
    }

    @Test func aPortThatIsTakenIsTriedAgain() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let other = ServedRemote(
            try RemoteTarget("ptcp:0:127.0.0.1"), named: "other", RemoteSettings(), server: server.server,
            tls: TLSContexts())
        try await other.start()
        let text = "ptcp:\(try #require(other.port)):127.0.0.1"
        await #expect(throws: OVSDBError.self) { try await server.remotes.add(text) }
        #expect(!server.remotes.names.contains(text))
        let client = try await server.client()
        defer { client.session.stop() }
        try await server.remotes.add("db:Small,Root,name")
        _ = try await client.transact(SmallDatabase.insert("Root", ["name": .string(text)]))
        try await Task.sleep(for: .milliseconds(1500))
        #expect(server.remotes.port(of: text) == nil)
        other.stop()
        try await eventually { server.remotes.port(of: text) != nil }
    }

    @Test func silentPeersAreGivenUp() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        var settings = RemoteSettings()
        settings.probeInterval = .milliseconds(400)
        let remote = ServedRemote(
            try RemoteTarget("ptcp:0:127.0.0.1"), named: "ptcp:0:127.0.0.1", settings, server: server.server, tls: TLSContexts())
        try await remote.start()
        defer { remote.stop() }
        let client = try await TestClient("tcp:127.0.0.1:\(try #require(remote.port))")
        // One that answers stays.
        try await Task.sleep(for: .seconds(2))
        #expect(!client.isDisconnected)
        client.session.standing?.answersEcho = false
        try await eventually { client.isDisconnected }
        client.session.stop()
    }

    @Test func hostsOnlyWhatNobodyServes() async throws {
        let folder = try TemporaryFolder()
        let (file, socket) = (folder["conf.db"], folder["db.sock"])
        guard case .hosted(let first) = try await EmbeddedDatabase.host(file: file, socket: socket) else {
            Issue.record("not hosted")
            return
        }
        // It has the row that everything hangs on.
        #expect(first.server.databases["Open_vSwitch"]?.database.tablesByName["Open_vSwitch"]?.rows.count == 1)
        guard case .leftAlone = try await EmbeddedDatabase.host(file: folder["other.db"], socket: socket) else {
            Issue.record("the socket was taken away")
            return
        }
        guard case .leftAlone = try await EmbeddedDatabase.host(file: file, socket: folder["other.sock"]) else {
            Issue.record("the file was taken away")
            return
        }
        #expect(access(folder["other.db"], F_OK) != 0 && access(folder["other.sock"], F_OK) != 0)
        first.remotes.stop()
        first.server.stop()
        #expect(access(socket, F_OK) != 0)
    }

    @Test func anOlderSchemaIsBroughtUpToDate() async throws {
        let folder = try TemporaryFolder()
        var old = OpenVSwitchSchema.schema
        old.version = "8.2.0"
        old.checksum = "1 2"
        old.tables["Bridge"]?.columns["auto_attach"] = nil
        try DatabaseFile.create(folder["conf.db"], schema: old.json)
        let reply = try shell(
            "ovsdb-tool", "transact", folder["conf.db"],
            #"["Open_vSwitch",{"op":"insert","table":"Open_vSwitch","row":{"other_config":["map",[["a","b"]]]}}]"#)
        #expect(reply.status == 0)
        let before = try folder.read("conf.db")
        guard case .hosted(let embedded) = try await EmbeddedDatabase.host(
            file: folder["conf.db"], socket: folder["db.sock"])
        else {
            Issue.record("not hosted")
            return
        }
        defer {
            embedded.remotes.stop()
            embedded.server.stop()
        }
        #expect(try folder.read("conf.db.backup8.2.0-1-2") == before)
        #expect(try shell("ovsdb-tool", "db-version", folder["conf.db"]).output == "8.3.1\n")
        let table = try #require(embedded.server.databases["Open_vSwitch"]?.database.tablesByName["Open_vSwitch"])
        let row = try #require(table.rows.first)
        #expect(table.columnsByName["other_config"]?.datum(row.key, row.value)["a"] == "b" && table.rows.count == 1)
    }
}
