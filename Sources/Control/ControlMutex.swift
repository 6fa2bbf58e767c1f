/// Mutual exclusion between asynchronous operations of the control thread that each suspend in the middle: first come,
/// first served.
@ControlActor
public final class ControlMutex {
    private var isHeld = false
    private var waiters: [CheckedContinuation<Void, Never>] = []

    public init() {}

    /// Runs `body` when every earlier one has ended.
    public func withLock<Value>(_ body: @ControlActor () async -> Value) async -> Value {
        if isHeld {
            await withCheckedContinuation { waiters.append($0) }
        }
        isHeld = true
        let value = await body()
        if waiters.isEmpty {
            isHeld = false
        } else {
            // Stays held: it passes straight to the next in line.
            waiters.removeFirst().resume()
        }
        return value
    }
}
