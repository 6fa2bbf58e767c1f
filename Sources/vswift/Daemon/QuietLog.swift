import Logging

/// For commands whose output is all there is to say: what connections tell of themselves is no part of it.
enum QuietLog {
    /// Once in a process, before anything logs.
    static func begin() {
        LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
    }
}
