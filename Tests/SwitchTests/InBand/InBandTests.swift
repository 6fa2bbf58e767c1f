import Control
import Glibc
import OpenFlow
import Packets
import Testing

@testable import Datapath
@testable import Switch

@ControlActor
@Suite struct InBandTests {
    private let controller = IPv4Address(240, 0, 0, 1)
    private let other = IPv4Address(10, 1, 1, 1)
    private let router = SwitchBench.station(77)

    /// A bridge that drops everything but what in-band control lets through, with a port "p1".
    private func bridge(
        on bench: SwitchBench, _ change: (inout BridgeConfiguration) -> Void = { _ in }
    ) async throws -> (Bridge, BridgePort) {
        let bridge = try await bench.bridge("br0") {
            $0.failMode = .secure
            $0.hardware = SwitchBench.station(1)
            var controller = ControllerConfiguration(target: "tcp:240.0.0.1:6653")
            controller.maximumBackoffSeconds = 1
            $0.controllers = [controller]
            change(&$0)
        }
        return (bridge, try await bench.port("p1", on: "br0"))
    }

    private func tcp(
        _ bench: SwitchBench, on port: BridgePort, from source: (IPv4Address, UInt16),
        to destination: (IPv4Address, UInt16)
    ) -> FlowKey {
        var key = ip(bench, on: port, protocol: IPProtocol.tcp, source, destination)
        key.setU16(FlowField.tcpFlags, 0x10)
        return key
    }

    private func ip(
        _ bench: SwitchBench, on port: BridgePort, protocol number: UInt8, _ source: (IPv4Address, UInt16),
        _ destination: (IPv4Address, UInt16)
    ) -> FlowKey {
        var key = bench.key(on: port, from: SwitchBench.station(5), to: SwitchBench.station(6))
        key.setU8(FlowField.networkProtocol, number)
        key.setU32(FlowField.ipv4Source, source.0.number)
        key.setU32(FlowField.ipv4Destination, destination.0.number)
        key.setU16(FlowField.transportSource, source.1)
        key.setU16(FlowField.transportDestination, destination.1)
        return key
    }

    private func arp(
        _ bench: SwitchBench, on port: BridgePort, _ operation: UInt8, from source: MACAddress,
        to destination: MACAddress,
        asking: (IPv4Address, IPv4Address)
    ) -> FlowKey {
        var key = bench.key(on: port, from: source, to: destination)
        key.setU16(FlowField.ethernetType, 0x0806)
        key.setU8(FlowField.networkProtocol, operation)
        key.setU32(FlowField.ipv4Source, asking.0.number)
        key.setU32(FlowField.ipv4Destination, asking.1.number)
        return key
    }

    @Test func tcpOfTheControllerPassesAndNothingElse() async throws {
        try await SwitchBench.with { bench in
            let (_, p1) = try await bridge(on: bench)
            @ControlActor func ports(_ source: (IPv4Address, UInt16), _ destination: (IPv4Address, UInt16)) -> Set<
                String
            > {
                bench.ports(bench.datapath.receive(tcp(bench, on: p1, from: source, to: destination)))
            }
            // Those that differ in one thing come first, so that a flow that is too wide shows.
            #expect(ports((controller, 6654), (other, 40000)) == [])
            #expect(ports((other, 6653), (other, 40000)) == [])
            #expect(ports((other, 40000), (controller, 6654)) == [])
            #expect(ports((controller, 6653), (other, 40000)) == ["br0"])
            #expect(ports((other, 40000), (controller, 6653)) == ["br0"])
            #expect(ports((other, 1), (other, 6653)) == [])
            let udp = ip(bench, on: p1, protocol: IPProtocol.udp, (controller, 6653), (other, 40000))
            #expect(bench.ports(bench.datapath.receive(udp)) == [])
        }
    }

