import OpenFlow
import Packets

/// What in-band control lets through. All of it goes to NORMAL, so that priorities make no difference but to whoever
/// reads them (OVS: IBR_*).
enum InBandRule: UInt16 {
    case fromLocalDHCP, toLocalARP, fromLocalARP
    case toNextHopARP, fromNextHopARP
    case toRemoteARP, fromRemoteARP
    case toRemoteTCP, fromRemoteTCP

    /// ARP's operations (RFC 826).
    private static let request: UInt8 = 1
    private static let reply: UInt8 = 2

    /// The bridge's own address is got by DHCP, and others ask for it.
    static func matches(local: MACAddress) -> [(InBandRule, Match)] {
        var dhcp = InBandMatch(type: EtherType.ipv4, protocol: IPProtocol.udp)
        dhcp.set32(FlowField.inPort, host: UInt32(OpenFlowPort.local.rawValue))
        dhcp.set(FlowField.ethernetSource, local)
        dhcp.set(FlowField.transportSource, DHCPPort.client)
        dhcp.set(FlowField.transportDestination, DHCPPort.server)
        return [(.fromLocalDHCP, dhcp.match)]
            + address(local, to: .toLocalARP, from: .fromLocalARP)
    }

    /// The router, or the peer itself, asks for addresses and is told.
    static func matches(nextHop: MACAddress) -> [(InBandRule, Match)] {
        address(nextHop, to: .toNextHopARP, from: .fromNextHopARP)
    }

    /// The peer asks for addresses and is told, and TCP flows both ways.
    static func matches(remote: InBandRemote) -> [(InBandRule, Match)] {
        var toARP = InBandMatch(type: EtherType.arp, protocol: reply)
        toARP.set(FlowField.ipv4Destination, remote.address)
        var fromARP = InBandMatch(type: EtherType.arp, protocol: request)
        fromARP.set(FlowField.ipv4Source, remote.address)
        var toTCP = InBandMatch(type: EtherType.ipv4, protocol: IPProtocol.tcp)
        toTCP.set(FlowField.ipv4Destination, remote.address)
        toTCP.set(FlowField.transportDestination, remote.port)
        var fromTCP = InBandMatch(type: EtherType.ipv4, protocol: IPProtocol.tcp)
        fromTCP.set(FlowField.ipv4Source, remote.address)
        fromTCP.set(FlowField.transportSource, remote.port)
        return [
            (.toRemoteARP, toARP.match), (.fromRemoteARP, fromARP.match),
            (.toRemoteTCP, toTCP.match), (.fromRemoteTCP, fromTCP.match),
        ]
    }

    private static func address(
        _ address: MACAddress, to receiving: InBandRule, from sending: InBandRule
    ) -> [(InBandRule, Match)] {
        var to = InBandMatch(type: EtherType.arp, protocol: reply)
        to.set(FlowField.ethernetDestination, address)
        var from = InBandMatch(type: EtherType.arp, protocol: request)
        from.set(FlowField.ethernetSource, address)
        return [(receiving, to.match), (sending, from.match)]
    }
}

/// A match of whole fields in the making.
private struct InBandMatch {
    private var key = FlowKey()
    private var mask = FlowMask()

    init(type: UInt16, protocol number: UInt8) {
        set(FlowField.ethernetType, type)
        key.setU8(FlowField.networkProtocol, number)
        mask.setU8(FlowField.networkProtocol, .max)
    }

    var match: Match { Match(key: key, mask: mask) }

    mutating func set(_ offset: Int, _ value: UInt16) {
        key.setU16(offset, value)
        mask.setU16(offset, .max)
    }

    mutating func set32(_ offset: Int, host value: UInt32) {
        key.setHost32(offset, value)
        mask.setHost32(offset, .max)
    }

    mutating func set(_ offset: Int, _ value: IPv4Address) {
        key.setU32(offset, value.number)
        mask.setU32(offset, .max)
    }

    mutating func set(_ offset: Int, _ value: MACAddress) {
        key.setMAC(offset, value)
        mask.setMAC(offset, .broadcast)
    }
}
