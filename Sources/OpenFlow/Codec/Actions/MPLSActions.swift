import Packets

/// Actions on MPLS label stack entries that are not Set-Field.
extension ActionDecoder {
    func mpls(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .setMPLSLabel:
            let label = try body.aligned32()
            guard label < 1 << 20 else { throw OpenFlowError(.badActionArgument, "MPLS label \(label)") }
            return .setMPLSLabel(label)
        case .setMPLSTrafficClass:
            let number = try body.u8()
            guard number < 8 else { throw OpenFlowError(.badActionArgument, "MPLS traffic class \(number)") }
            return .setMPLSTrafficClass(number)
        case .setMPLSTTL: return .setMPLSTTL(try body.u8())
        case .pushMPLS:
            let type = try body.u16()
            guard EtherType.isMPLS(type) else {
                throw OpenFlowError(.badActionArgument, "push_mpls of type \(type)")
            }
            return .pushMPLS(etherType: type)
        case .popMPLS: return .popMPLS(etherType: try body.u16())
        default: return .decrementMPLSTTL
        }
    }
}

extension ActionEncoder {
    mutating func mpls(_ action: Action) {
        switch action {
        case .pushMPLS(let type): argument16(type, standard: 19, nicira: 23)
        case .popMPLS(let type): argument16(type, standard: 20, nicira: 24)
        case .setMPLSLabel(let label) where version >= .v12: setField(.mplsLabel, UInt128(label))
        case .setMPLSLabel(let label): argument32(label, standard: 13, nicira: 30)
        case .setMPLSTrafficClass(let number) where version >= .v12: setField(.mplsTrafficClass, UInt128(number))
        case .setMPLSTrafficClass(let number): argument8(number, standard: 14, nicira: 31)
        case .setMPLSTTL(let ttl): argument8(ttl, standard: 15, nicira: 25)
        case .decrementMPLSTTL: plain(standard: 16, nicira: 26)
        default: break
        }
    }
}
