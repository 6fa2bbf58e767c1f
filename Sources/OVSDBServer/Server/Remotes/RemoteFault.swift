import OVSDB

/// Why a remote that is asked for is not served.
struct RemoteFault {
    let error: OVSDBError
    /// What was wished; nil: what is not even tried.
    let wish: RemoteSettings?
    /// Whether nothing but another wish can change it, so that there is no use in trying again.
    let isLasting: Bool

    /// What the row says of one that will be tried again: as of a socket to which nobody has connected.
    var status: (isConnected: Bool, values: [String: String])? {
        isLasting ? nil : (false, ["sec_since_connect": "0", "sec_since_disconnect": "0"])
    }
}
