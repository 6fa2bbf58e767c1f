import Glibc

/// Makes listening Unix domain sockets.
public enum UnixListener {
    /// A listening socket at `path`, not blocking, closed on exec; a file of that name is removed before.
    ///
    /// Only owner and group may connect. A path too long for a socket address (107 bytes) is reached through the
    /// descriptor of its directory.
    ///
    /// - Throws: the `errno` of the call that failed.
    public static func open(_ path: String) throws(SocketPathError) -> Int32 {
        unlink(path)
        let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | flags, 0)
        guard descriptor >= 0 else { throw failure() }
        // A socket's file takes its mode from the socket, less the umask.
        guard fchmod(descriptor, 0o770) == 0, bind(descriptor, path), listen(descriptor, 64) == 0 else {
            let error = failure()
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func bind(_ descriptor: Int32, _ path: String) -> Bool {
        if let result = UnixAddress.with(path, { Glibc.bind(descriptor, $0, $1) }) { return result == 0 }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "."
        let name = slash.map { path[path.index(after: $0)...] } ?? Substring(path)
        let directory = Glibc.open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return false }
        defer { close(directory) }
        let short = "/proc/self/fd/\(directory)/\(name)"
        guard let result = UnixAddress.with(short, { Glibc.bind(descriptor, $0, $1) }) else {
            errno = ENAMETOOLONG
            return false
        }
        return result == 0
    }

    private static func failure() -> SocketPathError { SocketPathError(errno: errno) }
}
