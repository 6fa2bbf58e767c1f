import Glibc

/// How lines reach the system log (`--syslog-method`).
public enum SyslogMethod: Sendable, Equatable {
    /// As syslog(3) does: over /dev/log, with its own prefix.
    case libc
    /// Over the datagram socket at this path, with the prefix of RFC 3164.
    case unix(path: String)
    /// Over UDP, with the prefix of RFC 3164.
    case udp(UDPTarget)
    /// Not at all.
    case null

    /// Reads the option's argument; empty means libc.
    public init(_ text: String) throws(ManagementError) {
        if text.isEmpty || text == "libc" {
            self = .libc
        } else if text == "null" {
            self = .null
        } else if text.hasPrefix("unix:") {
            self = .unix(path: String(text.dropFirst(5)))
        } else if text.hasPrefix("udp:"), let target = UDPTarget(String(text.dropFirst(4))) {
            self = .udp(target)
        } else {
            throw ManagementError(.invalid, "unsupported syslog method '\(text)'")
        }
    }
}

/// A numeric address and a port, "192.0.2.1:514" or "[2001:db8::1]:514".
public struct UDPTarget: Sendable, Equatable {
    /// The address as inet_pton(3) takes it.
    public let host: String
    /// The port.
    public let port: UInt16

    /// Reads the text; nil when it is not of that form.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]), port > 0 else {
            return nil
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = String(host)
        self.port = port
        guard withAddress({ _, _ in true }) == true else { return nil }
    }

    /// The socket address; nil when the host is no numeric address.
    func withAddress<Value>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Value) -> Value? {
        var four = sockaddr_in()
        if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
            four.sin_family = sa_family_t(AF_INET)
            four.sin_port = port.bigEndian
            return withUnsafePointer(to: &four) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        var six = sockaddr_in6()
        guard inet_pton(AF_INET6, host, &six.sin6_addr) == 1 else { return nil }
        six.sin6_family = sa_family_t(AF_INET6)
        six.sin6_port = port.bigEndian
        return withUnsafePointer(to: &six) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
            }
        }
    }
}
