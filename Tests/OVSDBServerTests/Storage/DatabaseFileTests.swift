import Control
import Foundation
import OVSDB
import Testing

@testable import OVSDBServer

/// The file, with ovsdb-tool as the judge of what we write.
@DatabaseActor @Suite struct DatabaseFileTests {
    let folder: TemporaryFolder
    var path: String { folder["small.db"] }

    init() throws {
        folder = try TemporaryFolder()
        try DatabaseFile.create(folder["small.db"], schema: SmallDatabase.schema)
    }

    private func transact(_ opened: DatabaseFile.Opened, _ operations: JSON...) throws {
        let (execution, outcome) = Execution.run(operations[...], in: opened.database, ExecutionContext())
        guard case .ready(_, let transaction) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        try opened.storage.append(transaction)
        execution.complete()
    }

    /// Contents without versions, which are not kept.
    private func contents(_ database: Database) -> [String: [UUIDValue: [Datum]]] {
        Dictionary(
            uniqueKeysWithValues: database.tables.map { table in
                let ephemeral = Set(table.columns.indices.filter { table.columns[$0].isEphemeral })
                return (
                    table.name,
                    table.rows.mapValues { row in row.values.enumerated().map { ephemeral.contains($0) ? .empty : $1 } }
                )
            })
    }

    private func settled(_ storage: DatabaseStorage) async throws {
        for _ in 0..<500 where storage.settled < storage.appended { try await Task.sleep(for: .milliseconds(10)) }
        #expect(storage.settled == storage.appended)
    }

    private func fill(_ opened: DatabaseFile.Opened) throws {
        try transact(
            opened, SmallDatabase.insert("Leaf", ["name": "ä\"\n"], name: "one"),
            SmallDatabase.insert("Leaf", ["name": "2"], name: "two"),
            SmallDatabase.insert(
                "Root",
                [
                    "name": "r", "number": 3, "set": ["set", [1, 2, 3]], "map": ["map", [["a", "b"], ["c", "d"]]],
                    "leaves": ["set", [["named-uuid", "one"], ["named-uuid", "two"]]], "passing": 9, "real": .real(0.1),
                    "friends": ["named-uuid", "one"],
                ]), ["op": "comment", "comment": "first"])
        try transact(
            opened, SmallDatabase.mutate("Root", "map", "insert", ["map", [["e", "f"]]]),
            SmallDatabase.mutate("Root", "set", "delete", 2))
        try transact(opened, ["op": "update", "table": "Root", "where": [], "row": ["map": ["map", [["c", "x"]]]]])
        try transact(opened, ["op": "update", "table": "Root", "where": [], "row": ["set": ["set", [4, 5, 6]]]])
        try transact(opened, SmallDatabase.insert("Root", ["name": "s", "number": 4]))
        try transact(opened, ["op": "delete", "table": "Root", "where": [["name", "==", "s"]]])
    }

    @Test func whatIsWrittenIsReadAgain() async throws {
        let before: [String: [UUIDValue: [Datum]]]
        do {
            let opened = try DatabaseFile.open(path)
            try fill(opened)
            try await settled(opened.storage)
            before = contents(opened.database)
        }
        let (database, schema) = try DatabaseFile.read(path)
        #expect(contents(database) == before && schema == SmallDatabase.schema)
        #expect(before["Root"]?.count == 1 && before["Leaf"]?.count == 2)
        // Counts are right: a leaf without its reference goes.
        let again = try DatabaseFile.open(path)
        try transact(again, ["op": "delete", "table": "Root", "where": []])
        #expect(again.database.rowCount == 0)
    }

