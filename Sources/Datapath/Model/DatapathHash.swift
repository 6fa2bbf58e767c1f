/// How a packet's `dp_hash` is computed (OVS: OVS_ACTION_ATTR_HASH).
public struct DatapathHash: Sendable, Equatable {
    public enum Algorithm: UInt8, Sendable {
        /// Of addresses, protocol and ports.
        case l4 = 0
        /// The same for both directions.
        case symmetricL4 = 1
    }

    public var algorithm: Algorithm
    public var basis: UInt32

    public init(algorithm: Algorithm, basis: UInt32) {
        self.algorithm = algorithm
        self.basis = basis
    }
}
