/// Names of messages for the log, as OVS writes them.
enum MessageNames {
    static func name(of message: OpenFlowMessage, version: OpenFlowVersion) -> String {
        guard let type = MessageType(number: message.type, version: version) else { return "invalid" }
        var body = message.body
        switch type {
        case .experimenter:
            guard let vendor = try? body.u32(), vendor == NiciraType.identifier, let subtype = try? body.u32() else {
                return "invalid"
            }
            return niciraName(subtype)
        case .multipartRequest:
            guard let number = try? body.u16() else { return "invalid" }
            return multipartName(number)
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
        case NiciraType.setControllerID: "NXT_SET_CONTROLLER_ID"
        default: "invalid"
        }
    }

    private static func multipartName(_ number: UInt16) -> String {
        let names = [
            "DESC", "FLOW", "AGGREGATE", "TABLE", "PORT", "QUEUE", "GROUP", "GROUP_DESC", "GROUP_FEATURES", "METER",
            "METER_CONFIG", "METER_FEATURES", "TABLE_FEATURES", "PORT_DESC",
        ]
        if number == MultipartType.experimenter { return "NXST request" }
        return Int(number) < names.count ? "OFPST_\(names[Int(number)]) request" : "invalid"
    }
}
