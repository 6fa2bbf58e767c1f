/// How fast a disk has answered lately.
///
/// To wait for a fast one on the spot costs less than to have another thread wait and to be woken by it; behind a slow
/// one nobody should stand who waits for something else.
struct DiskPace {
    /// Longer waits are another thread's. Two changes of threads take a tenth of it, at their worst.
    static let limit = Duration.milliseconds(1)
    /// So many quick answers in a row are believed.
    static let proof = 8

    private var quickAnswers = 0

    /// Whether the next answer is likely to come at once.
    var isQuick: Bool { quickAnswers >= Self.proof }

    /// Takes in how long the disk took.
    mutating func note(_ duration: Duration) {
        quickAnswers = duration < Self.limit ? min(quickAnswers + 1, Self.proof) : 0
    }
}
