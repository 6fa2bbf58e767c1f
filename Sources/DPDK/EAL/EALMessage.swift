import CDPDK
import Logging

/// One line of DPDK's log.
struct EALMessage: Sendable, Equatable {
    /// `RTE_LOG_EMERG` (1) to `RTE_LOG_DEBUG` (8).
    let level: UInt32
    /// Without the line's end.
    let text: String

    /// DPDK's level in our log, as OVS maps it.
    ///
    /// Two warnings are news of a sound start (and an error is a guest's alone), as nothing is wrong when one page size
    /// is not in use or nobody has registered for telemetry of old.
    var logLevel: Logger.Level {
        if text.contains("hugepages reported") || text.contains("No legacy callbacks") { return .info }
        // A guest has sent a frame longer than its port's MTU allows; the library says so once.
        if text.contains("failed mbuf alloc of size") { return .info }
        return mappedLevel
    }

    private var mappedLevel: Logger.Level {
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

    /// The text without the leading library name ("EAL: ") and the full stop.
    var sentence: String {
        var sentence = Substring(text)
        if let colon = text.firstRange(of: ": "), text[..<colon.lowerBound].allSatisfy({ $0.isUppercase || $0 == "_" })
        {
            sentence = text[colon.upperBound...]
        }
        while sentence.last == "." || sentence.last == " " { sentence.removeLast() }
        return String(sentence)
    }

    /// Whether DPDK says this after every failure, whatever the cause.
    var isGeneral: Bool {
        [
            "Invalid 'command line' arguments", "Cannot get hugepage information", "Cannot init memory", "FATAL",
            "Failed to attach device on primary process",
            "Driver cannot attach the device",
        ].contains { text.contains($0) }
    }
}
