import DPDK

/// What a port towards a guest is to be (types `dpdkvhostuser` and `dpdkvhostuserclient`).
public struct VhostSettings: Sendable, Equatable {
    /// The socket, and who makes it; nil: `options:vhost-server-path` is not known yet.
    public var socket: VhostSocket.Configuration?
    /// `options:tx-retries-max`: how often the rest of a burst is offered again to a guest that took a part of it.
    public var transmitRetries = Self.defaultTransmitRetries

    public static let defaultTransmitRetries = 8
    public static let transmitRetriesRange = 0...32

    public init(socket: VhostSocket.Configuration?) { self.socket = socket }
}
