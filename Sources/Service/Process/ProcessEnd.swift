import CLinux
import Glibc

/// How a process ended.
package struct ProcessEnd: Sendable, Equatable, CustomStringConvertible {
    /// The exit status; nil when a signal killed it.
    package let status: Int32?
    /// The signal that killed it.
    let signal: Int32?
    /// Whether it left a core file.
    let dumpedCore: Bool

    package init(_ end: cl_end) {
        status = end.signal == 0 ? end.status : nil
        signal = end.signal == 0 ? nil : end.signal
        dumpedCore = end.dumped_core != 0
    }

    /// "exit status 1", "killed (Segmentation fault), core dumped".
    package var description: String {
        guard let signal else { return "exit status \(status ?? -1)" }
        let name = strsignal(signal).map { String(cString: $0) } ?? "signal \(signal)"
        return "killed (\(name))" + (dumpedCore ? ", core dumped" : "")
    }

    /// Whether it was a crash, after which a monitor starts another: signals of programming errors, as ovs-vswitchd(8)
    /// lists them and as Swift's traps raise; and SIGKILL, which the kernel sends when memory runs out.
    var isCrash: Bool {
        guard let signal else { return false }
        return [
            SIGABRT, SIGALRM, SIGBUS, SIGFPE, SIGILL, SIGPIPE, SIGSEGV, SIGXCPU, SIGXFSZ, SIGKILL, SIGTRAP, SIGSYS,
        ].contains(signal)
    }
}
