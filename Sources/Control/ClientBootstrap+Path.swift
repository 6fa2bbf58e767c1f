import NIOCore
import NIOPosix

extension ClientBootstrap {
    /// Connects to the Unix domain socket `path`, also one whose path is too long for a socket address.
    public func connect(path: String) -> EventLoopFuture<any Channel> {
        do throws(SocketPathError) {
            let socket = try SocketPath(path)
            let future = connect(unixDomainSocketPath: socket.usable)
            future.whenComplete { _ in socket.close() }
            return future
        } catch {
            return ControlActor.shared.eventLoop.makeFailedFuture(IOError(errnoCode: error.errno, reason: "open"))
        }
    }
}
