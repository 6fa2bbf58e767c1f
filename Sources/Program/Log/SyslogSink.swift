import Control
import Glibc

/// The sockets to the system log and to the remote target; used under the log's lock.
///
/// Sends never wait: a log daemon that does not keep up loses lines, the switch loses no time. That is why syslog(3)
/// itself is not used: it blocks.
struct SyslogSink: Sendable {
    /// How lines reach the local system log.
    var method = SyslogMethod.libc
    /// Where they go besides, over UDP (`--syslog-target`).
    var target: UDPTarget?
    /// The facility that was asked for; nil leaves each way its own default.
    var facility: LogFacility?

    private var unixSocket: Int32 = -1
    private var fourSocket: Int32 = -1
    private var sixSocket: Int32 = -1

    /// Whether any line can go anywhere.
    var isActive: Bool { method != .null || target != nil }

    /// Sends `entry`, a datagram for each line of its message.
    mutating func send(_ entry: LogEntry, pattern: LogPattern) {
        var entry = entry
        for line in entry.message.split(separator: "\n") {
            entry.message = String(line)
            if method != .null {
                entry.facility = facility ?? .daemon
                switch method {
                case .libc: sendUnix(message(entry, pattern, prefix: Self.libcPrefix), to: "/dev/log")
                case .unix(let path): sendUnix(message(entry, pattern, prefix: LogPattern.syslogPrefix), to: path)
                case .udp(let target): send(message(entry, pattern, prefix: LogPattern.syslogPrefix), to: target)
                case .null: break
                }
            }
            if let target {
                entry.facility = facility ?? .local0
                send(message(entry, pattern, prefix: LogPattern.syslogPrefix), to: target)
            }
        }
    }

    /// What syslog(3) puts in front.
    private static let libcPrefix = LogPattern("<%B>%d{%h %e %T} %A: ")

    private func message(_ entry: LogEntry, _ pattern: LogPattern, prefix: LogPattern) -> [UInt8] {
        var bytes: [UInt8] = []
        prefix.write(entry, to: &bytes)
        pattern.write(entry, to: &bytes)
        return bytes
    }

    private mutating func sendUnix(_ bytes: [UInt8], to path: String) {
        if unixSocket < 0 { unixSocket = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Self.flags, 0) }
        let descriptor = unixSocket
        UnixAddress.with(path) { transmit(descriptor, bytes, $0, $1) }
    }

    private mutating func send(_ bytes: [UInt8], to target: UDPTarget) {
        let isFour = !target.host.contains(":")
        if isFour, fourSocket < 0 { fourSocket = socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Self.flags, 0) }
        if !isFour, sixSocket < 0 { sixSocket = socket(AF_INET6, Int32(SOCK_DGRAM.rawValue) | Self.flags, 0) }
        let descriptor = isFour ? fourSocket : sixSocket
        _ = target.withAddress { transmit(descriptor, bytes, $0, $1) }
    }

    private func transmit(
        _ descriptor: Int32, _ bytes: [UInt8], _ address: UnsafePointer<sockaddr>, _ length: socklen_t
    ) {
        // The result does not matter: there is nobody to tell.
        _ = sendto(descriptor, bytes, bytes.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL), address, length)
    }

    private static let flags = Int32(SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
}

extension LogPattern {
    /// What stands before a line that goes to a syslog socket directly.
    static let syslogPrefix = LogPattern("<%B> %D{%h %e %T} %E %A:")
}
