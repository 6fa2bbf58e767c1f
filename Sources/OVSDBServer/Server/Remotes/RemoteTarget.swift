import OVSDB

/// Where a server can be reached, or whom it goes to (ovsdb(7), "Connection Methods").
public enum RemoteTarget: Hashable, Sendable {
    /// Listens on a Unix domain socket (`punix:PATH`).
    case listenUnix(path: String)
    /// Listens on a TCP port (`ptcp:[PORT][:HOST]`); of all addresses without a host.
    case listenTCP(host: String?, port: Int)
    /// The same, over TLS (`pssl:[PORT][:HOST]`).
    case listenTLS(host: String?, port: Int)
    /// Connects to a client (`unix:PATH`, `tcp:HOST[:PORT]`, `ssl:HOST[:PORT]`).
    case connect(Remote)
    /// Does what a column says (`db:DATABASE,TABLE,COLUMN`): a set of targets, or references to rows that have them.
    case column(ColumnAddress)

    /// Understands `text`.
    ///
    /// - Throws: code ``OVSDBError/Code/address``.
    public init(_ text: String) throws(OVSDBError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? String(parts[1]) : ""
        switch parts[0] {
        case "punix":
            guard !rest.isEmpty else { throw OVSDBError(.address, "\(text): no path given") }
            self = .listenUnix(path: rest)
        case "ptcp":
            let (host, port) = try Self.listener(rest, of: text)
            self = .listenTCP(host: host, port: port)
        case "pssl":
            let (host, port) = try Self.listener(rest, of: text)
            self = .listenTLS(host: host, port: port)
        case "db":
            guard let address = ColumnAddress(text) else {
                throw OVSDBError(.address, "\(text): expected db:DATABASE,TABLE,COLUMN")
            }
            self = .column(address)
        default: self = .connect(try Remote(text))
        }
    }

    private static func listener(_ rest: String, of text: String) throws(OVSDBError) -> (String?, Int) {
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.first.map(String.init) ?? ""
        var host = parts.count == 2 ? String(parts[1]) : ""
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let port = digits.isEmpty ? 6640 : Int(digits), 0...65535 ~= port else {
            throw OVSDBError(.address, "\(text): bad port number \"\(digits)\"")
        }
        return (host.isEmpty ? nil : host, port)
    }

    /// Whether a dead peer can go unnoticed, so that probes are worth sending.
    var needsProbes: Bool {
        switch self {
        case .listenUnix, .column: false
        case .listenTCP, .listenTLS: true
        case .connect(let remote): remote.needsProbes
        }
    }
}
