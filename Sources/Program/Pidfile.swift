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
        var text = [UInt8](repeating: 0, count: 16)
        let count = read(descriptor, &text, text.count)
        guard cl_lock_owner(descriptor) == 0,
            let process = pid_t(String(decoding: text.prefix(max(count, 0)).prefix { $0 != 0x0a }, as: UTF8.self)),
            process > 0, kill(process, 0) != 0, errno == ESRCH
        else { return nil }
        return process
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