    @Test func outOfBandControllersHaveNoRules() async throws {
        try await SwitchBench.with { bench in
            let (bridge, p1) = try await bridge(on: bench) { $0.controllers[0].isInBand = false }
            #expect(hidden(of: bridge).isEmpty)
            let key = tcp(bench, on: p1, from: (controller, 6653), to: (other, 40000))
            #expect(bench.ports(bench.datapath.receive(key)) == [])
            // It is let through from then on, and again not.
            var configuration = bridge.configuration
            configuration.inBandManagers = [InBandRemote(address: controller, port: 6653)]
            bench.target.updateBridge(configuration)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(key)) == ["br0"])
            configuration.inBandManagers = []
            bench.target.updateBridge(configuration)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(key)) == [])
            #expect(hidden(of: bridge).isEmpty)
        }
    }

    @Test func addressesAreAskedFor() async throws {
        try await SwitchBench.with { bench in
            let (_, p1) = try await bridge(on: bench)
            let peers = (other, IPv4Address(10, 1, 1, 2))
            @ControlActor
            func passes(
                _ operation: UInt8, _ source: MACAddress, _ destination: MACAddress,
                _ asking: (IPv4Address, IPv4Address)
            ) -> Bool {
                let key = arp(bench, on: p1, operation, from: source, to: destination, asking: asking)
                return bench.ports(bench.datapath.receive(key)) == ["br0"]
            }
            #expect(!passes(1, SwitchBench.station(5), .broadcast, peers))
            #expect(!passes(2, SwitchBench.station(5), SwitchBench.station(6), peers))
            #expect(passes(2, SwitchBench.station(5), SwitchBench.station(1), peers))
            #expect(!passes(1, SwitchBench.station(5), SwitchBench.station(1), peers))
            #expect(passes(1, SwitchBench.station(5), .broadcast, (controller, other)))
            #expect(passes(2, SwitchBench.station(5), SwitchBench.station(6), (other, controller)))
        }
    }

    @Test func theWayIsFollowed() async throws {
        try await SwitchBench.with { bench in
            bench.datapath.nextHops[controller] = .unresolved
            let (bridge, p1) = try await bridge(on: bench)
            let request = arp(bench, on: p1, 1, from: router, to: .broadcast, asking: (other, other))
            #expect(bench.ports(bench.datapath.receive(request)) == [])
            bench.datapath.nextHops[controller] = .address(router)
            bench.target.age()
            // Nobody has asked yet: a second is not over.
            #expect(hidden(of: bridge).count == 7)
            bench.clock.advance(.seconds(1))
            bench.target.age()
            await bridge.barrier()
            #expect(hidden(of: bridge).count == 9)
            #expect(bench.ports(bench.datapath.receive(request)) == ["br0"])
            // What is known is asked for less often.
            bench.datapath.nextHops[controller] = .unreachable(errno: ENETUNREACH)
            bench.clock.advance(.seconds(9))
            bench.target.age()
            #expect(hidden(of: bridge).count == 9)
            bench.clock.advance(.seconds(1))
            bench.target.age()
            await bridge.barrier()
            #expect(hidden(of: bridge).count == 7)
            #expect(bench.ports(bench.datapath.receive(request)) == [])
        }
    }

    @Test func rulesAreHiddenAndOutrankOthers() async throws {
        try await SwitchBench.with { bench in
            let (bridge, p1) = try await bridge(on: bench) { $0.inBandQueue = 3 }
            try bridge.apply(.add(priority: .max, outputs: []) { _, _ in })
            #expect(bridge.flowTables.ruleCount == 1)
            let key = tcp(bench, on: p1, from: (controller, 6653), to: (other, 40000))
            #expect(bench.ports(bench.datapath.receive(key)) == ["br0"])
            #expect(hidden(of: bridge).map(\.1) == [180_000, 180_001, 180_002, 180_005, 180_006, 180_007, 180_008])
            #expect(hidden(of: bridge).allSatisfy { $0.0.actions == [.setQueue(3), .output(.normal, maxLength: 0)] })
            _ = bench.datapath.receive(key, length: 80)
            bridge.refreshStatistics()
            #expect(hidden(of: bridge).last?.0.bytes == 180)
        }
    }

    @Test func answersToDHCPReachTheBridge() async throws {
        try await SwitchBench.with { bench in
            let (bridge, p1) = try await bridge(on: bench)
            let others = ip(bench, on: p1, protocol: IPProtocol.udp, (other, 67), (other, 69))
            #expect(bench.ports(bench.datapath.receive(others)) == [])
            let reverse = ip(bench, on: p1, protocol: IPProtocol.udp, (other, 66), (other, 68))
            #expect(bench.ports(bench.datapath.receive(reverse)) == [])
            let answer = ip(bench, on: p1, protocol: IPProtocol.udp, (other, 67), (other, 68))
            #expect(bench.ports(bench.datapath.receive(answer)) == ["br0"])
            var configuration = bridge.configuration
            configuration.controllers[0].isInBand = false
            bench.target.updateBridge(configuration)
            await bridge.barrier()
            #expect(bench.ports(bench.datapath.receive(answer)) == [])
        }
    }

    @Test func onlyAddressesThatWeConnectToCount() {
        func remote(_ text: String) -> InBandRemote? { ControllerTarget(text).flatMap { InBandRemote($0) } }
        #expect(remote("tcp:10.1.1.1") == InBandRemote(address: other, port: 6653))
        #expect(remote("ssl:10.1.1.1:99") == InBandRemote(address: other, port: 99))
        for text in ["ptcp:6653:10.1.1.1", "tcp:[fe80::1]", "tcp:name", "unix:x"] {
            #expect(remote(text) == nil, "\(text)")
        }
    }

    private func hidden(of bridge: Bridge) -> [(Rule, Int)] {
        var list: [(Rule, Int)] = []
        bridge.forEachHiddenRule { list.append(($0, $1)) }
        return list
    }
}
