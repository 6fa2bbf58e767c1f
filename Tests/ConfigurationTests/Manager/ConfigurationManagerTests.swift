import Control
import Foundation
import OVSDB
import OpenFlow
import Switch
import Testing

@testable import Configuration

/// The whole of it against the real ovsdb-server and ovs-vsctl.
@Suite(.serialized) @ControlActor struct ConfigurationManagerTests {
    private let server: DatabaseServer
    private let datapath = FakeDatapath()
    private let host = FakeHost()
    private let target: Switch
    private let manager: ConfigurationManager

    init() async throws {
        let server = try DatabaseServer()
        self.server = server
        target = Switch(datapath: datapath, runDirectory: server.directory.path)
        manager = ConfigurationManager(target, host: host, runDirectory: server.directory.path)
        let manager = manager
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            manager.onReady = { continuation.resume() }
            do {
                try manager.start(remote: server.remote)
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func vsctl(_ arguments: String...) async throws -> String { try await server.vsctlAsync(arguments) }

    /// Waits until a column reads as expected.
    private func expect(
        _ expected: String, within seconds: Double = 4, _ arguments: String...,
        location: SourceLocation = #_sourceLocation
    ) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        var found = ""
        repeat {
            found = try await server.vsctlAsync(arguments)
            if found == expected { return }
            try await Task.sleep(for: .milliseconds(50))
        } while ContinuousClock.now < end
        #expect(found == expected, sourceLocation: location)
    }

    private func finish() async {
        manager.stop()
        await target.shutdown(destroy: true)
        server.stop()
    }

    @Test func vsctlReturnsWhenItsChangeIsInForce() async throws {
        _ = try await vsctl("add-br", "br0", "--", "set", "bridge", "br0", "datapath_type=netdev")
        #expect(target.bridges["br0"] != nil)
        #expect(try await vsctl("get", "Interface", "br0", "ofport") == "65534")
        _ = try await vsctl(
            "add-port", "br0", "p1", "--", "set", "Interface", "p1", "type=internal", "ofport_request=7")
        #expect(try await vsctl("get", "Interface", "p1", "ofport", "error", "admin_state", "mtu") == "7\n[]\nup\n1500")
        #expect(try await vsctl("get", "Bridge", "br0", "datapath_id").count == 18)
        _ = try await vsctl("del-br", "br0")
        #expect(target.bridges.isEmpty && datapath.ports.isEmpty)
        await finish()
    }

    @Test func theRootRowTellsWhatThisIs() async throws {
        #expect(
            try await vsctl("get", "Open_vSwitch", ".", "ovs_version", "dpdk_initialized", "dpdk_version")
                == "\"3.1.0\"\nfalse\n\"DPDK 22.11.0\"")
        #expect(
            try await vsctl("get", "Open_vSwitch", ".", "datapath_types", "iface_types")
                == "[netdev, system]\n[internal, patch, system, tap]")
        host.state = .ready
        _ = try await vsctl("set", "Open_vSwitch", ".", "other_config:dpdk-init=true")
        #expect(
            try await vsctl("get", "Open_vSwitch", ".", "dpdk_initialized", "iface_types")
                == "true\n[dpdk, dpdkvhostuser, dpdkvhostuserclient, internal, patch, system, tap]")
        await finish()
    }

    @Test func errorsAreRows() async throws {
        _ = try await vsctl("add-br", "br0")
        for (name, columns) in [
            ("nodev0", []), ("bad", ["type=foo"]), ("pq", ["type=patch", "options:peer=pq"]),
            ("good", ["type=internal"]),
        ] {
            let set = columns.isEmpty ? [] : ["--", "set", "Interface", name] + columns
            // ovs-vsctl itself reports the error that it reads, with status 0.
            _ = try await server.vsctlAsync(["add-port", "br0", name] + set)
        }
        let show = try await vsctl("show")
        #expect(show.contains("error: \"could not open network device nodev0 (No such device)\""))
        #expect(show.contains("error: \"could not open network device bad (Address family not supported by protocol)"))
        #expect(show.contains("error: \"pq: patch peer must not be self\""))
        #expect(try await vsctl("get", "Interface", "nodev0", "ofport") == "-1")
        #expect(try await vsctl("get", "Interface", "good", "ofport", "error") == "1\n[]")
        await finish()
    }

    @Test func linkChangesShowWithinASecondOrSo() async throws {
        _ = try await vsctl(
            "add-br", "br0", "--", "add-port", "br0", "p1", "--", "set", "Interface", "p1", "type=internal")
        try await expect("up", "get", "Interface", "p1", "link_state")
        var status = datapath.statuses["p1"] ?? .init()
        status.linkResets = 1
        datapath.statuses["p1"] = status
        try await expect("down", within: 2, "get", "Interface", "p1", "link_state")
        await finish()
    }

    @Test func countersComeEveryInterval() async throws {
        _ = try await vsctl(
            "add-br", "br0", "--", "add-port", "br0", "p1", "--", "set", "Interface", "p1", "type=internal")
        datapath.counters["p1", default: .init()].receivedPackets = 42
        try await expect("42", within: 8, "--if-exists", "get", "Interface", "p1", "statistics:rx_packets")
        await finish()
    }

    @Test func aDatabaseThatGoesAwayDisturbsNothing() async throws {
        _ = try await vsctl(
            "add-br", "br0", "--", "add-port", "br0", "p1", "--", "set", "Interface", "p1", "type=internal")
        datapath.clearJournal()
        server.stop()
        try await Task.sleep(for: .seconds(1))
        #expect(datapath.ports.count == 2)
        try server.start()
        // Ephemeral columns were lost with the server and come back; the ports never moved.
        try await expect("up", within: 12, "get", "Interface", "p1", "admin_state")
        #expect(datapath.journal.isEmpty)
        _ = try await vsctl("add-port", "br0", "p2", "--", "set", "Interface", "p2", "type=internal")
        #expect(datapath.journal == ["add p2"])
        await finish()
    }

    @Test func aRestartTakesTheSameNumbers() async throws {
        _ = try await vsctl(
            "add-br", "br0", "--", "add-port", "br0", "z", "--", "set", "Interface", "z", "type=internal")
        _ = try await vsctl("add-port", "br0", "a", "--", "set", "Interface", "a", "type=internal")
        #expect(try await vsctl("get", "Interface", "z", "ofport") == "1")
        manager.stop()
        await target.shutdown(destroy: false)
        let second = ConfigurationManager(target, host: host, runDirectory: server.directory.path)
        try second.start(remote: server.remote)
        _ = try await vsctl("set", "Bridge", "br0", "other_config:forward-bpdu=true")
        #expect(target.port(named: "z")?.1.number.rawValue == 1)
        #expect(target.port(named: "a")?.1.number.rawValue == 2)
        second.stop()
        await finish()
    }

    @Test func twoHundredPortsInOneTransaction() async throws {
        var arguments = ["add-br", "br0"]
        for index in 1...200 {
            arguments += ["--", "add-port", "br0", "p\(index)", "--", "set", "Interface", "p\(index)", "type=internal"]
        }
        let start = ContinuousClock.now
        _ = try await server.vsctlAsync(arguments)
        #expect(start.duration(to: .now) < .seconds(3))
        #expect(target.bridges["br0"]?.ports.count == 201)
        let numbers = try await vsctl("--columns=ofport", "--format=csv", "--no-headings", "list", "Interface")
        #expect(Set(numbers.split(separator: "\n")).count == 201)
        await finish()
    }

    @Test func aSecondDaemonStandsBackAndTakesOver() async throws {
        _ = try await vsctl("add-br", "br0")
        let place = try TemporaryDirectory()
        let devices = FakeDatapath()
        let other = Switch(datapath: devices, runDirectory: place.path)
        let second = ConfigurationManager(other, host: FakeHost(), runDirectory: server.directory.path)
        try second.start(remote: server.remote)
        try await Task.sleep(for: .milliseconds(500))
        #expect(other.bridges.isEmpty)
        manager.stop()
        let end = ContinuousClock.now + .seconds(5)
        while other.bridges.isEmpty, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(20)) }
        #expect(other.bridges.keys.sorted() == ["br0"])
        #expect(devices.journal == ["add br0"])
        second.stop()
        await other.shutdown(destroy: true)
        await finish()
    }

    @Test func anAddressThatMakesNoSenseIsRefused() async {
        let manager = ConfigurationManager(target, host: host, runDirectory: "/nonexistent")
        #expect(throws: ConfigurationError.self) { try manager.start(remote: "carrier-pigeon") }
        await finish()
    }
}
