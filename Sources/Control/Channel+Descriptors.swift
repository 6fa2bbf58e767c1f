import Glibc
import NIOCore
import NIOPosix

extension Channel {
    /// Whether the process may open enough files beside this connection: the kernel gives out the lowest free number.
    ///
    /// On the channel's event loop only.
    public var leavesDescriptors: Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        let descriptor = try? pipeline.syncOperations.withUnsafeTransportIfAvailable {
            (handle: NIOBSDSocket.Handle) in handle
        }
        guard let descriptor = descriptor ?? nil else { return true }
        let most = Int(clamping: limit.rlim_cur)
        // What connections leave to ports, files and the database.
        return Int(descriptor) + min(256, most / 4) < most
    }
}
