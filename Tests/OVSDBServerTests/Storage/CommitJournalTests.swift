import Foundation
import Logging
import OVSDB
import Testing

@testable import OVSDBServer

/// What the disk has after a power cut: of the file, what was there when the journal's round began, and of the rest any part.
struct CommitJournalTests {
    let folder: TemporaryFolder
    var path: String { folder["log"] }

    init() throws { folder = try TemporaryFolder() }

    private func record(_ number: Int, size: Int = 10) -> [UInt8] {
        LogRecord.encode(Array("{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: size))\"}\n".utf8))
    }

    /// A file of three records, and a journal with so many more, which the file has too; gives the records' bytes.
    @discardableResult
    private func burst(_ count: Int, base: [UInt8]? = nil) throws -> [[UInt8]] {
        let base = base ?? (0..<3).flatMap { record($0) }
        let journal = try CommitJournal(for: path)
        journal.begin(at: base.count, origin: JournalChunk.origin(of: base.suffix(JournalChunk.originLength)))
        var file = base
        var records: [[UInt8]] = []
        for number in 0..<count {
            // Some come together.
            let bytes = (0..<(number % 3 + 1)).flatMap { record(100 + number * 10 + $0, size: number * 37) }
            #expect(bytes.withUnsafeBytes { journal.take($0, at: file.count) })
            file += bytes
            records.append(bytes)
        }
        try folder.write("log", file)
        return records
    }

    private func recover() throws -> [UInt8] {
        try CommitJournal.recover(path, Logger(label: "test"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log"])
        return try folder.read("log")
    }

    @Test func whatTheFileHasStays() throws {
        try burst(5)
        let whole = try folder.read("log")
        #expect(try recover() == whole)
        #expect(try recover() == whole)
    }

    @Test func whatIsCutOffComesBack() throws {
        let base = (0..<3).flatMap { record($0) }
        try burst(5, base: base)
        let whole = try folder.read("log")
        let journal = try folder.read(".log.~journal~")
        for end in base.count..<whole.count {
            try folder.write("log", whole[..<end])
            try folder.write(".log.~journal~", journal)
            #expect(try recover() == whole, "cut at \(end)")
        }
    }

    /// The file is as long as it was, but some of its sectors never got to the disk.
    @Test func whatIsLostWithinComesBack() throws {
        let base = (0..<3).flatMap { record($0) }
        try burst(20, base: base)
        let whole = try folder.read("log")
        let journal = try folder.read(".log.~journal~")
        for round in 0..<200 {
            var file = whole
            for sector in base.count / 512...whole.count / 512 where Bool.random() {
                for place in max(base.count, sector * 512)..<min(whole.count, (sector + 1) * 512) { file[place] = 0 }
            }
            // What nobody was told of may stand behind.
            if round % 2 == 0 { file += [UInt8](repeating: 0, count: 700) }
            try folder.write("log", file)
            try folder.write(".log.~journal~", journal)
            #expect(try recover().starts(with: whole))
        }
    }

    /// Chunks that are not whole count for nothing, nor do those behind them; those before do.
    @Test func aTornJournalGivesWhatIsWhole() throws {
        let base = (0..<3).flatMap { record($0) }
        let records = try burst(6, base: base)
        let journal = try folder.read(".log.~journal~")
        var (place, known) = (0, base)
        for bytes in records {
            let size = JournalChunk.headerSize + bytes.count
            for damage in stride(from: place, to: place + size, by: 5) {
                var torn = journal
                torn[damage] ^= 0x10
                try folder.write(".log.~journal~", torn)
                try folder.write("log", base)
                #expect(try recover() == known, "byte \(damage)")
            }
            known += bytes
            place += size
        }
    }

    @Test func anEarlierRoundCountsForNothing() throws {
        let base = record(0)
        let journal = try CommitJournal(for: path)
        var file = base
        for round in 0..<3 {
            journal.begin(at: file.count, origin: JournalChunk.origin(of: file.suffix(JournalChunk.originLength)))
            // All of one size: the chunks of the earlier round stand where this one's would.
            for number in 0..<(5 - round) {
                let bytes = record(round * 10 + number)
                #expect(bytes.withUnsafeBytes { journal.take($0, at: file.count) })
                file += bytes
            }
        }
        let start = file.count - 3 * record(20).count
        try folder.write("log", file[..<start])
        #expect(try recover() == file)
    }

    @Test func anEndedRoundCountsForNothing() throws {
        let base = record(0)
        let journal = try CommitJournal(for: path)
        journal.begin(at: base.count, origin: JournalChunk.origin(of: base))
        #expect(record(1).withUnsafeBytes { journal.take($0, at: base.count) })
        journal.end()
        #expect(!record(2).withUnsafeBytes { journal.take($0, at: base.count + record(1).count) })
        // Somebody puts an older file in its place.
        try folder.write("log", base)
        #expect(try recover() == base)
    }

    @Test(arguments: ["shorter", "other", "continued", "gone"]) func anotherFileStaysAsItIs(what: String) throws {
        let base = (0..<8).flatMap { record($0) }
        try burst(5, base: base)
        let file: [UInt8] =
            switch what {
            case "shorter": Array(base.dropLast(record(7).count))
            case "other": (10..<18).flatMap { record($0) }
            // ovsdb-server has opened it meanwhile.
            default: base + record(50) + record(51)
            }
        try folder.write("log", file)
        if what == "gone" {
            try FileManager.default.removeItem(atPath: path)
            try CommitJournal.recover(path, Logger(label: "test"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
        } else {
            #expect(try recover() == file)
        }
    }

    @Test(arguments: ["directory", "pipe"]) func whatIsNoFileIsLeftAlone(kind: String) throws {
        let name = folder[".log.~journal~"]
        try #require(kind == "pipe" ? mkfifo(name, 0o600) == 0 : mkdir(name, 0o700) == 0)
        try folder.write("log", record(0))
        try CommitJournal.recover(path, Logger(label: "test"))
        #expect(try folder.read("log") == record(0))
        #expect(throws: StorageError.self) { try CommitJournal(for: path) }
        #expect(FileManager.default.fileExists(atPath: name))
    }

    @Test func itTakesWhatFollowsAndFits() throws {
        let journal = try CommitJournal(for: path)
        let bytes = record(1)
        #expect(!bytes.withUnsafeBytes { journal.take($0, at: 0) })
        journal.begin(at: 0, origin: JournalChunk.origin(of: []))
        #expect(!bytes.withUnsafeBytes { journal.take($0, at: 1) })
        var taken = 0
        while bytes.withUnsafeBytes({ journal.take($0, at: taken * bytes.count) }) { taken += 1 }
        #expect(taken == CommitJournal.size / (JournalChunk.headerSize + bytes.count))
        #expect(try folder.read(".log.~journal~").count == CommitJournal.size)
    }
}