    @Test func theToolReadsOurFile() async throws {
        do {
            let opened = try DatabaseFile.open(path)
            try fill(opened)
            try await settled(opened.storage)
        }
        let query = try shell(
            "ovsdb-tool", "query", path,
            #"["Small",{"op":"select","table":"Root","where":[],"columns":["name","set","map","real"]}]"#)
        let json = try JSON(parsing: query.output.trimmingCharacters(in: .whitespacesAndNewlines))
        #expect(
            json.array?.first?["rows"] == [
                ["name": "r", "set": ["set", [4, 5, 6]], "map": ["map", [["c", "x"]]], "real": .real(0.1)]
            ])
        let log = try shell("ovsdb-tool", "-m", "show-log", path)
        #expect(log.status == 0 && log.output.contains("record 6:") && log.output.contains("\"first\""))
        #expect(try shell("ovsdb-tool", "db-version", path).output == "1.0.0\n")
        // And compacts it, for us to read.
        let before = contents(try DatabaseFile.read(path).database)
        #expect(try shell("ovsdb-tool", "compact", path).status == 0)
        #expect(contents(try DatabaseFile.read(path).database) == before)
    }

    @Test func weReadTheToolsFile() throws {
        try FileManager.default.removeItem(atPath: path)
        try folder.write("small.ovsschema", Array(SmallDatabase.schema.text.utf8))
        #expect(try shell("ovsdb-tool", "create", path, folder["small.ovsschema"]).status == 0)
        for operation in [
            #"{"op":"insert","table":"Root","row":{"name":"r","set":["set",[1,2]],"map":["map",[["a","b"],["c","d"]]]}}"#,
            #"{"op":"mutate","table":"Root","where":[],"mutations":[["set","insert",3],["map","delete",["set",["a"]]]]}"#,
            #"{"op":"mutate","table":"Root","where":[],"mutations":[["set","delete",1],["number","+=",5]]}"#,
        ] {
            let reply = try shell("ovsdb-tool", "transact", path, #"["Small","# + operation + "]")
            #expect(reply.status == 0 && !reply.output.contains("error"))
        }
        #expect(String(decoding: try folder.read("small.db"), as: UTF8.self).contains("_is_diff"))
        let root = try #require(try DatabaseFile.read(path).database.tablesByName["Root"])
        let row = try #require(root.rows.first)
        func value(_ column: String) -> JSON? { root.columnsByName[column]?.datum(row.key, row.value).json }
        #expect(value("set") == ["set", [2, 3]] && value("map") == ["map", [["c", "d"]]] && value("number") == 5)
    }

    @Test func everyTornEndIsCutOff() async throws {
        do {
            let opened = try DatabaseFile.open(path)
            try fill(opened)
            try await settled(opened.storage)
        }
        let bytes = try folder.read("small.db")
        let whole = contents(try DatabaseFile.read(path).database)
        let marker = Array(LogRecord.magic.utf8)
        let last = try #require((0..<bytes.count - marker.count).last { bytes[$0..<$0 + marker.count].elementsEqual(marker) })
        try folder.write("small.db", bytes[..<last])
        let without = contents(try DatabaseFile.read(path).database)
        #expect(whole != without)
        for end in last + 1..<bytes.count {
            try folder.write("small.db", bytes[..<end])
            #expect(contents(try DatabaseFile.open(path).database) == without)
            #expect(try folder.read("small.db").count == last)
            // Others want the control thread too.
            await Task.yield()
        }
        // A byte that differs is found as well.
        for index in stride(from: last, to: bytes.count, by: 7) {
            var damaged = bytes
            damaged[index] ^= 0x10
            try folder.write("small.db", damaged)
            #expect(contents(try DatabaseFile.open(path).database) == without)
            await Task.yield()
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy { !$0.contains("damaged") })
    }

    /// In a burst the file on disk may be behind what was answered; the journal beside it is not.
    @Test func aBurstSurvivesAPowerCut() async throws {
        let opened = try DatabaseFile.open(path)
        try fill(opened)
        await opened.storage.settle()
        var (file, journal, chunks): ([UInt8], [UInt8], [JournalChunk]) = ([], [], [])
        for number in 0..<10_000 where chunks.count < 5 {
            let row: JSON = ["real": .real(Double(number) + 0.5)]
            try transact(opened, ["op": "update", "table": "Root", "where": [], "row": row])
            while opened.storage.settled < opened.storage.appended { await Task.yield() }
            file = try folder.read("small.db")
            journal = (try? folder.read(".small.db.~journal~")) ?? []
            chunks = CommitJournal.chunks(journal)
        }
        let base = try #require(chunks.first).base
        let before = contents(opened.database)
        let after = try TemporaryFolder()
        for cut in [base, base + 1, base + 100, file.count - 1, file.count] {
            try after.write("small.db", file[..<cut])
            try after.write(".small.db.~journal~", journal)
            #expect(contents(try DatabaseFile.open(after["small.db"]).database) == before, "cut at \(cut)")
            #expect(try after.read("small.db") == file)
        }
        // The file is waited for when the burst is over, and the journal goes with the server.
        for _ in 0..<500 where try !CommitJournal.chunks(folder.read(".small.db.~journal~")).isEmpty {
            try await Task.sleep(for: .milliseconds(10))
        }
        #expect(try CommitJournal.chunks(folder.read(".small.db.~journal~")).isEmpty)
        await opened.storage.settle()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [".small.db.~lock~", "small.db"])
    }

