import CLinux
import Glibc
import Machine

/// The file that holds the daemon's process number, locked as long as the daemon lives (fcntl(2); tools that find it
/// not locked call it stale).
package struct Pidfile {
    /// Where it is.
    package let path: String

    /// The pidfile at `path`.
    package init(path: String) {
        self.path = path
    }

    /// The process that holds the lock; nil when there is none.
    package var owner: pid_t? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        // Closing loses this process's own locks on the file; it has none before claim(), which is called once.
        defer { close(descriptor) }
        let owner = cl_lock_owner(descriptor)
        return owner > 0 ? owner : nil
    }

    /// The process that the file names when nobody holds it and that process is dead: a daemon that was killed.
    package var deadOwner: pid_t? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard cl_lock_owner(descriptor) == 0, let process = named, Self.hasEnded(process) else { return nil }
        return process
    }

    /// The daemon on its way out: it was killed, or is at its end otherwise, and still has files or locks. It lets go of
    /// them before long, at the latest when its memory has been given back.
    package var endingOwner: pid_t? {
        guard let process = owner ?? named, Self.isEnding(process) else { return nil }
        return process
    }

    /// The process that the file names.
    private var named: pid_t? {
        TextFile.read(path).flatMap { pid_t($0.prefix { $0 != "\n" }) }.flatMap { $0 > 0 ? $0 : nil }
    }

    /// Whether a process has ended, though its parent may not have asked yet how.
    package static func hasEnded(_ process: pid_t) -> Bool {
        guard kill(process, 0) == 0 else { return errno == ESRCH }
        return facts(of: process)?.first == "Z"
    }

    /// Whether a process is on its way out, or has still to take the SIGKILL that it was sent.
    private static func isEnding(_ process: pid_t) -> Bool {
        guard let facts = facts(of: process), facts.count > 17 else { return false }
        // Its first thread has ended; files are there as long as any is.
        if facts[0] == "Z" { return Int(facts[17]) ?? 1 > 1 }
        // PF_EXITING of the kernel's flags of a task.
        if let flags = UInt32(facts[6]), flags & 0x4 != 0 { return true }
        let lines = TextFile.read("/proc/\(process)/status")?.split(separator: "\n") ?? []
        return lines.contains { line in
            guard line.hasPrefix("SigPnd:") || line.hasPrefix("ShdPnd:"),
                let pending = line.split(separator: "\t").last.flatMap({ UInt64($0, radix: 16) })
            else { return false }
            return pending & 1 << UInt64(SIGKILL - 1) != 0
        }
    }

    /// What `/proc/PID/stat` tells behind the name, which stands in parentheses and may hold some: the state is first.
    private static func facts(of process: pid_t) -> [Substring]? {
        TextFile.read("/proc/\(process)/stat")?.split(separator: ")").last?.split(separator: " ")
    }

    /// Throws code `.alreadyRunning` when a daemon lives.
    package func checkFree() throws(ManagementError) {
        if let owner { throw ManagementError(.alreadyRunning, "\(path): already running as pid \(owner), aborting") }
    }

    /// Writes the file for this process and locks it until the process ends.
    ///
    /// The file is locked under another name and then renamed: whoever sees it sees it locked. Of two processes that do
    /// so at once one finds the other's lock, on either name.
    package func claim(overwrite: Bool) throws(ManagementError) {
        let temporary = path + ".tmp"
        let descriptor = open(temporary, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure("\(temporary): create failed", errno) }
        do throws(ManagementError) {
            let lock = cl_lock_file(descriptor)
            guard lock == 0 else { throw failure("\(temporary): fcntl(F_SETLK) failed", -lock) }
            if !overwrite { try checkFree() }
            let text = Array("\(getpid())\n".utf8)
            guard ftruncate(descriptor, 0) == 0, write(descriptor, text, text.count) == text.count else {
                throw failure("\(temporary): write failed", errno)
            }
            guard rename(temporary, path) == 0 else {
                throw failure("failed to rename \"\(temporary)\" to \"\(path)\"", errno)
            }
        } catch {
            close(descriptor)
            throw error
        }
        // The descriptor stays open: with it the lock would go.
    }

    private func failure(_ text: String, _ number: Int32) -> ManagementError {
        ManagementError(errno: number, "\(text) (\(ManagementError.text(number)))")
    }
}
