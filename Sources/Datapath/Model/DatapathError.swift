/// Why the datapath could not do what a row asks.
public struct DatapathError: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// DPDK is not up: `other_config:dpdk-init` is not set, or its start failed.
        case dpdkUnavailable
        /// The device does not exist or could not be probed.
        case noDevice
        /// The device or the name is already used by another port.
        case inUse
        /// An option's value makes no sense or the device cannot do it.
        case invalid
        /// Memory is missing.
        case outOfMemory
        /// The kernel or the device refused.
        case system
        /// All port numbers are taken.
        case noSpace
    }

    public let code: Code
    /// What was attempted, with which object, the value met, and what mends it; for the row's `error` and the log.
    public let description: String
    /// errno, where there is one.
    public let errno: Int32

    public init(_ code: Code, _ description: String, errno: Int32 = 0) {
        self.code = code
        self.description = description
        self.errno = errno
    }
}
