import Control
import Machine
import OVSDB

/// The daemon's control socket, where `ovs-appctl` speaks to it.
@ControlActor
enum ControlSocket {
    /// Has the daemon of the run directory carry out a command.
    ///
    /// - Returns: what it answers.
    /// - Throws: that no daemon runs or answers, or what it complains of.
    static func request(_ command: String, _ arguments: [String], within limit: Duration = .seconds(20)) async throws
        -> String
    {
        let files = FileTree()
        let pidfile = "\(RunDirectory.path)/ovs-vswitchd.pid"
        guard let process = files.number(pidfile), files.exists("/proc/\(process)") else {
            throw CommandFailure("no daemon runs: \(pidfile) names no living process")
        }
        let path = "\(RunDirectory.path)/ovs-vswitchd.\(process).ctl"
        let session = JSONRPCSession(remote: try Remote("unix:\(path)"))
        defer { session.stop() }
        let reply: Result<JSON, OVSDBError>? = await FirstAnswer.within(limit) { answer in
            session.onConnected = {
                session.request(command, arguments.map { .string($0) }) { answer.yield($0) }
            }
            session.start()
        }
        guard let reply else { throw CommandFailure("the daemon (process \(process)) does not answer at \(path)") }
        return try reply.get().string ?? ""
    }
}
