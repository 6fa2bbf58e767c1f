import Glibc

/// A way to name a Unix domain socket whose path may be too long for a socket address.
///
/// SwiftNIO takes paths of at most 103 bytes. A longer one is reached through its directory, which is opened and named
/// through /proc. Use `usable` for connecting or binding, then `close()`.
public struct SocketPath: Sendable {
    /// What to give to SwiftNIO.
    public let usable: String
    private let directory: Int32?

    /// - Throws: the `errno` of opening the directory of a long path.
    public init(_ path: String) throws(SocketPathError) {
        guard path.utf8.count > 103 else {
            usable = path
            directory = nil
            return
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SocketPathError(errno: errno) }
        usable = "/proc/self/fd/\(descriptor)/\(name)"
        directory = descriptor
    }

    /// Gives the directory's descriptor back; `usable` is of no use afterwards.
    public func close() {
        if let directory { Glibc.close(directory) }
    }
}
