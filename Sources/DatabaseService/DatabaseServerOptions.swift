import OVSDBServer
import Program
import Service
import TLS

/// What a command line asks of a server of databases, as ovsdb-server(1) describes it.
public struct DatabaseServerOptions: Sendable, Equatable {
    /// The name under which run files and log lines are found: tools look for Open vSwitch's server.
    public static let program = "ovsdb-server"
    /// The modules of the log that ovsdb-server has and ovs-vswitchd has not.
    static let modules = [
        "ovsdb", "ovsdb_file", "ovsdb_jsonrpc_server", "ovsdb_log", "ovsdb_monitor", "ovsdb_server", "raft",
        "replication", "storage", "table", "transaction", "transaction_forward", "trigger",
    ]

    /// What all daemons take.
    public var service: ServiceOptions
    /// The databases' files.
    public var files: [String] = []
    /// `--remote`, each as given.
    public var remotes: [String] = []
    /// `--run`: a command of the shell, with whose end the server ends.
    public var command: String?
    /// `--lazy`, of vSwift alone: when transactions must be on disk.
    public var durability = DatabaseStorage.Durability.everyTransaction
    /// Not `--disable-file-column-diff`: versions of Open vSwitch before 2.15 cannot read differences.
    public var writesDifferences = true
    /// With what TLS is spoken; each a text, or a column that holds it.
    public var credentials = TLSCredentials()

    /// The outcome of reading a command line.
    public enum Request: Sendable, Equatable {
        /// Run with these.
        case run(DatabaseServerOptions)
        /// Print this and leave with status 0.
        case print(String)
    }

    private static let options: [OptionScanner.Option] =
        ServiceOptions.known + [
            .init("remote", .required), .init("run", .required), .init("no-dbs"), .init("lazy"),
            .init("disable-file-column-diff"), .init("sync-from", .required),
            .init("sync-exclude-tables", .required), .init("active"), .init("record", .optional),
            .init("replay", .optional),
        ]

    /// Reads a command line.
    ///
    /// - Parameters:
    ///   - arguments: the whole vector, program name first.
    ///   - workingDirectory: what relative names of files are relative to.
    /// - Throws: code `.invalid`: a usage error, whose text belongs on standard error; the status is 1.
    public static func parse(
        _ arguments: [String], environment: [String: String], workingDirectory: String
    ) throws(ManagementError) -> Request {
        var result = DatabaseServerOptions(
            service: try ServiceOptions(
                program: program, modules: modules, environment: environment, workingDirectory: workingDirectory))
        var hasDefault = true
        var scanner = OptionScanner(arguments, options: options)
        while let item = try scanner.next() {
            switch item {
            case .operand(let file): result.files.append(file)
            case .option("help", _): return .print(help(result.service.directories))
            case .option("version", _): return .print(versionText)
            case .option("no-dbs", _): hasDefault = false
            case .option(let name, let value): try result.set(name, value ?? "", isGiven: value != nil)
            }
        }
        if let relay = result.files.first(where: { $0.hasPrefix("relay:") }) {
            throw result.service.error("\(relay): relays are not supported by vSwift")
        }
        if result.files.isEmpty, hasDefault { result.files = ["\(result.service.directories.database)/conf.db"] }
        // A daemon leaves the directory that the names were meant for.
        if result.service.isDetached, result.service.changesDirectory {
            result.files = result.files.map { result.service.absolute($0) }
        }
        return .run(result)
    }

    private mutating func set(_ name: String, _ value: String, isGiven: Bool) throws(ManagementError) {
        switch name {
        case "remote": remotes.append(value)
        case "run": command = value
        case "lazy": durability = .onRequest
        case "disable-file-column-diff": writesDifferences = false
        default:
            let isAboutTLS = try service.set(name, value, of: &credentials) { ColumnAddress($0) != nil }
            if !isAboutTLS { try service.set(name, isGiven ? value : nil) }
        }
    }
}
