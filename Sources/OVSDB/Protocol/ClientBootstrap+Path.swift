import Control
import Glibc
import NIOCore
import NIOPosix

extension ClientBootstrap {
    /// Connects to the Unix domain socket `path`, also one whose path is too long for a socket address (107 bytes).
    func connect(path: String) -> EventLoopFuture<any Channel> {
        guard path.utf8.count > 107 else { return connect(unixDomainSocketPath: path) }
        // The directory is opened and named through /proc, which is short; the descriptor lives until the outcome.
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { String(path[...$0]) } ?? "."
        let file = slash.map { String(path[path.index(after: $0)...]) } ?? path
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else {
            return ControlActor.shared.eventLoop.makeFailedFuture(IOError(errnoCode: errno, reason: "open"))
        }
        let future = connect(unixDomainSocketPath: "/proc/self/fd/\(descriptor)/\(file)")
        future.whenComplete { _ in close(descriptor) }
        return future
    }
}
