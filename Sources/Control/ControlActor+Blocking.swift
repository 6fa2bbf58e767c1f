import NIOCore
import NIOPosix

extension ControlActor {
    /// Runs `body`, which may wait in the kernel, on another thread; the caller's goes on meanwhile.
    ///
    /// From `isolation` the way to that thread and back is a direct one: the caller is resumed on its own executor.
    public static func runBlocking<Value: Sendable>(
        isolation: isolated (any Actor)? = #isolation, _ body: @escaping @Sendable () -> Value
    ) async -> Value {
        await withCheckedContinuation(isolation: isolation) { continuation in
            // The pool of the process is never shut down, so it always runs what it is given.
            NIOThreadPool.singleton.submit { _ in continuation.resume(returning: body()) }
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
