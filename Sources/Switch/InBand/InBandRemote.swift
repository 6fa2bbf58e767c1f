import OpenFlow
import Packets

/// A controller or manager that may be reached through the bridge itself: no rule may cut it off.
public struct InBandRemote: Hashable, Sendable {
    public let address: IPv4Address
    /// Its TCP port.
    public let port: UInt16

    public init(address: IPv4Address, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// nil unless we connect to it at an IPv4 address: names are not looked up for this, nor are there rules for IPv6.
    public init?(_ target: ControllerTarget) {
        guard !target.isPassive else { return nil }
        switch target.address {
        case .unix: return nil
        case .tcp(let host, let port), .tls(let host, let port):
            guard let address = IPv4Address(host), let port = UInt16(exactly: port) else { return nil }
            self.init(address: address, port: port)
        }
    }
}

extension BridgeConfiguration {
    /// All that in-band control has to keep within reach, each once.
    var inBandRemotes: Set<InBandRemote> {
        let targets = controllers.filter(\.isInBand).compactMap { ControllerTarget($0.target) }
        return Set(targets.compactMap { InBandRemote($0) } + inBandManagers)
    }
}
