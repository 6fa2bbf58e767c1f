import Logging

/// How serious a log line is, in Open vSwitch's terms (OVS: `enum vlog_level`); greater is chattier.
public enum LogLevel: UInt8, Sendable, Comparable, CaseIterable {
    /// As a threshold: nothing passes. No line has this level.
    case off = 0
    /// The process must end.
    case emergency
    /// A high-level operation or a subsystem failed.
    case error
    /// A low-level operation failed; the rest may recover.
    case warning
    /// Useful in retrospect.
    case info
    /// Only for those who know the inside.
    case debug

    /// The level that stands for one of swift-log's: critical is EMER, notice is INFO, trace is DBG.
    public init(_ level: Logger.Level) {
        self =
            switch level {
            case .trace, .debug: .debug
            case .info, .notice: .info
            case .warning: .warning
            case .error: .error
            case .critical: .emergency
            }
    }

    /// The level named `word`, in any case: off, emer, err, warn, info or dbg.
    public init?(word: some StringProtocol) {
        let upper = word.uppercased()
        guard let level = Self.allCases.first(where: { $0.name == upper }) else { return nil }
        self = level
    }

    /// The name in log lines and in `vlog/list`.
    public var name: String {
        switch self {
        case .off: "OFF"
        case .emergency: "EMER"
        case .error: "ERR"
        case .warning: "WARN"
        case .info: "INFO"
        case .debug: "DBG"
        }
    }

    /// The least severe of swift-log's levels that passes this threshold; `off` gives critical, to be checked again.
    var threshold: Logger.Level {
        switch self {
        case .off, .emergency: .critical
        case .error: .error
        case .warning: .warning
        case .info: .info
        case .debug: .trace
        }
    }

    /// The severity of RFC 5424 section 6.2.1.
    var syslogSeverity: Int {
        switch self {
        case .off, .debug: 7
        case .emergency: 1
        case .error: 3
        case .warning: 4
        case .info: 6
        }
    }

    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}
