/// A message's kind, the same for every version; the number on the wire depends on it (`enum ofp_type`).
enum MessageType: String, Sendable, CaseIterable {
    case hello = "HELLO", error = "ERROR", echoRequest = "ECHO_REQUEST", echoReply = "ECHO_REPLY"
    case experimenter = "VENDOR"
    case featuresRequest = "FEATURES_REQUEST", featuresReply = "FEATURES_REPLY"
    case getConfigRequest = "GET_CONFIG_REQUEST", getConfigReply = "GET_CONFIG_REPLY", setConfig = "SET_CONFIG"
    case packetIn = "PACKET_IN", flowRemoved = "FLOW_REMOVED", portStatus = "PORT_STATUS", packetOut = "PACKET_OUT"
    case flowMod = "FLOW_MOD", groupMod = "GROUP_MOD", portMod = "PORT_MOD", tableMod = "TABLE_MOD"
    case multipartRequest = "REQUEST", multipartReply = "REPLY"
    case barrierRequest = "BARRIER_REQUEST", barrierReply = "BARRIER_REPLY"
    case queueGetConfigRequest = "QUEUE_GET_CONFIG_REQUEST", queueGetConfigReply = "QUEUE_GET_CONFIG_REPLY"
    case roleRequest = "ROLE_REQUEST", roleReply = "ROLE_REPLY"
    case getAsyncRequest = "GET_ASYNC_REQUEST", getAsyncReply = "GET_ASYNC_REPLY", setAsync = "SET_ASYNC_CONFIG"
    case meterMod = "METER_MOD", roleStatus = "ROLE_STATUS", tableStatus = "TABLE_STATUS"
    case requestForward = "REQUESTFORWARD", bundleControl = "BUNDLE_CONTROL", bundleAdd = "BUNDLE_ADD_MESSAGE"
    case controllerStatus = "CONTROLLER_STATUS"

    /// Types in the order of their numbers, version 1.0.
    private static let version10: [MessageType] = [
        .hello, .error, .echoRequest, .echoReply, .experimenter, .featuresRequest, .featuresReply, .getConfigRequest,
        .getConfigReply, .setConfig, .packetIn, .flowRemoved, .portStatus, .packetOut, .flowMod, .portMod,
        .multipartRequest, .multipartReply, .barrierRequest, .barrierReply, .queueGetConfigRequest,
        .queueGetConfigReply,
    ]

    /// Types in the order of their numbers from version 1.1 on; ``count(_:)`` says how many each version knows.
    private static let later: [MessageType] = [
        .hello, .error, .echoRequest, .echoReply, .experimenter, .featuresRequest, .featuresReply, .getConfigRequest,
        .getConfigReply, .setConfig, .packetIn, .flowRemoved, .portStatus, .packetOut, .flowMod, .groupMod, .portMod,
        .tableMod, .multipartRequest, .multipartReply, .barrierRequest, .barrierReply, .queueGetConfigRequest,
        .queueGetConfigReply, .roleRequest, .roleReply, .getAsyncRequest, .getAsyncReply, .setAsync, .meterMod,
        .roleStatus, .tableStatus, .requestForward, .bundleControl, .bundleAdd, .controllerStatus,
    ]

    private static func count(_ version: OpenFlowVersion) -> Int {
        switch version {
        case .v10: version10.count
        case .v11: 24
        case .v12: 26
        case .v13: 30
        case .v14: 35
        case .v15: 36
        }
    }

    private static func numbered(_ version: OpenFlowVersion) -> ArraySlice<MessageType> {
        (version == .v10 ? version10 : later).prefix(count(version))
    }

    /// nil: the version has no such message. Version 1.4 dropped the request about queues for a multipart one.
    init?(number: UInt8, version: OpenFlowVersion) {
        let types = Self.numbered(version)
        guard Int(number) < types.count else { return nil }
        let type = types[Int(number)]
        if version >= .v14, type == .queueGetConfigRequest || type == .queueGetConfigReply { return nil }
        self = type
    }

    /// The number on the wire; a kind that the version lacks is never asked for.
    func number(_ version: OpenFlowVersion) -> UInt8 {
        UInt8(Self.numbered(version).firstIndex(of: self) ?? 0xff)
    }

    /// OVS's name of the message, for the log.
    var name: String {
        switch self {
        case .multipartRequest, .multipartReply: "OFPST_\(rawValue)"
        default: "OFPT_\(rawValue)"
        }
    }
}
