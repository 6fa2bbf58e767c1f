import Glibc
import Program
import TLS

/// The options that all daemons take: background, run files, log, control socket (ovs-vswitchd(8) and ovsdb-server(1)).
public struct ServiceOptions: Sendable, Equatable {
    /// The name under which run files and log lines are found.
    public let program: String
    /// Where run files and logs are.
    public let directories: RunDirectories
    /// `--detach`.
    public var isDetached = false
    /// `--monitor`.
    public var isMonitored = false
    /// Not `--no-chdir`.
    public var changesDirectory = true
    /// Not `--no-self-confinement`: peers may name Unix sockets in the run directory only.
    public var isConfined = true
    /// The pidfile's absolute path; nil: none.
    public var pidfile: String?
    /// `--overwrite-pidfile`.
    public var overwritesPidfile = false
    /// The log file's path; nil: none.
    public var logFile: String?
    /// What `-v` asked for, in order.
    public var logSpecifications: [LogSpecification] = []
    /// `--syslog-method`.
    public var syslogMethod: SyslogMethod
    /// `--syslog-target`.
    public var syslogTarget: UDPTarget?
    /// `--unixctl`: an absolute path, or "none"; nil: the default, which holds the process's number.
    public var unixctl: String?
    /// `--mlockall`.
    public var locksMemory = false

    /// Whether others are to find this process when it is not in front of them: by a pidfile, or in the background.
    public var hasRunFiles: Bool { isDetached || pidfile != nil }

    private let workingDirectory: String

    /// The control socket of this process; nil when there is to be none.
    public var controlSocket: String? {
        unixctl == "none" ? nil : unixctl ?? defaultControlSocket(of: getpid())
    }

    /// Where a process of this program listens unless it is told otherwise.
    func defaultControlSocket(of process: pid_t) -> String { directories.controlSocket(of: process, program: program) }

    /// The modules of the log that `-v` may name.
    private let modules: Set<String>

    /// Nothing asked for yet but what `environment` says.
    ///
    /// - Parameters:
    ///   - modules: those of the log that only this program has.
    ///   - workingDirectory: what a relative name of a file is relative to.
    /// - Throws: code `.invalid` when `OVS_SYSLOG_METHOD` names no method.
    public init(
        program: String, modules: [String] = [], environment: [String: String], workingDirectory: String
    ) throws(ManagementError) {
        self.program = program
        self.modules = Set(LogModule.known + modules)
        self.workingDirectory = workingDirectory
        directories = RunDirectories(environment: environment)
        syslogMethod = .libc
        if let method = environment["OVS_SYSLOG_METHOD"] { try setSyslog(method) }
    }

    /// The options as ``set(_:_:)`` knows them.
    package static let known: [OptionScanner.Option] = [
        .init("help", letter: "h"), .init("version", letter: "V"), .init("mlockall"), .init("unixctl", .required),
        .init("detach"), .init("monitor"), .init("no-chdir"), .init("no-self-confinement"),
        .init("pidfile", .optional), .init("overwrite-pidfile"), .init("verbose", letter: "v", .optional),
        .init("log-file", .optional), .init("syslog-target", .required), .init("syslog-method", .required),
        .init("user", .required), .init("private-key", letter: "p", .required),
        .init("certificate", letter: "c", .required), .init("ca-cert", letter: "C", .required),
        .init("bootstrap-ca-cert", .required), .init("peer-ca-cert", .required), .init("ssl-protocols", .required),
        .init("ssl-ciphers", .required),
    ]

    /// Does what one option asks for.
    ///
    /// - Throws: code `.invalid` for a bad value, and for an option that is not of these.
    package mutating func set(_ name: String, _ value: String?) throws(ManagementError) {
        let given = value ?? ""
        switch name {
        case "detach": isDetached = true
        case "monitor": isMonitored = true
        case "no-chdir": changesDirectory = false
        case "no-self-confinement": isConfined = false
        case "mlockall": locksMemory = true
        case "overwrite-pidfile": overwritesPidfile = true
        case "pidfile":
            pidfile = RunDirectories.absolute(given.isEmpty ? "\(program).pid" : given, in: directories.run)
        case "unixctl":
            unixctl = given == "none" ? given : RunDirectories.absolute(given, in: directories.run)
        case "log-file": logFile = absolute(given.isEmpty ? "\(directories.log)/\(program).log" : given)
        case "verbose": try addLogSpecification(value ?? "dbg")
        case "syslog-method": try setSyslog(given)
        case "syslog-target":
            guard let target = UDPTarget(given) else {
                throw error("--syslog-target: \(given): a numeric address and a port are needed, as 192.0.2.1:514")
            }
            syslogTarget = target
        // Refused rather than ignored: each of these promises some security.
        default: throw error("--\(name): not supported by vSwift")
        }
    }

    /// Does what an option about TLS asks for; false for others.
    ///
    /// - Parameter isReference: whether a value stands for another that is found later.
    /// - Throws: code `.invalid` for a bad value.
    package func set(
        _ name: String, _ value: String, of credentials: inout TLSCredentials,
        isReference: (String) -> Bool = { _ in false }
    ) throws(ManagementError) -> Bool {
        do throws(TLSError) {
            return try credentials.set(name, value, absolute: absolute, isReference: isReference)
        } catch {
            throw self.error("--\(name): \(error)")
        }
    }

    private mutating func addLogSpecification(_ text: String) throws(ManagementError) {
        do throws(ManagementError) {
            logSpecifications.append(try LogSpecification(text) { modules.contains($0) })
        } catch {
            throw self.error("processing \"\(text)\": \(error)")
        }
    }

    private mutating func setSyslog(_ method: String) throws(ManagementError) {
        do throws(ManagementError) {
            syslogMethod = try SyslogMethod(method)
        } catch {
            throw self.error(error.description)
        }
    }

    /// `name` as an absolute path, if it is relative to where the program was started.
    package func absolute(_ name: String) -> String { RunDirectories.absolute(name, in: workingDirectory) }

    /// A usage error, under the program's name.
    package func error(_ text: String) -> ManagementError { ManagementError(.invalid, "\(program): \(text)") }
}
