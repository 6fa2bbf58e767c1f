import OVSDB

/// How sessions of one remote are treated; what the columns of a Manager row say.
public struct RemoteSettings: Equatable, Sendable {
    /// Whether clients may only look.
    public var isReadOnly = false
    /// After how much silence a peer is asked for a sign of life; zero: never; nil: after 5 s, if it can die unnoticed.
    public var probeInterval: Duration?
    /// The longest wait between two attempts to connect.
    public var maximumBackoff: Duration = .seconds(8)
    /// The class of service of packets (RFC 2474).
    public var dscp: UInt8 = 48

    /// What holds when nobody says anything.
    public init() {}

    /// What a row says, in those of the columns of a Manager row that its table has, and in `read_only`.
    init(_ column: (String) -> Datum) {
        let manager = OpenVSwitchSchema.Manager.table
        if let probe = column(manager.inactivityProbe.name).integer { probeInterval = .milliseconds(max(0, probe)) }
        if let backoff = column(manager.maxBackoff.name).integer {
            maximumBackoff = .milliseconds(max(1000, min(backoff, 1 << 40)))
        }
        if let dscp = column(manager.otherConfig.name)["dscp"].flatMap({ UInt8($0) }), dscp < 64 { self.dscp = dscp }
        isReadOnly = column("read_only").boolean ?? false
    }
}
