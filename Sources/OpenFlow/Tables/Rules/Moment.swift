/// A moment of the continuous clock in half an instant's space: nanoseconds since the process first asked for one.
///
/// Rules have three of them and there may be millions of rules.
struct Moment: Comparable, Sendable {
    private let nanoseconds: Int64

    private static let start = ContinuousClock.now

    init(_ instant: ContinuousClock.Instant) {
        let (seconds, attoseconds) = (instant - Self.start).components
        // Centuries away is as good as never.
        let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let sum = whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000)
        nanoseconds = whole.overflow || sum.overflow ? (seconds < 0 ? .min : .max) : sum.partialValue
    }

    var instant: ContinuousClock.Instant { Self.start + .nanoseconds(nanoseconds) }

    static func < (left: Moment, right: Moment) -> Bool { left.nanoseconds < right.nanoseconds }
}
