/// NXT_TLV_TABLE_MOD.
public struct TLVTableMod: Sendable, Equatable {
    /// NXTTMC_*.
    public enum Command: UInt16, Sendable {
        case add = 0, delete = 1, clear = 2
    }

    public var command: Command
    public var mappings: [TLVTable.Mapping]

    public init(command: Command, mappings: [TLVTable.Mapping]) {
        self.command = command
        self.mappings = mappings
    }
}
