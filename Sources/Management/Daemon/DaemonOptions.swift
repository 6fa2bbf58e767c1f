import Datapath
import Program
import Service
import TLS

/// What the command line asks of the daemon, as ovs-vswitchd(8) describes it.
public struct DaemonOptions: Sendable, Equatable {
    /// The name under which run files and log lines are found.
    public static let program = RunDirectories.daemon

    /// What all daemons take.
    public var service: ServiceOptions
    /// The database's server, as "unix:/var/run/openvswitch/db.sock".
    public var database: String
    /// Whether that is the default, where a database of our own is to be served if nobody else serves one.
    public var hostsDatabase = true
    /// `--disable-system`: without meaning here, since there is no kernel datapath.
    public var disablesSystem = false

    /// `--enable-dummy`: which types of datapaths and devices tests replace by ones without a kernel.
    public var dummies = DummyMode.off
    /// `--dummy-numa`: the NUMA node of each core that tests pretend to have; nil: the machine's own.
    public var dummyNodes: [Int]?

    /// With what TLS is spoken to controllers and, where the database is ours, its clients. The files are used while
    /// the database has no SSL row.
    public var credentials = TLSCredentials()

    /// The outcome of reading a command line.
    public enum Request: Sendable, Equatable {
        /// Run with these.
        case run(DaemonOptions)
        /// Print `--help` and leave with status 0.
        case help(String)
        /// Print `--version` and leave with status 0.
        case version
    }

    private init(_ service: ServiceOptions) {
        self.service = service
        database = "unix:\(service.directories.run)/db.sock"
    }

    private static let options: [OptionScanner.Option] =
        ServiceOptions.known + [
            .init("disable-system"), .init("disable-system-route"), .init("dpdk", .optional),
            .init("enable-dummy", .optional), .init("dummy-numa", .required),
        ]

    /// Reads a command line; paths come out absolute.
    ///
    /// - Parameters:
    ///   - arguments: the whole vector, program name first.
    ///   - workingDirectory: what a relative log file is relative to.
    /// - Throws: code `.invalid`: a usage error, whose text belongs on standard error; the status is 1.
    public static func parse(
        _ arguments: [String], environment: [String: String], workingDirectory: String
    ) throws(ManagementError) -> Request {
        var result = DaemonOptions(
            try ServiceOptions(program: program, environment: environment, workingDirectory: workingDirectory))
        var operands: [String] = []
        var scanner = OptionScanner(arguments, options: options)
        while let item = try scanner.next() {
            switch item {
            case .operand(let operand): operands.append(operand)
            case .option("help", _): return .help(help(result.service.directories))
            case .option("version", _): return .version
            case .option(let name, let value): try result.set(name, value)
            }
        }
        guard operands.count <= 1 else {
            throw result.service.error("at most one non-option argument accepted; use --help for usage")
        }
        if let operand = operands.first {
            result.database = operand
            result.hostsDatabase = false
        }
        return .run(result)
    }

    private mutating func set(_ name: String, _ value: String?) throws(ManagementError) {
        let given = value ?? ""
        switch name {
        case "disable-system-route": break
        case "disable-system": disablesSystem = true
        case "enable-dummy":
            // Unknown words mean the plain form, as they do to OVS.
            dummies = given == "override" ? .override : given == "system" ? .system : .explicit
        case "dummy-numa":
            let nodes = given.split(separator: ",").map { Int($0) }
            guard !nodes.isEmpty, nodes.allSatisfy({ $0.map { (0...1024).contains($0) } ?? false }) else {
                throw service.error("--dummy-numa: \(given): the node of each core is needed, as 0,0,1,1")
            }
            dummyNodes = nodes.compactMap { $0 }
        case "dpdk": throw service.error("Using --dpdk to configure DPDK is not supported.")
        default: if try !service.set(name, given, of: &credentials) { try service.set(name, value) }
        }
    }
}
