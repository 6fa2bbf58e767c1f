import Glibc
import Testing

@testable import Program
@testable import Service

@Suite struct LogPatternTests {
    private let entry = LogEntry(
        time: LogTime(seconds: 1_767_323_045, milliseconds: 67), serial: 12, module: "bridge", level: .info,
        message: "hello", thread: "", application: "ovs-vswitchd", host: "box", facility: .local0,
        elapsedMilliseconds: 1234)

    private func line(_ pattern: String, thread: String = "") -> String {
        var entry = entry
        entry.thread = thread
        var bytes: [UInt8] = []
        LogPattern(pattern).write(entry, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func defaults() {
        #expect(line(LogDestination.file.defaultPattern) == "2026-01-02T03:04:05.067Z|00012|bridge|INFO|hello")
        #expect(line(LogDestination.console.defaultPattern) == "2026-01-02T03:04:05Z|00012|bridge|INFO|hello")
        #expect(line(LogDestination.syslog.defaultPattern) == "ovs|00012|bridge|INFO|hello")
        #expect(
            line(LogDestination.file.defaultPattern, thread: "pmd-c01/id:8")
                == "2026-01-02T03:04:05.067Z|00012|bridge(pmd-c01/id:8)|INFO|hello")
    }

    @Test(arguments: [
        ("%A %E", "ovs-vswitchd box"), ("<%B>", "<134>"), ("%-7c|", "bridge |"), ("%7c|", " bridge|"),
        ("%07N", "0000012"), ("%t", "main"), ("%T", ""), ("100%%", "100%"), ("a%nb", "a\nb"), ("%r", "1234"),
        ("%D{%H:%M:%S.######}", "03:04:05.067000"), ("%D", "2026-01-02 03:04:05.067"), ("%", "%"), ("%p", "INFO"),
        ("%D{open", "2026-01-02 03:04:05.067{open"), ("%5", "%"), ("plain", "plain"), ("%D{}", ""),
    ])
    func escapes(_ pattern: String, _ expected: String) {
        #expect(line(pattern) == expected)
    }

    @Test func process() {
        #expect(line("%P") == "\(getpid())")
    }

    @Test func absurdWidthIsLimited() {
        #expect(line("%99999999999999999999m").utf8.count == 1024)
    }
}
