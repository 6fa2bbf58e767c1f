extension RequestDecoder {
    /// A message of Nicira's.
    func nicira(_ subtype: UInt32, _ body: inout ByteReader) throws(OpenFlowError) -> Request {
        switch subtype {
        case NiciraType.setFlowFormat where version == .v10:
            // Standard and NXM. Requests say which they are by themselves; what is sent unasked follows this.
            let format = try body.u32()
            guard format == 0 || format == 2 else { throw OpenFlowError(.permissions, "flow format \(format)") }
            return try empty(body, .setFlowFormat(isNicira: format == 2))
        case NiciraType.flowMod:
            return .flowMod(try flowModNicira(&body))
        case NiciraType.flowModTableID:
            let isOn = try body.u8() != 0
            try body.skip(7)
            return try empty(body, .flowModTableID(isOn))
        case NiciraType.setPacketInFormat:
            let number = try body.u32()
            guard let format = PacketInFormat(rawValue: number) else {
                throw OpenFlowError(.permissions, "packet-in format \(number)")
            }
            return try empty(body, .setPacketInFormat(format))
        case NiciraType.flowAge:
            return try empty(body, .flowAge)
        case NiciraType.setControllerID:
            guard try body.number(6) == 0 else { throw OpenFlowError(.mustBeZeroRequest, "controller ID") }
            let identifier = try body.u16()
            return try empty(body, .setControllerID(identifier))
        case NiciraType.setAsyncConfig:
            return .setAsync(try asyncMasks(&body))
        case NiciraType.setAsyncConfig2 where version < .v14:
            return .setAsync(try asyncProperties(body))
        case NiciraType.roleRequest:
            let role = try body.u32()
            try body.expectEnd()
            guard role < 3, let known = ControllerRole(rawValue: role + 1) else {
                throw OpenFlowError(.roleRequestBad, "role \(role)")
            }
            return .role(RoleRequest(role: known, generation: nil, isNicira: true))
        case NiciraType.groupMod where version == .v10:
            return .groupMod(try groupMod(&body))
        case NiciraType.flowMonitorCancel where version < .v13:
            let id = try body.u32()
            return try empty(body, .flowMonitorCancel(id))
        case NiciraType.resume:
            return .resume(try resume(body))
        case NiciraType.tlvTableMod:
            return .tlvTableMod(try tlvTableMod(&body))
        case NiciraType.tlvTableRequest:
            return try empty(body, .tlvTable)
        default:
            // NXT_CT_FLUSH and NXT_CT_FLUSH_ZONE too: connections are not tracked.
            throw OpenFlowError(.badSubtype, "Nicira subtype \(subtype)")
        }
    }

    private func tlvTableMod(_ body: inout ByteReader) throws(OpenFlowError) -> TLVTableMod {
        let number = try body.u16()
        try body.skip(6)
        guard body.remaining % 8 == 0 else { throw OpenFlowError(.badLength, "half a mapping") }
        guard let command = TLVTableMod.Command(rawValue: number) else {
            throw OpenFlowError(.badTLVCommand, "command \(number)")
        }
        var change = TLVTableMod(command: command, mappings: [])
        while body.remaining > 0 {
            let mapping = TLVTable.Mapping(
                optionClass: try body.u16(), optionType: try body.u8(), length: try body.u8(), index: try body.u16())
            try body.skip(2)
            guard mapping.length % 4 == 0, mapping.length <= 124 else {
                throw OpenFlowError(.badTLVLength, "option of \(mapping.length) bytes")
            }
            guard mapping.index < 64 else { throw OpenFlowError(.badTLVIndex, "tun_metadata\(mapping.index)") }
            change.mappings.append(mapping)
        }
        return change
    }
}
