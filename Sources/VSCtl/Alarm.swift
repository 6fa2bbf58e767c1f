import Control
import Glibc
import Program

/// Ends the process as SIGALRM does, after a time.
@ControlActor
final class Alarm {
    private let timer: ControlTimer

    /// Ends it after `delay` unless this is released before; `leave` is called first.
    init(after delay: Duration, _ log: VLog, leave: @escaping @ControlActor () -> Void) {
        timer = ControlTimer(after: delay, pace: .machine) {
            log.write(.warning, "fatal_signal", "terminating with signal \(SIGALRM) (Alarm clock)")
            leave()
            signal(SIGALRM, SIG_DFL)
            kill(getpid(), SIGALRM)
        }
    }
}
