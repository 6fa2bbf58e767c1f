import Glibc

/// The signals that ask the process to end: SIGTERM, SIGINT, SIGHUP, SIGALRM.
///
/// They are blocked in every thread and taken by the main one with sigwait(3), so that no code runs in a handler and a
/// busy control thread does not delay the end.
struct TerminationSignals {
    private static let numbers = [SIGTERM, SIGINT, SIGHUP, SIGALRM]

    /// Blocks them for the calling thread and those that it makes; SIGPIPE is ignored. Called before there are others.
    static func block() {
        signal(SIGPIPE, SIG_IGN)
        var set = Self.set(numbers)
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// Undoes a block that the process was born with, so that what waits in the foreground can be ended.
    static func unblock() {
        var set = Self.set(numbers)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }

    /// Lets a crash end the process at once: Swift's runtime would first run a program that writes a backtrace to
    /// standard error, for seconds in which no monitor could start another worker. `SWIFT_BACKTRACE` in the environment
    /// keeps it.
    static func leaveCrashesToTheKernel() {
        guard getenv("SWIFT_BACKTRACE") == nil else { return }
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] { signal(number, SIG_DFL) }
    }

    /// Waits for one of them, or for SIGCHLD if `children` (which must be blocked then), at most `timeout`.
    ///
    /// - Returns: the signal; nil after the timeout.
    static func wait(children: Bool = false, timeout: Duration? = nil) -> Int32? {
        var set = Self.set(children ? numbers + [SIGCHLD] : numbers)
        while true {
            let number: Int32
            if let timeout {
                let parts = timeout.components
                var time = timespec(tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
                number = sigtimedwait(&set, nil, &time)
            } else {
                number = sigwaitinfo(&set, nil)
            }
            if number > 0 { return number }
            if timeout != nil, errno == EAGAIN { return nil }
        }
    }

    /// Blocks or unblocks SIGCHLD for the calling thread.
    static func blockChildSignal(_ isBlocked: Bool) {
        var set = Self.set([SIGCHLD])
        pthread_sigmask(isBlocked ? SIG_BLOCK : SIG_UNBLOCK, &set, nil)
    }

    /// Ends the process by `number`, so that its parent sees why it ended.
    static func die(by number: Int32) -> Never {
        signal(number, SIG_DFL)
        var set = Self.set([number])
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        kill(getpid(), number)
        // Only a signal that is ignored by default comes here.
        _exit(1)
    }

    private static func set(_ numbers: [Int32]) -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in numbers { sigaddset(&set, number) }
        return set
    }
}
