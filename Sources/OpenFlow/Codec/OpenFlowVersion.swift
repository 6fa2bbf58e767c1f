/// A version of the protocol, by its number on the wire (`enum ofp_version`).
public enum OpenFlowVersion: UInt8, Sendable, Comparable, CaseIterable {
    case v10 = 1
    case v11 = 2
    case v12 = 3
    case v13 = 4
    case v14 = 5
    case v15 = 6

    /// The versions whose messages this codec reads and writes in full.
    public static let complete = Set(OpenFlowVersion.allCases)

    /// From a word of `Bridge.protocols`: `OpenFlow10` … `OpenFlow15`; nil for anything else.
    public init?(protocolsName name: String) {
        switch name {
        case "OpenFlow10": self = .v10
        case "OpenFlow11": self = .v11
        case "OpenFlow12": self = .v12
        case "OpenFlow13": self = .v13
        case "OpenFlow14": self = .v14
        case "OpenFlow15": self = .v15
        default: return nil
        }
    }

    public static func < (left: OpenFlowVersion, right: OpenFlowVersion) -> Bool { left.rawValue < right.rawValue }
}
