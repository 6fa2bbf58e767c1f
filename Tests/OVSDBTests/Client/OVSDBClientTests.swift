import Control
import Foundation
import Testing

@testable import OVSDB

/// The client against Debian's ovsdb-server and ovs-vsctl.
@ControlActor @Suite struct OVSDBClientTests {
    static let tables = [
        MonitoredTable(
            "Open_vSwitch", columns: ["bridges", "next_cfg", "external_ids", "other_config"], silent: ["cur_cfg"]),
        MonitoredTable("Bridge", columns: ["name", "ports", "other_config", "fail_mode"], silent: ["datapath_id"]),
        MonitoredTable("Port", columns: ["name", "interfaces", "tag"]),
        MonitoredTable("Interface", columns: ["name", "type", "options"], silent: ["statistics", "ofport"]),
    ]

    /// A client with a record of what it told.
    @ControlActor final class Recorder {
        let client: OVSDBClient
        var changes: [Change] = []
        var connected = 0
        var disconnected = 0
        var locks: [OVSDBClient.LockState] = []

        init(_ remote: String, lock: String? = nil, tables: [MonitoredTable] = OVSDBClientTests.tables) throws {
            _ = CapturedLog.all
            var settings = OVSDBClient.Settings(remote: try Remote(remote), tables: tables)
            settings.lock = lock
            client = OVSDBClient(settings)
            client.onUpdate = { [unowned self] in changes += $0 }
            client.onConnected = { [unowned self] in connected += 1 }
            client.onDisconnected = { [unowned self] in disconnected += 1 }
            client.onLockChanged = { [unowned self] in locks.append($0) }
            client.start()
        }

        func names(_ table: String) -> [String] {
            (client.tables[table] ?? [:]).values.compactMap(\.["name"].string).sorted()
        }
    }

