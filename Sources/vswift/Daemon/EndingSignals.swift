import Dispatch
import Glibc
import Program

/// The signals that ask a command to end, while it has something to clear away before it does.
struct EndingSignals {
    private let sources: [any DispatchSourceSignal]
    private let caught = LockedBox<Int32?>(nil)

    /// Takes the signals from now on; one that is ignored, as after nohup(1), stays so.
    init() {
        let numbers = [SIGHUP, SIGINT, SIGTERM].filter { !Self.isIgnored($0) }
        sources = numbers.map { [caught] number in
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { caught.withLock { $0 = $0 ?? number } }
            source.resume()
            return source
        }
    }

    /// The first that came; nil: none so far.
    var first: Int32? { caught.withLock { $0 } }

    /// Ends the process by the signal that came, so that its parent sees why it ended; returns when none came.
    func obey() {
        guard let first else { return }
        for source in sources { source.cancel() }
        signal(first, SIG_DFL)
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, first)
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
        kill(getpid(), first)
        _exit(128 + first)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var present = sigaction()
        sigaction(number, nil, &present)
        // SIG_IGN is a pointer to nothing, which no two values of a function's type can be compared for.
        return unsafeBitCast(present.__sigaction_handler.sa_handler, to: Int.self) == 1
    }
}
