import Foundation

/// A run folder with a database of its own, for tests of the daemon's shell: no bridge is made, hence no namespace.
final class DaemonFolder {
    let path: String
    private let binary: String

    init() throws {
        binary = try Lab.daemonPath()
        path = "/tmp/vswift-daemon-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    /// Ends what runs here and removes the folder.
    func close() {
        for name in ["ovs-vswitchd", "ovsdb-server"] {
            if let pid = pid(name) { kill(pid, SIGTERM) }
        }
        if !eventually(seconds: 5, { pid("ovs-vswitchd") == nil && pid("ovsdb-server") == nil }) {
            // What does not go when asked must not be left on the machine.
            for pid in [pid("ovs-vswitchd"), pid("ovsdb-server")].compactMap({ $0 }) { kill(pid, SIGKILL) }
        }
        try? FileManager.default.removeItem(atPath: path)
    }

    var environment: [String: String] {
        [
            "OVS_RUNDIR": path, "OVS_DBDIR": path, "OVS_LOGDIR": path, "OVS_SYSCONFDIR": path,
            "OVS_SYSLOG_METHOD": "null", "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
        ]
    }

    func startDatabase() throws {
        try Command.check(["ovsdb-tool", "create", "\(path)/conf.db", "/usr/share/openvswitch/vswitch.ovsschema"])
        try Command.check(
            [
                "ovsdb-server", "--detach", "--no-chdir", "--pidfile", "-vconsole:off",
                "--remote=punix:\(path)/db.sock", "\(path)/conf.db",
            ], environment: environment)
    }

    /// Runs the daemon under test until its foreground process ends.
    func daemon(_ options: String..., timeoutSeconds: Int = 30) throws -> CommandOutput {
        try Command.run([binary] + options, environment: environment, timeoutSeconds: timeoutSeconds)
    }

    /// Starts it as scripts do and demands that it is ready and silent.
    func start(_ options: String...) throws {
        let words = [binary, "--detach", "--no-chdir", "--pidfile", "--log-file"] + options
        let said = try Command.check(words, environment: environment)
        guard said.isEmpty else { throw LabError(text: "the daemon said: \(said)") }
    }

    /// A client of Debian's.
    func client(_ line: String) throws -> CommandOutput {
        try Command.run(line.split(separator: " ").map(String.init), environment: environment)
    }

    /// The process that a pidfile names, if it lives.
    func pid(_ name: String) -> pid_t? {
        guard let text = try? String(contentsOfFile: "\(path)/\(name).pid", encoding: .utf8),
            let pid = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)), lives(pid)
        else { return nil }
        return pid
    }

    /// Whether a process runs; one that has ended and that nobody has waited for yet does not.
    func lives(_ pid: pid_t) -> Bool {
        field("State", of: pid).map { !$0.hasPrefix("Z") && !$0.hasPrefix("X") } ?? false
    }

    /// The parent of a process.
    func parent(of pid: pid_t) -> pid_t? {
        field("PPid", of: pid).flatMap { pid_t($0) }
    }

    private func field(_ name: String, of pid: pid_t) -> String? {
        let status = try? String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        return status?.split(separator: "\n").first { $0.hasPrefix("\(name):") }.map {
            $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces)
        }
    }

    var files: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
    }

    var log: String {
        (try? String(contentsOfFile: "\(path)/ovs-vswitchd.log", encoding: .utf8)) ?? ""
    }

    func eventually(seconds: Double, _ condition: () throws -> Bool) -> Bool {
        let deadline = Date().addingTimeInterval(seconds)
        repeat {
            if (try? condition()) == true { return true }
            Thread.sleep(forTimeInterval: 0.02)
        } while Date() < deadline
        return false
    }
}
