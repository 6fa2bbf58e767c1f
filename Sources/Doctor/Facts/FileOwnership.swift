import Control
import Glibc

/// Whether somebody still has a file, as the file itself tells: neither another network namespace nor another spelling
/// of its path hides who does.
enum FileOwnership {
    /// Whether it is certain that no process has the socket at `path`.
    ///
    /// A datagram socket asks: where nothing is bound any more, the kernel refuses; a stream that is bound there is of
    /// the wrong type, whether it listens or not, and never hears of the question.
    static func isDead(socket path: String) -> Bool {
        guard let name = try? SocketPath(path) else { return false }
        defer { name.close() }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        guard let result = UnixAddress.with(name.usable, { connect(descriptor, $0, $1) }) else { return false }
        return result != 0 && errno == ECONNREFUSED
    }

    /// Whether a process has locked the file at `path`, or none can say, as a daemon locks its pidfile.
    static func mayBeLocked(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        return fcntl(descriptor, F_GETLK, &lock) != 0 || lock.l_type != Int16(F_UNLCK)
    }
}
