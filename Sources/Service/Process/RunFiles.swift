import Glibc
import Program

/// The files that must not outlive the process: pidfile and sockets.
///
/// Any thread may call.
public final class RunFiles: Sendable {
    private let paths = LockedBox<[String]>([])

    public init() {}

    /// `path` is to be removed when the process ends.
    public func add(_ path: String) {
        paths.withLock { $0.append(path) }
    }

    /// `path` is gone, or somebody else's now.
    public func forget(_ path: String) {
        paths.withLock { $0.removeAll { $0 == path } }
    }

    /// Removes them all.
    public func removeAll() {
        for path in paths.withLock({ paths in
            defer { paths = [] }
            return paths
        }) {
            unlink(path)
        }
    }
}
