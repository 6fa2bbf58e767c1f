import Foundation
import Testing

/// A real ovsdb-server on a database of its own, and the real clients to it.
final class DatabaseServer: @unchecked Sendable {
    let directory: TemporaryDirectory
    private var process: Process?

    /// The server's address.
    var remote: String { "unix:\(directory.path)/db.sock" }

    init() throws {
        directory = try TemporaryDirectory()
        let result = try Self.run(
            "/usr/bin/ovsdb-tool", ["create", "\(directory.path)/conf.db", "/usr/share/openvswitch/vswitch.ovsschema"])
        try #require(result.status == 0, "\(result.output)")
        try start()
        _ = try vsctl("--no-wait", "init")
    }

    deinit { stop() }

    /// Starts the server again after ``stop()``, on the same file.
    func start() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/ovsdb-server")
        process.arguments = [
            "\(directory.path)/conf.db", "--remote=p\(remote)", "--unixctl=\(directory.path)/ovsdb.ctl", "--no-chdir",
            "-vconsole:off", "-vsyslog:off",
        ]
        process.environment = ["OVS_RUNDIR": directory.path, "OVS_LOGDIR": directory.path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        // The socket's file is there before the server listens.
        for _ in 0..<500 where !isListening { usleep(10_000) }
    }

    private var isListening: Bool {
        let answer = try? Self.run("/usr/bin/ovsdb-client", ["--timeout=1", "-vsyslog:off", "list-dbs", remote])
        return answer?.status == 0
    }

    /// Ends the server and waits for its end.
    func stop() {
        // Not terminate(): the server inherits the signal mask of whatever thread starts it, and NIO's block SIGTERM.
        if let process { kill(process.processIdentifier, SIGKILL) }
        // Not waitUntilExit(), which runs a run loop that the control thread does not have.
        for _ in 0..<500 where process?.isRunning == true { usleep(10_000) }
        process = nil
        try? FileManager.default.removeItem(atPath: "\(directory.path)/db.sock")
    }

    /// Runs ovs-vsctl and returns its trimmed output; a test failure when it fails or takes more than 10 s.
    func vsctl(_ arguments: String...) throws -> String {
        let result = try Self.run("/usr/bin/ovs-vsctl", ["--db=\(remote)", "--timeout=10", "-vsyslog:off"] + arguments)
        try #require(result.status == 0, "ovs-vsctl \(arguments.joined(separator: " ")): \(result.output)")
        return result.output
    }

    /// The like, away from the caller's thread.
    func vsctlAsync(_ arguments: [String]) async throws -> String {
        let remote = remote
        let result = try await Task.detached {
            try Self.run("/usr/bin/ovs-vsctl", ["--db=\(remote)", "--timeout=10", "-vsyslog:off"] + arguments)
        }.value
        try #require(result.status == 0, "ovs-vsctl \(arguments.joined(separator: " ")): \(result.output)")
        return result.output
    }

    static func run(_ path: String, _ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        while process.isRunning { usleep(1000) }
        let text = String(decoding: data, as: UTF8.self)
        return (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines))
    }
}
