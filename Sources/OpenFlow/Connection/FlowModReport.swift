/// Counts a connection's flow-mods for the line that OVS logs about them ten seconds after the first, or at its end.
struct FlowModReport: Sendable {
    private var adds = 0
    private var deletes = 0
    private var modifications = 0
    private var first: ContinuousClock.Instant?
    private var last: ContinuousClock.Instant?

    var isEmpty: Bool { first == nil }

    mutating func count(_ command: FlowMod.Command, now: ContinuousClock.Instant = .now) {
        switch command {
        case .add: adds += 1
        case .modify, .modifyStrict: modifications += 1
        case .delete, .deleteStrict: deletes += 1
        }
        if first == nil { first = now }
        last = now
    }

    /// The line without the connection's name, nil if there is nothing to tell; starts anew.
    mutating func take(now: ContinuousClock.Instant = .now) -> String? {
        defer { self = FlowModReport() }
        guard let first, let last else { return nil }
        let ago = (now - first).components.seconds
        let interval = (last - first).components.seconds
        var kinds: [String] = []
        if adds > 0 { kinds.append("\(adds) adds") }
        if deletes > 0 { kinds.append("\(deletes) deletes") }
        if modifications > 0 { kinds.append("\(modifications) modifications") }
        let time =
            interval == ago
            ? "in the last \(ago) s" : interval != 0 ? "in the \(interval) s starting \(ago) s ago" : "\(ago) s ago"
        return "\(adds + deletes + modifications) flow_mods \(time) (\(kinds.joined(separator: ", ")))"
    }
}
