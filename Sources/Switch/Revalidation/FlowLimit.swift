/// How many flows the datapath may have: as many as can be looked after in time.
///
/// Each round over all flows credits their counters and finds those that are idle. When a round takes too long, so that
/// rules would outlive their timeouts, fewer flows are allowed; when rounds are quick, more again (OVS: `flow_limit` of
/// `struct udpif`).
struct FlowLimit {
    /// `other_config:flow-limit`, which is never exceeded.
    var highest = 200_000 { didSet { set(highest) } }
    /// What holds now.
    private(set) var current = 200_000

    private static let lowest = 1000
    /// More than there can be, and few enough to reckon with.
    static let most = Int(UInt32.max)

    /// Sets what holds from now until the next slow or quick round (`upcall/set-flow-limit`).
    mutating func set(_ limit: Int) { current = min(max(limit, 0), Self.most) }

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