    @Test func followsWhatVsctlDoes() async throws {
        let server = try DatabaseServer()
        try server.start()
        let recorder = try Recorder(server.remote)
        defer { recorder.client.stop() }
        try await eventually("connected") { recorder.client.isConnected }
        #expect(recorder.client.schema?.version == "8.3.1")

        try server.vsctl("init", "--", "add-br", "br0", "--", "add-port", "br0", "p1", "tag=7")
        try await eventually("ports") { recorder.names("Port") == ["br0", "p1"] }
        let bridge = try #require(recorder.client.tables["Bridge"]?.values.first)
        #expect(bridge["name"].string == "br0" && bridge["ports"].uuids.count == 2)
        // Columns that nobody set have their defaults.
        #expect(bridge.columns["other_config"] == .emptyMap && bridge.columns["fail_mode"] == .empty)
        #expect(recorder.changes.filter { $0.table == "Port" && $0.kind == .inserted }.count == 2)

        recorder.changes = []
        try server.vsctl("set", "Bridge", "br0", "other_config:a=1", "other_config:b=2", "fail_mode=secure")
        try server.vsctl("set", "Bridge", "br0", "other_config:a=3")
        try server.vsctl("remove", "Bridge", "br0", "other_config", "b", "--", "clear", "Bridge", "br0", "fail_mode")
        try await eventually("other_config") {
            recorder.client.tables["Bridge"]?.values.first?["other_config"] == .map(["a": "3"])
        }
        #expect(recorder.client.tables["Bridge"]?.values.first?["fail_mode"] == .empty)
        #expect(
            recorder.changes.map(\.columns) == [
                ["other_config", "fail_mode"], ["other_config"], ["other_config", "fail_mode"],
            ])
        #expect(
            recorder.changes[1].old?["other_config"]["a"] == "1" && recorder.changes[1].new?["other_config"]["a"] == "3"
        )

        recorder.changes = []
        try server.vsctl("del-port", "p1")
        try await eventually("gone") { recorder.names("Port") == ["br0"] && recorder.names("Interface") == ["br0"] }
        #expect(Set(recorder.changes.filter { $0.kind == .deleted }.map(\.table)) == ["Port", "Interface"])
    }

    @Test func transactionsOfEveryKind() async throws {
        let server = try DatabaseServer()
        try server.start()
        let recorder = try Recorder(server.remote)
        let client = recorder.client
        defer { client.stop() }
        try await eventually("connected") { client.isConnected }

        let results = try await client.transact([
            .comment("test"),
            .insert(into: "Interface", row: ["name": .string("br1"), "type": .string("internal")], name: "i"),
            .insert(into: "Port", row: ["name": .string("br1"), "interfaces": .named("i")], name: "p"),
            .insert(into: "Bridge", row: ["name": .string("br1"), "ports": .named("p")], name: "b"),
            .insert(into: "Open_vSwitch", row: ["bridges": .named("b"), "external_ids": .map(["k": "v"])]),
            .commit(isDurable: true),
        ])
        guard case .inserted(let bridge) = results[3], case .inserted(let root) = results[4] else {
            Issue.record("no UUIDs: \(results)")
            return
        }
        #expect(results.count == 6 && results[0] == .done && results[5] == .done)
        // The copy has the effects when the transaction returns.
        #expect(client.row("Bridge", bridge)?["name"].string == "br1")
        #expect(try server.vsctl("get", "Bridge", "br1", "_uuid").hasPrefix(bridge.description))

        recorder.changes = []
        let more = try await client.transact([
            .mutate(
                "Open_vSwitch", where: [.row(root)],
                mutations: [
                    Mutation("next_cfg", .add, .integer(3)), Mutation("external_ids", .delete, .strings(["k"])),
                ]),
            .update(
                "Interface", where: [Condition("name", .equal, .string("br1"))],
                row: ["statistics": .map(["rx_packets": 5]), "ofport": .integer(65534)]),
            .select(from: "Open_vSwitch", where: [Condition("next_cfg", .greaterOrEqual, .integer(3))]),
            .select(from: "Interface", where: [], columns: ["statistics"]),
            .delete(from: "Port", where: [Condition("name", .equal, .string("none"))]),
            .wait("Bridge", where: [.row(bridge)], columns: ["name"], until: .equal, rows: [["name": .string("br1")]]),
        ])
        #expect(more[0] == .count(1) && more[1] == .count(1) && more[4] == .count(0) && more[5] == .done)
        guard case .rows(let rows) = more[2], case .rows(let statistics) = more[3] else {
            Issue.record("no rows: \(more)")
            return
        }
        #expect(rows.first?["next_cfg"].integer == 3 && rows.first?["_uuid"].uuid == root)
        #expect(statistics.first?["statistics"].integerMap == ["rx_packets": 5])
        // Silent columns are copied and raise nothing.
        #expect(client.tables["Interface"]?.values.first?["ofport"].integer == 65534)
        #expect(recorder.changes.map(\.table) == ["Open_vSwitch"])
    }

    @Test func refusalsAreToldByName() async throws {
        let server = try DatabaseServer()
        try server.start()
        let recorder = try Recorder(server.remote)
        let client = recorder.client
        defer { client.stop() }
        try await eventually("connected") { client.isConnected }
        let cases: [(OVSDB.Operation, String)] = [
            (.wait("Bridge", where: [], columns: ["name"], until: .notEqual, rows: []), "timed out"),
            (.insert(into: "Open_vSwitch", row: ["bridges": .uuid(.random())]), "referential integrity violation"),
            (.insert(into: "Bridge", row: ["fail_mode": .string("maybe")]), "constraint violation"),
            (.insert(into: "Nowhere", row: [:]), "syntax error"),
            (.abort, "aborted"),
            (.assert(lock: "nobodys"), "not owner"),
        ]
        for (operation, name) in cases {
            do throws(OVSDBError) {
                try await client.transact([operation])
                Issue.record("\(operation) was not refused")
            } catch {
                #expect(error.refusal == name, "\(error)")
            }
        }
        #expect(client.isConnected)
    }

    @Test func aServerKilledAndRestartedIsCaughtUpWith() async throws {
        let server = try DatabaseServer()
        try server.start()
        let recorder = try Recorder(server.remote)
        let client = recorder.client
        defer { client.stop() }
        try await eventually("connected") { client.isConnected }
        try server.vsctl("init", "--", "add-br", "br0", "--", "add-br", "br1")
        try await eventually("bridges") { recorder.names("Bridge") == ["br0", "br1"] }

        server.kill()
        try await eventually("noticed") { recorder.disconnected == 1 }
        #expect(recorder.names("Bridge") == ["br0", "br1"], "contents stay")
        do throws(OVSDBError) {
            try await client.transact([.comment("x")])
            Issue.record("transaction without a server")
        } catch { #expect(error.code == .disconnected) }

        // Nothing has changed: nothing is told.
        recorder.changes = []
        try server.start()
        try await eventually("again") { recorder.connected == 2 }
        #expect(recorder.changes.isEmpty)

        // Another dataset: the difference is told.
        server.kill()
        try await eventually("noticed") { recorder.disconnected == 2 }
        try server.create()
        try server.start()
        try await eventually("empty") { recorder.connected == 3 && recorder.names("Bridge").isEmpty }
        try server.vsctl("init", "--", "add-br", "br2")
        try await eventually("new bridge") { recorder.names("Bridge") == ["br2"] }
        let kinds = recorder.changes.filter { $0.table == "Bridge" }.map(\.kind)
        #expect(kinds.filter { $0 == .deleted }.count == 2 && kinds.filter { $0 == .inserted }.count == 1)
        let lines = CapturedLog.all.lines(containing: server.remote)
        #expect(lines.filter { $0.level >= .warning }.isEmpty, "\(lines)")
        #expect(lines.contains { $0.text.hasSuffix(": connection closed by peer") })
    }

    @Test func theLockIsPassedOn() async throws {
        let server = try DatabaseServer()
        try server.start()
        let first = try Recorder(server.remote, lock: "ovs_vswitchd")
        defer { first.client.stop() }
        try await eventually("held") { first.client.lockState == .held && first.client.isConnected }
        let second = try Recorder(server.remote, lock: "ovs_vswitchd")
        defer { second.client.stop() }
        try await eventually("contended") { second.client.lockState == .contended && second.client.isConnected }
        try await first.client.transact([.comment("mine")])
        do throws(OVSDBError) {
            try await second.client.transact([.comment("not mine")])
            Issue.record("transaction without the lock")
        } catch { #expect(error.code == .notLocked) }

        first.client.stop()
        try await eventually("passed on") { second.client.lockState == .held }
        try await second.client.transact([.comment("now mine")])
        #expect(second.locks == [.requested, .contended, .held])
    }

    @Test func aServerThatHangsIsGivenUp() async throws {
        let server = try DatabaseServer()
        try server.start()
        let recorder = try Recorder(server.remote)
        let client = recorder.client
        defer { client.stop() }
        try await eventually("connected") { client.isConnected }
        client.session.probeInterval = .milliseconds(300)
        // A living server answers the probes.
        try await Task.sleep(for: .seconds(1))
        #expect(recorder.disconnected == 0)
        server.signal(SIGSTOP)
        try await eventually("given up", within: .seconds(3)) { recorder.disconnected == 1 }
        server.signal(SIGCONT)
        try await eventually("again") { client.isConnected }
        #expect(!CapturedLog.all.lines(containing: "\(server.remote): no response to inactivity probe").isEmpty)
    }

    @Test func tcpByName() async throws {
        let server = try DatabaseServer()
        let port = Int.random(in: 20000..<30000)
        let recorder = try Recorder("tcp:localhost:\(port)")
        defer { recorder.client.stop() }
        let refused = "tcp:localhost:\(port): connection attempt failed (Connection refused)"
        try await eventually("refused") { !CapturedLog.all.lines(containing: refused).isEmpty }
        try server.start(extra: ["--remote=ptcp:\(port):127.0.0.1"])
        try await eventually("connected") { recorder.client.isConnected }
        try await recorder.client.transact([.comment("over TCP")])
    }

    @Test func aSchemaWithoutTheTablesIsSaidAndRetried() async throws {
        let folder = NSTemporaryDirectory() + "vswift-schema-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let schema = folder + "/x.ovsschema"
        try #"{"name":"Open_vSwitch","tables":{"Bridge":{"columns":{"name":{"type":"string"}}}}}"#
            .write(toFile: schema, atomically: true, encoding: .utf8)
        let server = try DatabaseServer(schema: schema)
        try server.start()
        let tables = [MonitoredTable("Bridge", columns: ["name", "colour"]), MonitoredTable("Zebra", columns: ["x"])]
        let recorder = try Recorder(server.remote, tables: tables)
        defer { recorder.client.stop() }
        try await eventually("said") {
            !CapturedLog.all.lines(containing: "Open_vSwitch database lacks Zebra table (database needs upgrade?)")
                .isEmpty
        }
        #expect(!CapturedLog.all.lines(containing: "Bridge table in Open_vSwitch database lacks colour column").isEmpty)
        #expect(!recorder.client.isConnected)
        // The database is upgraded: the client finds it by itself.
        try
            #"{"name":"Open_vSwitch","tables":{"Bridge":{"isRoot":true,"columns":{"name":{"type":"string"}}},"Zebra":{"columns":{"x":{"type":"integer"}}}}}"#
            .write(toFile: schema, atomically: true, encoding: .utf8)
        server.kill()
        try server.create(schema: schema)
        try server.start()
        try await eventually("usable") { recorder.client.isConnected }
        try await recorder.client.transact([.insert(into: "Bridge", row: ["name": .string("z")])])
        #expect(recorder.names("Bridge") == ["z"])
        let said = CapturedLog.all.lines(containing: "lacks Zebra table").filter { $0.level == .warning }
        #expect(said.count == 1, "complained of once")
    }

    @Test func aLargeDatabaseComesAndGoes() async throws {
        let server = try DatabaseServer()
        try server.start()
        let recorder = try Recorder(server.remote)
        let client = recorder.client
        defer { client.stop() }
        try await eventually("connected") { client.isConnected }
        var operations: [OVSDB.Operation] = []
        var ports: [Atom] = []
        for index in 0..<2000 {
            operations.append(
                .insert(
                    into: "Interface",
                    row: [
                        "name": .string("p\(index)"), "options": .map(["text": String(repeating: "x", count: 1000)]),
                    ],
                    name: "i\(index)"))
            operations.append(
                .insert(
                    into: "Port", row: ["name": .string("p\(index)"), "interfaces": .named("i\(index)")],
                    name: "p\(index)"))
            ports.append(.named("p\(index)"))
        }
        operations.append(.insert(into: "Bridge", row: ["name": .string("b"), "ports": Datum(set: ports)], name: "b"))
        operations.append(.insert(into: "Open_vSwitch", row: ["bridges": .named("b")]))
        try await client.transact(operations)
        #expect(client.tables["Interface"]?.count == 2000)

        let other = try Recorder(server.remote)
        defer { other.client.stop() }
        try await eventually("whole") { other.client.isConnected }
        #expect(other.client.tables == client.tables)
        let bridge = try #require(client.tables["Bridge"]?.values.first)
        try await client.transact([
            .mutate(
                "Bridge", where: [],
                mutations: [Mutation("ports", .delete, Datum(set: bridge["ports"].keys.prefix(1999)))])
        ])
        #expect(client.tables["Interface"]?.count == 1 && client.tables["Port"]?.count == 1)
    }
}
