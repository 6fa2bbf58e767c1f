import OVSDB
import OVSDBServer
import Testing

@Suite struct OperationTests {
    let small: SmallDatabase

    init() throws { small = try SmallDatabase() }

    private func insert(_ row: JSON) -> [JSON] { small.run(SmallDatabase.insert("Root", row)) }

    @Test func insertGivesDefaultsAndSelectReadsThem() throws {
        let reply = insert(["name": "x", "set": ["set", [3, 1]]])
        let uuid = try #require(reply.first?["uuid"])
        let rows = small.run(["op": "select", "table": "Root", "where": [["_uuid", "==", uuid]]])
        let row = try #require(rows.first?["rows"]?.array?.first)
        #expect(row["name"] == "x" && row["number"] == 0 && row["set"] == ["set", [1, 3]] && row["_uuid"] == uuid)
        #expect(row["map"] == ["map", []] && row["real"] == ["set", []] && row["_version"] != nil)
    }

    @Test(arguments: [
        (["name": 1], "syntax error", "expected string"),
        (["number": 101], "constraint violation", "101 is not in the valid range 0 to 100 (inclusive)"),
        (["kind": "c"], "constraint violation", "c is not one of the allowed values ([\"\", a, b])"),
        (["set": ["set", [1, 2, 3, 4]]], "syntax error", "set must have 0 to 3 members but 4 are present"),
        (["set": ["set", [1, 1]]], "ovsdb error", "set contains duplicate"),
        (["map": ["map", [["a", "1"], ["a", "2"]]]], "ovsdb error", "map contains duplicate key"),
        (["map": ["map", ["a"]]], "syntax error", "expected 2-element array"),
        (["short": "äöüß"], "constraint violation", "\"äöüß\" length 4 is greater than maximum allowed length 3"),
        (["none": 1], "unknown column", "No column none in table Root."),
        (["leaves": "x"], "syntax error", "expected [\"uuid\", <string>]"),
        (["leaves": ["uuid", "x"]], "syntax error", "\"x\" is not a valid UUID"),
    ] as [(JSON, String, String)])
    func insertRefusesWhatTheSchemaForbids(row: JSON, error: String, details: String) {
        let reply = insert(row)
        #expect(reply.first?["error"]?.string == error && reply.first?["details"]?.string == details)
        #expect(small.rows("Root", "name").isEmpty)
    }

