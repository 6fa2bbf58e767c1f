import Control
import Glibc
import Logging
import OVSDB
import Program

/// The program that looks at and changes a switch's database (ovs-vsctl(8)).
public enum VSCtl {
    private static let commands: [CommandSyntax] =
        GeneralCommands.all + [ShowCommand.syntax] + BridgeCommands.all + PortCommands.all + ControllerCommands.all
        + ManagerCommands.all + SSLCommands.all + AutoAttachCommands.all + DatapathCommands.all + RecordCommands.all
        + RecordChangeCommands.all

    /// Does what the command line asks.
    ///
    /// - Parameters:
    ///   - arguments: the whole vector; the first is the program's name as messages show it.
    ///   - directories: where the database's socket is, and the log.
    ///   - timeout: the seconds that the program may take unless the command line says otherwise.
    /// - Returns: the exit status.
    @ControlActor
    public static func run(
        _ arguments: [String], directories: RunDirectories, timeout: UInt32? = nil
    ) async -> Int32 {
        signal(SIGPIPE, SIG_IGN)
        let log = makeLog()
        do {
            return try await carryOut(arguments, directories, timeout, log)
        } catch let error as CommandError {
            if let message = error.message { complain(message, arguments, log) }
            return error.status
        } catch let error as ManagementError {
            // The program's name stands in these where getopt(3) puts it.
            complain("\(error)", arguments, log, isWhole: "\(error)".hasPrefix("\(arguments.first ?? ""): "))
            return 1
        } catch {
            complain("\(error)", arguments, log)
            return 1
        }
    }

    private static func makeLog() -> VLog {
        let log = VLog(application: "ovs-vsctl")
        for name in ["vsctl", "db_ctl_base"] { _ = log.module(name) }
        log.apply(.levels(module: nil, destination: .console, level: .warning))
        log.apply(.levels(module: "reconnect", destination: nil, level: .warning))
        LoggingSystem.bootstrap { log.handler(label: $0) }
        return log
    }

    private static func complain(_ message: String, _ arguments: [String], _ log: VLog, isWhole: Bool = false) {
        log.apply(.levels(module: "db_ctl_base", destination: .console, level: .off))
        log.write(.error, "db_ctl_base", message)
        let line = isWhole ? message : "\(arguments.first ?? ""): \(message)"
        Array("\(line)\n".utf8).withUnsafeBytes { LogFile.write($0, to: STDERR_FILENO) }
    }

    @ControlActor
    private static func carryOut(
        _ arguments: [String], _ directories: RunDirectories, _ timeout: UInt32?, _ log: VLog
    ) async throws -> Int32 {
        let request = try Options.parse(arguments, commands: commands, directories: directories, log: log)
        guard case .run(let options) = request else {
            if case .print(let text) = request { Self.print(text) }
            return 0
        }
        let invocations = try CommandParser(commands).parse(options.words, options: options.local)
        let line = "\(arguments.first ?? "") \(CommandText.escaped(Array(arguments.dropFirst())))"
        log.write(invocations.contains { $0.syntax.mayWrite } ? .info : .debug, "vsctl", "Called as \(line)")
        let schema = OpenVSwitchSchema.schema
        var selection = ColumnSelection(schema)
        selection.add(Tables.Root.self)
        if options.waits { selection.add(Tables.Root.self, \.curCfg) }
        let preparation = Preparation(schema, log: log)
        for invocation in invocations { try invocation.syntax.prepare(invocation, &selection, preparation) }
        let run = DatabaseRun(options, invocations, log: log, line: line, program: arguments.first ?? "", directories)
        let alarm = (options.timeout ?? timeout).flatMap { seconds in
            seconds > 0 ? Alarm(after: .seconds(seconds), log) { run.leave() } : nil
        }
        defer { withExtendedLifetime(alarm) {} }
        try await run.carryOut(schema, selection.tables)
        return 0
    }

    /// Writes to standard output.
    static func print(_ text: String) {
        Array(text.utf8).withUnsafeBytes { LogFile.write($0, to: STDOUT_FILENO) }
    }
}
