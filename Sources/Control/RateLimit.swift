/// A token bucket for log lines, as OVS limits them: `rate` lines a minute in the long run, bursts of `burst`.
///
/// A call site keeps one and asks ``admit()`` before it logs. Lines that were held back are counted; the next admitted
/// line may say how many (OVS: "Dropped N log messages in last S seconds ...").
public struct RateLimit: Sendable {
    private let perMinute: Double
    private let burst: Double
    private let module: String?
    private var tokens: Double
    private var last: ContinuousClock.Instant
    /// Lines held back since the last admitted one.
    public private(set) var suppressed = 0

    /// A full bucket; `module` is the one that ``RateLimitPolicy`` asks about (nil: only "all" concerns it).
    public init(perMinute: Int, burst: Int, module: String? = nil) {
        self.module = module
        self.perMinute = Double(perMinute)
        self.burst = Double(max(burst, 1))
        tokens = self.burst
        last = .now
    }

    /// Whether a line may be logged now; if so, how many were held back before it.
    public mutating func admit(now: ContinuousClock.Instant = .now) -> Int? {
        let seconds = last.duration(to: now) / .seconds(1)
        tokens = min(burst, tokens + seconds * perMinute / 60)
        last = now
        guard tokens >= 1 || !RateLimitPolicy.shared.isEnforced(module) else {
            suppressed += 1
            return nil
        }
        tokens = max(tokens - 1, 0)
        defer { suppressed = 0 }
        return suppressed
    }
}