    @Test func faultyOperationsAreNamed() {
        func details(_ operation: JSON) -> String? { small.run(operation).first?["details"]?.string }
        let start = "Parsing ovsdb operation 1 of 1 failed: "
        #expect(details(["op": "jump"]) == start + "No operation \"jump\"")
        #expect(details(5) == start + "Object expected.")
        #expect(details(["op": "insert", "table": "None", "row": [:]]) == start + "No table named None.")
        #expect(details(["op": "insert", "table": "Root"]) == start + "Required 'row' member is missing.")
        #expect(details(["op": "insert", "table": "Root", "row": 1]) == start + "Type mismatch for member 'row'.")
        #expect(
            details(["op": "insert", "table": "Root", "row": [:], "more": 1, "less": 2])
                == start + "Member 'less' and 1 other member are present but not allowed here.")
        // The insertion that had one member too many has not taken place.
        #expect(small.rows("Root", "name").isEmpty)
    }

    @Test func laterOperationsSeeEarlierOnesAndFailTogether() {
        let reply = small.run(
            SmallDatabase.insert("Root", ["name": "a"]), ["op": "select", "table": "Root", "where": [], "columns": ["name"]],
            ["op": "abort"], ["op": "comment", "comment": "never"])
        #expect(reply.count == 4 && reply[1] == ["rows": [["name": "a"]]])
        #expect(reply[2] == ["error": "aborted", "details": "aborted by request"] && reply[3] == .null)
        #expect(small.rows("Root", "name").isEmpty)
    }

    @Test func conditions() {
        _ = insert(["name": "a", "number": 1, "set": ["set", [1, 2]], "map": ["map", [["k", "v"]]], "real": .real(1.5)])
        _ = insert(["name": "b", "number": 2, "set": ["set", [2, 3]]])
        func names(_ condition: JSON) -> [String] {
            small.run([
                "op": "select", "table": "Root", "where": [condition], "columns": ["name"], "sort": ["name"],
            ]).first?["rows"]?.array?.compactMap { $0["name"]?.string } ?? ["error"]
        }
        #expect(names(["number", "==", 1]) == ["a"] && names(["number", "!=", 1]) == ["b"])
        #expect(names(["number", "<", 2]) == ["a"] && names(["number", "<=", 2]) == ["a", "b"])
        #expect(names(["number", ">", 1]) == ["b"] && names(["number", ">=", 1]) == ["a", "b"])
        #expect(names(["set", "includes", 2]) == ["a", "b"] && names(["set", "excludes", 1]) == ["b"])
        #expect(names(["set", "==", ["set", [2, 1]]]) == ["a"])
        #expect(names(["map", "includes", ["map", [["k", "v"]]]]) == ["a"])
        #expect(names(["map", "includes", ["map", [["k", "w"]]]]) == [])
        #expect(names(["map", "excludes", ["map", [["k", "v"]]]]) == ["b"])
        // An absent real is neither more nor less than anything.
        #expect(names(["real", ">", 1]) == ["a"] && names(["real", "<", 9]) == ["a"])
        #expect(names(true) == ["a", "b"] && names(false) == [])
        #expect(names(["set", "<", 2]) == ["error"] && names(["name", "~", "a"]) == ["error"])
    }

    @Test func mutations() {
        _ = insert(["name": "a", "number": 6, "set": ["set", [1, 2]], "map": ["map", [["k", "v"]]], "real": .real(2.5)])
        func apply(_ column: String, _ mutator: String, _ value: JSON) -> String {
            let reply = small.run(SmallDatabase.mutate("Root", column, mutator, value))
            if let error = reply.last?["error"]?.string { return error }
            return small.rows("Root", column).first?[column]?.text ?? "none"
        }
        #expect(apply("number", "+=", 4) == "10" && apply("number", "*=", 3) == "30")
        #expect(apply("number", "/=", 4) == "7" && apply("number", "%=", 4) == "3" && apply("number", "-=", 1) == "2")
        #expect(apply("number", "/=", 0) == "domain error" && apply("number", "-=", 5) == "constraint violation")
        #expect(apply("number", "+=", .integer(.max)) == "range error")
        #expect(apply("real", "*=", 2) == "5" && apply("real", "/=", 2) == "2.5")
        #expect(apply("real", "%=", 2) == "syntax error")
        #expect(apply("set", "+=", 1) == "[\"set\",[2,3]]")
        #expect(apply("set", "*=", 0) == "constraint violation")
        #expect(apply("set", "insert", ["set", [3, 7]]) == "[\"set\",[2,3,7]]")
        #expect(apply("set", "insert", 9) == "constraint violation")
        #expect(apply("set", "delete", ["set", [2, 3, 5]]) == "7")
        // Insertion does not replace; deletion of a pair needs the value, deletion of a key does not.
        #expect(apply("map", "insert", ["map", [["k", "w"], ["l", "x"]]]) == #"["map",[["k","v"],["l","x"]]]"#)
        #expect(apply("map", "delete", ["map", [["k", "w"]]]) == #"["map",[["k","v"],["l","x"]]]"#)
        #expect(apply("map", "delete", ["set", ["k"]]) == #"["map",[["l","x"]]]"#)
        #expect(apply("fixed", "insert", "x") == "constraint violation" && apply("name", "insert", "x") == "syntax error")
    }

    @Test func updateCountsRowsAndRespectsImmutableColumns() {
        _ = insert(["name": "a", "fixed": "f"])
        let reply = small.run(
            ["op": "update", "table": "Root", "where": [], "row": ["number": 7]],
            ["op": "update", "table": "Root", "where": [["name", "==", "z"]], "row": ["number": 8]])
        #expect(reply == [["count": 1], ["count": 0]] && small.rows("Root", "number") == [["number": 7]])
        let refused = small.run(["op": "update", "table": "Root", "where": [], "row": ["fixed": "g"]])
        #expect(refused.first?["error"] == "constraint violation")
    }

    @Test func waitComparesRowsAsSets() {
        _ = insert(["name": "a", "number": 1])
        func wait(_ until: String, _ rows: JSON, timeout: JSON? = 0, mayWait: Bool = true, elapsed: Int64 = 0) -> JSON? {
            var operation: JSON.Members = [
                "op": "wait", "table": "Root", "where": [], "columns": ["name"], "until": .string(until), "rows": rows,
            ]
            operation["timeout"] = timeout
            return small.run(
                .object(operation), context: ExecutionContext(mayWait: mayWait, elapsedMilliseconds: elapsed)
            ).first
        }
        #expect(wait("==", [["name": "a"], ["name": "a"]]) == [:] && wait("!=", [["name": "b"]]) == [:])
        #expect(wait("==", [["name": "b"]])?["details"] == "\"where\" clause test failed")
        #expect(wait("==", [["name": "b"]], timeout: 50) == "waiting" && wait("==", [], timeout: nil) == "waiting")
        #expect(wait("==", [], timeout: 50, elapsed: 60)?["details"] == "\"wait\" timed out after 60 ms")
        #expect(wait("==", [], timeout: 50, mayWait: false)?["error"] == "not supported")
        #expect(wait("=", [])?["error"] == "syntax error" && wait("==", [], timeout: -1)?["error"] == "syntax error")
    }

    @Test func assertNeedsTheLock() {
        let operation: JSON = ["op": "assert", "lock": "l"]
        #expect(small.run(operation, context: ExecutionContext { $0 == "l" }) == [[:]])
        #expect(small.run(operation) == [["error": "not owner", "details": "Asserted lock l not held."]])
    }

    @Test func readOnlyClientsMayLook() {
        let context = ExecutionContext(isReadOnly: true)
        #expect(small.run(SmallDatabase.insert("Root", [:]), context: context).first?["error"] == "not allowed")
        #expect(small.run(["op": "select", "table": "Root", "where": []], context: context) == [["rows": []]])
    }
}