    @Test func whatIsBehindDamageIsKept() async throws {
        do {
            let opened = try DatabaseFile.open(path)
            try fill(opened)
            try await settled(opened.storage)
        }
        var bytes = try folder.read("small.db")
        let marker = Array("\"number\":3".utf8)
        let place = try #require((0..<bytes.count - marker.count).first { bytes[$0..<$0 + marker.count].elementsEqual(marker) })
        bytes[place + 9] = UInt8(ascii: "7")
        try folder.write("small.db", bytes)
        #expect(try DatabaseFile.open(path).database.rowCount == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).contains { $0.contains("damaged") })
    }

    /// Each would be refused as a transaction; none spoils what comes before or behind it.
    @Test(arguments: [
        #"{"Root":{"ID":{"name":"one","number":7}}}"#, #"{"Root":{"ID":{"name":"x","leaves":["uuid","OTHER"]}}}"#,
        #"{"Root":{"ID":null}}"#, #"{"Nowhere":{}}"#, #"{"Root":{"ID":{"nothing":1}}}"#,
        #"{"Root":{"FIRST":{"number":1000}}}"#, #"{"Root":{"FIRST":{"kind":"z"}}}"#,
        #"{"Root":{"FIRST":{"set":["set",[1,2,3,4]]}}}"#, #"{"Root":{"FIRST":{"set":["set",[1,1]]}}}"#,
        #"{"Root":{"ID":{"name":"half"},"x":{}}}"#, #"{"Root":{"FIRST":null,"ID":{"number":-1}}}"#, "[]",
        #"{"_date":"x","Root":{"ID":{"name":"dated","number":5}}}"#, #"{"_is_diff":1,"Root":{"ID":{"number":5}}}"#,
    ]) func recordsThatBreakARuleAreLeftOut(bad: String) async throws {
        let folder = try TemporaryFolder()
        try DatabaseFile.create(folder["small.db"], schema: SmallDatabase.schema)
        let (first, second) = (UUIDValue.random(), UUIDValue.random())
        func record(_ text: String) -> [UInt8] {
            var text = text.replacing("FIRST", with: first.description)
            for name in ["ID", "OTHER"] { text = text.replacing(name, with: UUIDValue.random().description) }
            return LogRecord.encode(Array("\(text)\n".utf8))
        }
        var bytes = try folder.read("small.db")
        bytes += record(#"{"Root":{"FIRST":{"name":"one","number":1}}}"#) + record(bad)
        bytes += record(#"{"Root":{"\#(second)":{"name":"two","number":2},"FIRST":{"real":0.5}}}"#)
        try folder.write("small.db", bytes)
        for isAgain in [false, true] {
            let opened = try await DatabaseFile.open(folder["small.db"])
            #expect(try folder.read("small.db") == bytes)
            let table = try #require(opened.database.tablesByName["Root"])
            #expect(Set(table.rows.keys) == [first, second])
            let real = try #require(table.columnsByName["real"])
            #expect(table.rows[first].map { real.datum(first, $0) } == Datum(.real(0.5)))
            #expect(table.indexes.allSatisfy { $0.rows.count == 2 })
            if isAgain { try await opened.storage.compact(opened.database) }
        }
        #expect(try DatabaseFile.read(folder["small.db"]).database.rowCount == 2)
    }

    @Test func recordsAreFoundBehindAnyDamage() {
        let record = LogRecord.encode(Array("{\"a\":\"OVSDB JSON 5\"}\n".utf8))
        var bytes = record + record
        bytes[record.count - 1] = 0
        func isHeader(_ bytes: [UInt8]) -> Bool {
            bytes.withUnsafeBytes { LogRecord.isHeader(within: UnsafeRawBufferPointer(rebasing: $0[1...])) }
        }
        #expect(isHeader(bytes) && !isHeader(record))
    }

    @Test func oneOwnerAtATime() throws {
        let first = try DatabaseFile.open(path)
        let tool = try shell("ovsdb-tool", "compact", path)
        #expect(tool.status != 0 && tool.output.contains("locked by pid \(getpid())"))
        #expect(throws: StorageError("\(path): failed to lock lockfile", errno: EAGAIN)) { try DatabaseFile.open(path) }
        // The attempt within this process has lost others its name, but not the lock.
        #expect(try shell("ovsdb-tool", "compact", path).status != 0)
        withExtendedLifetime(first) {}
    }

    @Test func compactionKeepsWhatComesMeanwhile() async throws {
        let opened = try DatabaseFile.open(path)
        try fill(opened)
        for number in Int64(0)..<50 {
            try transact(opened, ["op": "update", "table": "Root", "where": [], "row": ["number": .integer(number)]])
        }
        let size = opened.storage.size
        var isCompacted = false
        let compaction = Task { @DatabaseActor in
            try await opened.storage.compact(opened.database)
            isCompacted = true
        }
        // It has taken its picture and waits for the disk.
        await Task.yield()
        #expect(!isCompacted)
        try transact(opened, SmallDatabase.insert("Root", ["name": "late", "number": 99]))
        try await compaction.value
        try transact(opened, SmallDatabase.insert("Root", ["name": "later", "number": 98]))
        try await settled(opened.storage)
        #expect(opened.storage.size < size)
        #expect(contents(try DatabaseFile.read(path).database) == contents(opened.database))
        #expect(opened.database.tablesByName["Root"]?.rows.count == 3)
    }

    @Test func compactionEndsThoughOthersGoOnWriting() async throws {
        let opened = try DatabaseFile.open(path)
        try fill(opened)
        var isCompacted = false
        let compaction = Task { @DatabaseActor in
            defer { isCompacted = true }
            try await opened.storage.compact(opened.database)
        }
        var number: Int64 = 0
        while !isCompacted, number < 100_000 {
            number += 1
            try transact(
                opened, ["op": "update", "table": "Root", "where": [], "row": ["number": .integer(number % 100)]])
            await Task.yield()
        }
        #expect(isCompacted)
        try await compaction.value
        try await settled(opened.storage)
        #expect(contents(try DatabaseFile.read(path).database) == contents(opened.database))
    }

    @Test func filesThatAreNoneAreLeftAlone() throws {
        for text in ["", "hello\n", "OVSDB CLUSTER 5 da39a3ee5e6b4b0d3255bfef95601890afd80709\n{}\n", "OVSDB JSON 99 x\n"] {
            try folder.write("small.db", Array(text.utf8))
            #expect(throws: StorageError.self) { try DatabaseFile.open(path) }
            #expect(try folder.read("small.db") == Array(text.utf8))
        }
        #expect(throws: StorageError.self) { try DatabaseFile.open(folder["none.db"]) }
    }

    @Test func checksums() {
        func sum(_ text: String) -> String {
            String(decoding: Array(text.utf8).withUnsafeBytes(LogRecord.checksum), as: UTF8.self)
        }
        #expect(sum("") == "da39a3ee5e6b4b0d3255bfef95601890afd80709")
        #expect(sum("abc") == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(sum(String(repeating: "a", count: 1_000)) == "291e9a6c66994949b57ba5e650361e98fc36b1ba")
    }
}
