import CLinux
import Glibc

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
        guard cl_lock_owner(descriptor) == 0,
            let process = pid_t(Self.text(descriptor).prefix { $0 != "\n" }), process > 0, Self.hasEnded(process)
        else { return nil }
        return process
    }

    /// Whether a process has ended, though its parent may not have asked yet how.
    private static func hasEnded(_ process: pid_t) -> Bool {
        guard kill(process, 0) == 0 else { return errno == ESRCH }
        let descriptor = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        // The state follows the name, which stands in parentheses and may hold some.
        return text(descriptor).split(separator: ")").last?.hasPrefix(" Z") ?? false
    }

    private static func text(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = read(descriptor, &bytes, bytes.count)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
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
