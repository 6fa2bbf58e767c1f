import Testing

@testable import OVSDB

@Suite struct OperationTests {
    static let uuid = UUIDValue(high: 0, low: 1)

    @Test func wireForms() {
        let cases: [(Operation, String)] = [
            (
                .insert(into: "Port", row: ["name": .string("p")], name: "x"),
                #"{"op":"insert","row":{"name":"p"},"table":"Port","uuid-name":"x"}"#
            ),
            (.select(from: "Port", where: []), #"{"op":"select","table":"Port","where":[]}"#),
            (
                .update("Port", where: [.row(Self.uuid)], row: ["tag": .empty]),
                #"{"op":"update","row":{"tag":["set",[]]},"table":"Port","where":[["_uuid","==","#
                    + #"["uuid","00000000-0000-0000-0000-000000000001"]]]}"#
            ),
            (
                .mutate("Bridge", where: [], mutations: [Mutation("ports", .insert, .named("x"))]),
                #"{"mutations":[["ports","insert",["set",[["named-uuid","x"]]]]],"op":"mutate","table":"Bridge","where":[]}"#
            ),
            (
                .wait("T", where: [], columns: ["c"], until: .equal, rows: [["c": .integer(1)]]),
                #"{"columns":["c"],"op":"wait","rows":[{"c":1}],"table":"T","timeout":0,"until":"==","where":[]}"#
            ),
            (.assert(lock: "l"), #"{"lock":"l","op":"assert"}"#),
            (.commit(isDurable: true), #"{"durable":true,"op":"commit"}"#),
        ]
        for (operation, text) in cases { #expect(operation.json.text == text) }
    }

    @Test func repliesThatDoNotFitAreRefused() throws {
        let operations: [Operation] = [.insert(into: "T", row: [:]), .delete(from: "T", where: [])]
        for text in [
            "null", "[]", "[{}]", "[{},{}]", #"[{"uuid":["uuid","x"]},{"count":1}]"#, #"[{"count":1},{"count":1}]"#,
        ] {
            let reply = try JSON(parsing: text)
            #expect(throws: OVSDBError.self, "\(text)") {
                try OperationResult.decode(reply, of: operations, schema: nil)
            }
        }
        let good = try JSON(parsing: #"[{"uuid":["uuid","00000000-0000-0000-0000-000000000001"]},{"count":3}]"#)
        #expect(
            try OperationResult.decode(good, of: operations, schema: nil) == [.inserted(Self.uuid), .count(3)])
        let late = try JSON(
            parsing:
                #"[{"uuid":["uuid","00000000-0000-0000-0000-000000000001"]},{"count":3},{"error":"referential integrity violation"}]"#
        )
        #expect {
            try OperationResult.decode(late, of: operations, schema: nil)
        } throws: { ($0 as? OVSDBError)?.refusal == "referential integrity violation" }
    }
}
