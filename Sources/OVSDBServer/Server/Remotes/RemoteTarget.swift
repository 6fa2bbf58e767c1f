import OVSDB

/// Where a server can be reached, or whom it goes to (ovsdb(7), "Connection Methods").
public enum RemoteTarget: Hashable, Sendable {
    /// Listens (`punix:PATH`, `ptcp:[PORT][:HOST]`, `pssl:[PORT][:HOST]`).
    case listen(ListeningAddress)
    /// Connects to a client (`unix:PATH`, `tcp:HOST[:PORT]`, `ssl:HOST[:PORT]`).
    case connect(Remote)
    /// Does what a column says (`db:DATABASE,TABLE,COLUMN`): a set of targets, or references to rows that have them.
    case column(ColumnAddress)

    /// Understands `text`.
    ///
    /// - Parameter directory: where Unix domain sockets are that are named without one; nil: where the process is.
    /// - Throws: code ``OVSDBError/Code/address``.
    public init(_ text: String, directory: String? = nil) throws(OVSDBError) {
        if text.hasPrefix("db:") {
            guard let address = ColumnAddress(text) else {
                throw OVSDBError(.address, "\(text): expected db:DATABASE,TABLE,COLUMN")
            }
            self = .column(address)
        } else if let address = try ListeningAddress(text, directory: directory) {
            self = .listen(address)
        } else {
            self = .connect(try Remote(text, directory: directory))
        }
    }

    /// Whether a dead peer can go unnoticed, so that probes are worth sending.
    var needsProbes: Bool {
        switch self {
        case .listen(.unix), .column: false
        case .listen(.tcp), .listen(.tls): true
        case .connect(let remote): remote.needsProbes
        }
    }
}
