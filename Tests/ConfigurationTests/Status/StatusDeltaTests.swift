import OVSDB
import Testing

@testable import Configuration

@Suite struct StatusDeltaTests {
    private let uuid = UUIDValue.random()

    @Test func onlyWhatDiffersIsWritten() throws {
        var delta = StatusDelta([
            "Interface": [uuid: Row(["ofport": .integer(1), "mtu": .integer(1500), "status": .emptyMap])]
        ])
        delta.set(
            uuid, InterfaceRow(Row(["ofport": .integer(1), "mtu": .integer(9000), "status": .empty, "error": .empty])))
        guard case .update("Interface", _, let row)? = delta.operations.first else {
            Issue.record("no update")
            return
        }
        #expect(delta.operations.count == 1)
        #expect(row == ["mtu": .integer(9000)])
    }

    @Test func nothingForRowsThatAgreeOrAreNotThere() {
        var delta = StatusDelta(["Interface": [uuid: Row(["ofport": .integer(1)])]])
        delta.set(uuid, InterfaceRow(Row(["ofport": .integer(1)])))
        delta.set(.random(), InterfaceRow(Row(["ofport": .integer(1)])))
        delta.set(uuid, BridgeRow(Row(["datapath_id": .string("x")])))
        #expect(delta.operations.isEmpty)
    }
}
