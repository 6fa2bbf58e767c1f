/// What a running count has grown by in each of the last twelve intervals (OVS: `PMD_INTERVAL_MAX` times
/// `PMD_INTERVAL_LEN`, five seconds).
public struct LoadHistory: Sendable {
    /// How many intervals are kept, and how long one is.
    public static let intervals = 12
    public static let intervalSeconds = 5

    private var growth = [UInt64](repeating: 0, count: Self.intervals)
    private var position = 0
    private var last: UInt64
    /// Intervals that have been measured, ``intervals`` at most.
    private(set) var measured = 0

    /// Counts from `count` on.
    init(from count: UInt64) { last = count }

    /// An interval ends with the count at `count`; one that is lower than before has begun anew.
    mutating func close(at count: UInt64) {
        growth[position] = count >= last ? count - last : count
        last = count
        position = (position + 1) % Self.intervals
        measured = min(measured + 1, Self.intervals)
    }

    /// The growth over the last so many intervals.
    func sum(_ intervals: Int = Self.intervals) -> UInt64 {
        (1...max(intervals, 1)).prefix(Self.intervals).reduce(0) {
            $0 &+ growth[(position + Self.intervals - $1) % Self.intervals]
        }
    }

    /// The growth in the interval that ended last.
    var latest: UInt64 { sum(1) }
}
