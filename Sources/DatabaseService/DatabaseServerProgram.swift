import Control
import Glibc
import Logging
import OVSDB
import OVSDBServer
import Program
import Service

/// A process that serves databases, as ovsdb-server does.
public enum DatabaseServerProgram {
    /// Does what the command line asks and ends the process.
    ///
    /// - Parameters:
    ///   - arguments: the whole vector; the first is the program's name as messages of options show it.
    ///   - isControlled: whether there is a control socket even if the command line asks for nothing that a daemon has.
    /// - Precondition: the process has one thread, and has used neither NIO nor tasks: it may fork.
    public static func run(_ arguments: [String], isControlled: Bool = true) -> Never {
        var options = read(arguments)
        if !isControlled, !options.service.hasRunFiles, options.service.unixctl == nil {
            options.service.unixctl = "none"
        }
        let log = VLog(application: DatabaseServerOptions.program)
        for module in DatabaseServerOptions.modules { _ = log.module(module) }
        LoggingSystem.bootstrap { log.handler(label: $0) }
        let daemon = Daemon(options: options.service, log: log)
        let state = options.service.isMonitored ? ServedState() : nil
        daemon.start()
        ControlActor.enqueue { [options] in
            Task { @ControlActor in await serve(options, daemon, state) }
        }
        daemon.waitForSignal()
    }

    private static func read(_ arguments: [String]) -> DatabaseServerOptions {
        let here = Surroundings.current
        do throws(ManagementError) {
            let request = try DatabaseServerOptions.parse(
                arguments, environment: here.environment, workingDirectory: here.workingDirectory)
            guard case .print(let text) = request else {
                guard case .run(let options) = request else { exit(0) }
                return options
            }
            print(text, terminator: "")
            exit(0)
        } catch {
            Daemon.complain(error.description)
            exit(1)
        }
    }

    /// Serves what the command line names, with the services of a daemon; whatever fails ends the process.
    @ControlActor
    private static func serve(_ options: DatabaseServerOptions, _ daemon: Daemon, _ state: ServedState?) async {
        do {
            let operation = try await open(options, daemon.files, state)
            let services = DaemonServices(daemon: daemon, version: DatabaseServerOptions.versionLine)
            services.registry.registerDatabaseCommands(over: operation, services.memory)
            await operation.watch(services.coverage)
            daemon.keep(services)
            daemon.keep(operation)
            try await services.start { _ in await operation.stop() }
            let command = try options.command.map { try ShellCommand($0) }
            daemon.ready()
            guard let command else {
                daemon.log.write(.info, "ovsdb_server", DatabaseServerOptions.versionLine)
                return
            }
            if let failure = await command.wait() { daemon.fail(failure) }
            await operation.stop()
            daemon.exit(0)
        } catch {
            daemon.fail("\(error)", module: "ovsdb_server")
        }
    }

    /// Opens the databases and the remotes, on the thread that serves them.
    @DatabaseActor
    private static func open(
        _ options: DatabaseServerOptions, _ files: RunFiles, _ state: ServedState?
    ) async throws -> DatabaseServerOperation {
        let server = try DatabaseServer()
        let remotes = RemoteSet(server, directory: options.service.directories.run)
        if !options.credentials.isEmpty { remotes.credentials = options.credentials }
        remotes.onSocketFile = { path, isThere in if isThere { files.add(path) } else { files.forget(path) } }
        let operation = DatabaseServerOperation(server, remotes, options, state)
        try await operation.begin()
        return operation
    }
}
