import Glibc

/// A value behind a POSIX mutex.
///
/// For what is used before the daemon forks. `Synchronization.Mutex` does not do there: on Linux it remembers the
/// number of the thread that locks it in thread-local storage, which is wrong after a fork (seen with Swift 6.3: the
/// runtime traps in unlock). Can go when that has changed.
package final class LockedBox<Value>: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private var value: Value

    package init(_ value: Value) {
        self.value = value
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Runs `body` with the value; not to be nested.
    package func withLock<Result, Failure: Error>(
        _ body: (inout Value) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return try body(&value)
    }
}
