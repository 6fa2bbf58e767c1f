import Control
import DPDK
import DatabaseService
import Glibc
import Logging
import Management
import OVSDBServer
import Program
import Service

/// From the command line to a running switch.
///
/// Everything up to ``Daemon/start()`` happens while the process has one thread, since it may fork; then the control
/// thread takes over and the main one waits for signals.
private func run() -> Never {
    let arguments = CommandLine.arguments
    if arguments.dropFirst().first == EALTrial.argument { exit(EALTrial.run(arguments)) }
    let options = readOptions(arguments)
    let log = VLog(application: DaemonOptions.program)
    LoggingSystem.bootstrap { log.handler(label: $0) }
    let daemon = Daemon(options: options.service, log: log)
    daemon.start()
    ControlActor.enqueue {
        Task { @ControlActor in await start(daemon, options) }
    }
    daemon.waitForSignal()
}

/// Reads the command line; `--help`, `--version` and usage errors end in here.
private func readOptions(_ arguments: [String]) -> DaemonOptions {
    let here = Surroundings.current
    do throws(ManagementError) {
        switch try DaemonOptions.parse(
            arguments, environment: here.environment, workingDirectory: here.workingDirectory)
        {
        case .run(let options): return options
        case .help(let text): print(text, terminator: "")
        case .version: print(DaemonOptions.versionText(dpdk: EAL.version), terminator: "")
        }
        exit(0)
    } catch {
        Daemon.complain(error.description)
        exit(1)
    }
}

/// Makes the switch and its control socket, and follows the database.
@ControlActor
private func start(_ daemon: Daemon, _ options: DaemonOptions) async {
    let switchDaemon = SwitchDaemon(options, daemon.log) { daemon.restart(keeping: $0) }
    let services = DaemonServices(daemon: daemon, version: DaemonOptions.versionLine)
    let database = options.hostsDatabase ? await hostDatabase(daemon) : nil
    daemon.keep(switchDaemon)
    daemon.keep(services)
    switchDaemon.register(in: services.registry, services.memory)
    switchDaemon.register(in: services.coverage)
    if let database {
        daemon.keep(database)
        database.remotes.tls.defaults = switchDaemon.target.tls.defaults
        let operation = await DatabaseServerOperation(database)
        await switchDaemon.serve(operation)
        services.registry.registerDatabaseCommands(over: operation, services.memory)
        await operation.watch(services.coverage)
    }
    do throws(ManagementError) {
        try await services.start { await switchDaemon.shutdown(cleanup: $0) }
    } catch {
        daemon.fail(error.description, module: "unixctl")
    }
    do {
        try switchDaemon.start(remote: options.database) { daemon.ready() }
    } catch {
        daemon.fail("\(error)", module: "bridge")
    }
}

/// Serves the database where the switch looks for it, if that is left to us and nobody else does.
@ControlActor
private func hostDatabase(_ daemon: Daemon) async -> EmbeddedDatabase? {
    let directories = daemon.options.directories
    let logger = Logger(label: "ovsdb_server")
    let socket = "\(directories.run)/db.sock"
    do throws(StorageError) {
        let outcome = try await EmbeddedDatabase.host(
            file: "\(directories.database)/conf.db", socket: socket,
            onSocketFile: { [files = daemon.files] path, isThere in
                if isThere { files.add(path) } else { files.forget(path) }
            })
        switch outcome {
        case .hosted(let database): return database
        case .leftAlone(let reason):
            logger.info("\(reason); the switch is a client of that database")
        }
    } catch {
        logger.error("\(error); waiting for a database server on \(socket)")
    }
    return nil
}

run()
