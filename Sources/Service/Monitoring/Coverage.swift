import Control
import Machine
import Packets
import Program

/// Event counters with their rates over the last seconds, minute and hour (OVS: module `coverage`).
///
/// Counters of its own are made with ``counter(_:)``; those that other parts keep anyway are read through sources.
@ControlActor
public final class Coverage {
    /// Reads counters kept elsewhere: name and total.
    public typealias Source = @Sendable @ControlActor () -> [(name: String, total: UInt64)]

    /// What one name has come to.
    private struct History {
        var last: UInt64 = 0
        /// Events in each of the last twelve intervals of 5 s.
        var recent = [UInt64](repeating: 0, count: 12)
        /// Events in each of the last sixty minutes.
        var minutes = [UInt64](repeating: 0, count: 60)
    }

    /// Requests that came in and replies that went out at the control socket.
    public nonisolated let unixctlReceived = CoverageCounter(name: "unixctl_received")
    public nonisolated let unixctlReplied = CoverageCounter(name: "unixctl_replied")
    /// How often a thread was held up, which ``Watchdog`` notices.
    public nonisolated let longPolls = CoverageCounter(name: "long_poll_interval")

    private var counters: [String: CoverageCounter] = [:]
    private var sources: [Source] = []
    private var histories: [String: History] = [:]
    private var interval = 0
    private var timer: ControlTimer?

    /// Counters that stand still; see ``start()``.
    public init() {
        counters[unixctlReceived.name] = unixctlReceived
        counters[unixctlReplied.name] = unixctlReplied
        counters[longPolls.name] = longPolls
    }

    /// Begins to take rates, every 5 s.
    public func start() {
        timer = ControlTimer(every: .seconds(5)) { [weak self] in self?.sample() }
    }

    /// The counter of that name, made if it is not there.
    public func counter(_ name: String) -> CoverageCounter {
        if let counter = counters[name] { return counter }
        let counter = CoverageCounter(name: name)
        counters[name] = counter
        return counter
    }

    /// Adds counters that are kept elsewhere.
    public func add(source: @escaping Source) {
        sources.append(source)
    }

    /// All totals by name.
    public func totals() -> [String: UInt64] {
        var totals = counters.mapValues(\.total)
        for source in sources {
            for (name, total) in source() { totals[name, default: 0] &+= total }
        }
        return totals
    }

    /// Closes an interval of 5 s.
    func sample() {
        let slot = interval % 12
        let minute = interval / 12 % 60
        for (name, total) in totals() {
            var history = histories[name] ?? History()
            // A source may begin anew: then what it has is what came.
            let count = total >= history.last ? total - history.last : total
            history.last = total
            history.recent[slot] = count
            if slot == 0 { history.minutes[minute] = 0 }
            history.minutes[minute] &+= count
            histories[name] = history
        }
        interval += 1
    }

    /// The text of `coverage/show`.
    public func table() -> String {
        let totals = totals()
        let hit = totals.filter { $0.value > 0 }.sorted { $0.key < $1.key }
        var text =
            "Event coverage, avg rate over last: 5 seconds, last minute, last hour,  hash=\(hash(hit.map(\.key))):\n"
        for (name, total) in hit {
            let history = histories[name] ?? History()
            let last = history.recent[(interval + 11) % 12]
            let minute = history.recent.reduce(0, &+)
            let hour = history.minutes.reduce(0, &+)
            text += name.padded(to: 24) + " "
            text += Decimal.text(Double(last) / 5, places: 1).padded(to: 5, onLeft: true) + "/sec "
            text += Decimal.text(Double(minute) / 60, places: 3).padded(to: 9, onLeft: true) + "/sec "
            text += Decimal.text(Double(hour) / 3600, places: 4).padded(to: 13, onLeft: true) + "/sec   "
            text += "total: \(total)\n"
        }
        return text + "\(totals.count - hit.count) events never hit\n"
    }

    /// Tells from each other sets of events that were met (FNV-1a, 32 bits).
    private func hash(_ names: [String]) -> String {
        var hash: UInt32 = 2_166_136_261
        for byte in names.joined(separator: "\n").utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return TextNumber.padded(hash, radix: 16, digits: 8)
    }
}
