import Glibc

/// Whether somebody still has a file, as the file itself tells: neither another network namespace nor another spelling
/// of its path hides who does.
enum FileOwnership {
    /// Whether it is certain that no process has the socket at `path`.
    ///
    /// A datagram socket asks: where nothing is bound any more, the kernel refuses; a stream that is bound there is of
    /// the wrong type, whether it listens or not, and never hears of the question.
    static func isDead(socket path: String) -> Bool {
        let slash = path.lastIndex(of: "/")
        let folder = open(slash.map { String(path[...$0]) } ?? ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return false }
        defer { close(folder) }
        // Through the folder, as an address has room for 107 bytes.
        let name = "/proc/self/fd/\(folder)/" + (slash.map { path[path.index(after: $0)...] } ?? path[...])
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard name.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8) }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
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
