import CDPDK
import Control

/// Between the time stamps that packet threads put on flows (the processor's counter) and the time of ``ControlClock``.
@ControlActor
struct StampClock {
    /// One moment in both; made when a stopped clock is first asked.
    private static let shared = StampClock()
    private let time = ContinuousClock.now
    private let stamp = cdpdk_tsc()
    private let frequency = cdpdk_tsc_hz()

    /// What a packet is stamped with while the clock stands still; 0 while it runs: the thread looks for itself.
    static func stamp() -> UInt64 {
        guard ControlClock.shared.isStopped else { return 0 }
        let clock = shared
        let passed = clock.time.duration(to: ControlClock.shared.now) / .seconds(1)
        return clock.stamp &+ UInt64(bitPattern: Int64(passed * Double(clock.frequency)))
    }

    /// When a stamp was put on.
    static func time(of stamp: UInt64) -> ContinuousClock.Instant {
        guard ControlClock.shared.isStopped else {
            let age = Double(Int64(bitPattern: cdpdk_tsc() &- stamp)) / Double(cdpdk_tsc_hz())
            return .now - .seconds(max(0, age))
        }
        let clock = shared
        let passed = Double(Int64(bitPattern: stamp &- clock.stamp)) / Double(clock.frequency)
        // Nanoseconds are lost on the way there and back; who stopped the clock counts in milliseconds.
        let age = (clock.time + .seconds(passed)).duration(to: ControlClock.shared.now) / .microseconds(1)
        return ControlClock.shared.now - .microseconds(Int64(max(0, age.rounded())))
    }
}
