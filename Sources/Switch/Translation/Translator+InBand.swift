import OpenFlow
import Packets

extension Translator {
    /// Answers to DHCP requests reach the LOCAL port of a bridge with in-band control, wherever else its tables send
    /// them: they may be broadcast, and the address is needed before any controller can be reached.
    func deliverInBandAnswer() {
        guard bridge.inBand.isActive, failure == nil, !isFreezing, let local = bridge.port(numbered: .local) else {
            return
        }
        lookAtType()
        guard key.u16(FlowField.ethernetType) == EtherType.ipv4 else { return }
        lookAtProtocol()
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
        lookAt { $0.setU16(field, difference == 0 ? .max : 1 << UInt16(15 - difference.leadingZeroBitCount)) }
        return difference == 0
    }
}
