import Packets

/// Decodes a connection's messages; what is not supported throws the standard's error, so nothing goes unanswered.
struct RequestDecoder: Sendable {
    let version: OpenFlowVersion
    /// NXT_FLOW_MOD_TABLE_ID: the high byte of a version 1.0 flow-mod's command is the table.
    var flowModTableID = false

    func decode(_ message: OpenFlowMessage) throws(OpenFlowError) -> Request {
        guard let type = MessageType(number: message.type, version: version) else {
            throw OpenFlowError(.badType, "message type \(message.type)")
        }
        var body = message.body
        switch type {
        case .hello: return .hello(versions: HelloCodec.versions(in: message))
        case .error: return .error
        case .echoRequest: return .echoRequest(body.rest())
        case .echoReply: return .echoReply
        case .experimenter: return try experimenter(&body)
        case .featuresRequest: return try empty(body, .features)
        case .getConfigRequest: return try empty(body, .getConfiguration)
        case .barrierRequest: return try empty(body, .barrier)
        case .getAsyncRequest: return try empty(body, .getAsync)
        case .setConfig:
            let request = Request.setConfiguration(flags: try body.u16(), missSendLength: try body.u16())
            return try empty(body, request)
        case .packetOut: return .packetOut(try packetOut(&body))
        case .flowMod:
            let change = version == .v10 ? try flowMod10(&body) : try flowMod13(&body)
            return .flowMod(change)
        case .portMod: return .portMod(try portMod(&body))
        case .queueGetConfigRequest:
            let port = try body.port(version)
            try body.skip(version == .v10 ? 2 : 4)
            return try empty(body, .queueConfiguration(port: port))
        case .multipartRequest: return try multipart(&body)
        case .roleRequest: return .role(try role13(&body))
        case .setAsync: return .setAsync(try asyncConfiguration(&body))
        case .featuresReply, .getConfigReply, .packetIn, .flowRemoved, .portStatus, .multipartReply, .barrierReply,
            .queueGetConfigReply, .roleReply, .getAsyncReply, .groupMod, .tableMod, .meterMod:
            throw OpenFlowError(.badType, type.name)
        }
    }

    /// `request`, unless something is left over.
    func empty(_ body: ByteReader, _ request: Request) throws(OpenFlowError) -> Request {
        try body.expectEnd()
        return request
    }

    // MARK: Nicira

    private func experimenter(_ body: inout ByteReader) throws(OpenFlowError) -> Request {
        let vendor = try body.u32()
        guard vendor == NiciraType.identifier else { throw OpenFlowError(.badExperimenter, "vendor \(vendor)") }
        let subtype = try body.u32()
        switch subtype {
        case NiciraType.setFlowFormat where version == .v10:
            // Standard and NXM. Requests say which they are by themselves; what is sent unasked follows this.
            let format = try body.u32()
            guard format == 0 || format == 2 else { throw OpenFlowError(.permissions, "flow format \(format)") }
            return try empty(body, .setFlowFormat(isNicira: format == 2))
        case NiciraType.flowMod where version == .v10:
            return .flowMod(try flowModNicira(&body))
        case NiciraType.flowModTableID:
            let isOn = try body.u8() != 0
            try body.skip(7)
            return try empty(body, .flowModTableID(isOn))
        case NiciraType.setPacketInFormat:
            let format = try body.u32()
            return try empty(body, .setPacketInFormat(format))
        case NiciraType.flowAge:
            return try empty(body, .flowAge)
        case NiciraType.setControllerID:
            try body.skip(6)
            let identifier = try body.u16()
            return try empty(body, .setControllerID(identifier))
        case NiciraType.setAsyncConfig:
            return .setAsync(try asyncConfiguration(&body))
        case NiciraType.roleRequest where version < .v12:
            let role = try body.u32()
            try body.expectEnd()
            guard role < 3, let known = ControllerRole(rawValue: role + 1) else {
                throw OpenFlowError(.roleRequestBad, "role \(role)")
            }
            return .role(RoleRequest(role: known, generation: nil, isNicira: true))
        default:
            throw OpenFlowError(.badSubtype, "Nicira subtype \(subtype)")
        }
    }

    // MARK: Parts

    private func packetOut(_ body: inout ByteReader) throws(OpenFlowError) -> PacketOut {
        let buffer = try body.u32()
        let port: OpenFlowPort
        do throws(OpenFlowError) {
            port = try body.port(version)
        } catch {
            throw error.code == .badOutPort ? OpenFlowError(.badPacketPort, error.context) : error
        }
        let length = Int(try body.u16())
        if version != .v10 { try body.skip(6) }
        guard port.rawValue < OpenFlowPort.limit || [.none, .local, .controller].contains(port) else {
            throw OpenFlowError(.badPacketPort, "packet-out from port \(port.rawValue)")
        }
        let actions = try ActionCodec.decode(try body.part(length), version: version, context: .packetOut)
        guard buffer == .max else { throw OpenFlowError(.bufferUnknown, "buffer \(buffer)") }
        return PacketOut(inPort: port, actions: actions, frame: body.rest())
    }

    private func portMod(_ body: inout ByteReader) throws(OpenFlowError) -> PortMod {
        let port: OpenFlowPort
        do throws(OpenFlowError) {
            port = try body.port(version)
        } catch {
            throw error.code == .badOutPort ? OpenFlowError(.badPort, error.context) : error
        }
        if version != .v10 { try body.skip(4) }
        let hardware = try body.mac()
        if version != .v10 { try body.skip(2) }
        let configuration = try body.u32()
        let mask = try body.u32()
        // Advertised features, which no device of ours lets itself be told; zero means "leave them".
        try body.skip(8)
        try body.expectEnd()
        let known: UInt32 = version == .v10 ? 0x7f : 0x65
        guard mask & ~known == 0 else { throw OpenFlowError(.badPortConfiguration, "unknown bits in \(mask)") }
        return PortMod(port: port, hardware: hardware, configuration: configuration & mask, mask: mask)
    }

    private func role13(_ body: inout ByteReader) throws(OpenFlowError) -> RoleRequest {
        let role = try body.u32()
        try body.skip(4)
        let generation = try body.u64()
        try body.expectEnd()
        guard let known = ControllerRole(rawValue: role) else { throw OpenFlowError(.roleRequestBad, "role \(role)") }
        return RoleRequest(role: known, generation: known == .noChange ? nil : generation, isNicira: false)
    }

    private func asyncConfiguration(_ body: inout ByteReader) throws(OpenFlowError) -> AsyncConfiguration {
        func masks(_ body: inout ByteReader) throws(OpenFlowError) -> AsyncConfiguration.Masks {
            AsyncConfiguration.Masks(primary: try body.u32(), secondary: try body.u32())
        }
        let configuration = AsyncConfiguration(
            packetIn: try masks(&body), portStatus: try masks(&body), flowRemoved: try masks(&body))
        try body.expectEnd()
        return configuration
    }
}
