/// Where a server listens, in OVS's notation.
public struct Remote: Hashable, Sendable, CustomStringConvertible {
    /// How it is reached.
    public enum Address: Hashable, Sendable {
        /// A Unix domain socket's path.
        case unix(path: String)
        /// A host's name or address, without brackets, and the port.
        case tcp(host: String, port: Int)
        /// The same, over TLS.
        case tls(host: String, port: Int)
        /// It comes to us.
        case listening(ListeningAddress)
    }

    /// The address that the text meant.
    public let address: Address
    /// The text, as it appears in log lines.
    public let description: String

    /// Understands `unix:PATH`, `tcp:HOST[:PORT]` and `ssl:HOST[:PORT]`, an IPv6 HOST in brackets; the port is 6640
    /// unless given.
    ///
    /// - Parameters:
    ///   - mayListen: whether `punix:PATH`, `ptcp:[PORT][:HOST]` and `pssl:[PORT][:HOST]` are understood too.
    ///   - directory: where Unix domain sockets are that are named without one; nil: where the process is.
    /// - Throws: code ``OVSDBError/Code/address``.
    public init(_ text: String, mayListen: Bool = false, directory: String? = nil) throws(OVSDBError) {
        description = text
        if mayListen, let listening = try ListeningAddress(text, directory: directory) {
            address = .listening(listening)
            return
        }
        guard let colon = text.firstIndex(of: ":") else {
            throw OVSDBError(.address, "\(text): connection name lacks a type, as \"unix:PATH\" has one")
        }
        let rest = String(text[text.index(after: colon)...])
        switch text[..<colon] {
        case "unix":
            address = .unix(path: try Self.path(rest, directory, of: text))
        case "tcp":
            let (host, port) = try Self.host(rest, of: text)
            address = .tcp(host: host, port: port)
        case "ssl":
            let (host, port) = try Self.host(rest, of: text)
            address = .tls(host: host, port: port)
        case let scheme: throw OVSDBError(.address, "\(text): unknown connection type \"\(scheme)\"")
        }
    }

    /// Whether the server comes to us.
    public var isPassive: Bool { if case .listening = address { true } else { false } }

    /// Whether a dead peer can go unnoticed, so that probes are worth sending (OVS: not on Unix sockets).
    public var needsProbes: Bool {
        switch address {
        case .unix, .listening(.unix): false
        default: true
        }
    }

    /// The path of the Unix domain socket that is called `name` in `text`.
    static func path(_ name: String, _ directory: String?, of text: String) throws(OVSDBError) -> String {
        guard !name.isEmpty else { throw OVSDBError(.address, "\(text): no path given") }
        guard let directory, !name.hasPrefix("/") else { return name }
        return "\(directory)/\(name)"
    }

    private static func host(_ rest: String, of text: String) throws(OVSDBError) -> (host: String, port: Int) {
        var host = rest[...]
        var digits: Substring?
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            host = rest[rest.index(after: rest.startIndex)..<end]
            let tail = rest[rest.index(after: end)...]
            guard tail.isEmpty || tail.hasPrefix(":") else { throw OVSDBError(.address, "\(text): bad address") }
            digits = tail.isEmpty ? nil : tail.dropFirst()
        } else if let colon = rest.lastIndex(of: ":") {
            host = rest[..<colon]
            digits = rest[rest.index(after: colon)...]
        }
        guard !host.isEmpty else { throw OVSDBError(.address, "\(text): no host given") }
        let port = digits.map { Int($0) ?? 0 } ?? 6640
        guard 1...65535 ~= port else {
            throw OVSDBError(.address, "\(text): bad port number \"\(digits ?? "")\"")
        }
        return (String(host), port)
    }
}
