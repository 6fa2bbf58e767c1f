import Datapath
import OVSDB
import Packets
import Testing

@testable import Configuration

@Suite struct InterfaceDecoderTests {
    /// What a row comes to, with the texts about it.
    private struct Result {
        var outcome: InterfaceDecoder.Outcome
        var warnings: [String] = []
        var remarks: [Remark] = []

        var port: PortConfiguration? { if case .kind(.datapath(let port)) = outcome { port } else { nil } }
        var fault: String? { if case .fault(let fault) = outcome { fault } else { nil } }
    }

    private func decode(
        _ type: String, _ options: [String: String] = [:], name: String = "p1", isLocal: Bool = false,
        _ columns: [String: Datum] = [:]
    ) -> Result {
        var row = Row(["type": .string(type), "options": .map(options)])
        for (column, value) in columns { row[column] = value }
        var warnings: [String] = []
        var remarks: [Remark] = []
        let outcome = InterfaceDecoder.decode(
            InterfaceRow(row), name: name, isLocal: isLocal, warnings: &warnings, remarks: &remarks)
        return Result(outcome: outcome, warnings: warnings, remarks: remarks)
    }

    @Test func kinds() {
        #expect(decode("").port?.kind == .packetSocket)
        #expect(decode("system").port?.typeName == "system")
        #expect(decode("internal").port?.kind == .tap)
        #expect(decode("tap").port?.typeName == "tap")
        #expect(decode("dpdk", ["dpdk-devargs": "net_null0"]).port?.kind == .dpdk(devargs: "net_null0"))
        #expect(decode("patch", ["peer": "p2"]).outcome == .kind(.patch(peer: "p2")))
        // The bridge's own port is internal whatever its row says.
        #expect(decode("system", isLocal: true).port?.kind == .tap)
    }

    @Test(arguments: [
        ("foo", [:], "could not open network device p1 (Address family not supported by protocol)"),
        (
            "vxlan", ["remote_ip": "1.2.3.4"],
            "could not open network device p1 (Address family not supported by protocol)"
        ),
        ("dpdk", [:], "'p1' is missing 'options:dpdk-devargs'. The old 'dpdk<port_id>' names are not supported"),
        ("patch", [:], "p1: patch type requires valid 'peer' argument"),
        ("patch", ["peer": "p1"], "p1: patch peer must not be self"),
        ("patch", ["peer": "p2", "x": "y"], "p1: patch type takes only a 'peer' argument"),
    ])
    func faultsHaveOVSsWords(type: String, options: [String: String], text: String) {
        #expect(decode(type, options).fault?.hasPrefix(text) == true)
    }

    @Test(arguments: ["averyverylonginterfacename0", "", "a/b", ".", "a b"])
    func namesThatTheKernelRefuses(name: String) {
        #expect(decode("internal", name: name).fault != nil)
        #expect(decode("system", name: name).fault != nil)
        #expect(decode("dpdk", ["dpdk-devargs": "net_null0"], name: "averyverylonginterfacename0").fault == nil)
    }

    @Test func deviceOptions() throws {
        let result = decode(
            "dpdk",
            [
                "dpdk-devargs": "0000:01:00.0", "n_rxq": "3", "n_rxq_desc": "1024", "n_txq_desc": "512",
                "dpdk-lsc-interrupt": "false",
            ],
            ["mtu_request": .integer(9000), "other_config": .map(["pmd-rxq-affinity": "0:3,1:7"])])
        let port = try #require(result.port)
        #expect(port.receiveQueues == 3 && port.receiveDescriptors == 1024 && port.transmitDescriptors == 512)
        #expect(!port.linkStateInterrupts)
        #expect(port.mtu == 9000)
        #expect(port.receiveQueueAffinity == [0: 3, 1: 7])
        #expect(result.warnings.isEmpty && result.remarks.isEmpty)
    }

    @Test(arguments: [
        ["n_rxq": "0"], ["n_rxq": "-5"], ["n_rxq": "many"], ["n_rxq_desc": "33"], ["n_txq_desc": "8192"],
        ["n_rxq_desc": ""], ["dpdk-lsc-interrupt": "perhaps"],
    ])
    func absurdOptionsGiveDefaultsAndAnErrorInTheRow(options: [String: String]) throws {
        let result = decode("dpdk", options.merging(["dpdk-devargs": "net_null0"]) { $1 })
        let expected = PortConfiguration(name: "p1", kind: .dpdk(devargs: "net_null0"), typeName: "dpdk")
        #expect(result.port == expected)
        #expect(result.warnings.count == 1)
    }

    @Test(arguments: ["0", "0:1:2", "a:b", "0:-1", "99999999999999999999:0"])
    func absurdAffinity(text: String) {
        let result = decode("internal", ["other_config": .map(["pmd-rxq-affinity": text])])
        #expect(result.port?.receiveQueueAffinity == [:])
        #expect(result.warnings.count == 1)
    }

    private func decode(_ type: String, _ columns: [String: Datum]) -> Result { decode(type, [:], columns) }
    private func decode(_ type: String, _ options: [String: String], _ columns: [String: Datum]) -> Result {
        decode(type, options, name: "p1", isLocal: false, columns)
    }

    @Test func addresses() {
        #expect(
            decode("internal", ["mac": .string("02:00:00:00:00:09")]).port?.macAddress
                == MACAddress(number: 0x0200_0000_0009))
        let group = decode("internal", ["mac": .string("01:00:00:00:00:09")])
        #expect(group.port?.macAddress == nil)
        #expect(group.remarks.map(\.text) == ["interface p1: cannot set MAC to multicast address"])
        #expect(decode("internal", ["mac": .string("xyz")]).remarks.count == 1)
        let local = decode("internal", isLocal: true, ["mac": .string("02:00:00:00:00:09")])
        #expect(local.port?.macAddress == nil && local.remarks.count == 1)
    }

    @Test func numbers() {
        #expect(InterfaceDecoder.number(5)?.rawValue == 5)
        for value in [-1, 0, 65280, 65534, 70000, Int64.max, Int64.min] {
            #expect(InterfaceDecoder.number(value) == nil)
        }
        #expect(InterfaceDecoder.number(nil) == nil)
    }
}
