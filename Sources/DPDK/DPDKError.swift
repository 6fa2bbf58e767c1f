import CDPDK

/// Why DPDK could not do what was asked.
public struct DPDKError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The EAL is not up.
        case notInitialized
        /// The EAL could not be brought up.
        case initialization
        /// The device does not exist or could not be probed.
        case noDevice
        /// The device is already a port's.
        case inUse
        /// A value makes no sense or the device cannot do it.
        case invalid
        /// Memory is missing.
        case outOfMemory
        /// The device or the kernel refused.
        case system
    }

    public let code: Code
    /// What was attempted, with which object, why it failed, and what mends it; for a row's `error` and the log.
    public let description: String
    /// Positive errno, where there is one.
    public let errno: Int32

    public init(_ code: Code, _ description: String, errno: Int32 = 0) {
        self.code = code
        self.description = description
        self.errno = errno
    }

    /// DPDK's text for an errno of either sign ("Cannot allocate memory"); `rte_strerror`.
    static func text(_ errno: Int32) -> String {
        guard let text = cdpdk_strerror(Int32(clamping: errno.magnitude)) else { return "error \(errno.magnitude)" }
        return String(cString: text)
    }
}
