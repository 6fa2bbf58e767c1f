import Glibc
import Program

/// The files that must not outlive the process: pidfile and control socket.
///
/// Any thread may call.
public final class RunFiles: Sendable {
    private let paths = LockedBox<[String]>([])

    public init() {}

    /// `path` is to be removed when the process ends.
    public func add(_ path: String) {
        paths.withLock { $0.append(path) }
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
