import Foundation

/// A client of a Unix domain socket that speaks JSON-RPC: sends one request at a time and takes its reply.
final class UnixSocket {
    private let descriptor: Int32
    private let path: String

    init(_ path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard descriptor >= 0, path.utf8.count < capacity else { throw LabError(text: "\(path): no socket") }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let size = socklen_t(MemoryLayout.size(ofValue: address))
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
        }
        guard result == 0 else { throw LabError(text: "\(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(descriptor) }

    /// Sends `request`, which must not be followed by another before its reply has come, and returns that: all up to
    /// the number `id`, with which both our servers end a reply.
    func ask(_ request: [UInt8], id: Int) throws -> String {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            guard count > 0 else { throw LabError(text: "\(path): \(String(cString: strerror(errno)))") }
            sent += count
        }
        let names = ["\"id\":\(id)}", "\"id\":\(id),"].map { Array($0.utf8) }
        var reply: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count > 0 else { throw LabError(text: "\(path): closed without a reply") }
            reply += chunk[..<count]
            // The peer closes an object where a reply ends, and names the request in it.
            let end = reply.suffix(1 << 10)
            if end.last == UInt8(ascii: "}"), names.contains(where: { Data(end).range(of: Data($0)) != nil }) {
                return String(decoding: reply, as: UTF8.self)
            }
        }
    }
}
