/// How sessions of one remote are treated; what the columns of a Manager row say.
public struct RemoteSettings: Equatable, Sendable {
    /// Whether clients may only look.
    public var isReadOnly = false
    /// After how much silence a peer that can die unnoticed is asked for a sign of life; zero: never.
    public var probeInterval: Duration = .seconds(5)

    /// What holds when nobody says anything.
    public init() {}
}
