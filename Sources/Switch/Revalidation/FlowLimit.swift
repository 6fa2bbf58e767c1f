/// How many flows the datapath may have: as many as can be looked after in time.
///
/// Each round over all flows credits their counters and finds those that are idle. When a round takes too long, so that
/// rules would outlive their timeouts, fewer flows are allowed; when rounds are quick, more again (OVS: `flow_limit` of
/// `struct udpif`).
struct FlowLimit {
    /// `other_config:flow-limit`, which is never exceeded.
    var highest = 200_000 { didSet { current = highest } }
    /// What holds now.
    private(set) var current = 200_000

    private static let lowest = 1000

    /// Sets what holds from now until the next slow or quick round (`upcall/set-flow-limit`).
    mutating func set(_ limit: Int) { current = max(limit, 0) }

    /// A round over `count` flows has taken `duration`.
    mutating func adapt(count: Int, duration: Duration) {
        let milliseconds = max(Int(duration / .milliseconds(1)), 1)
        var limit = current
        if milliseconds > 2000 {
            limit = max(limit * 1000 / milliseconds, Self.lowest)
        } else if milliseconds > 1300 {
            limit = max(limit / 4 * 3, Self.lowest)
        } else if milliseconds < 1000, count > 2000, limit < count * 1000 / milliseconds {
            limit += max(limit / 8, Self.lowest)
        } else {
            return
        }
        // A slow round never raises what was set below the lowest limit.
        if milliseconds > 1000 { limit = min(limit, current) }
        current = min(limit, highest)
    }
}
