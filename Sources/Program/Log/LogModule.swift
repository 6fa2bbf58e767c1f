import Synchronization

/// A named source of log messages and the threshold of each destination for it (OVS: `struct vlog_module`).
///
/// Read by any thread with one relaxed load a message; thresholds are changed by whoever holds the log's lock.
public final class LogModule: Sendable {
    /// The name, as `vlog/list` shows it.
    public let name: String
    /// One byte a destination: the raw value of its ``LogLevel``.
    private let packed: Atomic<UInt32>

    /// A module with a threshold for each destination, in the order of their raw values.
    init(name: String, levels: [LogLevel]) {
        self.name = name
        packed = Atomic(levels.enumerated().reduce(0) { $0 | UInt32($1.element.rawValue) << UInt32($1.offset * 8) })
    }

    /// The threshold of `destination`.
    public subscript(_ destination: LogDestination) -> LogLevel {
        level(packed.load(ordering: .relaxed), destination)
    }

    /// The chattiest threshold of all destinations.
    public var chattiest: LogLevel {
        let word = packed.load(ordering: .relaxed)
        return LogDestination.allCases.reduce(.off) { max($0, level(word, $1)) }
    }

    /// Sets the threshold of `destination`.
    func set(_ destination: LogDestination, _ level: LogLevel) {
        let shift = UInt32(destination.rawValue * 8)
        let word = packed.load(ordering: .relaxed)
        packed.store(word & ~(0xff << shift) | UInt32(level.rawValue) << shift, ordering: .relaxed)
    }

    private func level(_ word: UInt32, _ destination: LogDestination) -> LogLevel {
        LogLevel(rawValue: UInt8(truncatingIfNeeded: word >> UInt32(destination.rawValue * 8))) ?? .off
    }
}
