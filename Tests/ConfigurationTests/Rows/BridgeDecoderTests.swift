import OVSDB
import Packets
import Testing

@testable import Configuration

@Suite struct BridgeDecoderTests {
    private let uuid = UUIDValue(high: 0xffff_ffff_ffff_ffff, low: 1)

    private func row(_ columns: [String: Datum]) -> BridgeRow {
        BridgeRow(
            Row(["name": Datum.string("br0"), "datapath_type": .string("netdev")].merging(columns) { _, new in new }))
    }

    @Test func everythingIsRead() {
        let (bridge, remarks) = BridgeDecoder.decode(
            row([
                "fail_mode": .string("secure"), "flood_vlans": .integers([5, 7]),
                "other_config": .map([
                    "datapath-id": "00000000000000aa", "hwaddr": "02:00:00:00:00:01", "mac-aging-time": "60",
                    "mac-table-size": "100", "forward-bpdu": "true", "dp-desc": "d", "dp-sn": "s",
                ]),
            ]), uuid)
        #expect(remarks.isEmpty)
        #expect(bridge.name == "br0")
        #expect(bridge.failMode == .secure)
        #expect(bridge.datapathID == 0xaa)
        #expect(bridge.hardware == MACAddress(number: 0x0200_0000_0001))
        #expect(bridge.macAgingSeconds == 60)
        #expect(bridge.macTableSize == 100)
        #expect(bridge.forwardsBPDU)
        #expect(bridge.floodVLANs == [5, 7])
        #expect(bridge.description == "d")
        #expect(bridge.serialNumber == "s")
        #expect(!bridge.hasControllers)
    }

    @Test func protocolsThatNobodyKnowsAreComplainedOf() {
        let names = (10...15).map { "OpenFlow\($0)" }
        #expect(BridgeDecoder.decode(row(["protocols": .strings(names)]), uuid).1.isEmpty)
        let (_, remarks) = BridgeDecoder.decode(row(["protocols": .strings(["OpenFlow10", "OpenFlow16"])]), uuid)
        #expect(remarks.map(\.text) == ["bridge br0: unknown protocols OpenFlow16"])
    }

    @Test func theDefaultAddressIsLocalUnicastAndTheRowsOwn() throws {
        let first = try #require(BridgeDecoder.decode(row([:]), uuid).0.defaultHardware)
        #expect(first[0] & 3 == 2)
        #expect(first == BridgeDecoder.decode(row([:]), uuid).0.defaultHardware)
        #expect(first != BridgeDecoder.decode(row([:]), .random()).0.defaultHardware)
    }

    @Test(arguments: [
        ("mac-aging-time", "1"), ("mac-aging-time", "x"), ("mac-table-size", "1"), ("mac-table-size", "99999999999"),
        ("datapath-id", "zz"), ("datapath-id", "0"), ("datapath-id", "11112222333344445"), ("hwaddr", "zz"),
        ("hwaddr", "01:00:00:00:00:00"), ("hwaddr", "00:00:00:00:00:00"), ("forward-bpdu", "1"),
    ])
    func absurdValuesAreSaid(key: String, value: String) {
        let (bridge, remarks) = BridgeDecoder.decode(row(["other_config": .map([key: value])]), uuid)
        // Where OVS says nothing, it is no warning.
        #expect(remarks.map(\.level) == [["mac-aging-time", "datapath-id"].contains(key) ? .info : .warning])
        #expect(remarks.first?.text.hasPrefix("bridge br0: other_config:\(key)=") == true)
        #expect(bridge.datapathID == nil && bridge.hardware == nil && !bridge.forwardsBPDU)
        #expect((15...3600).contains(bridge.macAgingSeconds) && (10...1_000_000).contains(bridge.macTableSize))
    }

    @Test(arguments: ["", "system"])
    func theKernelsTypeIsServedAndSaid(type: String) {
        let (bridge, remarks) = BridgeDecoder.decode(row(["datapath_type": .string(type)]), uuid)
        #expect(BridgeDecoder.fault(bridge) == nil)
        #expect(remarks.map(\.level) == [.info])
        #expect(remarks.first?.text.contains("userspace datapath") == true)
    }

    @Test func anUnknownTypeIsAFault() {
        let (bridge, _) = BridgeDecoder.decode(row(["datapath_type": .string("blah")]), uuid)
        #expect(
            BridgeDecoder.fault(bridge)?.hasPrefix(
                "failed to create bridge br0: Address family not supported by protocol") == true)
    }

    @Test(arguments: ["mirrors", "netflow", "sflow", "ipfix"])
    func whatIsNotSupportedIsSaid(column: String) {
        let (bridge, remarks) = BridgeDecoder.decode(row([column: .uuids([.random()])]), uuid)
        #expect(remarks.map(\.level) == [.warning])
        #expect(remarks.first?.text.contains(column) == true)
        #expect(!bridge.hasControllers)
    }
}
