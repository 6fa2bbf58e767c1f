import CLinux
import Glibc

/// The daemon's half of a trial: starts the child, collects its report, tells how it ended.
///
/// Blocks; on the ``DPDKQueue``'s thread, which outlives the child (the child dies with the thread that started it).
struct TrialRunner: Sendable {
    /// What to run: this program itself, or a stand-in in tests.
    var executable = "/proc/self/exe"
    /// After this long the child is killed. Gigabytes of pages to clear take their time.
    var limit: Duration = .seconds(300)

    private static let reportLimit = 1 << 20

    /// Runs one trial of the EAL's vector `words`.
    func run(_ words: [String]) throws(DPDKError) -> TrialOutcome {
        var report = try Pipe()
        var errors = try Pipe()
        let pid = try spawn(words, report: report.writer, errors: errors.writer)
        report.closeWriter()
        errors.closeWriter()
        let (text, errorText, isTimeout) = collect([report.reader, errors.reader], killing: pid)

        var end = cl_end()
        _ = cl_wait(pid, 0, &end)
        var outcome = TrialOutcome()
        for line in text.split(separator: "\n") { outcome.take(line) }
        outcome.errorOutput = errorText
        outcome.exitStatus = end.signal == 0 ? end.status : nil
        if end.signal != 0 {
            outcome.signalName = cl_signal_name(end.signal).map { String(cString: $0) } ?? "signal \(end.signal)"
        }
        outcome.isTimeout = isTimeout
        return outcome
    }

    private func spawn(_ words: [String], report: Int32, errors: Int32) throws(DPDKError) -> pid_t {
        let descriptors: [Int32] = [-1, -1, errors, report]
        let pid = EALTrial.withArgumentVector([executable, EALTrial.argument] + words) { _, vector in
            cl_spawn(executable, vector, descriptors, Int32(descriptors.count))
        }
        guard pid > 0 else {
            throw DPDKError(
                .initialization, "DPDK could not be tried: \(executable) does not start: \(DPDKError.text(pid))",
                errno: -pid)
        }
        return pid
    }

    /// Reads both pipes until the child closes them.
    private func collect(
        _ readers: [Int32], killing pid: pid_t
    ) -> (report: String, errors: String, isTimeout: Bool) {
        var bytes: [[UInt8]] = [[], []]
        var polled = readers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var isTimeout = false
        let deadline = ContinuousClock.now + limit
        while polled.contains(where: { $0.fd >= 0 }) {
            let left = ContinuousClock.now.duration(to: deadline) / .milliseconds(1)
            if left <= 0, !isTimeout {
                isTimeout = true
                kill(pid, SIGKILL)
            }
            if poll(&polled, 2, isTimeout ? 1000 : Int32(min(left.rounded(.up), 60_000))) == 0, isTimeout { break }
            for index in 0..<2 where polled[index].revents != 0 {
                if !Self.read(polled[index].fd, into: &bytes[index]) { polled[index].fd = -1 }
            }
        }
        return (String(decoding: bytes[0], as: UTF8.self), String(decoding: bytes[1], as: UTF8.self), isTimeout)
    }

    /// False at the end of the pipe. What is beyond the limit is read and forgotten.
    private static func read(_ fd: Int32, into bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        let count = Glibc.read(fd, &buffer, buffer.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN }
        if bytes.count < reportLimit { bytes += buffer.prefix(count) }
        return count > 0
    }
}
