import Packets

/// Decodes a connection's messages; what is not supported throws the standard's error, so nothing goes unanswered.
struct RequestDecoder: Sendable {
    let version: OpenFlowVersion
    /// NXT_FLOW_MOD_TABLE_ID: the high byte of a version 1.0 flow-mod's command is the table.
    var flowModTableID = false
    /// Whether actions are known that are for tests alone (`--enable-dummy`).
    var takesDebugActions = false
    /// The fields for options of tunnels that the bridge has.
    var tunnelOptions: TunnelOptions?

    func decode(_ message: OpenFlowMessage) throws(OpenFlowError) -> Request {
        guard let type = MessageType(number: message.type, version: version) else {
            throw OpenFlowError(.badType, "message type \(message.type)")
        }
        var body = message.body
        body.tunnelOptions = tunnelOptions
        switch type {
        case .hello: return .hello(versions: HelloCodec.versions(in: message))
        case .error: return .error
        case .echoRequest: return .echoRequest(body.rest())
        case .echoReply: return .echoReply
        case .experimenter: return try experimenter(&body, message)
        case .featuresRequest: return try empty(body, .features)
        case .getConfigRequest: return try empty(body, .getConfiguration)
        case .barrierRequest: return try empty(body, .barrier)
        case .getAsyncRequest: return try empty(body, .getAsync)
        case .setConfig:
            let request = Request.setConfiguration(flags: try body.u16(), missSendLength: try body.u16())
            return try empty(body, request)
        case .packetOut: return .packetOut(try packetOut(&body))
        case .flowMod: return .flowMod(try version == .v10 ? flowMod10(&body) : flowMod11(&body))
        case .groupMod: return .groupMod(try groupMod(&body))
        case .portMod: return .portMod(try portMod(&body))
        case .tableMod: return .tableMod(try tableMod(&body))
        case .meterMod: return .meterMod(try meterMod(&body))
        case .queueGetConfigRequest:
            let port = try body.port(version)
            try body.skip(version == .v10 ? 2 : 4)
            return try empty(body, .queueConfiguration(port: port, queue: .max))
        case .multipartRequest: return try multipart(&body)
        case .roleRequest: return .role(try role12(&body))
        case .setAsync: return .setAsync(try version >= .v14 ? asyncProperties(body) : asyncMasks(&body))
        case .bundleControl: return .bundleControl(try bundleControl(&body))
        case .bundleAdd: return .bundleAdd(try bundleAddition(&body, message))
        case .featuresReply, .getConfigReply, .packetIn, .flowRemoved, .portStatus, .multipartReply, .barrierReply,
            .queueGetConfigReply, .roleReply, .getAsyncReply, .roleStatus, .tableStatus, .requestForward,
            .controllerStatus:
            throw OpenFlowError(.badType, type.name)
        }
    }

    func actions(_ reader: ByteReader, context: ActionCodec.Context) throws(OpenFlowError) -> [Action] {
        try ActionCodec.decode(reader, version: version, context: context, takesDebugActions: takesDebugActions)
    }

    /// `request`, unless something is left over.
    func empty(_ body: ByteReader, _ request: Request) throws(OpenFlowError) -> Request {
        try body.expectEnd()
        return request
    }

    /// A table's number; nil: every table (OFPTT_ALL).
    func table(_ body: inout ByteReader) throws(OpenFlowError) -> UInt8? {
        let number = try body.u8()
        return number == 0xff ? nil : number
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
        if version >= .v14 {
            var properties = PropertyReader(body)
            while let (kind, contents) = try properties.next() {
                guard kind == .standard(0) else { throw PropertyReader.unknown(kind) }
                _ = try contents.property32()
            }
        } else {
            try body.skip(8)
            try body.expectEnd()
        }
        let known: UInt32 = version == .v10 ? 0x7f : 0x65
        guard mask & ~known == 0 else { throw OpenFlowError(.badPortConfiguration, "unknown bits in \(mask)") }
        return PortMod(port: port, hardware: hardware, configuration: configuration & mask, mask: mask)
    }

