/// Names of messages for the log, as OVS writes them.
enum MessageNames {
    static func name(of message: OpenFlowMessage, version: OpenFlowVersion) -> String {
        guard let type = MessageType(number: message.type, version: version) else { return "invalid" }
        var body = message.body
        switch type {
        case .experimenter:
            guard let vendor = try? body.u32(), let subtype = try? body.u32() else { return "invalid" }
            switch vendor {
            case NiciraType.identifier: return niciraName(subtype)
            case ONFType.identifier: return onfName(subtype)
            default: return "invalid"
            }
        case .multipartRequest:
            guard let number = try? body.u16() else { return "invalid" }
            return multipartName(number, &body, version)
        default:
            return type.name
        }
    }

    private static func niciraName(_ subtype: UInt32) -> String {
        switch subtype {
        case NiciraType.roleRequest: "NXT_ROLE_REQUEST"
        case NiciraType.setFlowFormat: "NXT_SET_FLOW_FORMAT"
        case NiciraType.flowMod: "NXT_FLOW_MOD"
        case NiciraType.flowModTableID: "NXT_FLOW_MOD_TABLE_ID"
        case NiciraType.setPacketInFormat: "NXT_SET_PACKET_IN_FORMAT"
        case NiciraType.flowAge: "NXT_FLOW_AGE"
        case NiciraType.setAsyncConfig: "NXT_SET_ASYNC_CONFIG"
        case NiciraType.setAsyncConfig2: "NXT_SET_ASYNC_CONFIG2"
        case NiciraType.setControllerID: "NXT_SET_CONTROLLER_ID"
        case NiciraType.flowMonitorCancel: "NXT_FLOW_MONITOR_CANCEL"
        case NiciraType.tlvTableMod: "NXT_TLV_TABLE_MOD"
        case NiciraType.tlvTableRequest: "NXT_TLV_TABLE_REQUEST"
        case NiciraType.resume: "NXT_RESUME"
        case NiciraType.flushZone: "NXT_CT_FLUSH_ZONE"
        case NiciraType.flush: "NXT_CT_FLUSH"
        case NiciraType.groupMod: "NXT_GROUP_MOD"
        default: "invalid"
        }
    }

    private static func onfName(_ subtype: UInt32) -> String {
        switch subtype {
        case ONFType.flowMonitorCancel: "ONFT_FLOW_MONITOR_CANCEL"
        case ONFType.bundleControl: "ONFT_BUNDLE_CONTROL"
        case ONFType.bundleAdd: "ONFT_BUNDLE_ADD_MESSAGE"
        default: "invalid"
        }
    }

    private static func multipartName(
        _ number: UInt16, _ body: inout ByteReader, _ version: OpenFlowVersion
    ) -> String {
        let names = [
            "DESC", "FLOW", "AGGREGATE", "TABLE", "PORT", "QUEUE", "GROUP", "GROUP_DESC", "GROUP_FEATURES", "METER",
            "METER_CONFIG", "METER_FEATURES", "TABLE_FEATURES", "PORT_DESC", "TABLE_DESC", "QUEUE_DESC",
            "FLOW_MONITOR", "FLOW_STATS",
        ]
        guard number == MultipartType.experimenter else {
            return Int(number) < names.count ? "OFPST_\(names[Int(number)]) request" : "invalid"
        }
        guard (try? body.skip(version == .v10 ? 2 : 6)) != nil, let vendor = try? body.u32(),
            let subtype = try? body.u32()
        else { return "invalid" }
        if vendor == ONFType.identifier { return "ONFST_FLOW_MONITOR request" }
        switch subtype {
        case NiciraType.Multipart.flow: return "NXST_FLOW request"
        case NiciraType.Multipart.aggregate: return "NXST_AGGREGATE request"
        case NiciraType.Multipart.flowMonitor: return "NXST_FLOW_MONITOR request"
        case NiciraType.Multipart.bridgeIPFIX: return "NXST_IPFIX_BRIDGE request"
        case NiciraType.Multipart.flowIPFIX: return "NXST_IPFIX_FLOW request"
        case NiciraType.Multipart.group: return "NXST_GROUP request"
        case NiciraType.Multipart.groupDescription: return "NXST_GROUP_DESC request"
        case NiciraType.Multipart.groupFeatures: return "NXST_GROUP_FEATURES request"
        default: return "invalid"
        }
    }
}
