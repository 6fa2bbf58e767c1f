import OVSDB

/// Where a server can be reached, or whom it goes to (ovsdb(7), "Connection Methods").
public enum RemoteTarget: Hashable, Sendable {
    /// Listens on a Unix domain socket (`punix:PATH`).
    case listenUnix(path: String)
    /// Listens on a TCP port (`ptcp:[PORT][:HOST]`); of all addresses without a host.
    case listenTCP(host: String?, port: Int)
    /// Connects to a client (`unix:PATH`, `tcp:HOST[:PORT]`).
    case connect(Remote)
    /// Does what a column says (`db:DATABASE,TABLE,COLUMN`): a set of targets, or references to rows that have them.
    case column(database: String, table: String, column: String)

    /// Understands `text`.
    ///
    /// - Throws: code ``OVSDBError/Code/address``; for TLS too, which is not supported yet.
    public init(_ text: String) throws(OVSDBError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? String(parts[1]) : ""
        switch parts[0] {
        case "punix":
            guard !rest.isEmpty else { throw OVSDBError(.address, "\(text): no path given") }
            self = .listenUnix(path: rest)
        case "ptcp": self = try Self.listener(rest, of: text)
        case "pssl": throw OVSDBError(.address, "\(text): TLS connections to the database are not supported")
        case "db":
            let names = rest.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard names.count == 3, names.allSatisfy(MemberReader.isID) else {
                throw OVSDBError(.address, "\(text): expected db:DATABASE,TABLE,COLUMN")
            }
            self = .column(database: names[0], table: names[1], column: names[2])
        default: self = .connect(try Remote(text))
        }
    }

    private static func listener(_ rest: String, of text: String) throws(OVSDBError) -> RemoteTarget {
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.first.map(String.init) ?? ""
        var host = parts.count == 2 ? String(parts[1]) : ""
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let port = digits.isEmpty ? 6640 : Int(digits), 0...65535 ~= port else {
            throw OVSDBError(.address, "\(text): bad port number \"\(digits)\"")
        }
        return .listenTCP(host: host.isEmpty ? nil : host, port: port)
    }

    /// Whether a dead peer can go unnoticed, so that probes are worth sending.
    var needsProbes: Bool {
        switch self {
        case .listenUnix, .column: false
        case .listenTCP: true
        case .connect(let remote): remote.needsProbes
        }
    }
}
