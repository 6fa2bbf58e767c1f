/// What the pipeline asks of connections.
extension OpenFlowService {
    /// Whether some connection hears of packets that no rule matches: those of versions before 1.3 do.
    public var wantsMisses: Bool {
        connections.values.contains { $0.controllerID == 0 && ($0.version ?? .v13) < .v13 }
    }

    /// Whether there is any connection.
    public var hasController: Bool { !connections.isEmpty }
}
