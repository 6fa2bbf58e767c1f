import NIOCore
import NIOPosix

/// The one thread that owns the control plane: bridges, tables, rows, connections (decision 3 of the architecture).
///
/// Its executor is a SwiftNIO event loop, so code isolated to this actor and the channel handlers of every connection
/// share a thread: a handler enters with ``assumeIsolated(_:)`` and no hop takes place. Packets never come here except
/// as misses; whatever blocks (probing a device, mapping memory) is done elsewhere and awaited.
@globalActor
public actor ControlActor {
    public static let shared = ControlActor()

    /// The group of exactly one event loop that runs the control plane.
    public nonisolated let group: MultiThreadedEventLoopGroup
    /// The event loop itself; for timers and bootstraps.
    public nonisolated let eventLoop: any EventLoop
    private nonisolated let executor: any SerialExecutor

    public nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init() {
        group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        eventLoop = group.next()
        executor = eventLoop.executor
    }

    /// Runs `body` as isolated code on the spot.
    ///
    /// - Precondition: the caller runs on the control event loop (a channel handler, a NIO timer); traps otherwise.
    @preconcurrency
    public static func assumeIsolated<Result: Sendable>(
        _ body: @ControlActor () throws -> Result, file: StaticString = #fileID, line: UInt = #line
    ) rethrows -> Result {
        shared.eventLoop.preconditionInEventLoop(file: file, line: line)
        return try withoutActuallyEscaping(body) { isolated in
            // The isolation is the only difference between the two types: the thread has just been checked.
            try unsafeBitCast(isolated, to: (() throws -> Result).self)()
        }
    }

    /// Runs `body` on the control thread, soon; from any thread.
    public static func enqueue(_ body: @escaping @Sendable @ControlActor () -> Void) {
        shared.eventLoop.execute { assumeIsolated(body) }
    }
}
