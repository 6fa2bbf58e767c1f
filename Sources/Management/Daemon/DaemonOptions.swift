import Datapath
import Glibc
import Program

/// What the command line asks of the daemon, as ovs-vswitchd(8) describes it.
public struct DaemonOptions: Sendable, Equatable {
    /// The name under which run files and log lines are found: tools look for Open vSwitch's daemon.
    public static let program = "ovs-vswitchd"

    /// Where run files and logs are.
    public var directories: RunDirectories
    /// The database's server, as "unix:/var/run/openvswitch/db.sock".
    public var database: String
    /// Whether that is the default, where a database of our own is to be served if nobody else serves one.
    public var hostsDatabase = true
    /// `--detach`.
    public var isDetached = false
    /// `--monitor`.
    public var isMonitored = false
    /// Not `--no-self-confinement`: the database may name Unix sockets in the run directory only.
    public var isConfined = true
    /// Not `--no-chdir`.
    public var changesDirectory = true
    /// The pidfile's absolute path; nil: none.
    public var pidfile: String?
    /// `--overwrite-pidfile`.
    public var overwritesPidfile = false
    /// The log file's path; nil: none.
    public var logFile: String?
    /// What `-v` asked for, in order.
    public var logSpecifications: [LogSpecification] = []
    /// `--syslog-method`.
    public var syslogMethod = SyslogMethod.libc
    /// `--syslog-target`.
    public var syslogTarget: UDPTarget?
    /// `--unixctl`: an absolute path, or "none"; nil: the default, which holds the process's number.
    public var unixctl: String?
    /// `--mlockall`.
    public var locksMemory = false
    /// `--disable-system`: without meaning here, since there is no kernel datapath.
    public var disablesSystem = false

    /// `--enable-dummy`: which types of datapaths and devices tests replace by ones without a kernel.
    public var dummies = DummyMode.off
    /// `--dummy-numa`: the NUMA node of each core that tests pretend to have; nil: the machine's own.
    public var dummyNodes: [Int]?

    /// Files for TLS with controllers, used while the database has no SSL row.
    public var privateKey: String?
    public var certificate: String?
    /// Who signs controllers' certificates; `none`: nobody is asked for one.
    public var authorities: String?
    /// Whether the file of ``authorities`` is made from the first controller's certificate when it is not there.
    public var bootstrapsAuthorities = false

    /// The outcome of reading a command line.
    public enum Request: Sendable, Equatable {
        /// Run with these.
        case run(DaemonOptions)
        /// Print `--help` and leave with status 0.
        case help(String)
        /// Print `--version` and leave with status 0.
        case version
    }

    /// The control socket of this process; nil when there is to be none.
    public var controlSocket: String? {
        unixctl == "none" ? nil : unixctl ?? "\(directories.run)/\(Self.program).\(getpid()).ctl"
    }

    private init(directories: RunDirectories) {
        self.directories = directories
        database = "unix:\(directories.run)/db.sock"
    }

    private static let options: [OptionScanner.Option] = [
        .init("help", letter: "h"), .init("version", letter: "V"), .init("mlockall"), .init("unixctl", .required),
        .init("detach"), .init("monitor"), .init("no-chdir"), .init("no-self-confinement"),
        .init("pidfile", .optional), .init("overwrite-pidfile"), .init("verbose", letter: "v", .optional),
        .init("log-file", .optional), .init("syslog-target", .required), .init("syslog-method", .required),
        .init("disable-system"), .init("disable-system-route"), .init("user", .required),
        .init("private-key", letter: "p", .required), .init("certificate", letter: "c", .required),
        .init("ca-cert", letter: "C", .required), .init("bootstrap-ca-cert", .required),
        .init("peer-ca-cert", .required), .init("ssl-protocols", .required), .init("ssl-ciphers", .required),
        .init("dpdk", .optional), .init("enable-dummy", .optional), .init("dummy-numa", .required),
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
        let directories = RunDirectories(environment: environment)
        var result = DaemonOptions(directories: directories)
        result.syslogMethod = try named(environment["OVS_SYSLOG_METHOD"]) ?? .libc
        var operands: [String] = []
        var scanner = OptionScanner(arguments, options: options)
        while let item = try scanner.next() {
            switch item {
            case .operand(let operand): operands.append(operand)
            case .option("help", _): return .help(help(directories))
            case .option("version", _): return .version
            case .option(let name, let value): try result.set(name, value, workingDirectory)
            }
        }
        guard operands.count <= 1 else {
            throw error("at most one non-option argument accepted; use --help for usage")
        }
        if let operand = operands.first {
            result.database = operand
            result.hostsDatabase = false
        }
        return .run(result)
    }