    private func role12(_ body: inout ByteReader) throws(OpenFlowError) -> RoleRequest {
        let role = try body.u32()
        try body.skip(4)
        let generation = try body.u64()
        try body.expectEnd()
        guard let known = ControllerRole(rawValue: role) else { throw OpenFlowError(.roleRequestBad, "role \(role)") }
        return RoleRequest(role: known, generation: known == .noChange ? nil : generation, isNicira: false)
    }

    private func bundleControl(_ body: inout ByteReader) throws(OpenFlowError) -> BundleControl {
        let bundle = try body.u32()
        let type = try body.u16()
        let flags = try body.u16()
        try bundleProperties(body)
        guard let kind = BundleControl.Kind(rawValue: type) else {
            throw OpenFlowError(.badBundleType, "bundle control \(type)")
        }
        return BundleControl(bundle: bundle, kind: kind, flags: flags)
    }

    /// OFPT_BUNDLE_ADD_MESSAGE and its twin of 1.3 by the ONF.
    private func bundleAddition(
        _ body: inout ByteReader, _ message: OpenFlowMessage
    ) throws(OpenFlowError) -> BundleAddition {
        let bundle = try body.u32()
        _ = try body.u16()
        let flags = try body.u16()
        var header = body
        guard let innerVersion = try? header.u8(), (try? header.u8()) != nil, let length = try? header.u16(),
            length >= OpenFlowMessage.headerSize, let contents = try? body.part(Int(length))
        else { throw OpenFlowError(.bundleMessageLength, "a bundle's message is cut off") }
        guard innerVersion == version.rawValue else {
            throw OpenFlowError(.bundleMessageVersion, "version \(innerVersion) in a bundle")
        }
        var bytes = contents
        let inner = try OpenFlowMessage(bytes: bytes.rest())
        guard inner.transaction == message.transaction else {
            throw OpenFlowError(.bundleMessageTransaction, "a bundle's message has another number")
        }
        if body.remaining > 0 {
            try body.skip(min((8 - Int(length) % 8) % 8, body.remaining))
            try bundleProperties(body)
        }
        // Before the contents are looked at, so that a bundle in a bundle goes no deeper.
        guard mayBeBundled(inner) else { throw OpenFlowError(.bundleMessageUnsupported, "message type \(inner.type)") }
        return BundleAddition(bundle: bundle, flags: flags, message: inner, request: try decode(inner))
    }

    private func mayBeBundled(_ message: OpenFlowMessage) -> Bool {
        switch MessageType(number: message.type, version: version) {
        case .flowMod, .groupMod, .portMod, .packetOut: return true
        case .experimenter:
            var body = message.body
            return (try? body.u32()) == NiciraType.identifier && (try? body.u32()) == NiciraType.flowMod
        default: return false
        }
    }

    /// Nobody has defined a bundle's properties.
    private func bundleProperties(_ body: ByteReader) throws(OpenFlowError) {
        var properties = PropertyReader(body)
        if let (kind, _) = try properties.next() { throw PropertyReader.unknown(kind) }
    }

    // MARK: Experimenters

    private func experimenter(
        _ body: inout ByteReader, _ message: OpenFlowMessage
    ) throws(OpenFlowError) -> Request {
        let vendor = try body.u32()
        let subtype = try body.u32()
        switch vendor {
        case NiciraType.identifier: return try nicira(subtype, &body)
        case ONFType.identifier where version == .v13:
            switch subtype {
            case ONFType.bundleControl: return .bundleControl(try bundleControl(&body))
            case ONFType.bundleAdd: return .bundleAdd(try bundleAddition(&body, message))
            case ONFType.flowMonitorCancel:
                let id = try body.u32()
                return try empty(body, .flowMonitorCancel(id))
            default: throw OpenFlowError(.badSubtype, "ONF subtype \(subtype)")
            }
        case ONFType.identifier: throw OpenFlowError(.badSubtype, "ONF subtype \(subtype)")
        default: throw OpenFlowError(.badExperimenter, "vendor \(vendor)")
        }
    }
}
