import Control
import Glibc

/// Who is behind a socket in the file system.
enum SocketOwner {
    /// The process that began to listen there; nil when nobody does.
    static func process(at path: String) -> pid_t? {
        guard let name = try? SocketPath(path) else { return nil }
        defer { name.close() }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard UnixAddress.with(name.usable, { connect(descriptor, $0, $1) }) == 0 else { return nil }
        // As unix(7) has `struct ucred`: process, user, group.
        var credentials: (process: pid_t, user: uid_t, group: gid_t) = (0, 0, 0)
        var size = socklen_t(MemoryLayout.size(ofValue: credentials))
        guard getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 else { return nil }
        return credentials.process
    }
}
