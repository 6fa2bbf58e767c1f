import Control
import Service

/// `time/warp`: moves a stopped clock, in steps if so asked, one warp at a time.
@ControlActor
final class TimeWarp {
    /// How far a clock is moved at most, and in how many steps: what is further would not come to an end.
    private static let farthest = 10 * 365 * 86_400_000
    private static let mostSteps = 1_000_000

    private var isRunning = false

    /// - Parameters:
    ///   - arguments: `[LARGE_MSECS] MSECS`: how far in all, and a step.
    ///   - step: moves the clock, and returns when what is due then is done.
    func run(_ arguments: [String], step: @ControlActor (Duration) async -> Void) async throws(UnixctlError) {
        let numbers = arguments.map { Int($0) ?? 0 }
        guard let length = numbers.last, length > 0, var left = numbers.first, left >= 0, left <= Self.farthest,
            length <= Self.farthest, left / length < Self.mostSteps
        else { throw UnixctlError("invalid MSECS") }
        guard !isRunning else { throw UnixctlError("A previous warp in progress") }
        isRunning = true
        defer { isRunning = false }
        repeat {
            let part = left > 0 ? min(length, left) : length
            left -= part
            await step(.milliseconds(part))
        } while left > 0
    }
}
