import Packets

/// Actions on Ethernet headers, VLAN tags and I-TAGs.
extension ActionDecoder {
    func ethernet(_ kind: ActionForm.Kind, _ body: inout ByteReader) throws(OpenFlowError) -> Action {
        switch kind {
        case .setVLANID10, .setVLANID11:
            let identifier = try body.u16()
            guard identifier < 4096 else { throw OpenFlowError(.badActionArgument, "VLAN \(identifier)") }
            return .setVLANID(identifier, mayPush: kind == .setVLANID10)
        case .setVLANPriority10, .setVLANPriority11:
            let priority = try body.u8()
            guard priority < 8 else { throw OpenFlowError(.badActionArgument, "VLAN priority \(priority)") }
            return .setVLANPriority(priority, mayPush: kind == .setVLANPriority10)
        case .pushVLAN:
            let type = try body.u16()
            guard EtherType.isVLAN(type) else {
                throw OpenFlowError(.badActionArgument, "push_vlan of type \(type)")
            }
            return .pushVLAN(etherType: type)
        case .pushPBB:
            let type = try body.u16()
            guard type == 0x88e7 else { throw OpenFlowError(.badActionArgument, "push_pbb of type \(type)") }
            return .pushPBB(etherType: type)
        case .popPBB: return .popPBB
        case .setEthernetSource: return .setEthernetSource(try body.mac())
        case .setEthernetDestination: return .setEthernetDestination(try body.mac())
        default: return .popVLAN
        }
    }
}

extension ActionEncoder {
    mutating func ethernet(_ action: Action) {
        switch action {
        case .setVLANID(let identifier, let mayPush):
            pushIfUntagged(mayPush)
            setLegacy(1, .vlanID, UInt128(identifier | FlowField.vlanPresent)) { $0.u16(identifier) }
        case .setVLANPriority(let priority, let mayPush):
            pushIfUntagged(mayPush)
            setLegacy(2, .vlanPriority, UInt128(priority)) { $0.u8(priority) }
        case .popVLAN: standard(version == .v10 ? 3 : 18)
        // In version 1.0 the tag comes with the VLAN that is set next.
        case .pushVLAN(let type): if version > .v10 { standard(17) { $0.u16(type) } }
        case .setEthernetSource(let address):
            setLegacy(version == .v10 ? 4 : 3, .ethernetSource, UInt128(address.number)) { $0.address(address) }
        case .setEthernetDestination(let address):
            setLegacy(version == .v10 ? 5 : 4, .ethernetDestination, UInt128(address.number)) { $0.address(address) }
        case .pushPBB(let type): if version >= .v13 { standard(26) { $0.u16(type) } }
        case .popPBB: if version >= .v13 { standard(27) }
        default: break
        }
    }

    /// Version 1.0's actions tag an untagged packet; later ones do not, so that the tag must be pushed before.
    private mutating func pushIfUntagged(_ mayPush: Bool) {
        if version > .v10, mayPush, !headers.hasVLAN { standard(17) { $0.u16(EtherType.vlan) } }
    }

    /// An action of versions 1.0 and 1.1, which is Set-Field from 1.2 on.
    mutating func setLegacy(
        _ type: UInt16, _ field: MatchField.Header, _ value: UInt128, _ body: (inout ByteWriter) -> Void
    ) {
        if version < .v12 { standard(type, body) } else { setField(field, value) }
    }
}

extension ByteWriter {
    fileprivate mutating func address(_ address: MACAddress) {
        mac(address)
        zeros(6)
    }
}