    private mutating func set(_ name: String, _ value: String?, _ working: String) throws(ManagementError) {
        let given = value ?? ""
        switch name {
        case "detach": isDetached = true
        case "monitor": isMonitored = true
        case "no-chdir": changesDirectory = false
        case "no-self-confinement": isConfined = false
        case "disable-system-route": break
        case "disable-system": disablesSystem = true
        case "mlockall": locksMemory = true
        case "overwrite-pidfile": overwritesPidfile = true
        case "pidfile":
            let file = given.isEmpty ? "\(Self.program).pid" : given
            pidfile = RunDirectories.absolute(file, in: directories.run)
        case "unixctl":
            unixctl = given == "none" ? given : RunDirectories.absolute(given, in: directories.run)
        case "log-file":
            let file = given.isEmpty ? "\(directories.log)/\(Self.program).log" : given
            logFile = RunDirectories.absolute(file, in: working)
        case "verbose": try addLogSpecification(value ?? "dbg")
        case "syslog-method": syslogMethod = try Self.named(given) ?? .libc
        case "syslog-target":
            guard let target = UDPTarget(given) else {
                throw Self.error("--syslog-target: \(given): a numeric address and a port are needed, as 192.0.2.1:514")
            }
            syslogTarget = target
        case "enable-dummy":
            // Unknown words mean the plain form, as they do to OVS.
            dummies = given == "override" ? .override : given == "system" ? .system : .explicit
        case "dummy-numa":
            let nodes = given.split(separator: ",").map { Int($0) }
            guard !nodes.isEmpty, nodes.allSatisfy({ $0.map { (0...1024).contains($0) } ?? false }) else {
                throw Self.error("--dummy-numa: \(given): the node of each core is needed, as 0,0,1,1")
            }
            dummyNodes = nodes.compactMap { $0 }
        case "private-key": privateKey = RunDirectories.absolute(given, in: working)
        case "certificate": certificate = RunDirectories.absolute(given, in: working)
        case "ca-cert", "bootstrap-ca-cert":
            // The word "none" stands for trust in everybody.
            authorities = given == "none" ? given : RunDirectories.absolute(given, in: working)
            bootstrapsAuthorities = name == "bootstrap-ca-cert"
        case "dpdk": throw Self.error("Using --dpdk to configure DPDK is not supported.")
        // Refused rather than ignored: each of these promises some security.
        default: throw Self.error("--\(name): not supported by vSwift")
        }
    }

    private mutating func addLogSpecification(_ text: String) throws(ManagementError) {
        do throws(ManagementError) {
            logSpecifications.append(try LogSpecification(text) { LogModule.known.contains($0) })
        } catch {
            throw Self.error("processing \"\(text)\": \(error)")
        }
    }

    private static func named(_ method: String?) throws(ManagementError) -> SyslogMethod? {
        guard let method else { return nil }
        do throws(ManagementError) { return try SyslogMethod(method) } catch { throw Self.error(error.description) }
    }

    private static func error(_ text: String) -> ManagementError {
        ManagementError(.invalid, "\(program): \(text)")
    }
}
