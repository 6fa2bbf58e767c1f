import Control

/// Waits for the first of several things to happen.
enum FirstAnswer {
    /// What is yielded first to the stream that `start` is given; nil when `limit` passes before.
    @ControlActor
    static func within<Value: Sendable>(
        _ limit: Duration, _ start: (AsyncStream<Value?>.Continuation) -> Void
    ) async -> Value? {
        let (answers, continuation) = AsyncStream<Value?>.makeStream()
        start(continuation)
        let timer = Task {
            try? await Task.sleep(for: limit)
            continuation.yield(nil)
        }
        defer { timer.cancel() }
        for await answer in answers { return answer }
        return nil
    }
}
