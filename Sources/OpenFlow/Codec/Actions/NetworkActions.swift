import Packets

/// Actions on IP headers and ports that are not Set-Field.
extension ActionDecoder {
    func network(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .setIPv4Source: return .setIPv4Source(IPv4Address(number: try body.u32()))
        case .setIPv4Destination: return .setIPv4Destination(IPv4Address(number: try body.u32()))
        case .setTOS:
            let tos = try body.u8()
            guard tos & 3 == 0 else { throw OpenFlowError(.badActionArgument, "nw_tos \(tos)") }
            return .setDSCP(tos)
        case .setECN:
            let ecn = try body.u8()
            guard ecn < 4 else { throw OpenFlowError(.badActionArgument, "nw_ecn \(ecn)") }
            return .setECN(ecn)
        case .setTTL: return .setTTL(try body.u8())
        case .decrementTTLFor: return .decrementTTL(controllers: try controllers(&body))
        case .copyTTLOut: return .copyTTLOut
        case .copyTTLIn: return .copyTTLIn
        case .setTransportSource: return .setTransportSource(try body.u16())
        case .setTransportDestination: return .setTransportDestination(try body.u16())
        default: return .decrementTTL(controllers: [0])
        }
    }

    private func controllers(_ body: inout ByteReader) throws(OpenFlowError) -> [UInt16] {
        let count = Int(try body.u16())
        try body.zeros(4, else: .mustBeZeroRequest)
        var controllers: [UInt16] = []
        for _ in 0..<count { controllers.append(try body.u16()) }
        return controllers
    }
}

extension ActionEncoder {
    mutating func network(_ action: Action) {
        let isOldest = version == .v10
        switch action {
        case .setIPv4Source(let address):
            setLegacy(isOldest ? 6 : 5, .ipv4Source, UInt128(address.number)) { $0.u32(address.number) }
        case .setIPv4Destination(let address):
            setLegacy(isOldest ? 7 : 6, .ipv4Destination, UInt128(address.number)) { $0.u32(address.number) }
        case .setDSCP(let tos): setLegacy(isOldest ? 8 : 7, .dscp, UInt128(tos >> 2)) { $0.u8(tos) }
        case .setECN(let ecn):
            if isOldest { load(.ecn, UInt64(ecn)) } else { setLegacy(8, .ecn, UInt128(ecn)) { $0.u8(ecn) } }
        case .setTTL(let ttl): if isOldest { load(.ttl, UInt64(ttl)) } else { standard(23) { $0.u8(ttl) } }
        case .decrementTTL([0]): plain(standard: 24, nicira: 18)
        case .decrementTTL(let controllers):
            nicira(21) {
                $0.u16(UInt16(truncatingIfNeeded: controllers.count))
                $0.zeros(4)
                for controller in controllers { $0.u16(controller) }
            }
        case .copyTTLOut: if !isOldest { standard(11) }
        case .copyTTLIn: if !isOldest { standard(12) }
        case .setTransportSource(let port): transport(port, [6: .tcpSource, 17: .udpSource, 132: .sctpSource], 9)
        case .setTransportDestination(let port):
            transport(port, [6: .tcpDestination, 17: .udpDestination, 132: .sctpDestination], 10)
        default: break
        }
    }

    /// Set-Field needs to know which protocol's port it is.
    private mutating func transport(_ port: UInt16, _ fields: [UInt8: MatchField.Header], _ type: UInt16) {
        if version >= .v12, let field = fields[headers.ipProtocol] {
            setField(field, UInt128(port))
        } else {
            standard(type) { $0.u16(port) }
        }
    }
}
