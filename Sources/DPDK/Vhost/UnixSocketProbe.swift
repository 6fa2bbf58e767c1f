import Glibc

/// Finds out what stands at the path of a Unix socket.
enum UnixSocketProbe {
    enum State: Equatable {
        case absent
        /// A socket on which nobody listens.
        case stale
        case live
        case notASocket
        /// The positive errno.
        case inaccessible(Int32)
    }

    /// Connects for a moment to what is there.
    static func state(of path: String) -> State {
        var attributes = stat()
        if lstat(path, &attributes) != 0 {
            return errno == ENOENT ? .absent : .inaccessible(errno)
        }
        guard attributes.st_mode & S_IFMT == S_IFSOCK else { return .notASocket }
        let descriptor = socket(
            AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return .inaccessible(errno) }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return .inaccessible(ENAMETOOLONG) }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        // A listener whose backlog is full answers EAGAIN.
        if result == 0 || errno == EAGAIN || errno == EINPROGRESS { return .live }
        return errno == ECONNREFUSED ? .stale : .inaccessible(errno)
    }
}
