import CLinux
import Glibc
import Program

/// The process's life as a daemon: background, monitor, pidfile, readiness, end (OVS: `daemon_unix`).
///
/// ``start()`` is called while the process has one thread, ``ready()`` and ``exit(_:)`` by any thread.
public final class Daemon: Sendable {
    /// What was asked for.
    public let options: ServiceOptions
    /// The log.
    public let log: VLog
    /// The files that go when the process ends.
    public let files = RunFiles()
    /// Whom to tell when the switch is ready; nil when told, or when nobody waits.
    private let waiting = LockedBox<ReadinessPipe?>(nil)
    /// What lives as long as the process.
    private let kept = LockedBox<[any Sendable]>([])
    /// Whether this is the program begun anew by ``restart()``: in the background already, if that was asked for.
    private let isResumed: Bool
    private static let resumption = "VSWIFT_RESUMED"

    public init(options: ServiceOptions, log: VLog) {
        self.options = options
        self.log = log
        isResumed = getenv(Self.resumption) != nil
        unsetenv(Self.resumption)
    }

    /// Puts the log's options in force, goes into the background, starts the monitor, claims the pidfile: as asked for.
    ///
    /// Returns in the process that is to be the switch, with signals blocked for ``waitForSignal()``. The other
    /// processes end in here; and so does this one when anything fails, with status 1 and the reason on standard error.
    ///
    /// - Precondition: the process has one thread, and has used neither NIO nor tasks.
    public func start() {
        // One heap for all threads: the control thread and the databases' have nearly all of it to themselves, and the
        // heap of a thread that is not the first grows page by page, each by a call of the kernel.
        cl_share_heap()
        startLog()
        TerminationSignals.unblock()
        TerminationSignals.leaveCrashesToTheKernel()
        do throws(ManagementError) {
            if let path = options.pidfile, !options.overwritesPidfile { try Pidfile(path: path).checkFree() }
            if isResumed {
                if options.isDetached { log.closeConsole() }
            } else if options.isDetached {
                try detach()
            }
            // Not before: the process that waits in the foreground ends as any other does.
            TerminationSignals.block()
            if options.isMonitored, !isResumed { try startMonitor() }
            if let path = options.pidfile {
                let file = Pidfile(path: path)
                let dead = file.deadOwner
                try file.claim(overwrite: options.overwritesPidfile)
                files.add(path)
                // What a killed daemon leaves where it listened by default, nobody else would clear away.
                if let dead { unlink(options.defaultControlSocket(of: dead)) }
            }
        } catch {
            fail(error.description)
        }
        // A kernel port has two; shells allow 1024.
        _ = cl_raise_descriptor_limit()
        if options.locksMemory {
            let result = cl_lock_memory(1)
            if result < 0 { log.write(.error, "vswitchd", "mlockall failed: \(ManagementError.text(-result))") }
        }
    }

    private func startLog() {
        for specification in options.logSpecifications { log.apply(specification) }
        log.setSyslog(method: options.syslogMethod, target: options.syslogTarget)
        // Whoever starts a daemon that detaches wants to hear of trouble only.
        let namesConsole = options.logSpecifications.contains {
            if case .levels(_, .console, _) = $0 { true } else { false }
        }
        if options.isDetached, !namesConsole { log.limitConsole(to: .warning) }
        guard let path = options.logFile else { return }
        do throws(ManagementError) {
            try log.openFile(path)
        } catch {
            // The log has said so, unless it was told to be silent.
            if log.module("vlog")[.console] < .warning {
                Self.complain("\(options.program): failed to open \(path) for logging: \(error)")
            }
            _exit(1)
        }
    }

    /// The parent waits in here until the child is ready and ends; the child returns.
    private func detach() throws(ManagementError) {
        let (pipe, child) = try fork()
        if let child { report(child, pipe) }
        waiting.withLock { $0 = pipe }
        setsid()
    }

    private func report(_ child: pid_t, _ pipe: ReadinessPipe) -> Never {
        if pipe.wait(for: child, isForwarding: false) { _exit(0) }
        var end = cl_end()
        _ = cl_wait(child, 0, &end)
        let how = ProcessEnd(end)
        // A child that fails has said why.
        if let status = how.status, status != 0 { _exit(status) }
        fail("fork child died before signaling startup (\(how))")
    }

