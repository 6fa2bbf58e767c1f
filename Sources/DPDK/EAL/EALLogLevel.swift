import CDPDK

/// How much DPDK's components say (`dpdk/log-set`).
public enum EALLogLevel {
    private static let names = [
        "emergency": CDPDK_LOG_EMERGENCY, "alert": CDPDK_LOG_ALERT, "critical": CDPDK_LOG_CRITICAL,
        "error": CDPDK_LOG_ERROR, "warning": CDPDK_LOG_WARNING, "notice": CDPDK_LOG_NOTICE, "info": CDPDK_LOG_INFO,
        "debug": CDPDK_LOG_DEBUG,
    ]

    /// Sets the level of the components that a pattern matches; a word without a colon is a level for all of them.
    ///
    /// - Throws: ``DPDKError/Code/invalid`` in OVS's words.
    public static func set(_ word: String) throws(DPDKError) {
        let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let level = parts[parts.count - 1]
        guard let number = names[level] else { throw DPDKError(.invalid, "invalid log level: '\(level)'") }
        guard cdpdk_log_set(parts.count > 1 ? parts[0] : "*", UInt32(number)) == 0 else {
            throw DPDKError(.invalid, "cannot set log level for '\(word)'")
        }
    }
}
