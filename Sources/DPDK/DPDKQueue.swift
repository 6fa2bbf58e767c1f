import CLinux
import Dispatch
import Glibc
import Synchronization

/// The one thread on which everything in DPDK runs that may block: the EAL's start, devices, pools.
///
/// Jobs run in the order in which they were given. It is a thread of its own, and not a dispatch queue, because
/// `rte_eal_init` makes its caller DPDK's main lcore: the lcore id and the buffer caches belong to the thread.
public final class DPDKQueue: Sendable {
    private struct State {
        var jobs: [@Sendable () -> Void] = []
        var isStopped = false
    }

    private final class Shared: Sendable {
        let name: String
        let state = Mutex(State())
        let wakeUp = DispatchSemaphore(value: 0)

        init(name: String) {
            self.name = name
        }

        func serve() {
            _ = cl_thread_set_name(name)
            while true {
                wakeUp.wait()
                let job = state.withLock { $0.jobs.isEmpty ? nil : $0.jobs.removeFirst() }
                guard let job else { return }
                job()
            }
        }
    }

    private let shared: Shared

    /// Starts the thread.
    ///
    /// - Parameter name: the thread's name; at most 15 bytes are kept.
    public init(name: String = "dpdk") {
        shared = Shared(name: name)
        var thread = pthread_t()
        let result = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Shared>.fromOpaque(context).takeRetainedValue().serve()
                return nil
            }, Unmanaged.passRetained(shared).toOpaque())
        precondition(result == 0, "no thread for DPDK: errno \(result)")
        pthread_detach(thread)
    }

    deinit {
        stop()
    }

    /// Runs `body` on the thread, after what was given before, and returns what it returns.
    ///
    /// - Throws: what `body` throws; ``DPDKError/Code/notInitialized`` after ``stop()``.
    public func run<Value: Sendable>(
        _ body: @escaping @Sendable () throws(DPDKError) -> Value
    ) async throws(DPDKError) -> Value {
        let result: Result<Value, DPDKError> = await withCheckedContinuation { continuation in
            let isAccepted = enqueue {
                continuation.resume(returning: Result(catching: body))
            }
            if !isAccepted {
                continuation.resume(returning: .failure(DPDKError(.notInitialized, "DPDK is being shut down")))
            }
        }
        return try result.get()
    }

    /// Ends the thread after the jobs given so far.
    public func stop() {
        let isFirst = shared.state.withLock { state in
            defer { state.isStopped = true }
            return !state.isStopped
        }
        if isFirst { shared.wakeUp.signal() }
    }

    private func enqueue(_ job: @escaping @Sendable () -> Void) -> Bool {
        let isAccepted = shared.state.withLock { state in
            if !state.isStopped { state.jobs.append(job) }
            return !state.isStopped
        }
        if isAccepted { shared.wakeUp.signal() }
        return isAccepted
    }
}
