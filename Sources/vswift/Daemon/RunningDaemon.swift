import Control
import Glibc
import OVSDB
import Program

/// The daemon of the run directory.
struct RunningDaemon {
    let process: pid_t
    private let socket: String

    /// The daemon; nil when none runs, or the one that does was killed and is on its way out.
    init?(_ directories: RunDirectories) {
        let pidfile = Pidfile(path: directories.pidfile)
        guard let owner = pidfile.owner, pidfile.endingOwner == nil else { return nil }
        process = owner
        socket = "unix:" + directories.controlSocket(of: owner)
    }

    /// The daemon.
    ///
    /// - Throws: that none runs.
    static func find(_ directories: RunDirectories = .ofThisProcess) throws -> RunningDaemon {
        guard let daemon = RunningDaemon(directories) else {
            throw CommandFailure("no daemon runs: nobody alive holds \(directories.pidfile)")
        }
        return daemon
    }

    /// Has the daemon carry out a command, as `ovs-appctl` does.
    ///
    /// - Returns: what it answers.
    /// - Throws: that it does not answer, or what it complains of.
    @ControlActor
    func ask(
        _ command: String, _ arguments: [String] = [], within limit: Duration = .seconds(20)
    ) async throws -> String {
        let session = JSONRPCSession(remote: try Remote(socket), on: ControlActor.shared.eventLoop)
        let notice = WaitNotice("process \(process) to answer at \(socket)")
        defer {
            notice.end()
            session.stop()
        }
        let reply: Result<JSON, any Error>? = await FirstAnswer.within(limit) { answer in
            // Anything else may pass: a daemon that has just begun does not listen yet.
            session.onFailed = { [self] cause in
                guard cause == String(cString: strerror(EACCES)) else { return }
                let text = "the daemon (process \(process)) cannot be asked: \(socket): \(cause)"
                answer.yield(.failure(CommandFailure(text, isDenial: true)))
            }
            session.onConnected = {
                session.request(command, arguments.map { .string($0) }) { answer.yield($0.mapError { $0 }) }
            }
            session.start()
        }
        guard let reply else { throw CommandFailure("the daemon (process \(process)) does not answer at \(socket)") }
        return try reply.get().string ?? ""
    }

    /// Returns when the process has ended, or after `limit`; tells whether it has.
    func waitForEnd(within limit: Duration) async throws -> Bool {
        let notice = WaitNotice("process \(process) to end")
        defer { notice.end() }
        let end = ContinuousClock.now + limit
        while !Pidfile.hasEnded(process) {
            guard ContinuousClock.now < end else { return false }
            try await Task.sleep(for: .milliseconds(20))
        }
        return true
    }
}
