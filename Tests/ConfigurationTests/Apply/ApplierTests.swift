import Control
import Datapath
import OVSDB
import OpenFlow
import Switch
import Synchronization
import Testing

@testable import Configuration

@Suite(.serialized) @ControlActor struct ApplierTests {
    private let directory: TemporaryDirectory
    private let datapath = FakeDatapath()
    private let host = FakeHost()
    private let target: Switch
    private let applier: Applier
    private let devices = KernelDevices()

    init() throws {
        directory = try TemporaryDirectory()
        target = Switch(datapath: datapath, runDirectory: directory.path)
        let devices = devices
        applier = Applier(target, host: host, dpdkPause: .milliseconds(50)) { devices.index(of: $0) }
    }

    /// Kernel devices that a test makes and unmakes.
    private final class KernelDevices: Sendable {
        private let indices = Mutex<[String: UInt32]>([:])
        func index(of name: String) -> UInt32 { indices.withLock { $0[name] ?? 0 } }
        func set(_ name: String, _ index: UInt32) { indices.withLock { $0[name] = index } }
    }

    private func state(_ build: (inout TableBuilder) -> Void) -> DesiredState {
        var tables = TableBuilder()
        build(&tables)
        return DesiredStateDecoder.decode(tables.finished())
    }

    private func apply(_ state: DesiredState) async {
        await withCheckedContinuation { continuation in
            applier.onApplied = { _ in
                self.applier.onApplied = nil
                continuation.resume()
            }
            applier.submit(state)
        }
        // The loop's last step comes after the call-back.
        while applier.isApplying { await Task.yield() }
    }

    private func settle() async { while applier.isApplying { await Task.yield() } }

    @Test func theStateComesIntoForce() async {
        await apply(
            state { tables in
                let ports = [tables.port("a"), tables.port("b", type: "patch", options: ["peer": "c"])]
                tables.bridge("br0", ports: ports)
            })
        #expect(target.bridges["br0"]?.ports.map(\.name) == ["a", "b", "br0"])
        #expect(applier.errors.isEmpty)
        #expect(host.starts == [[:]])
        #expect(host.applied == [DatapathSettings()])
        await apply(DesiredState())
        #expect(target.bridges.isEmpty)
        #expect(datapath.ports.isEmpty)
    }

    @Test func oneFailureLeavesTheOthersAndIsTriedAgainWhenSomethingIsReleased() async {
        datapath.refusals["b"] = "b is broken"
        let first = state { tables in
            let ports = [tables.port("a"), tables.port("b"), tables.port("c")]
            tables.bridge("br0", ports: ports)
        }
        await apply(first)
        #expect(target.bridges["br0"]?.ports.map(\.name) == ["a", "c", "br0"])
        #expect(applier.errors == ["b": "b is broken"])
        // Nothing has changed: no second try, no disturbance.
        datapath.clearJournal()
        await apply(first)
        #expect(datapath.journal.isEmpty)
        // Another port is released: the failed one may have waited for it.
        datapath.refusals = [:]
        var second = first
        second.bridges["br0"]?.ports["c"] = nil
        await apply(second)
        #expect(applier.errors.isEmpty)
        #expect(datapath.journal == ["remove c destroy", "add b"])
    }

    @Test func aChangedRowIsTriedAgain() async {
        datapath.refusals["b"] = "b is broken"
        var wanted = state { tables in
            let port = tables.port("b")
            tables.bridge("br0", ports: [port])
        }
        await apply(wanted)
        datapath.refusals = [:]
        wanted.bridges["br0"]?.ports["b"]?.configuration.vlan.tag = 4
        await apply(wanted)
        #expect(applier.errors.isEmpty)
        #expect(target.port(named: "b")?.1.configuration.vlan.tag == 4)
    }

    @Test func aRefusedUpdateKeepsThePortAndSaysWhy() async {
        var wanted = state { tables in
            let port = tables.port("b")
            tables.bridge("br0", ports: [port])
        }
        await apply(wanted)
        datapath.refusals["b"] = "no such MTU"
        guard case .datapath(var device)? = wanted.bridges["br0"]?.ports["b"]?.configuration.kind else { return }
        device.mtu = 99
        wanted.bridges["br0"]?.ports["b"]?.configuration.kind = .datapath(device)
        await apply(wanted)
        #expect(applier.errors == ["b": "no such MTU"])
        #expect(target.port(named: "b") != nil)
    }

    @Test func aKernelDeviceIsTakenWhenItAppearsAndLeftWhenItGoes() async throws {
        let wanted = state { tables in
            let ports = [
                tables.port("k", type: "system", interface: ["ofport_request": .integer(5)]), tables.port("a"),
            ]
            tables.bridge("br0", ports: ports)
        }
        await apply(wanted)
        #expect(applier.errors == ["k": "could not open network device k (No such device)"])
        #expect(!datapath.journal.contains("add k"))
        devices.set("k", 12)
        try await Task.sleep(for: .seconds(1))
        applier.tick()
        await settle()
        #expect(applier.errors.isEmpty)
        #expect(target.port(named: "k")?.1.number.rawValue == 5)
        // Another device of the same name is another device.
        datapath.clearJournal()
        devices.set("k", 13)
        applier.tick()
        await settle()
        #expect(datapath.journal == ["remove k", "add k"])
        #expect(target.port(named: "k")?.1.number.rawValue == 5)
        devices.set("k", 0)
        applier.tick()
        await settle()
        #expect(applier.errors == ["k": "could not open network device k (No such device)"])
        #expect(target.port(named: "k") == nil)
        #expect(target.port(named: "a") != nil)
    }

