import OVSDB
import OVSDBServer
import Testing

/// What holds between rows at the end of a transaction.
@Suite struct ConstraintTests {
    let small: SmallDatabase

    init() throws { small = try SmallDatabase() }

    private func error(_ reply: [JSON]) -> String? { reply.last?["error"]?.string }

    @Test func rowsThatNobodyNamesGo() {
        small.run(
            SmallDatabase.insert("Leaf", ["name": "1", "next": ["named-uuid", "two"]], name: "one"),
            SmallDatabase.insert("Leaf", ["name": "2"], name: "two"),
            SmallDatabase.insert("Leaf", ["name": "nobody's"]),
            SmallDatabase.insert("Root", ["name": "r", "leaves": ["named-uuid", "one"]]))
        #expect(small.rows("Leaf", "name") == [["name": "1"], ["name": "2"]])
        // The whole chain hangs on the root.
        #expect(error(small.run(["op": "delete", "table": "Root", "where": []])) == nil)
        #expect(small.rows("Leaf", "name").isEmpty)
    }

    @Test func aRowThatNamesItselfGoes() {
        small.run(SmallDatabase.insert("Leaf", ["name": "1", "next": ["named-uuid", "one"]], name: "one"))
        #expect(small.rows("Leaf", "name").isEmpty)
    }

    @Test func strongReferencesNeedTheirRows() {
        small.run(
            SmallDatabase.insert("Leaf", ["name": "1"], name: "one"),
            SmallDatabase.insert("Root", ["name": "r", "leaves": ["named-uuid", "one"]]))
        #expect(error(small.run(["op": "delete", "table": "Leaf", "where": []])) == "referential integrity violation")
        #expect(small.rows("Leaf", "name") == [["name": "1"]])
        let nowhere = small.run(SmallDatabase.mutate("Root", "leaves", "insert", ["named-uuid", "never"]))
        #expect(nowhere.count == 2 && error(nowhere) == "referential integrity violation")
        // Both at once is fine.
        let both = small.run(
            ["op": "delete", "table": "Leaf", "where": []], SmallDatabase.mutate("Root", "leaves", "*=", 1))
        #expect(error(both) == "syntax error")
        let right = small.run(
            ["op": "delete", "table": "Leaf", "where": []],
            ["op": "update", "table": "Root", "where": [], "row": ["leaves": ["set", []]]])
        #expect(right == [["count": 1], ["count": 1]] && small.rows("Leaf", "name").isEmpty)
    }

    @Test func weakReferencesGoWithTheirRows() {
        small.run(
            SmallDatabase.insert("Leaf", ["name": "1"], name: "one"),
            SmallDatabase.insert(
                "Root",
                ["name": "r", "leaves": ["named-uuid", "one"], "friends": ["set", [["named-uuid", "one"], ["named-uuid", "x"]]]]))
        #expect(small.rows("Root", "friends").first?["friends"]?.array?.first == "uuid")
        small.run(["op": "update", "table": "Root", "where": [], "row": ["leaves": ["set", []]]])
        #expect(small.rows("Root", "friends") == [["friends": ["set", []]]])
    }

    @Test func aColumnThatMayNotBeEmptyKeepsItsWeakReference() {
        let zero = small.run(SmallDatabase.insert("Bound", [:]))
        #expect(error(zero) == "constraint violation" && zero.last?["details"]?.string?.contains("all-zeros") == true)
        small.run(
            SmallDatabase.insert("Root", ["name": "r"], name: "r"),
            SmallDatabase.insert("Bound", ["to": ["named-uuid", "r"]]))
        #expect(error(small.run(["op": "delete", "table": "Root", "where": []])) == "constraint violation")
        #expect(small.rows("Root", "name") == [["name": "r"]] && small.rows("Bound", "to").count == 1)
    }

