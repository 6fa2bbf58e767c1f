import OVSDB
import Testing

@testable import VSCtl

@Suite struct DatabaseTransactionTests {
    private let root = RowID(table: "Open_vSwitch", uuid: UUIDValue(high: 1, low: 1))
    private let bridge = RowID(table: "Bridge", uuid: UUIDValue(high: 2, low: 2))
    private let transaction: DatabaseTransaction

    init() {
        transaction = DatabaseTransaction(
            schema: OpenVSwitchSchema.schema,
            contents: [
                "Open_vSwitch": [root.uuid: Row(["bridges": .uuid(bridge.uuid), "next_cfg": .integer(4)])],
                "Bridge": [
                    bridge.uuid: Row(["name": .string("br0"), "other_config": .map(["a": "b"]), "ports": .empty])
                ],
            ])
    }

    private func request() -> DatabaseTransaction.Request {
        transaction.request(increasing: "next_cfg", of: root, comment: "test", isDryRun: false)
    }

    private func operations(_ name: String) -> [JSON] { request().operations.filter { $0["op"]?.string == name } }

    @Test func nothingIsNoChange() {
        transaction.verify(bridge, "ports")
        transaction.set(bridge, "other_config", .map(["a": "b"]))
        let request = request()
        #expect(!request.isChange && request.incremented == nil)
    }

    @Test func newRowsAreNamedWhereTheyAreReferredTo() throws {
        let port = transaction.insert("Port")
        transaction.set(port, "name", .string("p"))
        transaction.verify(bridge, "ports")
        transaction.set(bridge, "ports", .uuid(port.uuid))
        let request = request()
        let insert = try #require(operations("insert").first)
        let update = try #require(operations("update").first)
        #expect(update["row"]?["ports"] == ["named-uuid", insert["uuid-name"] ?? .null])
        #expect(insert["row"] == ["name": "p"])
        #expect(operations("wait").first?["rows"] == [["ports": ["set", []]]])
        #expect(request.insertions[port.uuid].map { request.operations[$0] } == insert)
        let counted = try #require(request.incremented)
        #expect(request.operations[counted]["op"] == "select" && request.operations[counted - 1]["op"] == "mutate")
    }

    @Test func aPairReplacesAnother() {
        transaction.add(.map(["a": "c", "x": "y"]), to: "other_config", of: bridge)
        #expect(
            operations("mutate").first?["mutations"] == [
                ["other_config", "delete", ["set", ["a"]]],
                ["other_config", "insert", ["map", [["a", "c"], ["x", "y"]]]],
            ])
        #expect(transaction[bridge, "other_config"] == .map(["a": "b"]))
    }

    @Test func aPairThatIsThereIsNoChange() {
        transaction.add(.map(["a": "b"]), to: "other_config", of: bridge)
        #expect(!request().isChange)
    }

    @Test func rowsOfOtherThanRootTablesGoByThemselves() {
        transaction.delete(bridge)
        #expect(!transaction.exists(bridge) && transaction.references(root, "bridges").isEmpty)
        #expect(operations("delete").isEmpty)
        transaction.delete(root)
        #expect(operations("delete").count == 1)
    }

    @Test func rowsAreFoundByWhatTheyAreCalled() throws {
        #expect(try transaction.row("Bridge", "br0") == bridge)
        #expect(try transaction.row("Bridge", "00000000-0000-0002-0000") == bridge)
        #expect(try transaction.row("Bridge", "000", mustExist: false) == nil)
        #expect(try transaction.row("Open_vSwitch", ".") == root)
        let error = #expect(throws: CommandError.self) { try transaction.row("Bridge", "br1") }
        #expect(error?.message == "no row \"br1\" in table Bridge")
    }

    @Test func columnsAreAbbreviated() throws {
        let table = try transaction.schema.table(named: "bri")
        #expect(table.name == "Bridge")
        #expect(try table.column(named: "Fail-M").name == "fail_mode")
        #expect(try table.column(named: "ports").name == "ports")
        let error = #expect(throws: CommandError.self) { try table.column(named: "datapath") }
        #expect(
            error?.message == "Bridge contains more than one column whose name matches \"datapath\": "
                + "datapath_id, datapath_type, datapath_version")
    }
}
