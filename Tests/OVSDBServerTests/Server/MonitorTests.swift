import Control
import OVSDB
import Testing

@testable import OVSDBServer

/// What monitors tell.
@DatabaseActor @Suite struct MonitorTests {
    private func insert(_ client: TestClient, _ row: JSON) async throws -> String {
        let reply = try await client.transact(SmallDatabase.insert("Root", row))
        return try #require(reply.first?["uuid"]?.array?.last?.string)
    }

    private func update(_ uuid: String, _ row: JSON) -> JSON {
        ["op": "update", "table": "Root", "where": [["_uuid", "==", ["uuid", .string(uuid)]]], "row": row]
    }

    @Test func tellsValues() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        let uuid = try await insert(client, ["name": "a", "number": 1])
        let initial = try await client.request("monitor", "Small", "m", ["Root": ["columns": ["name", "number"]]])
        #expect(initial == ["Root": [uuid: ["new": ["name": "a", "number": 1]]]].json)
        _ = try await client.transact(update(uuid, ["number": 2, "short": "s"]))
        // The update comes before the reply to the transaction that caused it.
        #expect(
            client.take().map(\.parameters) == [
                ["m", ["Root": [uuid: ["new": ["name": "a", "number": 2], "old": ["number": 1]]]].json]
            ])
        // Columns that nobody asked for are not told of.
        _ = try await client.transact(update(uuid, ["short": "t"]))
        #expect(client.take().isEmpty)
        _ = try await client.transact(["op": "delete", "table": "Root", "where": []])
        #expect(
            client.take().map(\.parameters) == [
                ["m", ["Root": [uuid: ["old": ["name": "a", "number": 2]]]].json]
            ])
        #expect(try await client.request("monitor_cancel", "m") == [:])
        _ = try await insert(client, ["name": "b"])
        #expect(client.take().isEmpty)
    }

    @Test func tellsOnlyWhatIsSelected() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        _ = try await insert(client, ["name": "a"])
        let initial = try await client.request(
            "monitor", "Small", "m",
            ["Root": ["columns": ["name"], "select": ["initial": false, "modify": false]]])
        #expect(initial == [:])
        _ = try await client.transact(["op": "update", "table": "Root", "where": [], "row": ["name": "b"]])
        #expect(client.take().isEmpty)
        _ = try await insert(client, ["name": "c", "number": 2])
        #expect(client.take().count == 1)
    }

    @Test func tellsDifferences() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        let uuid = try await insert(client, ["name": "a", "set": ["set", [1, 2]], "map": ["map", [["k", "v"], ["l", "w"]]]])
        let columns: JSON = ["name", "set", "map", "number"]
        let initial = try await client.request("monitor_cond", "Small", "m", ["Root": [["columns": columns]]])
        // Defaults are left out.
        let row: JSON = ["name": "a", "set": ["set", [1, 2]], "map": ["map", [["k", "v"], ["l", "w"]]]]
        #expect(initial == ["Root": [uuid: ["initial": row]]].json)
        _ = try await client.transact(
            update(uuid, ["name": "b", "set": ["set", [2, 3]], "map": ["map", [["k", "x"], ["m", "y"]]]]))
        let difference: JSON = ["name": "b", "set": ["set", [1, 3]], "map": ["map", [["k", "x"], ["l", "w"], ["m", "y"]]]]
        #expect(
            client.take().map(\.parameters) == [["m", ["Root": [uuid: ["modify": difference]]].json]])
        _ = try await client.transact(["op": "delete", "table": "Root", "where": []])
        #expect(client.take().map(\.parameters) == [["m", ["Root": [uuid: ["delete": .null]]].json]])
    }

    @Test func conditionsLetRowsComeAndGo() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        let low = try await insert(client, ["name": "low", "number": 1])
        let high = try await insert(client, ["name": "high", "number": 50])
        let initial = try await client.request(
            "monitor_cond", "Small", "m", ["Root": [["columns": ["name"], "where": [["number", "<", 10]]]]])
        #expect(initial == ["Root": [low: ["initial": ["name": "low"]]]].json)
        _ = try await client.transact(update(low, ["number": 20]), update(high, ["number": 5]))
        let swap = try #require(client.take().first).parameters[1]
        #expect(swap == ["Root": [low: ["delete": .null], high: ["insert": ["name": "high"]]]].json)
        // The update of a new condition comes before its reply.
        #expect(
            try await client.request(
                "monitor_cond_change", "m", "n", ["Root": [["where": [["number", ">", 10]]]]]) == [:])
        let changed = try #require(client.take().first)
        #expect(changed.method == "update2" && changed.parameters[0] == "n")
        #expect(changed.parameters[1] == ["Root": [high: ["delete": .null], low: ["insert": ["name": "low"]]]].json)
        _ = try await client.transact(update(low, ["name": "lower"]))
        #expect(client.take().first?.parameters[1] == ["Root": [low: ["modify": ["name": "lower"]]]].json)
    }

    @Test func goesOnWhereItWas() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let client = try await server.client()
        let gone = try await insert(client, ["name": "gone", "number": 1])
        let requests: JSON = ["Root": [["columns": ["name"]]]]
        let zero = JSON.string(UUIDValue.zero.description)
        let first = try await client.request("monitor_cond_since", "Small", "m", requests, zero)
        #expect(first.array?[0] == false && first.array?[2] == ["Root": [gone: ["initial": ["name": "gone"]]]].json)
        let last = try #require(first.array?[1])
        let added = try await insert(client, ["name": "added", "number": 2])
        let told = try #require(client.take().first)
        #expect(told.method == "update3" && told.parameters[1] != last)
        _ = try await client.transact(
            ["op": "delete", "table": "Root", "where": [["name", "==", "gone"]]], update(added, ["name": "renamed"]))

        let again = try await server.client()
        let since = try await again.request("monitor_cond_since", "Small", "m", requests, last)
        #expect(since.array?[0] == true)
        #expect(since.array?[2] == ["Root": [gone: ["delete": .null], added: ["insert": ["name": "renamed"]]]].json)
        let now = try #require(since.array?[1])
        #expect(try await again.request("monitor_cond_since", "Small", "n", requests, now).array?[2] == [:])
    }

    @Test func aSlowReaderIsToldInOne() async throws {
        let server = try await TestServer()
        defer { server.stop() }
        let (slow, quick) = (try await server.client(), try await server.client())
        _ = try await insert(quick, ["name": "a"])
        _ = try await slow.request("monitor", "Small", "m", ["Root": ["columns": ["name", "map"]]])
        slow.session.standing?.isReading = false
        let long = String(repeating: "x", count: 20_000)
        let count = 300
        for number in 0..<count {
            _ = try await quick.transact([
                "op": "update", "table": "Root", "where": [],
                "row": ["map": ["map", [["k", .string("\(number) \(long)")]]]],
            ])
        }
        slow.session.standing?.isReading = true
        func last() -> String? {
            slow.notifications.last?.parameters[1].object?["Root"]?.object?.first?.value["new"]?["map"]?.array?[1]
                .array?[0].array?[1].string
        }
        try await eventually { last()?.hasPrefix("\(count - 1) ") == true }
        // Sockets hold some of them; the others came as one.
        #expect(slow.notifications.count < count / 2)
    }
}

extension Dictionary where Key == String, Value == [String: [String: JSON]] {
    /// Table updates as JSON.
    var json: JSON { .object(.init(mapValues { .object(.init($0.mapValues { .object(.init($0)) })) })) }
}
