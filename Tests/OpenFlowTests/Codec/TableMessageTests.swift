import Control
import Packets
import Testing

@testable import OpenFlow

@Suite @ControlActor
struct TableMessageTests {
    @Test(arguments: OpenFlowVersion.allCases)
    func statisticsAreRead(version: OpenFlowVersion) throws {
        var table = TableStatistics(table: 3, name: "main", activeCount: 4, lookupCount: 5, matchedCount: 6)
        table.maximumEntries = 1024
        table.miss = .drop
        let text = try PrintedMessage.text(ReplyEncoder(version: version).tableStatistics([table], 2))
        let name = version < .v13 ? " (\"main\")" : ""
        #expect(
            text.hasPrefix(
                "OFPST_TABLE reply\(PrintedMessage.suffix(version)):\n  table 3\(name):\n"
                    + "    active=4, lookup=5, matched=6"))
        #expect(text.contains("max_entries=1024") == (version < .v13))
        #expect(text.contains("config=drop") == [.v11, .v12].contains(version))
    }

    @Test(arguments: [OpenFlowVersion.v13, .v14, .v15])
    func featuresAreReadAndMayBeSentBack(version: OpenFlowVersion) throws {
        var table = TableFeatures(table: 3, name: "main")
        table.maximumEntries = 1024
        table.evicts = true
        let messages = ReplyEncoder(version: version).tableFeatures([table, TableFeatures(table: 253, name: "")], 2)
        let text = try PrintedMessage.text(messages)
        #expect(text.contains("table 3 (\"main\"):\n    metadata: match=0xffffffffffffffff write=0xffffffffffffffff\n"))
        #expect(text.contains("eviction: supported") == (version > .v13))
        #expect(
            text.contains("max_entries=1024\n    instructions (table miss and others):\n      next tables: 4-253\n"))
        let meter = version == .v15 ? "" : "meter "
        let others = "apply_actions clear_actions write_actions write_metadata"
        #expect(text.contains("instructions: \(meter)\(others) goto_table\n"))
        #expect(text.contains("instructions: \(meter)\(others)\n"))
        #expect(text.contains("actions: output group set_field strip_vlan push_vlan mod_nw_ttl dec_ttl"))
        #expect(text.contains("arbitrary mask: "))
        let reply = try #require(messages.first)
        let request = OpenFlowMessage(
            version: version, type: MessageType.multipartRequest.number(version), transaction: 1,
            body: reply.bytes.dropFirst(8))
        guard case .tableFeatures(let changes) = try RequestDecoder(version: version).decode(request) else {
            Issue.record("not table features")
            return
        }
        #expect(changes.map(\.table) == [3, 253] && changes.map(\.name) == ["main", ""])
        #expect(changes.allSatisfy { $0.isSupported && $0.command == .replace })
        #expect(changes.first?.maximumEntries == 1024)
    }

    @Test(arguments: [OpenFlowVersion.v14, .v15])
    func descriptionsAreRead(version: OpenFlowVersion) throws {
        var table = TableDescription(table: 3)
        table.evicts = true
        table.evictionFlags = 7
        table.vacancy = .init(down: 10, up: 20)
        table.currentVacancy = 15
        let encoder = ReplyEncoder(version: version)
        let text = """
              table 3:
               eviction=on eviction_flags=OTHER|IMPORTANCE|LIFETIME
               vacancy=on vacancy_down=10% vacancy_up=20% vacancy=15%
            """
        let suffix = PrintedMessage.suffix(version)
        #expect(
            try PrintedMessage.text(encoder.tableDescriptions([table, TableDescription(table: 4)], 2)) == """
                OFPST_TABLE_DESC reply\(suffix):
                \(text)

                  table 4:
                   eviction=off eviction_flags=0
                   vacancy=off
                """)
        #expect(
            try PrintedMessage.text(encoder.tableStatus(table, .vacancyDown))
                == "OFPT_TABLE_STATUS\(suffix): reason=VACANCY_DOWN\ntable_desc:-\n\(text)")
        #expect(ReplyEncoder(version: .v13).tableStatus(table, .vacancyDown) == nil)
    }

    private func tableMod(_ version: OpenFlowVersion, _ body: [UInt8]) throws(OpenFlowError) -> TableMod? {
        let message = OpenFlowMessage(version: version, type: 17, transaction: 1, body: body)
        guard case .tableMod(let change) = try RequestDecoder(version: version).decode(message) else { return nil }
        return change
    }

    @Test func modificationsSayWhatTheVersionCan() throws {
        #expect(try tableMod(.v11, [255, 0, 0, 0, 0, 0, 0, 2])?.miss == .drop)
        #expect(try tableMod(.v11, [4, 0, 0, 0, 0, 0, 0, 2])?.table == 4)
        #expect(try tableMod(.v13, [4, 0, 0, 0, 0, 0, 0, 2])?.miss == nil)
        #expect(throws: OpenFlowError.self) { try tableMod(.v13, [4, 0, 0, 0, 0, 0, 0, 4]) }
        let eviction = try tableMod(.v14, [4, 0, 0, 0, 0, 0, 0, 4, 0, 2, 0, 8, 0, 0, 0, 7])
        #expect(eviction?.evicts == true && eviction?.evictionFlags == 7 && eviction?.sendsVacancyEvents == false)
        let vacancy = try tableMod(.v15, [4, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 8, 20, 80, 0, 0])
        #expect(vacancy?.vacancy == TableMod.Vacancy(down: 20, up: 80) && vacancy?.sendsVacancyEvents == true)
        for wrong: [UInt8] in [[80, 20, 0, 0], [20, 101, 0, 0], [20, 80, 1, 0]] {
            #expect(throws: OpenFlowError.self) {
                try tableMod(.v15, [4, 0, 0, 0, 0, 0, 0, 8, 0, 3, 0, 8] + wrong)
            }
        }
    }
}
