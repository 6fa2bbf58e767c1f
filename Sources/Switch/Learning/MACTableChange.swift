/// What a change of a ``MACTable`` may have altered: decisions that looked these addresses up.
public enum MACTableChange: Sendable {
    /// Learned, moved, expired, evicted, added or deleted by hand.
    case address(LearnedAddress)
    /// The table was flushed or works by other rules now.
    case everything
}
