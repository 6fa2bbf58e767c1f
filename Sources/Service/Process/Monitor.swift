import CLinux
import Glibc
import Program

/// The process of `--monitor`: waits for the worker and starts another when it crashed.
///
/// It has one thread and holds nothing of the daemon's work, so that forking from it is safe.
struct Monitor {
    private let log: VLog
    private let options: ServiceOptions
    private var crashes = 0
    private var recent = 0
    private var started = ContinuousClock.now
    private var status = "healthy"

    init(_ options: ServiceOptions, _ log: VLog) {
        self.log = log
        self.options = options
    }

    /// Watches `worker` and its successors. Returns only in a new worker; the monitor itself ends in here.
    mutating func watch(_ worker: pid_t) {
        log.setProcessName("monitor")
        TerminationSignals.blockChildSignal(true)
        var worker = worker
        while true {
            cl_set_title("\(options.program): monitoring pid \(worker) (\(status))")
            let end = wait(for: worker)
            // The worker cannot have closed the file of another process: the name may lead to a new one by now.
            try? log.reopenFile()
            guard end.isCrash else {
                log.write(.info, "daemon_unix", "pid \(worker) died, \(end), exiting")
                finish(end)
            }
            crashes += 1
            status = "\(crashes) crashes: pid \(worker) died, \(end)"
            // Where it listened by default, nobody will again.
            unlink(options.defaultControlSocket(of: worker))
            if end.dumpedCore {
                _ = cl_disable_core()
                log.write(.warning, "daemon_unix", "\(status), core dumps are off from now on")
            }
            pause()
            log.write(.error, "daemon_unix", "\(status), restarting")
            started = .now
            let child = cl_fork()
            if child == 0 {
                cl_set_title(nil)
                TerminationSignals.blockChildSignal(false)
                log.setProcessName("")
                return
            }
            guard child > 0 else {
                log.write(.emergency, "daemon_unix", "could not restart: \(ManagementError.text(-child))")
                _exit(1)
            }
            worker = child
        }
    }

    /// Waits until the worker has ended; signals that ask the monitor to end are passed on.
    private func wait(for worker: pid_t) -> ProcessEnd {
        var end = cl_end()
        while true {
            if cl_wait(worker, 1, &end) != 0 { return ProcessEnd(end) }
            // The time-out is for a SIGCHLD that came together with another one's.
            if let number = TerminationSignals.wait(children: true, timeout: .seconds(60)), number != SIGCHLD {
                kill(worker, number)
            }
        }
    }

    /// A worker that lived for a while is replaced at once; of those that crash early each waits twice as long, up to
    /// 10 s.
    private mutating func pause() {
        guard started.duration(to: .now) < .seconds(10) else {
            recent = 0
            return
        }
        recent += 1
        guard recent > 1 else { return }
        let delay = min(Duration.milliseconds(250) * (1 << min(recent - 2, 6)), .seconds(10))
        let text = Decimal.text(delay / .seconds(1), places: 2)
        log.write(.warning, "daemon_unix", "\(status), waiting \(text) seconds before restart")
        let until = ContinuousClock.now + delay
        while ContinuousClock.now < until {
            let rest = ContinuousClock.now.duration(to: until)
            if let number = TerminationSignals.wait(timeout: max(rest, .zero)) { TerminationSignals.die(by: number) }
        }
    }

    /// Ends as the worker did.
    private func finish(_ end: ProcessEnd) -> Never {
        if let signal = end.signal { TerminationSignals.die(by: signal) }
        _exit(end.status ?? 1)
    }
}
