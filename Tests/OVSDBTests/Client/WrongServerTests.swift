import Control
import Foundation
import NIOCore
import TestSupport
import Testing

@testable import OVSDB

/// The client against servers that are old, odd or broken.
@ControlActor @Suite struct WrongServerTests {
    typealias Recorder = OVSDBClientTests.Recorder

    static let tables = [MonitoredTable("T", columns: ["n", "s"])]
    static let schema = try? JSON(
        parsing: """
            {"name":"Open_vSwitch","version":"1.0.0","tables":{"T":{"columns":{"n":{"type":"integer"},
            "s":{"type":{"key":"string","min":0,"max":"unlimited"}}}}}}
            """)
    static let row = "00000000-0000-0000-0000-000000000001"

    /// Answers get_schema, and the one monitor method that it offers with `reply`.
    private func offer(_ server: ScriptedServer, _ offered: String, _ reply: String) throws {
        let result = try JSON(parsing: reply)
        server.onMessage = { connection, message in
            guard case .request(let method, _, let id) = message else { return }
            switch method {
            case "get_schema": connection.send(.reply(result: Self.schema ?? .null, id: id))
            case offered: connection.send(.reply(result: result, id: id))
            default: connection.send(.error("unknown method", id: id))
            }
        }
    }

    @Test func plainMonitorOfRFC7047() async throws {
        let server = ScriptedServer()
        try await server.start()
        try offer(server, "monitor", #"{"T":{"\#(Self.row)":{"new":{"n":1,"s":["set",["a","b"]]}}}}"#)
        let recorder = try Recorder(server.remote, tables: Self.tables)
        try await eventually("connected") { recorder.client.isConnected }
        let uuid = try #require(UUIDValue(Self.row))
        #expect(recorder.client.row("T", uuid)?["s"].strings == ["a", "b"])
        server.send(
            #"{"id":null,"method":"update","params":["vswitch",{"T":{"\#(Self.row)":{"old":{"n":1},"new":{"n":2,"s":"a"}}}}]}"#
        )
        try await eventually("modified") { recorder.client.row("T", uuid)?["n"].integer == 2 }
        #expect(recorder.changes.last?.columns == ["n", "s"])
        server.send(
            #"{"id":null,"method":"update","params":["vswitch",{"T":{"\#(Self.row)":{"old":{"n":2,"s":"a"}}}}]}"#)
        try await eventually("deleted") { recorder.client.tables["T"]?.isEmpty == true }
        #expect(recorder.changes.map(\.kind) == [.inserted, .modified, .deleted])
        recorder.client.stop()
        try await server.stop()
    }

    @Test func conditionalMonitorInPieces() async throws {
        let server = ScriptedServer()
        try await server.start()
        try offer(server, "monitor_cond", #"{"T":{"\#(Self.row)":{"initial":{"n":1,"s":["set",["a","b"]]}}}}"#)
        let recorder = try Recorder(server.remote, tables: Self.tables)
        try await eventually("connected") { recorder.client.isConnected }
        let uuid = try #require(UUIDValue(Self.row))
        for character
            in #"{"id":null,"method":"update2","params":["vswitch",{"T":{"\#(Self.row)":{"modify":{"s":["set",["b","c"]]}}}}]}"#
        {
            server.send(String(character))
            await Task.yield()
        }
        try await eventually("modified") { recorder.client.row("T", uuid)?["s"].strings == ["a", "c"] }
        recorder.client.stop()
        try await server.stop()
    }

    @Test func aTransactionKnownIsContinuedFrom() async throws {
        let server = ScriptedServer()
        try await server.start()
        var asked: [JSON] = []
        let last = UUIDValue.random()
        let initial = try JSON(parsing: #"{"T":{"\#(Self.row)":{"initial":{"n":1}}}}"#)
        let missed = try JSON(parsing: #"{"T":{"\#(Self.row)":{"modify":{"n":5}}}}"#)
        server.onMessage = { connection, message in
            guard case .request(let method, let parameters, let id) = message else { return }
            switch method {
            case "get_schema": connection.send(.reply(result: Self.schema ?? .null, id: id))
            case "monitor_cond_since":
                let isFirst = asked.isEmpty
                asked.append(parameters[3])
                connection.send(
                    .reply(result: [.boolean(!isFirst), .string(last.description), isFirst ? initial : missed], id: id))
            default: connection.send(.error("unknown method", id: id))
            }
        }
        let recorder = try Recorder(server.remote, tables: Self.tables)
        try await eventually("connected") { recorder.client.isConnected }
        recorder.client.reconnect()
        try await eventually("again") { recorder.connected == 2 }
        #expect(asked == [.string(UUIDValue.zero.description), .string(last.description)])
        #expect(recorder.changes.map(\.kind) == [.inserted, .modified])
        #expect(recorder.client.tables["T"]?.values.first?["n"].integer == 5)
        recorder.client.stop()
        try await server.stop()
    }

    @Test(arguments: [
        "HTTP/1.1 400 Bad Request\r\n\r\n", "{\"method\":", "\u{0}\u{1}\u{2}", "[]", "{}", "{\"id\":[[[}", "7 ",
    ])
    func garbageDropsTheConnection(_ text: String) async throws {
        let server = ScriptedServer()
        server.greeting = Array((text + (text == "{\"method\":" ? "oops" : "")).utf8)
        try await server.start()
        let recorder = try Recorder(server.remote, tables: Self.tables)
        try await eventually("tried again") { server.connections >= 2 }
        let lines = CapturedLog.all.lines(containing: server.remote)
        let reasons = lines.filter { $0.module == "jsonrpc" && $0.level == .warning }
        #expect(!reasons.isEmpty && reasons.count <= server.connections, "\(lines)")
        #expect(lines.contains { $0.text.hasSuffix("connection dropped (Protocol error)") && $0.level == .warning })
        // And with a server that came to its senses all is well.
        server.greeting = []
        try offer(server, "monitor", "{}")
        try await eventually("connected") { recorder.client.isConnected }
        recorder.client.stop()
        try await server.stop()
    }

    @Test(arguments: [
        #"["vswitch"]"#, #"["vswitch",7]"#, #"["vswitch",{"X":{}}]"#, #"["vswitch",{"T":[]}]"#,
        #"["vswitch",{"T":{"no-uuid":{"delete":null}}}]"#, #"["vswitch",{"T":{"UUID":{"insert":{"n":"text"}}}}]"#,
        #"["vswitch",{"T":{"UUID":{"modify":{"n":1}}}}]"#, #"["vswitch",{"T":{"UUID":{}}}]"#,
    ])
    func updatesThatDoNotFitAreAnsweredByTakingAllAnew(_ parameters: String) async throws {
        let server = ScriptedServer()
        try await server.start()
        try offer(server, "monitor_cond", #"{"T":{"\#(Self.row)":{"initial":{"n":1}}}}"#)
        let recorder = try Recorder(server.remote, tables: Self.tables)
        try await eventually("connected") { recorder.client.isConnected }
        let other = UUIDValue.random().description
        server.send(
            #"{"id":null,"method":"update2","params":"#
                + parameters.replacingOccurrences(of: "UUID", with: other) + "}")
        try await eventually("again") { recorder.connected == 2 }
        #expect(recorder.client.tables["T"]?.count == 1 && recorder.changes.count == 1, "nothing but the first insert")
        recorder.client.stop()
        try await server.stop()
    }

    @Test func wrongRepliesToEveryStepAreSurvived() async throws {
        let server = ScriptedServer()
        try await server.start()
        var random = SeededGenerator(seed: 7)
        let nonsense: [JSON] = [
            .null, 7, "x", [], [:], [1, 2, 3], [true, "x", [:]], ["T": ["x": 1]], [["error": "x"]],
        ]
        var replies = 0
        server.onMessage = { connection, message in
            guard case .request(let method, _, let id) = message else { return }
            replies += 1
            if method == "get_schema", Bool.random(using: &random) {
                connection.send(.reply(result: Self.schema ?? .null, id: id))
            } else if replies > 400 {
                connection.send(.error("unknown method", id: id))
            } else {
                connection.send(.reply(result: nonsense.randomElement(using: &random) ?? .null, id: id))
            }
        }
        let recorder = try Recorder(server.remote, tables: Self.tables)
        for _ in 0..<4 {
            let before = server.connections
            try await eventually("tried again", within: .seconds(12)) { server.connections > before }
        }
        recorder.client.stop()
        try await server.stop()
    }

    @Test func theConnectionLostFailsWhatWasUnderWay() async throws {
        let server = ScriptedServer()
        try await server.start()
        try offer(server, "monitor", "{}")
        let recorder = try Recorder(server.remote, tables: Self.tables)
        try await eventually("connected") { recorder.client.isConnected }
        let usual = server.onMessage
        server.onMessage = { connection, message in
            if case .request("transact", _, _) = message { connection.close() } else { usual?(connection, message) }
        }
        do throws(OVSDBError) {
            try await recorder.client.transact([.comment("x")])
            Issue.record("no error")
        } catch { #expect(error.code == .disconnected) }
        recorder.client.stop()
        try await server.stop()
    }

    @Test func echoIsAnswered() async throws {
        let server = ScriptedServer()
        try await server.start()
        let recorder = try Recorder(server.remote, tables: Self.tables)
        // Accepted is not yet open.
        try await eventually("connected") { server.current?.isActive == true }
        var answer: JSON?
        let channel = try #require(server.current)
        try JSONRPCConnection.attached(to: channel).request("echo", ["a", 1]) { answer = try? $0.get() }
        try await eventually("answered") { answer == ["a", 1] }
        recorder.client.stop()
        try await server.stop()
    }

    @Test func longSocketPathsWork() async throws {
        let server = try DatabaseServer()
        let folder = server.folder + "/" + String(repeating: "d", count: 120)
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let link = folder + "/s.sock"
        try server.start()
        try await eventually("listening") { FileManager.default.fileExists(atPath: server.socket) }
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: server.socket)
        let recorder = try Recorder("unix:" + link)
        try await eventually("connected") { recorder.client.isConnected }
        recorder.client.stop()
    }
}
