import CLinux
import Foundation
import Logging
import Testing

@testable import Program
@testable import Service

@Suite struct VLogTests {
    private let folder: TemporaryFolder
    private let log: VLog
    private var path: String { "\(folder.path)/a.log" }

    init() throws {
        folder = try TemporaryFolder()
        log = try VLog.toFile("\(folder.path)/a.log")
    }

    private func lines() throws -> [String] {
        try folder.text(of: "a.log").split(separator: "\n").map { line in
            line.split(separator: "|", maxSplits: 1).last.map(String.init) ?? ""
        }
    }

    @Test func firstLineSaysTheFile() throws {
        #expect(try lines() == ["00001|vlog|INFO|opened log file \(path)"])
    }

    @Test func anotherImageTakesSettingsOver() throws {
        _ = log.module("late")
        for text in ["console:off", "bridge:file:dbg", "late:syslog:warn", "PATTERN:file:%c: %m", "FACILITY:local3"] {
            try log.set(text)
        }
        let next = VLog(application: "next")
        try next.adopt(log.specifications)
        #expect(next.specifications.sorted() == log.specifications.sorted())
        #expect(next.module("bridge")[.file] == .debug && next.module("late")[.syslog] == .warning)
        #expect(next.module("new")[.console] == .off)
    }

    @Test func loggersFollowLevelsSetLater() throws {
        let logger = Logger(label: "bridge") { log.handler(label: $0) }
        logger.debug("no")
        logger.info("yes")
        try log.set("bridge:file:dbg")
        logger.debug("now", metadata: ["port": "eth0"])
        logger.trace("too")
        try log.set("file:err")
        logger.warning("no more")
        logger.critical("end")
        try log.set("off")
        logger.critical("silence")
        #expect(
            try lines().dropFirst() == [
                "00002|bridge|INFO|yes", "00003|bridge|DBG|now port=eth0", "00004|bridge|DBG|too",
                "00005|bridge|EMER|end",
            ])
    }

    @Test func textsAreNotMadeForNobody() throws {
        let logger = Logger(label: "bridge") { log.handler(label: $0) }
        var made = 0
        func text() -> String {
            made += 1
            return "x"
        }
        logger.debug("\(text())")
        #expect(made == 0)
        log.closeFile()
        logger.info("\(text())")
        logger.warning("\(text())")
        #expect(made == 0)
    }

    @Test func reopenAfterRotation() throws {
        try log.reopenFile()
        log.write(.info, "bridge", "one")
        try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
        log.write(.info, "bridge", "two")
        try log.reopenFile()
        log.write(.info, "bridge", "three")
        #expect(try folder.text(of: "a.log.1").hasSuffix("|00003|bridge|INFO|two\n"))
        #expect(try lines() == ["00004|vlog|INFO|opened log file \(path)", "00005|bridge|INFO|three"])
    }

    @Test func closedFileTakesNothing() throws {
        log.closeFile()
        log.write(.info, "bridge", "lost")
        try log.reopenFile()
        #expect(try !lines().contains { $0.contains("lost") })
        #expect(try lines().last?.hasSuffix("opened log file \(path)") == true)
    }

    @Test func fileThatCannotBeOpened() {
        let error = #expect(throws: ManagementError.self) { try log.openFile("/nonexistent/x.log") }
        #expect(error?.description == "No such file or directory")
        #expect(error?.errno == 2)
        let other = VLog(application: "a")
        let unset = #expect(throws: ManagementError.self) { try other.reopenFile() }
        #expect(unset?.description == "Logging to file not configured")
    }

    @Test func tables() throws {
        try log.set("dpif_lookup_autovalidator:syslog:warn")
        try log.set("PATTERN:console:%m")
        let table = log.levelTable()
        #expect(
            table.hasPrefix(
                "                 console    syslog    file\n                 -------    ------    ------\n"))
        #expect(table.contains("\nbridge             OFF       INFO       INFO\n"))
        #expect(table.contains("\ndpif_lookup_autovalidator   OFF       WARN       INFO\n"))
        let patterns = log.patternTable().split(separator: "\n")
        #expect(patterns[2] == "SYSLOG   <%B> %D{%h %e %T} %E %A:          ovs|%05N|%c%T|%p|%m")
        #expect(patterns[3] == "CONSOLE  none                              %m")
        #expect(patterns[4] == "FILE     none                              %D{%Y-%m-%dT%H:%M:%S.###Z}|%05N|%c%T|%p|%m")
    }

    @Test func unknownModuleAppearsWithItsFirstLogger() throws {
        #expect(throws: ManagementError.self) { try log.set("newcomer:dbg") }
        try log.set("file:warn")
        let logger = Logger(label: "newcomer") { log.handler(label: $0) }
        logger.info("not yet")
        try log.set("newcomer:file:info")
        logger.info("now")
        #expect(try lines().last == "00002|newcomer|INFO|now")
    }

    @Test func threadNames() async throws {
        let log = log
        await withCheckedContinuation { done in
            let thread = Thread {
                _ = cl_thread_set_name("pmd-c01/id:8")
                log.write(.info, "dpdk", "polling")
                done.resume()
            }
            thread.start()
        }
        #expect(try lines().last == "00002|dpdk(pmd-c01/id:8)|INFO|polling")
    }

    @Test func manyThreadsEachWholeLines() async throws {
        let log = log
        await withTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for index in 0..<200 { log.write(.info, "bridge", "task \(task) line \(index)") }
                }
            }
        }
        let all = try lines().dropFirst()
        #expect(all.count == 1600)
        #expect(Set(all.map { $0.prefix(5) }).count == 1600)
    }
}
