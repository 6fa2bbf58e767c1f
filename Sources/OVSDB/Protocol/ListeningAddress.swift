/// Where connections are waited for, in OVS's notation (ovsdb(7), "Connection Methods").
public enum ListeningAddress: Hashable, Sendable {
    /// A Unix domain socket (`punix:PATH`).
    case unix(path: String)
    /// A TCP port (`ptcp:[PORT][:HOST]`), of all addresses without a host.
    case tcp(host: String?, port: Int)
    /// The same, over TLS (`pssl:[PORT][:HOST]`).
    case tls(host: String?, port: Int)

    /// The address that `text` means; nil when it is of another kind.
    ///
    /// - Parameter directory: where Unix domain sockets are that are named without one; nil: where the process is.
    /// - Throws: code ``OVSDBError/Code/address``.
    public init?(_ text: String, directory: String? = nil) throws(OVSDBError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let rest = parts.count == 2 ? String(parts[1]) : ""
        switch parts[0] {
        case "punix":
            self = .unix(path: try Remote.path(rest, directory, of: text))
        case "ptcp":
            let (host, port) = try Self.port(rest, of: text)
            self = .tcp(host: host, port: port)
        case "pssl":
            let (host, port) = try Self.port(rest, of: text)
            self = .tls(host: host, port: port)
        default: return nil
        }
    }

    private static func port(_ rest: String, of text: String) throws(OVSDBError) -> (String?, Int) {
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let digits = parts.first.map(String.init) ?? ""
        var host = parts.count == 2 ? String(parts[1]) : ""
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let port = digits.isEmpty ? 6640 : Int(digits), 0...65535 ~= port else {
            throw OVSDBError(.address, "\(text): bad port number \"\(digits)\"")
        }
        return (host.isEmpty ? nil : host, port)
    }
}
