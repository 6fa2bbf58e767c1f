import Control

/// Bounds what the vhost library logs of each socket: it writes several lines for every message of a frontend's, and a
/// frontend may send as many as it likes. One that does so fills neither the disk, nor the others' share.
struct GuestLogLimit {
    /// A guest with sixteen pairs of queues comes up in some 300 lines.
    static let (perMinute, burst) = (120, 400)
    /// More paths than there can be ports.
    private static let mostPaths = 4096

    private var limits: [Substring: RateLimit] = [:]

    /// The lines to log in place of one of the library's: with one before it that says how many were left out. Nil
    /// when the line tells of no socket.
    mutating func admit(_ message: EALMessage) -> [EALMessage]? {
        guard let path = Self.path(in: message.text) else { return nil }
        if limits.count >= Self.mostPaths, limits[path] == nil { limits = [:] }
        let fresh = RateLimit(perMinute: Self.perMinute, burst: Self.burst, module: "dpdk")
        guard let suppressed = limits[path, default: fresh].admit() else { return [] }
        guard suppressed > 0 else { return [message] }
        return [
            EALMessage(level: message.level, text: "VHOST_CONFIG: (\(path)) \(suppressed) lines were left out"),
            message,
        ]
    }

    /// The socket that a line of the library's is about: "VHOST_CONFIG: (/run/x) …".
    static func path(in text: String) -> Substring? {
        guard text.hasPrefix("VHOST_"), let open = text.firstIndex(of: "("),
            let close = text[open...].firstIndex(of: ")")
        else { return nil }
        return text[text.index(after: open)..<close]
    }
}
