import Control

/// Holds packet-ins back that come faster than a controller is to get them (OVS: `struct pinsched`).
///
/// Those that exceed the rate wait, by their port, so that one port's flood does not starve the others; when more wait
/// than a burst allows, the longest line loses its oldest.
@ControlActor
final class PacketInScheduler {
    /// What a Controller row's `status` tells.
    struct Statistics: Equatable {
        /// Waiting now.
        var backlog = 0
        /// Sent at once.
        var bypassed: UInt64 = 0
        /// Ever made to wait.
        var queued: UInt64 = 0
        /// Lost because too many waited.
        var dropped: UInt64 = 0
    }

    private(set) var statistics = Statistics()

    private let deliver: @ControlActor (OpenFlowMessage) -> Void
    private var rate: Double
    private var burst: Int
    private var tokens: Double
    private var filled = ControlClock.shared.now
    private var lines: [OpenFlowPort: ArraySlice<OpenFlowMessage>] = [:]
    /// Whose turn comes, in that order.
    private var turns: [OpenFlowPort] = []
    private var timer: ControlTimer?

    /// - Parameters:
    ///   - rate: packet-ins a second, more than zero.
    ///   - burst: packet-ins beyond that at a time; 0: a quarter of the rate.
    init(rate: Int, burst: Int, deliver: @escaping @ControlActor (OpenFlowMessage) -> Void) {
        self.deliver = deliver
        self.rate = Double(max(rate, 1))
        self.burst = Self.effective(burst, rate)
        tokens = Double(self.burst)
    }

    /// Takes other limits; what exceeds them now is lost.
    func configure(rate: Int, burst: Int) {
        fill()
        self.rate = Double(max(rate, 1))
        self.burst = Self.effective(burst, rate)
        tokens = min(tokens, Double(self.burst))
        while statistics.backlog > self.burst { dropOldest() }
    }

    /// Sends a packet-in from `port`, now or later.
    func send(_ message: OpenFlowMessage, port: OpenFlowPort) {
        if statistics.backlog == 0, takeToken() {
            statistics.bypassed += 1
            return deliver(message)
        }
        if statistics.backlog >= burst { dropOldest() }
        if lines[port] == nil { turns.append(port) }
        lines[port, default: []].append(message)
        statistics.backlog += 1
        statistics.queued += 1
        wait()
    }

    private static func effective(_ burst: Int, _ rate: Int) -> Int { max(burst > 0 ? burst : rate / 4, 1) }

    private func fill() {
        let now = ControlClock.shared.now
        tokens = min(Double(burst), tokens + rate * ((now - filled) / .seconds(1)))
        filled = now
    }

    private func takeToken() -> Bool {
        fill()
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }

    private func dropOldest() {
        guard let longest = lines.max(by: { $0.value.count < $1.value.count })?.key else { return }
        _ = take(from: longest)
        statistics.dropped += 1
    }

    private func take(from port: OpenFlowPort) -> OpenFlowMessage? {
        guard let message = lines[port]?.popFirst() else { return nil }
        statistics.backlog -= 1
        if lines[port]?.isEmpty == true {
            lines[port] = nil
            turns.removeAll { $0 == port }
        }
        return message
    }

    private func wait() {
        guard timer == nil, statistics.backlog > 0 else { return }
        let missing = max(1 - tokens, 0) / rate
        timer = ControlTimer(after: max(.seconds(missing), .milliseconds(1))) { [weak self] in
            self?.timer = nil
            self?.drain()
        }
    }

    private func drain() {
        // No more at a time than leave others room.
        for _ in 0..<50 {
            guard let port = turns.first, takeToken() else { break }
            turns.append(turns.removeFirst())
            if let message = take(from: port) { deliver(message) }
        }
        wait()
    }
}
