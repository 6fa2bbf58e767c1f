/// Everything that a pattern may say about one log message.
public struct LogEntry: Sendable {
    /// When it was logged.
    public var time: LogTime
    /// How many-th message of this process it is, from 1.
    public var serial: UInt64
    /// The module that logged it.
    public var module: String
    /// Its severity.
    public var level: LogLevel
    /// Its text.
    public var message: String
    /// The thread or process that logged it; empty for the main one.
    public var thread: String
    /// The program's name.
    public var application: String
    /// This host's name.
    public var host: String
    /// The syslog facility.
    public var facility: LogFacility
    /// Time since the program began.
    public var elapsedMilliseconds: Int
}
