import CLinux
import Control
import Glibc
import Program
import Service

/// A command of the shell that runs beside the server (`--run`).
struct ShellCommand: Sendable {
    private let text: String
    private let process: pid_t

    /// Starts the command, with the signals as a shell starts it.
    ///
    /// - Throws: code `.system` when there is no process for it.
    init(_ text: String) throws(ManagementError) {
        self.text = text
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // The server's threads have signals blocked, and ignore others.
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words: [UnsafeMutablePointer<CChar>?] = [strdup("/bin/sh"), strdup("-c"), strdup(text), nil]
        defer { for word in words { free(word) } }
        var child: pid_t = 0
        let failure = posix_spawn(&child, "/bin/sh", nil, &attributes, words, environ)
        guard failure == 0 else {
            throw ManagementError(
                errno: failure, "\(text): process failed to start (\(ManagementError.text(failure)))")
        }
        process = child
    }

    /// Returns when the command has ended: nil, or why it was no success.
    func wait() async -> String? {
        let process = process
        let end = await ControlActor.runBlocking {
            var end = cl_end()
            _ = cl_wait(process, 0, &end)
            return ProcessEnd(end)
        }
        return end.status == 0 ? nil : "\(text): child exited, \(end)"
    }
}