    @Test func aNewerStateIsTakenUpAfterwards() async {
        datapath.delay = .milliseconds(20)
        let names = (1...5).map { "p\($0)" }
        let first = state { tables in
            let ports = names.map { tables.port($0) }
            tables.bridge("br0", ports: ports)
        }
        applier.submit(first)
        try? await Task.sleep(for: .milliseconds(30))
        #expect(applier.isApplying)
        applier.submit(DesiredState())
        let last = state { tables in tables.bridge("br1") }
        applier.submit(last)
        while applier.isApplying { try? await Task.sleep(for: .milliseconds(5)) }
        #expect(target.bridges.keys.sorted() == ["br1"])
        #expect(datapath.ports.count == 1)
    }

    @Test func withoutDPDKItsPortsSayHowToGetIt() async {
        var wanted = state { tables in
            let port = tables.port("d", type: "dpdk", options: ["dpdk-devargs": "net_null0"])
            tables.bridge("br0", ports: [port])
        }
        await apply(wanted)
        #expect(applier.errors["d"]?.contains("dpdk-init=true") == true)
        // A failed start is the row's error, and the bridge lives.
        host.state = .failed("no hugepages")
        wanted.settings.dpdk = ["dpdk-init": "true"]
        await apply(wanted)
        #expect(applier.errors["d"]?.contains("no hugepages") == true)
        #expect(target.bridges["br0"] != nil)
        // Other settings, another try.
        host.state = .ready
        wanted.settings.dpdk["dpdk-extra"] = "--no-huge"
        await apply(wanted)
        #expect(applier.errors.isEmpty)
        #expect(applier.devices == ["net_null0": "d"])
        #expect(host.starts.count == 3 && host.restarts == 0)
    }

    @Test func aFailedDPDKIsAskedForAgainWhenTheMachineHasMoreToGive() async throws {
        host.state = .failed("no hugepages")
        var wanted = state { tables in
            tables.bridge("br0", ports: [tables.port("d", type: "dpdk", options: ["dpdk-devargs": "net_null0"])])
        }
        wanted.settings.dpdk = ["dpdk-init": "true"]
        await apply(wanted)
        let starts = host.starts.count
        try await Task.sleep(for: .milliseconds(60))
        applier.tick()
        try await Task.sleep(for: .milliseconds(60))
        #expect(host.starts.count == starts && applier.errors["d"]?.contains("no hugepages") == true)

        host.state = .ready
        host.memoryGrows = true
        applier.tick()
        while host.starts.count == starts { try await Task.sleep(for: .milliseconds(1)) }
        await settle()
        #expect(applier.dpdk == .ready && applier.errors.isEmpty)
        #expect(target.bridges["br0"]?.ports.map(\.name).contains("d") == true)
    }

    @Test func aDeviceThatFailedIsTriedAgainWhenTheMachineHasMoreToGive() async throws {
        host.state = .ready
        datapath.refusals["d"] = "Cannot allocate memory"
        let wanted = state { tables in
            tables.bridge("br0", ports: [tables.port("d", type: "dpdk", options: ["dpdk-devargs": "net_null0"])])
        }
        await apply(wanted)
        datapath.refusals = [:]
        try await Task.sleep(for: .milliseconds(60))
        applier.tick()
        try await Task.sleep(for: .milliseconds(60))
        await settle()
        #expect(applier.errors["d"] == "Cannot allocate memory")

        host.memoryGrows = true
        applier.tick()
        while applier.errors["d"] != nil { try await Task.sleep(for: .milliseconds(1)) }
        await settle()
        #expect(applier.devices == ["net_null0": "d"] && host.starts.count == 1)
    }

    @Test func aLateWishForDPDKAsksForARestartAndKeepsTheBridges() async {
        var wanted = state { tables in tables.bridge("br0") }
        await apply(wanted)
        host.state = .needsRestart
        wanted.settings.dpdk = ["dpdk-init": "true"]
        datapath.clearJournal()
        await apply(wanted)
        #expect(host.restarts == 1)
        #expect(datapath.journal.isEmpty && target.bridges["br0"] != nil)
    }

    @Test func aBridgeThatFailsTellsItsPorts() async {
        datapath.refusals["br0"] = "name taken"
        let wanted = state { tables in
            let port = tables.port("a")
            tables.bridge("br0", ports: [port])
            tables.bridge("br1")
        }
        await apply(wanted)
        #expect(applier.errors["br0"] == "name taken")
        #expect(applier.errors["a"]?.contains("bridge br0") == true)
        #expect(target.bridges.keys.sorted() == ["br1"])
    }
}
