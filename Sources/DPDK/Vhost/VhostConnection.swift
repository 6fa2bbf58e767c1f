import Glibc

/// The library's end of a connection to a frontend: the library keeps its descriptor to itself.
struct VhostConnection: Sendable {
    let descriptor: Int32
    /// The kernel's number of the socket (SO_COOKIE): the descriptor may be another one's some time.
    private let cookie: UInt64?

    /// Finds the newest connection over the socket at a path among this process's descriptors, but for
    /// those already known.
    init?(path: String, isClient: Bool, besides taken: Set<Int32>) {
        guard let directory = opendir("/proc/self/fd") else { return nil }
        defer { closedir(directory) }
        var found: Int32?
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let number = Int32(name), !taken.contains(number), number > found ?? -1,
                Self.isConnection(number, path, isClient)
            else { continue }
            found = number
        }
        guard let found else { return nil }
        descriptor = found
        cookie = Self.cookie(of: found)
    }

    /// Ends the connection, if it is there yet.
    func end() {
        if let cookie, Self.cookie(of: descriptor) == cookie { shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    private static func cookie(of descriptor: Int32) -> UInt64? {
        var cookie: UInt64 = 0
        var size = socklen_t(MemoryLayout<UInt64>.size)
        return getsockopt(descriptor, SOL_SOCKET, SO_COOKIE, &cookie, &size) == 0 ? cookie : nil
    }

    /// The library reads and writes without asking whether it can, on one thread for all guests: a frontend that stops
    /// in the middle may keep it only so long.
    func limitWaiting() {
        var limit = timeval(tv_sec: 0, tv_usec: 20_000)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
    }

    /// Whether the other end reads the answers that it gets: some, but no heap of them, may be under way.
    var isRead: Bool {
        var unread: Int32 = 0
        return ioctl(descriptor, UInt(TIOCOUTQ), &unread) != 0 || unread < Self.mostUnread
    }

    private static let mostUnread: Int32 = 64 << 10

    private static func isConnection(_ descriptor: Int32, _ path: String, _ isClient: Bool) -> Bool {
        var isListening: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        guard getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening == 0 else {
            return false
        }
        var address = sockaddr_un()
        var length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                isClient ? getpeername(descriptor, $0, &length) : getsockname(descriptor, $0, &length)
            }
        }
        guard result == 0, address.sun_family == sa_family_t(AF_UNIX) else { return false }
        return withUnsafeBytes(of: address.sun_path) { $0.prefix { $0 != 0 }.elementsEqual(path.utf8) }
    }
}
