import Synchronization

/// Counts one kind of event; any thread may add (OVS: `COVERAGE_INC`).
public final class CoverageCounter: Sendable {
    /// Its name in `coverage/show`.
    public let name: String
    private let value = Atomic<UInt64>(0)

    init(name: String) {
        self.name = name
    }

    /// Counts `count` events.
    public func add(_ count: UInt64 = 1) {
        value.wrappingAdd(count, ordering: .relaxed)
    }

    /// How many there were.
    public var total: UInt64 { value.load(ordering: .relaxed) }
}
