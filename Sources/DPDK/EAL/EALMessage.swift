import CDPDK
import Logging

/// One line of DPDK's log.
struct EALMessage: Sendable, Equatable {
    /// `RTE_LOG_EMERG` (1) to `RTE_LOG_DEBUG` (8).
    let level: UInt32
    /// Without the line's end.
    let text: String

    /// DPDK's level in our log, as OVS maps it.
    var logLevel: Logger.Level {
        switch level {
        case ...UInt32(CDPDK_LOG_CRITICAL): .critical
        case UInt32(CDPDK_LOG_ERROR): .error
        case UInt32(CDPDK_LOG_WARNING): .warning
        case UInt32(CDPDK_LOG_NOTICE), UInt32(CDPDK_LOG_INFO): .info
        default: .debug
        }
    }

    /// Errors and worse.
    var isError: Bool { level <= UInt32(CDPDK_LOG_ERROR) }

    /// The text without the leading library name ("EAL: ").
    var sentence: String {
        guard let colon = text.firstRange(of: ": "), text[..<colon.lowerBound].allSatisfy({ $0.isUppercase || $0 == "_" })
        else { return text }
        return String(text[colon.upperBound...])
    }
}
