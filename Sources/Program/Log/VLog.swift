import Glibc
import Logging
import Synchronization

/// The daemon's log: modules with thresholds, and the destinations their lines go to (OVS: `vlog`).
///
/// The backend of swift-log: ``handler(label:)`` is what `LoggingSystem.bootstrap` wants. Any thread may log; PMD
/// threads do not. It has no thread of its own, so a process may fork while it has only one thread and go on logging.
public final class VLog: Sendable {
    struct State {
        var modules: [String: LogModule] = [:]
        /// What a module that appears later starts with.
        var levels: [LogLevel] = LogDestination.allCases.map { _ in .info }
        var patterns = LogDestination.allCases.map { LogPattern($0.defaultPattern) }
        var file: LogFile?
        var syslog = SyslogSink()
        var isConsoleOpen = true
        var serial: UInt64 = 0
        /// The name of the main thread in lines; empty but for the monitor.
        var processName = ""
    }

    /// The program's name in lines (`%A`).
    public let application: String
    let state: LockedBox<State>
    private let host: String
    private let started = ContinuousClock.now
    /// Whether the file, the console and syslog can take lines at all: bit n is destination n. Spares formatting.
    private let open = Atomic<UInt8>(0b011)

    /// A log with the known modules and OVS's defaults: everything from INFO up to console and syslog, no file.
    public init(application: String) {
        self.application = application
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        host = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        state = LockedBox(State())
        state.withLock { state in
            for module in LogModule.known { state.modules[module] = LogModule(name: module, levels: state.levels) }
        }
    }

    /// swift-log's end of this log for the module `label`.
    public func handler(label: String) -> VLogHandler {
        VLogHandler(log: self, module: module(label))
    }

    /// The names of the modules there are.
    package var moduleNames: Set<String> { state.withLock { Set($0.modules.keys) } }

    /// The module named `name`, made if it is not there.
    public func module(_ name: String) -> LogModule {
        state.withLock { state in
            if let module = state.modules[name] { return module }
            let module = LogModule(name: name, levels: state.levels)
            state.modules[name] = module
            return module
        }
    }

    /// Whether a line of that level would be written anywhere.
    func admits(_ level: LogLevel, _ module: LogModule) -> Bool {
        let open = self.open.load(ordering: .relaxed)
        return LogDestination.allCases.contains { open & (1 << $0.rawValue) != 0 && level <= module[$0] }
    }

    /// The chattiest level that goes anywhere.
    func chattiest(_ module: LogModule) -> LogLevel {
        let open = self.open.load(ordering: .relaxed)
        return LogDestination.allCases.reduce(.off) { open & (1 << $1.rawValue) != 0 ? max($0, module[$1]) : $0 }
    }

    /// Writes a line to every destination whose threshold it passes.
    public func write(_ level: LogLevel, _ module: LogModule, _ message: String) {
        guard level != .off, admits(level, module) else { return }
        let thread = LogThread.name
        state.withLock { state in
            write(level, module, message, thread: thread, &state)
            return
        }
    }

    /// The same, by the module's name.
    public func write(_ level: LogLevel, _ module: String, _ message: String) {
        write(level, self.module(module), message)
    }

    /// The same while the lock is held.
    func write(_ level: LogLevel, _ module: LogModule, _ message: String, thread: String = "", _ state: inout State) {
        state.serial += 1
        let entry = LogEntry(
            time: .now, serial: state.serial, module: module.name, level: level, message: message,
            thread: thread.isEmpty ? state.processName : thread, application: application, host: host,
            facility: state.syslog.facility ?? .local0,
            elapsedMilliseconds: Int(started.duration(to: .now) / .milliseconds(1)))
        if state.isConsoleOpen, level <= module[.console] {
            Self.writeToConsole(line(entry, state.patterns[LogDestination.console.rawValue]))
        }
        if level <= module[.syslog] {
            state.syslog.send(entry, pattern: state.patterns[LogDestination.syslog.rawValue])
        }
        if let file = state.file, level <= module[.file] {
            file.write(line(entry, state.patterns[LogDestination.file.rawValue]))
        }
    }

    private func line(_ entry: LogEntry, _ pattern: LogPattern) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entry.message.utf8.count + 64)
        pattern.write(entry, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Standard error may be a pipe that nobody empties: then the line is lost after a moment.
    private static func writeToConsole(_ line: [UInt8]) {
        var descriptor = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
        guard poll(&descriptor, 1, 100) > 0 else { return }
        line.withUnsafeBytes { LogFile.write($0, to: STDERR_FILENO) }
    }

    /// Recomputes which destinations can take lines; the lock is held.
    func refreshOpen(_ state: State) {
        let bits: UInt8 =
            (state.isConsoleOpen ? 1 : 0) | (state.syslog.isActive ? 2 : 0) | (state.file?.isOpen == true ? 4 : 0)
        open.store(bits, ordering: .relaxed)
    }
}
