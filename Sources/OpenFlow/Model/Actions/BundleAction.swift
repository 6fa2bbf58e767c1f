/// `bundle(…)`, `bundle_load(…)`: one of several ports that are up (NXAST_BUNDLE, NXAST_BUNDLE_LOAD).
public struct BundleAction: Sendable, Hashable {
    /// `enum nx_bd_algorithm`.
    public enum Algorithm: UInt16, Sendable, Hashable, CaseIterable {
        case activeBackup = 0
        case highestRandomWeight = 1
    }

    public var algorithm: Algorithm
    public var fields: FlowHashFields
    public var basis: UInt16
    public var members: [OpenFlowPort]
    /// Where the port's number is stored; nil: the packet is sent out of it.
    public var destination: FieldRange?

    public init(
        algorithm: Algorithm, fields: FlowHashFields, basis: UInt16, members: [OpenFlowPort],
        destination: FieldRange? = nil
    ) {
        self.algorithm = algorithm
        self.fields = fields
        self.basis = basis
        self.members = members
        self.destination = destination
    }
}
