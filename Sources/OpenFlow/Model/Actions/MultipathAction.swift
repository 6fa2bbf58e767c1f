/// `multipath(…)`: a hash of the packet chooses a link, whose number is stored (NXAST_MULTIPATH).
public struct MultipathAction: Sendable, Hashable {
    /// `enum nx_mp_algorithm`.
    public enum Algorithm: UInt16, Sendable, Hashable, CaseIterable {
        case moduloN = 0
        case hashThreshold = 1
        case highestRandomWeight = 2
        case iterativeHash = 3
    }

    public var fields: FlowHashFields
    public var basis: UInt16
    public var algorithm: Algorithm
    /// The greatest link number.
    public var maximumLink: UInt16
    public var argument: UInt32
    public var destination: FieldRange

    public init(
        fields: FlowHashFields, basis: UInt16, algorithm: Algorithm, maximumLink: UInt16, argument: UInt32,
        destination: FieldRange
    ) {
        self.fields = fields
        self.basis = basis
        self.algorithm = algorithm
        self.maximumLink = maximumLink
        self.argument = argument
        self.destination = destination
    }
}
