import Glibc
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
}
