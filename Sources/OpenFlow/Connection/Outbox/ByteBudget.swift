import Control

/// How many bytes several holders may keep together: what one peer leaves waiting is missing to the others.
@ControlActor
final class ByteBudget {
    let limit: Int
    /// What is kept now.
    private(set) var used = 0

    init(limit: Int) { self.limit = limit }

    var isExceeded: Bool { used > limit }

    /// Counts `bytes` more, or less when negative, whether there is room or not.
    func take(_ bytes: Int) { used += bytes }
}
