import NIOCore
import NIOPosix

/// The one thread that serves databases: their contents and files, and the connections to their clients.
///
/// A thread beside the control thread, so that a large transaction, or many clients, hold up nobody but each other. The
/// switch is a client like any other; between the two threads there is nothing but a socket, and what operators ask for
/// by commands. Made when it is first needed, which must not be before the process has forked for the last time.
@globalActor
public actor DatabaseActor {
    public static let shared = DatabaseActor()

    /// The group of exactly one event loop that serves.
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
    /// - Precondition: the caller runs on the databases' event loop; traps otherwise.
    @preconcurrency
    static func assumeIsolated<Result: Sendable>(
        _ body: @DatabaseActor () throws -> Result, file: StaticString = #fileID, line: UInt = #line
    ) rethrows -> Result {
        shared.eventLoop.preconditionInEventLoop(file: file, line: line)
        return try withoutActuallyEscaping(body) { isolated in
            // The isolation is the only difference between the two types: the thread has just been checked.
            try unsafeBitCast(isolated, to: (() throws -> Result).self)()
        }
    }

    /// Runs `body` on the databases' thread, soon; from any thread.
    static func enqueue(_ body: @escaping @Sendable @DatabaseActor () -> Void) {
        shared.eventLoop.execute { assumeIsolated(body) }
    }
}