    /// The monitor stays in here; the worker, and each that follows it, returns.
    private func startMonitor() throws(ManagementError) {
        let (pipe, child) = try fork()
        guard let child else {
            waiting.withLock { outer in
                outer?.abandon()
                outer = pipe
            }
            return
        }
        guard pipe.wait(for: child, isForwarding: true) else {
            var end = cl_end()
            _ = cl_wait(child, 0, &end)
            let how = ProcessEnd(end)
            if let status = how.status { _exit(status) }
            if let signal = how.signal, !how.isCrash { TerminationSignals.die(by: signal) }
            fail("fork child died before signaling startup (\(how))")
        }
        // The worker is ready: so is the monitor, for whoever waits for it.
        ready()
        var monitor = Monitor(options, log)
        monitor.watch(child)
    }

    /// Forks with a pipe between the two; the child's number in the parent, nil in the child.
    private func fork() throws(ManagementError) -> (ReadinessPipe, child: pid_t?) {
        let pipe = try ReadinessPipe()
        let child = cl_fork()
        guard child >= 0 else {
            throw ManagementError(errno: -child, "fork failed (\(ManagementError.text(-child)))")
        }
        if child == 0 { pipe.becomeChild() }
        return (pipe, child == 0 ? nil : child)
    }

    /// The switch is in operation: the process that waits for it ends with success, and a detached process lets go of
    /// its terminal and directory. Later calls do nothing.
    public func ready() {
        let pipe = waiting.withLock { pipe in
            defer { pipe = nil }
            return pipe
        }
        guard let pipe else { return }
        if options.isDetached {
            log.closeConsole()
            let null = open("/dev/null", O_RDWR | O_CLOEXEC)
            if null >= 0 {
                for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] { dup2(null, descriptor) }
                if null > STDERR_FILENO { close(null) }
            }
            if options.changesDirectory { _ = chdir("/") }
        }
        pipe.signal()
    }

    /// Keeps `object` as long as the process lives.
    public func keep(_ object: any Sendable) {
        kept.withLock { $0.append(object) }
    }

    /// Waits, on the main thread, for a signal that asks the process to end, and ends it.
    public func waitForSignal() -> Never {
        let number = TerminationSignals.wait() ?? SIGTERM
        let name = strsignal(number).map { String(cString: $0) } ?? "unknown"
        log.write(.warning, "fatal_signal", "terminating with signal \(number) (\(name))")
        files.removeAll()
        TerminationSignals.die(by: number)
    }

    /// Ends the process; its run files are removed.
    public func exit(_ status: Int32) -> Never {
        files.removeAll()
        // Not exit(3): destructors of C++ libraries must not run while other threads do.
        _exit(status)
    }

    /// Begins the program anew in this process, with the same arguments and process number: what settings need that can
    /// be made only once in a process.
    ///
    /// All threads end at once; whatever outlives a process must have been given back before. The descriptors in
    /// `keeping` stay open in the new image, all others are closed.
    public func restart(keeping descriptors: [Int32] = []) -> Never {
        setenv(Self.resumption, "1", 1)
        // What stays open would go on living unseen: the database's connection with its lock, devices, sockets.
        cl_close_descriptors_on_exec(3)
        for descriptor in descriptors { _ = fcntl(descriptor, F_SETFD, 0) }
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", &arguments)
        fail("could not start anew: \(ManagementError.text(errno))")
    }

    /// Ends the process with status 1 and the reason in the log and on standard error (OVS: `VLOG_FATAL`).
    public func fail(_ text: String, module: String = "daemon_unix") -> Never {
        log.apply(.levels(module: module, destination: .console, level: .off))
        log.write(.emergency, module, text)
        Self.complain("\(options.program): \(text)")
        exit(1)
    }

    /// Writes a line to standard error.
    public static func complain(_ text: String) {
        Array("\(text)\n".utf8).withUnsafeBytes { LogFile.write($0, to: STDERR_FILENO) }
    }
}
