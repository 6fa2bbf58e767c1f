import Control
import DPDK
import Glibc
import Machine
import Packets
import Testing

@testable import Datapath

/// A whole datapath in this process, with ports that need no kernel, no root and no hugepages.
@Suite(.serialized) struct DummyPortTests {
    /// Sends every packet to all other ports, and remembers what it was asked.
    @ControlActor
    final class Hub: UpcallHandler {
        var ports: [PortID] = []
        var asked: [FlowKey] = []
        var removed = 0

        func translate(_ key: FlowKey, packet: UnsafeRawBufferPointer) -> Translation? {
            asked.append(key)
            let inPort = key.host32(FlowField.inPort)
            var mask = FlowMask()
            mask.setHost32(FlowField.inPort, .max)
            return Translation(mask: mask, actions: ports.filter { $0.rawValue != inPort }.map { .output($0) })
        }

        func punted(_ id: UInt32, key: FlowKey, packet: UnsafeRawBufferPointer) {}
        func flowRemoved(_ flow: DatapathFlow) { removed += 1 }
    }

    /// A process has one EAL, in which the names of pools are unique.
    static let queue = DPDKQueue()
    static let pools = MempoolRegistry()
    private static let frame = PacketBuilder(
        source: MACAddress(number: 0x0200_0000_0001), destination: MACAddress(number: 0x0200_0000_0002)
    ).ipv4(from: IPv4Address(10, 0, 0, 1), to: IPv4Address(10, 0, 0, 2)).udp(from: 1, to: 2).bytes(minimum: 60)

    @ControlActor
    func withPorts(
        _ settings: [String: DummySettings],
        _ body: @ControlActor (Datapath, Hub, [String: PortID]) async throws -> Void
    ) async throws {
        let eal = EAL(queue: Self.queue)
        try await eal.startPrivate(megabytes: 256)
        let datapath = Datapath(
            eal: eal, queue: Self.queue, mempools: Self.pools, topology: NUMATopology(nodesOfCores: [0, 0]))
        let hub = Hub()
        datapath.upcallHandler = hub
        var ids: [String: PortID] = [:]
        for (name, settings) in settings.sorted(by: { $0.key < $1.key }) {
            let id = try await datapath.addPort(
                PortConfiguration(name: name, kind: .dummy(settings), typeName: "dummy"))
            ids[name] = id
            hub.ports.append(id)
            await datapath.beginReceiving(id)
        }
        do {
            try await body(datapath, hub, ids)
        } catch {
            await datapath.shutdown(destroy: true)
            throw error
        }
        await datapath.shutdown(destroy: true)
        // The handler is held weakly.
        withExtendedLifetime(hub) {}
    }

    @Test("Numbers follow names, addresses follow the order of making")
    @ControlActor func numbers() async throws {
        let plain = DummySettings()
        try await withPorts(["br0": plain, "p7": plain, "lan": plain]) { datapath, _, ids in
            #expect(ids["br0"] == PortID(rawValue: 100))
            #expect(ids["p7"] == PortID(rawValue: 7))
            #expect(ids["lan"] == PortID(rawValue: 1))
            let addresses = ids.values.compactMap { datapath.status(of: $0)?.macAddress?.number }
            #expect(Set(addresses) == [0xaa55_aa55_0000, 0xaa55_aa55_0001, 0xaa55_aa55_0002])
            #expect(datapath.status(of: ids["p7"]!)?.mtu == 1500)
        }
    }

    @Test("What a port receives has gone its way when the call returns: a miss, then hits")
    @ControlActor func traffic() async throws {
        let plain = DummySettings()
        try await withPorts(["p1": plain, "p2": plain, "p3": plain]) { datapath, hub, ids in
            try await datapath.receive([Self.frame, Self.frame, Self.frame], on: "p1")
            #expect(hub.asked.count == 1)
            #expect(hub.asked.first?.host32(FlowField.inPort) == 1)
            #expect(datapath.statistics(of: ids["p1"]!)?.receivedPackets == 3)
            for name in ["p2", "p3"] {
                let figures = datapath.statistics(of: ids[name]!)
                #expect(figures?.transmittedPackets == 3 && figures?.receivedPackets == 0)
                #expect(figures?.transmittedBytes == UInt64(Self.frame.count * 3))
            }
            let flow = try #require(datapath.flows.first)
            #expect(datapath.flows.count == 1 && datapath.statistics(of: flow).packets == 3)
        }
    }

