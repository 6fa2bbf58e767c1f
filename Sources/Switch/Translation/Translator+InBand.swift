import OpenFlow
import Packets

extension Translator {
    /// Answers to DHCP requests reach the LOCAL port of a bridge with in-band control, wherever else its tables send them:
    /// they may be broadcast, and the address is needed before any controller can be reached.
    func deliverInBandAnswer() {
        guard bridge.inBand.isActive, failure == nil, !isFreezing, let local = bridge.port(numbered: .local) else { return }
        var bits = FlowMask()
        bits.setU16(FlowField.ethernetType, .max)
        look(at: bits)
        guard key.u16(FlowField.ethernetType) == EtherType.ipv4 else { return }
        bits.setU8(FlowField.networkProtocol, .max)
        look(at: bits)
        guard key.u8(FlowField.networkProtocol) == IPProtocol.udp else { return }
        guard isPort(DHCPPort.client, at: FlowField.transportDestination),
            isPort(DHCPPort.server, at: FlowField.transportSource),
            key.host32(FlowField.inPort) != UInt32(local.number.rawValue)
        else { return }
        let isDelivered = actions.contains { if case .output(let id) = $0 { id == local.portID } else { false } }
        if !isDelivered { output(to: local) }
    }

    /// Looks at one bit of a port that is another, so that not every conversation over UDP gets a flow of its own.
    private func isPort(_ number: UInt16, at field: Int) -> Bool {
        let difference = key.u16(field) ^ number
        var bits = FlowMask()
        bits.setU16(field, difference == 0 ? .max : 1 << UInt16(15 - difference.leadingZeroBitCount))
        look(at: bits)
        return difference == 0
    }
}
