import Foundation

/// A real ovsdb-server on a database of its own in a temporary folder; everything is gone when released.
final class DatabaseServer {
    static let vswitchSchema = "/usr/share/openvswitch/vswitch.ovsschema"

    let folder: String
    private var process: Process?

    var socket: String { folder + "/db.sock" }
    var remote: String { "unix:" + socket }

    init(schema: String = vswitchSchema) throws {
        folder = NSTemporaryDirectory() + "vswift-ovsdb-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try create(schema: schema)
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// Makes an empty database in place of the present one.
    func create(schema: String = vswitchSchema) throws {
        try? FileManager.default.removeItem(atPath: folder + "/conf.db")
        try Self.run("ovsdb-tool", ["create", folder + "/conf.db", schema])
    }

    func start(extra: [String] = []) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            [
                "ovsdb-server", folder + "/conf.db", "--remote=punix:" + socket,
                "--unixctl=" + folder + "/db.ctl", "-vconsole:off", "-vsyslog:off", "-vfile:off",
            ] + extra
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
    }

    /// Ends the server as `kill -9` does.
    func kill() {
        guard let process else { return }
        if process.isRunning { Foundation.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        self.process = nil
    }

    func signal(_ number: Int32) {
        if let process { Foundation.kill(process.processIdentifier, number) }
    }

    /// Runs Debian's ovs-vsctl on this database and returns what it printed.
    @discardableResult
    func vsctl(_ arguments: String...) throws -> String {
        try Self.run("ovs-vsctl", ["--db=" + remote, "--no-wait"] + arguments)
    }

    struct Failure: Error {
        let command: String
        let output: String
    }

    @discardableResult
    static func run(_ name: String, _ arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [name] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(command: "\(name) \(arguments.joined(separator: " "))", output: output)
        }
        return output
    }
}
