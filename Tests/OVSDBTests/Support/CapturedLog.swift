import Logging
import Synchronization

/// The log lines of this test process, or of one logger.
final class CapturedLog: Sendable {
    struct Line: Sendable, CustomStringConvertible {
        let module: String
        let level: Logger.Level
        let text: String
        var description: String { "\(module)|\(level)|\(text)" }
    }

    private let storage = Mutex<[Line]>([])
    var lines: [Line] { storage.withLock { $0 } }

    func append(_ line: Line) { storage.withLock { $0.append(line) } }

    func lines(containing text: String) -> [Line] { lines.filter { $0.text.contains(text) } }

    /// Lines of every logger made after the first use of this.
    static let all: CapturedLog = {
        let log = CapturedLog()
        LoggingSystem.bootstrap { Handler(module: $0, log: log) }
        return log
    }()

    /// A logger whose lines come here.
    func logger(_ module: String) -> Logger {
        Logger(label: module) { Handler(module: $0, log: self) }
    }

    private struct Handler: LogHandler {
        let module: String
        let log: CapturedLog
        var logLevel = Logger.Level.trace
        var metadata: Logger.Metadata = [:]

        init(module: String, log: CapturedLog) {
            self.module = module
            self.log = log
        }

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.append(Line(module: module, level: event.level, text: event.message.description))
        }
    }
}
