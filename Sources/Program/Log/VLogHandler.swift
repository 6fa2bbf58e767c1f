import Logging

/// swift-log's handler for one module of a ``VLog``.
///
/// The level is the module's, read anew for each message, so that `vlog/set` reaches every copy; setting it on a logger
/// has no effect. Metadata is written behind the text as "key=value".
public struct VLogHandler: LogHandler {
    private let log: VLog
    private let module: LogModule
    public var metadata: Logger.Metadata = [:]

    init(log: VLog, module: LogModule) {
        self.log = log
        self.module = module
    }

    public var logLevel: Logger.Level {
        get { log.chattiest(module).threshold }
        // Levels belong to the operator.
        set {}
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        let level = LogLevel(event.level)
        guard log.admits(level, module) else { return }
        var text = event.message.description
        var all = metadata
        if let more = event.metadata { all.merge(more) { $1 } }
        if let error = event.error { text += ": \(error)" }
        for (key, value) in all.sorted(by: { $0.key < $1.key }) { text += " \(key)=\(value)" }
        log.write(level, module, text)
    }
}
