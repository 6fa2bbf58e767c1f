import Glibc
import OVSDB
import Program
import TLS

/// What the command line says before the first command.
struct Options {
    /// What is to be done.
    enum Request {
        /// Carry out commands.
        case run(Options)
        /// Print this and leave with status 0.
        case print(String)
    }

    /// The servers to try.
    var database: String
    var isOneLine = false
    var isDryRun = false
    /// Whether to wait until the switch has done what was asked.
    var waits = true
    /// The seconds after which the program ends.
    var timeout: UInt32?
    /// Whether to try until there is a server.
    var retries = false
    var style = TableStyle()
    /// Our files for TLS.
    var credentials = TLSCredentials()
    /// Options of the first command.
    var local: [(name: String, value: String?)] = []
    /// The commands' words.
    var words: [String] = []

    private static let global: [OptionScanner.Option] = [
        .init("db", .required), .init("no-syslog"), .init("no-wait"), .init("dry-run"), .init("oneline"),
        .init("timeout", letter: "t", .required), .init("retry"), .init("help", letter: "h"), .init("commands"),
        .init("options"), .init("leader-only"), .init("no-leader-only"), .init("shuffle-remotes"),
        .init("no-shuffle-remotes"), .init("version", letter: "V"), .init("verbose", letter: "v", .optional),
        .init("log-file", .optional), .init("syslog-method", .required), .init("syslog-target", .required),
        .init("format", letter: "f", .required), .init("data", letter: "d", .required), .init("no-headings"),
        .init("pretty"), .init("bare"), .init("max-column-width", .required),
        .init("private-key", letter: "p", .required), .init("certificate", letter: "c", .required),
        .init("ca-cert", letter: "C", .required), .init("ssl-protocols", .required), .init("ssl-ciphers", .required),
        .init("bootstrap-ca-cert", .required), .init("peer-ca-cert", .required),
    ]

    /// Reads a command line.
    ///
    /// - Parameters:
    ///   - arguments: the whole vector, program name first.
    ///   - log: what the options of the log are put in force with.
    static func parse(
        _ arguments: [String], commands: [CommandSyntax], directories: RunDirectories, log: VLog
    ) throws -> Request {
        var options = Options(database: "unix:\(directories.run)/db.sock")
        var locals: [String: OptionScanner.Option] = [:]
        for option in commands.flatMap(\.options) {
            let name = String(option.name.dropFirst(2))
            locals[name] = .init(name, option.hasArgument ? .required : .none)
        }
        var scanner = OptionScanner(
            arguments, options: global + locals.values.sorted { $0.name < $1.name }, endsAtOperand: true)
        let usage = Usage(program: arguments.first ?? "", commands: commands, directories: directories)
        while let item = try scanner.next() {
            switch item {
            case .operand(let word):
                options.words = [word] + scanner.rest
                return .run(options)
            case .option("help", _): return .print(usage.help)
            case .option("commands", _): return .print(usage.commandList)
            case .option("options", _): return .print(Usage.optionList(global))
            case .option("version", _): return .print(usage.version)
            case .option(let name, let value):
                if locals[name] == nil {
                    try options.set(name, value, directories, log)
                } else {
                    options.local.append(("--\(name)", value))
                }
            }
        }
        return .run(options)
    }

    private mutating func set(_ name: String, _ value: String?, _ directories: RunDirectories, _ log: VLog) throws {
        let given = value ?? ""
        switch name {
        case "db": database = given
        case "no-wait": waits = false
        case "dry-run": isDryRun = true
        case "oneline": isOneLine = true
        case "retry": retries = true
        case "timeout":
            guard let seconds = UInt32(given), seconds > 0 else {
                throw CommandError("value \(given) on -t or --timeout is invalid")
            }
            timeout = seconds
        // One server of one database: there is no leader to look for.
        case "leader-only", "no-leader-only", "shuffle-remotes", "no-shuffle-remotes": break
        case "no-syslog": log.apply(.levels(module: "vsctl", destination: .syslog, level: .warning))
        case "verbose", "log-file", "syslog-method", "syslog-target": try setLog(name, value, directories, log)
        case "format", "data", "no-headings", "pretty", "bare", "max-column-width": try setStyle(name, given)
        default:
            do {
                guard try credentials.set(name, given) else { throw CommandError("--\(name): not supported by vSwift") }
            } catch let error as TLSError {
                throw CommandError("--\(name): \(error)")
            }
        }
    }

    private mutating func setStyle(_ name: String, _ given: String) throws {
        switch name {
        case "format":
            guard let format = TableStyle.Format(rawValue: given) else {
                throw CommandError("unknown output format \"\(given)\"")
            }
            style.format = format
        case "data":
            guard let data = TableStyle.Data(rawValue: given) else {
                throw CommandError("unknown data format \"\(given)\"")
            }
            style.data = data
        case "no-headings": style.hasHeadings = false
        case "pretty": style.isPretty = true
        case "max-column-width": style.maximumWidth = Int(atoi(given))
        default:
            style.format = .list
            style.data = .bare
            style.hasHeadings = false
        }
    }

    private func setLog(_ name: String, _ value: String?, _ directories: RunDirectories, _ log: VLog) throws {
        let given = value ?? ""
        switch name {
        case "verbose":
            do { try log.set(value ?? "dbg") } catch { throw CommandError("processing \"\(given)\": \(error)") }
        case "log-file": try log.openFile(given.isEmpty ? "\(directories.log)/ovs-vsctl.log" : given)
        case "syslog-method": log.setSyslog(method: try SyslogMethod(given), target: nil)
        default:
            guard let target = UDPTarget(given) else {
                throw CommandError("\(given): a numeric address and a port are needed")
            }
            log.setSyslog(method: .libc, target: target)
        }
    }
}
