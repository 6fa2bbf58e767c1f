/// How a connection to a controller stands, for its Controller row; passive ones have none.
public struct ControllerStatus: Sendable, Equatable {
    public var isConnected: Bool
    /// `master`, `slave` or `other`, as the column spells roles; nil without a connection.
    public var role: String?
    /// The column `status`: state, times, the last error, packet-in counters.
    public var details: [String: String]
}