    @Test func indexesAreUnique() throws {
        small.run(SmallDatabase.insert("Root", ["name": "a", "number": 1]))
        let again = small.run(SmallDatabase.insert("Root", ["name": "a", "number": 2]))
        #expect(error(again) == "constraint violation")
        let details = try #require(again.last?["details"]?.string)
        #expect(
            details.hasPrefix(
                "Transaction causes multiple rows in \"Root\" table to have identical values (a) for index on column "
                    + "\"name\".  First row, with UUID "))
        // Swapping names within one transaction is fine, and leaves the index right.
        small.run(SmallDatabase.insert("Root", ["name": "b", "number": 2]))
        let swap = small.run(
            ["op": "update", "table": "Root", "where": [["number", "==", 1]], "row": ["name": "b"]],
            ["op": "update", "table": "Root", "where": [["number", "==", 2]], "row": ["name": "a"]])
        #expect(swap == [["count": 1], ["count": 1]])
        for name in ["a", "b"] {
            #expect(error(small.run(SmallDatabase.insert("Root", ["name": .string(name), "number": 9]))) != nil)
        }
        small.run(["op": "delete", "table": "Root", "where": [["name", "==", "a"]]])
        #expect(error(small.run(SmallDatabase.insert("Root", ["name": "a", "number": 9]))) == nil)
    }

    @Test func tablesHaveAMaximum() {
        for number in 0..<4 {
            small.run(SmallDatabase.insert("Root", ["name": .string("\(number)"), "number": .integer(Int64(number))]))
        }
        let reply = small.run(SmallDatabase.insert("Root", ["name": "5", "number": 5]))
        #expect(
            reply.last?["details"]
                == "transaction causes \"Root\" table to contain 5 rows, greater than the schema-defined limit of 4 row(s)")
    }

    @Test func aTransactionThatFailsLeavesNothing() throws {
        small.run(
            SmallDatabase.insert("Leaf", ["name": "1"], name: "one"),
            SmallDatabase.insert("Root", ["name": "r", "leaves": ["named-uuid", "one"], "friends": ["named-uuid", "one"]]))
        let before = small.rows("Root", "_version", "leaves", "friends")
        let reply = small.run(
            ["op": "update", "table": "Root", "where": [], "row": ["leaves": ["set", []], "number": 5]],
            SmallDatabase.insert("Root", ["name": "s", "leaves": ["named-uuid", "nowhere"]]))
        #expect(reply.count == 3 && error(reply) == "referential integrity violation")
        #expect(small.rows("Root", "_version", "leaves", "friends") == before)
        // Counts are as they were too: the leaf goes with its last reference, not earlier.
        small.run(["op": "update", "table": "Root", "where": [], "row": ["number": 5]])
        #expect(small.rows("Leaf", "name").count == 1)
    }

    @Test func aChosenUUIDIsKeptUnlessTaken() {
        let uuid = "11111111-2222-4333-8444-555555555555"
        let operation: JSON = ["op": "insert", "table": "Root", "row": ["name": "u"], "uuid": .string(uuid)]
        #expect(small.run(operation) == [["uuid": ["uuid", .string(uuid)]]])
        #expect(error(small.run(operation)) == "duplicate uuid")
    }

    @Test func versionsChangeWithContentsOnly() {
        small.run(SmallDatabase.insert("Root", ["name": "a"]))
        let first = small.rows("Root", "_version")
        small.run(["op": "update", "table": "Root", "where": [], "row": ["name": "a"]])
        #expect(small.rows("Root", "_version") == first)
        small.run(["op": "update", "table": "Root", "where": [], "row": ["name": "b"]])
        #expect(small.rows("Root", "_version") != first)
    }

    @Test func schemasThatContradictThemselvesAreRefused() throws {
        var json = SmallDatabase.schema.object ?? [:]
        json["tables"] = ["T": ["columns": ["c": ["type": ["key": ["type": "uuid", "refTable": "None"]]]]]]
        let schema = try DatabaseSchema(json: .object(json))
        #expect(throws: OperationError.self) { try Database(schema: schema) }
    }
}
