import Control
import Program

/// What the daemon has beside the switch itself: control socket, commands, counters, memory report, watchdog.
@ControlActor
public final class DaemonServices {
    /// Where the parts of the switch add their commands.
    public let registry = CommandRegistry()
    /// Event counters of `coverage/show`.
    public let coverage = Coverage()
    /// What `memory/show` reports.
    public let memory = MemoryReport()
    private let watchdog: Watchdog
    private let daemon: Daemon
    private var server: UnixctlServer?

    /// The services of `daemon`, with the commands over log and process; none has begun.
    ///
    /// - Parameter version: the first line of `--version`.
    public init(daemon: Daemon, version: String) {
        self.daemon = daemon
        watchdog = Watchdog(on: ControlActor.shared.eventLoop, coverage: coverage.longPolls)
        registry.registerLogCommands(daemon.log)
        registry.registerProcessCommands(version: version, coverage: coverage, memory: memory)
    }

    /// Opens the control socket and starts the timers.
    ///
    /// - Parameter shutdown: what `exit` awaits before the process ends; told whether `--cleanup` was given.
    /// - Throws: when the control socket cannot be made.
    public func start(
        shutdown: @escaping @Sendable @ControlActor (_ isCleanup: Bool) async -> Void
    ) async throws(ManagementError) {
        registry.registerExit(shutdown: shutdown) { [daemon] in daemon.exit(0) }
        let path = daemon.options.controlSocket
        if let path {
            let server = UnixctlServer(path: path, registry: registry, coverage: coverage)
            try await server.start()
            daemon.files.add(path)
            self.server = server
        }
        coverage.start()
        memory.start()
        watchdog.start()
    }
}
