import OVSDB
import Packets
import Switch
import Testing

@testable import Configuration

@Suite struct DesiredStateDecoderTests {
    @Test func anEmptyDatabaseAsksForNothing() {
        #expect(DesiredStateDecoder.decode([:]) == DesiredState())
        let state = DesiredStateDecoder.decode(TableBuilder().finished(generation: 9))
        #expect(state.generation == 9 && state.root != nil && state.bridges.isEmpty)
    }

    @Test func aBridgeAlwaysHasItsLocalPort() {
        var tables = TableBuilder()
        tables.bridge("br0")
        let state = DesiredStateDecoder.decode(tables.finished())
        #expect(state.bridges["br0"]?.ports["br0"]?.configuration == .local(of: BridgeConfiguration(name: "br0")))
        #expect(state.bridges["br0"]?.ports["br0"]?.interfaceRow == nil)
    }

    @Test func rowsBecomePorts() throws {
        var tables = TableBuilder()
        let local = tables.port("br0")
        let other = tables.port(
            "p1", port: ["tag": .integer(3)], interface: ["ofport_request": .integer(7), "ofport": .integer(4)])
        tables.bridge("br0", ports: [local, other])
        let state = DesiredStateDecoder.decode(tables.finished())
        let port = try #require(state.bridges["br0"]?.ports["p1"])
        #expect(port.configuration.requestedNumber?.rawValue == 7)
        #expect(port.earlierNumber?.rawValue == 4)
        #expect(port.configuration.vlan.tag == 3)
        #expect(port.interfaceRow == tables.interface("p1"))
        #expect(state.bridges["br0"]?.ports["br0"]?.interfaceRow == tables.interface("br0"))
        #expect(state.faults.isEmpty && state.remarks.isEmpty)
    }

    @Test func managersAreInBandUnlessSaidOtherwise() {
        var tables = TableBuilder()
        tables.add("Manager", ["target": .string("tcp:10.0.0.1")])
        tables.add("Manager", ["target": .string("ssl:10.0.0.2:99"), "connection_mode": .string("in-band")])
        tables.add("Manager", ["target": .string("tcp:10.0.0.3"), "connection_mode": .string("out-of-band")])
        tables.add("Manager", ["target": .string("ptcp:6640")])
        tables.bridge("br0")
        tables.bridge("br1", ["other_config": .map(["disable-in-band": "true", "in-band-queue": "5"])])
        let state = DesiredStateDecoder.decode(tables.finished())
        let expected = [
            InBandRemote(address: IPv4Address(10, 0, 0, 2), port: 99),
            InBandRemote(address: IPv4Address(10, 0, 0, 1), port: 6640),
        ]
        #expect(state.bridges["br0"]?.configuration.inBandManagers == expected)
        #expect(state.bridges["br0"]?.configuration.inBandQueue == nil)
        #expect(state.bridges["br1"]?.configuration.inBandManagers == [])
        #expect(state.bridges["br1"]?.configuration.inBandQueue == 5)
    }

    @Test func twoRowsWithOneDevice() throws {
        var tables = TableBuilder()
        let options = ["dpdk-devargs": "net_null0,size=64"]
        let ports = [
            tables.port("d1", type: "dpdk", options: options),
            tables.port("d2", type: "dpdk", options: ["dpdk-devargs": "net_null0"]),
        ]
        tables.bridge("br0", ports: ports)
        let first = DesiredStateDecoder.decode(tables.finished())
        let d1 = try #require(tables.interface("d1"))
        let d2 = try #require(tables.interface("d2"))
        #expect(first.faults == [d2: "'d2' is trying to use device 'net_null0' which is already in use by 'd1'"])
        // Whoever has it keeps it.
        let second = DesiredStateDecoder.decode(tables.finished(), incumbents: ["net_null0": "d2"])
        #expect(second.faults == [d1: "'d1' is trying to use device 'net_null0' which is already in use by 'd2'"])
        // An owner that is gone or asks for another device has it no more.
        #expect(
            DesiredStateDecoder.decode(tables.finished(), incumbents: ["net_null0": "gone"]).faults.keys.first == d2)
    }

    @Test func aNameInUseTwice() throws {
        var tables = TableBuilder()
        let shared = tables.port("p1")
        let thief = tables.port("br1")
        tables.bridge("br0", ports: [shared, thief])
        tables.bridge("br1", ports: [shared])
        let state = DesiredStateDecoder.decode(tables.finished())
        #expect(state.bridges["br0"]?.ports.keys.sorted() == ["br0", "p1"])
        #expect(state.bridges["br1"]?.ports.keys.sorted() == ["br1"])
        let row = try #require(tables.interface("br1"))
        #expect(state.faults == [row: "interface br1: the name is already used by bridge br1"])
        // The row of p1 is served once; its error stays empty, the log says what was left out.
        #expect(
            state.remarks.map(\.text) == [
                "port p1: interface p1: the name is already used by port p1 of bridge br0"
            ])
    }

    @Test func aRefusedBridgeTellsAllItsRows() {
        var tables = TableBuilder()
        let ports = [tables.port("br0"), tables.port("p1")]
        tables.bridge("br0", ports: ports, ["datapath_type": .string("blah")])
        tables.bridge("br1")
        let state = DesiredStateDecoder.decode(tables.finished())
        #expect(state.bridges.keys.sorted() == ["br1"])
        #expect(state.faults.count == 2)
        #expect(state.remarks.map(\.level) == [.error])
    }

    @Test func danglingAndMisshapenRowsDoNoHarm() {
        var tables = TableBuilder()
        let hollow = tables.add("Port", ["name": .string("x"), "interfaces": .uuids([.random()])])
        let empty = tables.add("Port", [:])
        let odd = tables.add("Port", ["name": .integer(3), "interfaces": .string("x")])
        tables.bridge("br0", ports: [hollow, empty, odd, .random()])
        let state = DesiredStateDecoder.decode(tables.finished())
        #expect(state.bridges["br0"]?.ports.keys.sorted() == ["br0"])
    }

    @Test func oneBadRowLeavesTheOthers() throws {
        var tables = TableBuilder()
        let ports = [tables.port("bad", type: "foo"), tables.port("good"), tables.port("odd", type: "patch")]
        tables.bridge("br0", ports: ports)
        let state = DesiredStateDecoder.decode(tables.finished())
        #expect(state.bridges["br0"]?.ports.keys.sorted() == ["br0", "good"])
        #expect(state.faults.count == 2)
    }
}
