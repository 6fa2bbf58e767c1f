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
        case .multipartRequest, .multipartReply:
            guard let number = try? body.u16() else { return "invalid" }
            let name = multipartName(number, &body, version)
            return name == "invalid" ? name : name + (type == .multipartReply ? " reply" : " request")
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
        case NiciraType.roleReply: "NXT_ROLE_REPLY"
        case NiciraType.flowRemoved: "NXT_FLOW_REMOVED"
        case NiciraType.packetIn: "NXT_PACKET_IN"
        case NiciraType.packetIn2: "NXT_PACKET_IN2"
        case NiciraType.flowMonitorPaused: "NXT_FLOW_MONITOR_PAUSED"
        case NiciraType.flowMonitorResumed: "NXT_FLOW_MONITOR_RESUMED"
        case NiciraType.tlvTableReply: "NXT_TLV_TABLE_REPLY"
        case NiciraType.requestForward: "NXT_REQUESTFORWARD"
        default: "invalid"
        }
    }

    private static func onfName(_ subtype: UInt32) -> String {
        switch subtype {
        case ONFType.flowMonitorCancel: "ONFT_FLOW_MONITOR_CANCEL"
        case ONFType.bundleControl: "ONFT_BUNDLE_CONTROL"
        case ONFType.bundleAdd: "ONFT_BUNDLE_ADD_MESSAGE"
        case ONFType.flowMonitorPaused: "ONFT_FLOW_MONITOR_PAUSED"
        case ONFType.flowMonitorResumed: "ONFT_FLOW_MONITOR_RESUMED"
        case ONFType.roleStatus: "ONFT_ROLE_STATUS"
        case ONFType.requestForward: "ONFT_REQUESTFORWARD"
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
            return Int(number) < names.count ? "OFPST_\(names[Int(number)])" : "invalid"
        }
        guard (try? body.skip(version == .v10 ? 2 : 6)) != nil, let vendor = try? body.u32(),
            let subtype = try? body.u32()
        else { return "invalid" }
        if vendor == ONFType.identifier { return "ONFST_FLOW_MONITOR" }
        switch subtype {
        case NiciraType.Multipart.flow: return "NXST_FLOW"
        case NiciraType.Multipart.aggregate: return "NXST_AGGREGATE"
        case NiciraType.Multipart.flowMonitor: return "NXST_FLOW_MONITOR"
        case NiciraType.Multipart.bridgeIPFIX: return "NXST_IPFIX_BRIDGE"
        case NiciraType.Multipart.flowIPFIX: return "NXST_IPFIX_FLOW"
        case NiciraType.Multipart.group: return "NXST_GROUP"
        case NiciraType.Multipart.groupDescription: return "NXST_GROUP_DESC"
        case NiciraType.Multipart.groupFeatures: return "NXST_GROUP_FEATURES"
        default: return "invalid"
        }
    }
}
