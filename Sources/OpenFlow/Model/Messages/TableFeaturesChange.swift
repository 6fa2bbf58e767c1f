/// One table of an OFPMP_TABLE_FEATURES request: what a controller wants a table to be like.
///
/// Only a table's name can be changed; the rest says whether more is asked for than there is.
public struct TableFeaturesChange: Sendable, Equatable {
    /// OFPTFC_*; before version 1.5 always `replace`.
    public enum Command: UInt8, Sendable {
        case replace = 0, modify = 1, enable = 2, disable = 3
    }

    public var command: Command
    public var table: UInt8
    public var name: String
    public var maximumEntries: UInt32
    /// Whether all instructions, actions and fields that it names are there (true when it names none).
    public var isSupported: Bool

    public init(command: Command, table: UInt8, name: String, maximumEntries: UInt32, isSupported: Bool) {
        self.command = command
        self.table = table
        self.name = name
        self.maximumEntries = maximumEntries
        self.isSupported = isSupported
    }
}
