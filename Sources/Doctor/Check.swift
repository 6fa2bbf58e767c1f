/// Looks at one matter.
public protocol Check: Sendable {
    /// The matter, in a word or two.
    var subject: String { get }

    /// What is found; at least one finding, also when there is nothing to complain of.
    func examine(_ host: Host) -> [Finding]
}
