import NIOCore
import NIOPosix

extension ControlActor {
    /// Runs `body`, which may wait in the kernel, on another thread; the control thread goes on meanwhile.
    public nonisolated static func runBlocking<Value: Sendable>(
        _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        // The pool of the process is never shut down, so it always runs what it is given.
        do {
            return try await NIOThreadPool.singleton.runIfActive { body() }
        } catch {
            return body()
        }
    }

    /// Lets the control thread do what else there is, for at least `duration`.
    @ControlActor
    public static func pause(_ duration: Duration) async {
        await withCheckedContinuation { continuation in
            shared.eventLoop.scheduleTask(in: TimeAmount(duration)) { continuation.resume() }
        }
    }
}
