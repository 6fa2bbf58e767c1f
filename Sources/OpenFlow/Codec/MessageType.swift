/// A message's kind, the same for every version; the number on the wire depends on it (`enum ofp_type`).
enum MessageType: Sendable, Equatable {
    case hello, error, echoRequest, echoReply, experimenter
    case featuresRequest, featuresReply, getConfigRequest, getConfigReply, setConfig
    case packetIn, flowRemoved, portStatus, packetOut, flowMod, groupMod, portMod, tableMod
    case multipartRequest, multipartReply, barrierRequest, barrierReply
    case queueGetConfigRequest, queueGetConfigReply, roleRequest, roleReply
    case getAsyncRequest, getAsyncReply, setAsync, meterMod

    /// Types in the order of their numbers, version 1.0.
    private static let version10: [MessageType] = [
        .hello, .error, .echoRequest, .echoReply, .experimenter, .featuresRequest, .featuresReply, .getConfigRequest,
        .getConfigReply, .setConfig, .packetIn, .flowRemoved, .portStatus, .packetOut, .flowMod, .portMod,
        .multipartRequest, .multipartReply, .barrierRequest, .barrierReply, .queueGetConfigRequest,
        .queueGetConfigReply,
    ]

    /// Types in the order of their numbers, version 1.3; 1.1 and 1.2 know fewer of them.
    private static let version13: [MessageType] = [
        .hello, .error, .echoRequest, .echoReply, .experimenter, .featuresRequest, .featuresReply, .getConfigRequest,
        .getConfigReply, .setConfig, .packetIn, .flowRemoved, .portStatus, .packetOut, .flowMod, .groupMod, .portMod,
        .tableMod, .multipartRequest, .multipartReply, .barrierRequest, .barrierReply, .queueGetConfigRequest,
        .queueGetConfigReply, .roleRequest, .roleReply, .getAsyncRequest, .getAsyncReply, .setAsync, .meterMod,
    ]

    private static func numbered(_ version: OpenFlowVersion) -> [MessageType] {
        version == .v10 ? version10 : version13
    }

    init?(number: UInt8, version: OpenFlowVersion) {
        let types = Self.numbered(version)
        guard Int(number) < types.count else { return nil }
        self = types[Int(number)]
    }

    /// The number on the wire; a kind that the version lacks is never asked for.
    func number(_ version: OpenFlowVersion) -> UInt8 {
        UInt8(Self.numbered(version).firstIndex(of: self) ?? 0xff)
    }

    /// OVS's name of the message, for the log.
    var name: String {
        switch self {
        case .hello: "OFPT_HELLO"
        case .error: "OFPT_ERROR"
        case .echoRequest: "OFPT_ECHO_REQUEST"
        case .echoReply: "OFPT_ECHO_REPLY"
        case .experimenter: "OFPT_VENDOR"
        case .featuresRequest: "OFPT_FEATURES_REQUEST"
        case .featuresReply: "OFPT_FEATURES_REPLY"
        case .getConfigRequest: "OFPT_GET_CONFIG_REQUEST"
        case .getConfigReply: "OFPT_GET_CONFIG_REPLY"
        case .setConfig: "OFPT_SET_CONFIG"
        case .packetIn: "OFPT_PACKET_IN"
        case .flowRemoved: "OFPT_FLOW_REMOVED"
        case .portStatus: "OFPT_PORT_STATUS"
        case .packetOut: "OFPT_PACKET_OUT"
        case .flowMod: "OFPT_FLOW_MOD"
        case .groupMod: "OFPT_GROUP_MOD"
        case .portMod: "OFPT_PORT_MOD"
        case .tableMod: "OFPT_TABLE_MOD"
        case .multipartRequest: "OFPST_REQUEST"
        case .multipartReply: "OFPST_REPLY"
        case .barrierRequest: "OFPT_BARRIER_REQUEST"
        case .barrierReply: "OFPT_BARRIER_REPLY"
        case .queueGetConfigRequest: "OFPT_QUEUE_GET_CONFIG_REQUEST"
        case .queueGetConfigReply: "OFPT_QUEUE_GET_CONFIG_REPLY"
        case .roleRequest: "OFPT_ROLE_REQUEST"
        case .roleReply: "OFPT_ROLE_REPLY"
        case .getAsyncRequest: "OFPT_GET_ASYNC_REQUEST"
        case .getAsyncReply: "OFPT_GET_ASYNC_REPLY"
        case .setAsync: "OFPT_SET_ASYNC"
        case .meterMod: "OFPT_METER_MOD"
        }
    }
}

/// The numbers of OFPST_* / OFPMP_* that are spoken.
enum MultipartType {
    static let description: UInt16 = 0
    static let flow: UInt16 = 1
    static let aggregate: UInt16 = 2
    static let table: UInt16 = 3
    static let port: UInt16 = 4
    static let queue: UInt16 = 5
    static let group: UInt16 = 6
    static let groupDescription: UInt16 = 7
    static let groupFeatures: UInt16 = 8
    static let meter: UInt16 = 9
    static let meterConfiguration: UInt16 = 10
    static let meterFeatures: UInt16 = 11
    static let tableFeatures: UInt16 = 12
    static let portDescription: UInt16 = 13
    static let experimenter: UInt16 = 0xffff
}

/// The Nicira extensions (NX_VENDOR_ID) that are spoken, and their subtypes.
enum NiciraType {
    static let identifier: UInt32 = 0x0000_2320
    static let roleRequest: UInt32 = 10
    static let roleReply: UInt32 = 11
    static let setFlowFormat: UInt32 = 12
    static let flowMod: UInt32 = 13
    static let flowRemoved: UInt32 = 14
    static let flowModTableID: UInt32 = 15
    static let setPacketInFormat: UInt32 = 16
    static let flowAge: UInt32 = 18
    static let setAsyncConfig: UInt32 = 19
    static let setControllerID: UInt32 = 20
    /// NXST_FLOW and NXST_AGGREGATE, inside a multipart message.
    static let flowStatistics: UInt32 = 0
    static let aggregateStatistics: UInt32 = 1
}
