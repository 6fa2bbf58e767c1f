/// Where a controller is, or where controllers may come to us, in OVS's notation (ovs-vswitchd.conf.db(5), Controller).
public struct ControllerTarget: Hashable, Sendable, CustomStringConvertible {
    /// How bytes travel.
    public enum Address: Hashable, Sendable {
        /// A Unix domain socket's path, absolute or relative to the run directory.
        case unix(path: String)
        /// A host's name or address, without brackets, and a port. Passive: the address to listen at.
        case tcp(host: String, port: Int)
        /// As ``tcp(host:port:)``, with TLS.
        case tls(host: String, port: Int)
    }

    public let address: Address
    /// Whether we listen, and controllers connect.
    public let isPassive: Bool
    /// As written in the row.
    public let description: String

    /// OpenFlow's port at IANA.
    public static let defaultPort = 6653

    /// Understands `unix:`, `tcp:`, `ssl:`, `punix:`, `ptcp:` and `pssl:`; nil for anything else.
    ///
    /// - Parameter defaultPort: of targets that name a host alone; managers have another.
    public init?(_ text: String, defaultPort: Int = ControllerTarget.defaultPort) {
        guard let colon = text.firstIndex(of: ":") else { return nil }
        let rest = String(text[text.index(after: colon)...])
        let address: Address?
        switch text[..<colon] {
        case "unix", "punix": address = rest.isEmpty ? nil : .unix(path: rest)
        case "tcp": address = Self.active(rest, defaultPort).map { .tcp(host: $0, port: $1) }
        case "ssl": address = Self.active(rest, defaultPort).map { .tls(host: $0, port: $1) }
        case "ptcp": address = Self.passive(rest, defaultPort).map { .tcp(host: $0, port: $1) }
        case "pssl": address = Self.passive(rest, defaultPort).map { .tls(host: $0, port: $1) }
        default: address = nil
        }
        guard let address else { return nil }
        self.address = address
        isPassive = text.hasPrefix("p")
        description = text
    }

    /// A Unix domain socket that we listen at.
    init(unixListener path: String) {
        address = .unix(path: path)
        isPassive = true
        description = "punix:\(path)"
    }

    /// Whether a dead peer can go unnoticed, so that probes are worth sending.
    public var needsProbes: Bool { if case .unix = address { false } else { true } }

    /// `HOST[:PORT]`, an IPv6 address in brackets.
    private static func active(_ text: String, _ defaultPort: Int) -> (String, Int)? {
        guard let (host, rest) = host(text[...]), !host.isEmpty else { return nil }
        guard let port = port(rest, defaultPort), port != 0 else { return nil }
        return (host, port)
    }

    /// `[PORT][:HOST]`; port 0 lets the kernel choose.
    private static func passive(_ text: String, _ defaultPort: Int) -> (String, Int)? {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let port = port(parts.first ?? "", defaultPort) else { return nil }
        guard parts.count == 2, !parts[1].isEmpty else { return ("0.0.0.0", port) }
        guard let (host, rest) = host(parts[1]), rest.isEmpty, !host.isEmpty else { return nil }
        return (host, port)
    }

    /// The host at the beginning, and what follows its colon.
    private static func host(_ text: Substring) -> (String, Substring)? {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = text[text.index(after: text.startIndex)..<end]
            let tail = text[text.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { return nil }
            return (String(host), tail.dropFirst())
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), parts.count == 2 ? parts[1] : "")
    }

    private static func port(_ text: Substring, _ defaultPort: Int) -> Int? {
        guard !text.isEmpty else { return defaultPort }
        guard text.allSatisfy(\.isASCII), let port = Int(text), (0...65535).contains(port) else { return nil }
        return port
    }
}