    @Test("Packets received and sent are in the captures")
    @ControlActor func captures() async throws {
        let folder = "/tmp/vswift-dummy-\(getpid())"
        mkdir(folder, 0o700)
        defer {
            for name in ["in", "out"] { unlink("\(folder)/\(name)") }
            rmdir(folder)
        }
        var first = DummySettings()
        first.receivedCapture = "\(folder)/in"
        var second = DummySettings()
        second.sentCapture = "\(folder)/out"
        try await withPorts(["p1": first, "p2": second]) { datapath, _, _ in
            try await datapath.receive([Self.frame], on: "p1")
        }
        for name in ["in", "out"] {
            let file = try #require(fopen("\(folder)/\(name)", "r"))
            var bytes = [UInt8](repeating: 0, count: 4096)
            bytes.removeLast(4096 - fread(&bytes, 1, 4096, file))
            fclose(file)
            #expect(bytes.prefix(4) == [0xd4, 0xc3, 0xb2, 0xa1])
            #expect(Array(bytes.dropFirst(40)) == Self.frame)
        }
    }

    @Test("Two ports over a socket are one cable")
    @ControlActor func cable() async throws {
        let path = "/tmp/vswift-cable-\(getpid())"
        defer { unlink(path) }
        var passive = DummySettings()
        passive.passiveStream = "punix:\(path)"
        var active = DummySettings()
        active.stream = "unix:\(path)"
        try await withPorts(["p1": DummySettings(), "p2": passive]) { near, _, _ in
            try await withPorts(["p3": active, "p4": DummySettings()]) { far, _, ids in
                // One end may know of the connection before the other.
                for _ in 0..<500
                where far.dummyConnections.first?.isConnected != true || near.dummies.last?.peerCount != 1 {
                    await ControlActor.pause(.milliseconds(10))
                }
                #expect(far.dummyConnections.map(\.isConnected) == [true])
                #expect(near.dummyConnections.isEmpty)
                try await near.receive([Self.frame], on: "p1")
                for _ in 0..<500 where far.statistics(of: ids["p4"]!)?.transmittedPackets != 1 {
                    await ControlActor.pause(.milliseconds(10))
                    await far.settle()
                }
                #expect(far.statistics(of: ids["p3"]!)?.receivedPackets == 1)
                #expect(far.statistics(of: ids["p4"]!)?.transmittedPackets == 1)
            }
        }
    }

    @Test("A port is refused what it cannot be, and tells of its state")
    @ControlActor func states() async throws {
        try await withPorts(["p1": DummySettings()]) { datapath, _, ids in
            let id = ids["p1"]!
            var wrong = PortConfiguration(name: "p1", kind: .dummy(DummySettings()), typeName: "dummy")
            wrong.mtu = 67
            await #expect(throws: DatapathError.self) { try await datapath.reconfigurePort(id, wrong) }
            wrong.mtu = 1400
            try await datapath.reconfigurePort(id, wrong)
            #expect(datapath.status(of: id)?.mtu == 1400)
            #expect(datapath.setDummyPorts(up: false, named: "p1"))
            #expect(datapath.status(of: id)?.isLinkUp == false)
            #expect(!datapath.setDummyPorts(up: false, named: "p2"))
            await #expect(throws: DatapathError.self) { try await datapath.receive([Self.frame], on: "p2") }
            await #expect(throws: DatapathError.self) { try await datapath.receive([Self.frame], on: "p1", queue: 1) }
        }
    }
}
