import Foundation
import Logging
import OVSDB
import Testing

@testable import OVSDBServer

struct LogFileTests {
    private func record(_ number: Int, size: Int = 10) -> [UInt8] {
        LogRecord.encode(Array("{\"number\":\(number),\"text\":\"\(String(repeating: "x", count: size))\"}\n".utf8))
    }

    /// The numbers of the records in the file.
    private func numbers(_ path: String) throws -> [Int64?] {
        var numbers: [Int64?] = []
        _ = try LogFile.open(path, isReadOnly: true, Logger(label: "test")) { numbers.append($0["number"]?.integer) }
        return numbers
    }

    @Test func whatIsTakenIsWrittenTogether() throws {
        let folder = try TemporaryFolder()
        let file = try LogFile.create(folder["log"], records: [record(0)])
        let before = try folder.read("log")
        for number in 1...3 { try file.take(record(number)) }
        #expect(try folder.read("log") == before)
        #expect(file.size == before.count + 3 * record(1).count)
        try file.flush()
        #expect(try folder.read("log").count == file.size)
        try file.flush()
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3])
    }

    @Test func recordsKeepTheirOrder() throws {
        let folder = try TemporaryFolder()
        let file = try LogFile.create(folder["log"], records: [record(0)])
        // The third is too long to be kept.
        for (number, size) in [10, 10, 100_000, 10].enumerated() { try file.take(record(number + 1, size: size)) }
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3])
        try file.flush()
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3, 4])
    }

    @Test func whatCouldNotBeWrittenIsTriedAgain() throws {
        let folder = try TemporaryFolder()
        let file = try LogFile.create(folder["log"], records: [record(0)])
        try file.take(record(1))
        // For a while the descriptor is one that nothing can be written to.
        let (good, bad) = (dup(file.descriptor.number), open(folder["log"], O_RDONLY))
        dup2(bad, file.descriptor.number)
        #expect(throws: StorageError.self) { try file.take(record(2, size: 100_000)) }
        #expect(throws: StorageError.self) { try file.flush() }
        dup2(good, file.descriptor.number)
        for descriptor in [good, bad] { close(descriptor) }
        try file.take(record(3))
        try file.flush()
        #expect(try numbers(folder["log"]) == [0, 1, 3])
    }

    @Test func aFullDiskIsMetBeforeItIsTooLate() throws {
        let folder = try TemporaryFolder()
        #expect(try shell("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path).status == 0)
        defer { _ = try? shell("umount", "-l", folder.path) }
        let file = try LogFile.create(folder["log"], records: [record(0)])
        var taken: [Int64?] = [0]
        #expect(throws: StorageError.self) {
            for number in 1...2000 {
                try file.take(record(number, size: 1000))
                taken.append(Int64(number))
            }
        }
        // All but the last pages were used.
        #expect(taken.count > 900)
        try file.flush()
        #expect(try numbers(folder["log"]) == taken)
    }

    // MARK: Room behind the last record

    /// A file whose last `flushes` records were written one by one with room behind them.
    private func roomy(_ folder: TemporaryFolder, flushes: Int) throws -> LogFile {
        let file = try LogFile.create(folder["log"], records: [record(0)])
        for number in 0..<flushes {
            try file.take(record(number + 1))
            try file.flush(keepsRoom: true)
        }
        return file
    }

    @Test func theFileKeepsItsSizeWhileThereIsRoom() throws {
        let folder = try TemporaryFolder()
        let file = try roomy(folder, flushes: 1)
        var sizes: Set<Int> = []
        for number in 2...400 {
            try file.take(record(number))
            try file.flush(keepsRoom: true)
            sizes.insert(try folder.read("log").count)
            // Every byte is part of a record, at every time.
            if number % 7 == 0 { #expect(try numbers(folder["log"]) == (0...number).map { Int64($0) } + [nil]) }
        }
        #expect(sizes.allSatisfy { $0 % 4096 == 0 } && sizes.count < 10)
        #expect(file.size == (0...400).reduce(0) { $0 + record($1).count })
    }

    @Test func theRoomGoesWithTheEnd() throws {
        let folder = try TemporaryFolder()
        let file = try roomy(folder, flushes: 3)
        #expect(try folder.read("log").count > file.size)
        file.trim()
        #expect(try folder.read("log").count == file.size)
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3])
        try file.take(record(4))
        try file.flush(keepsRoom: true)
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3, 4, nil])
    }

    /// Nobody waits for the disk, or the record is too long to be kept.
    @Test(arguments: [10, 5000, 100_000]) func theRoomGoesWhenItIsNotNeeded(size: Int) throws {
        let folder = try TemporaryFolder()
        let file = try roomy(folder, flushes: 3)
        try file.take(record(4, size: size))
        try file.flush()
        #expect(try folder.read("log").count == file.size)
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3, 4])
    }

    @Test func whoeverOpensItNextTakesTheRoomAway() throws {
        let folder = try TemporaryFolder()
        let size = try roomy(folder, flushes: 3).size
        let file = try LogFile.open(folder["log"], Logger(label: "test")) { _ in }
        #expect(file.size == size)
        #expect(try folder.read("log").count == size)
        try file.append(record(4))
        #expect(try numbers(folder["log"]) == [0, 1, 2, 3, 4])
    }

    @Test func ovsdbServersRecordBehindTheRoomIsRead() throws {
        let folder = try TemporaryFolder()
        _ = try roomy(folder, flushes: 1)
        try folder.write("log", try folder.read("log") + record(2))
        #expect(try numbers(folder["log"]) == [0, 1, nil, 2])
        let file = try LogFile.open(folder["log"], Logger(label: "test")) { _ in }
        try file.append(record(3))
        #expect(try numbers(folder["log"]) == [0, 1, nil, 2, 3])
    }

    /// Of what is written over the room, a power cut leaves some sectors old and others new, in any order.
    @Test func noRecordIsLostWhenSectorsAreOldAndNew() throws {
        let folder = try TemporaryFolder()
        let file = try roomy(folder, flushes: 2)
        let old = try folder.read("log")
        let start = file.size
        try file.take(record(3, size: 1500))
        try file.flush(keepsRoom: true)
        let new = try folder.read("log")
        #expect(new.count == old.count)
        let sectors = (start / 512)...((file.size + FillerRecord.headSize) / 512)
        #expect(sectors.count > 3)
        for choice in 0..<(1 << sectors.count) {
            var mixed = old
            for (index, sector) in sectors.enumerated() where choice & (1 << index) != 0 {
                let place = sector * 512..<min((sector + 1) * 512, old.count)
                mixed[place] = new[place]
            }
            try folder.write("log", mixed)
            let opened = try LogFile.open(folder["log"], Logger(label: "test")) { _ in }
            let found = try numbers(folder["log"])
            #expect(found == [0, 1, 2] || found == [0, 1, 2, 3] && mixed == new, "sectors \(choice)")
            try opened.append(record(4))
            #expect(try numbers(folder["log"]) == found + [4])
            // Nothing that tells of anything was behind the damage.
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["log"])
        }
    }

    @Test func aFullDiskLeavesNoRoomAndTakesTheRecord() throws {
        let folder = try TemporaryFolder()
        #expect(try shell("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder.path).status == 0)
        defer { _ = try? shell("umount", "-l", folder.path) }
        let file = try LogFile.create(folder["log"], records: [record(0)])
        var taken: [Int64?] = [0]
        #expect(throws: StorageError.self) {
            for number in 1...2000 {
                try file.take(record(number, size: 1000))
                taken.append(Int64(number))
                try file.flush(keepsRoom: true)
            }
        }
        #expect(taken.count > 900)
        #expect(try numbers(folder["log"]).filter { $0 != nil } == taken)
    }
}
