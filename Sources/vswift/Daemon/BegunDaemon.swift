import CLinux
import Glibc
import Program

/// A daemon on its way into the background, from where its program begins to where it is ready.
final class BegunDaemon {
    private let directories: RunDirectories
    private let log: DaemonLog
    /// What waits in the foreground until the daemon is ready; nil: it has ended.
    private var foreground: pid_t?
    /// Since when the database's file is another process's and nobody listens where the switch looks for it.
    private var lonely: ContinuousClock.Instant?

    /// Begins `program` with the arguments `words`, the first of which is its name.
    ///
    /// - Throws: that it cannot be run.
    init(_ program: String, _ words: [String], _ directories: RunDirectories, _ log: DaemonLog) throws {
        self.directories = directories
        self.log = log
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) }
        arguments.append(nil)
        defer { for argument in arguments { free(argument) } }
        let process = cl_spawn(program, &arguments, [-1, STDOUT_FILENO, STDERR_FILENO], 3)
        guard process > 0 else { throw CommandFailure("\(program): \(String(cString: strerror(-process)))") }
        foreground = process
    }

    /// Waits until the daemon is in the background and ready, or has ended; the status of what was begun.
    ///
    /// However else the waiting ends, nothing that was begun is left: by a signal, which then ends this process too.
    ///
    /// - Throws: that `limit` has passed, or why the database will not be there. By itself the daemon would wait for
    ///   ever, for somebody to serve it.
    func waitUntilReady(_ limit: Duration) async throws -> Int32 {
        let signals = EndingSignals()
        let notice = WaitNotice("the switch to have its configuration in force; its log is \(log.path)")
        defer { notice.end() }
        let end = ContinuousClock.now + limit
        while true {
            if let status = foregroundStatus() { return status }
            let obstacle = ContinuousClock.now < end ? obstacle : slowness(limit)
            guard foreground != nil, signals.first == nil, obstacle == nil else {
                await clearAway()
                signals.obey()
                throw CommandFailure("the switch did not start: \(obstacle ?? "what began it was ended by a signal")")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// The status of what waits in the foreground, once it has ended by itself. A signal, as that of Control-C, ends it
    /// and leaves the daemon.
    private func foregroundStatus() -> Int32? {
        guard let process = foreground else { return nil }
        var end = cl_end()
        guard cl_wait(process, 1, &end) != 0 else { return nil }
        foreground = nil
        return end.status >= 0 ? end.status : nil
    }

    /// Why the database will not be there; nil: nothing is known to be in its way.
    private var obstacle: String? {
        if let cause = log.error(of: "ovsdb_server") { return cause }
        let socket = "\(directories.run)/db.sock"
        guard log.line(of: "ovsdb_server", with: "locked by another process") != nil,
            SocketOwner.process(at: socket) == nil
        else {
            lonely = nil
            return nil
        }
        // A server that began at the same time locks its file first, and listens a moment later.
        let since = lonely ?? .now
        lonely = since
        guard since.duration(to: .now) > .seconds(1) else { return nil }
        let line = log.line(of: "lockfile", with: "already locked by pid ")
        let owner = line?.split(separator: " ").last.map { "process \($0)" } ?? "another process"
        return """
            \(directories.database)/conf.db is locked by \(owner), which does not serve it at \
            unix:\(socket); end that process, or tell the switch where it serves: vswift start -- unix:SOCKET
            """
    }

    private func slowness(_ limit: Duration) -> String {
        let trouble = log.lastTrouble.map { ": \($0)" } ?? ""
        return "it is not ready after \(limit.components.seconds) seconds\(trouble); its log is \(log.path)"
    }

    /// Ends what was begun, also a daemon that is only on its way to its pidfile.
    private func clearAway() async {
        if let process = foreground {
            // First: it would tell of a daemon that ends.
            kill(process, SIGTERM)
            var end = cl_end()
            _ = cl_wait(process, 0, &end)
            foreground = nil
        }
        let end = ContinuousClock.now + .milliseconds(500)
        while ContinuousClock.now < end {
            if let daemon = RunningDaemon(directories) {
                kill(daemon.process, SIGTERM)
                _ = try? await daemon.waitForEnd(within: .seconds(10))
                return
            }
            try? await Task.sleep(for: .milliseconds(20))
        }
    }
}
