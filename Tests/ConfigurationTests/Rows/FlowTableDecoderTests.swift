import OVSDB
import OpenFlow
import Testing

@testable import Configuration

@Suite struct FlowTableDecoderTests {
    private func decode(_ columns: [String: Datum], number: Int64 = 3) -> (FlowTableConfiguration?, [Remark]) {
        let uuid = UUIDValue.random()
        let (tables, remarks) = FlowTableDecoder.decode([number: uuid], bridge: "br0") {
            $0 == uuid ? FlowTableRow(Row(columns)) : nil
        }
        return (tables[3], remarks)
    }

    @Test func everythingIsRead() throws {
        let (table, remarks) = decode([
            "name": .string("acl"), "flow_limit": .integer(7), "overflow_policy": .string("evict"),
            "groups": .strings(["NXM_OF_IN_PORT[]", "reg3[4..7]", "eth_dst"]),
            "prefixes": .strings(["ip_dst", "tun_id"]),
        ])
        let read = try #require(table)
        #expect(remarks.isEmpty)
        #expect(read.name == "acl" && read.flowLimit == 7 && read.evictsOnOverflow)
        #expect(Set(read.evictionGroups.map { "\($0.field.name) \($0.offset) \($0.bits)" })
            == ["in_port 0 16", "reg3 4 4", "eth_dst 0 48"])
        #expect(Set(read.prefixes?.map(\.name) ?? []) == ["ip_dst", "tun_id"])
    }

    @Test func anEmptyRowAsksForNothing() {
        let (table, remarks) = decode([:])
        #expect(table == FlowTableConfiguration() && remarks.isEmpty)
        #expect(decode(["prefixes": .strings(["none"])]).0?.prefixes == [])
    }

    @Test(arguments: ["reg3[4..99]", "reg3[7..4]", "reg3[", "nothing[]", "reg3[1...2]", "reg3[-1..2]", ""])
    func absurdGroupsAreSaid(text: String) {
        let (table, remarks) = decode(["groups": .strings([text])])
        #expect(table?.evictionGroups.isEmpty == true && remarks.map(\.level) == [.warning])
    }

    @Test func tablesAndPrefixesThatDoNotExistAreSaid() {
        #expect(decode([:], number: 255).1.map(\.level) == [.warning])
        #expect(decode([:], number: -1).1.map(\.level) == [.warning])
        let (table, remarks) = decode(["prefixes": .strings(["eth_dst", "ip_src"])])
        #expect(table?.prefixes?.map(\.name) == ["ip_src"] && remarks.count == 1)
    }
}
