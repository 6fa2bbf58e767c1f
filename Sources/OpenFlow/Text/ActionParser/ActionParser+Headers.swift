import Packets

/// Actions of version 1.0 and its successors that write one header field.
extension ActionParser {
    func vlanID(_ argument: ActionArgument, mayPush: Bool) throws(TextError) -> Action {
        let value: UInt16 = try argument.number("VLAN VID")
        guard value <= 0xfff else { throw TextError("\(argument.text): not a valid VLAN VID") }
        return .setVLANID(value, mayPush: mayPush)
    }

    func vlanPriority(_ argument: ActionArgument, mayPush: Bool) throws(TextError) -> Action {
        let value: UInt8 = try argument.number("VLAN PCP")
        guard value <= 7 else { throw TextError("\(argument.text): not a valid VLAN PCP") }
        return .setVLANPriority(value, mayPush: mayPush)
    }

    func pushVLAN(_ argument: ActionArgument) throws(TextError) -> Action {
        let type: UInt16 = try argument.number("ethertype")
        guard type == EtherType.vlan || type == EtherType.serviceVLAN else {
            throw TextError("\(argument.text): not a valid VLAN ethertype")
        }
        return .pushVLAN(etherType: type)
    }

    func ethernet(_ argument: ActionArgument) throws(TextError) -> MACAddress {
        guard let address = MACAddress(argument.text) else { throw TextError("invalid mac address \(argument.text)") }
        return address
    }

    func ipv4(_ argument: ActionArgument) throws(TextError) -> IPv4Address {
        guard let address = IPv4Address(argument.text) else {
            throw TextError("\(argument.text): could not convert to IP address")
        }
        return address
    }

    func dscp(_ argument: ActionArgument) throws(TextError) -> Action {
        let value: UInt8 = try argument.number("TOS")
        guard value & 3 == 0 else { throw TextError("\(argument.text): not a valid TOS") }
        return .setDSCP(value)
    }

    func ecn(_ argument: ActionArgument) throws(TextError) -> Action {
        let value: UInt8 = try argument.number("ECN")
        guard value <= 3 else { throw TextError("\(argument.text): not a valid ECN") }
        return .setECN(value)
    }

    func decrementTTL(_ argument: ActionArgument) throws(TextError) -> Action {
        if argument.text.isEmpty { return .decrementTTL(controllers: [0]) }
        var controllers: [UInt16] = []
        for part in argument.parts where !part.isEmpty { controllers.append(try ActionArgument.wide(part)) }
        guard !controllers.isEmpty else { throw TextError("dec_ttl_cnt_ids: expected at least one controller id.") }
        return .decrementTTL(controllers: controllers)
    }

    func mplsLabel(_ argument: ActionArgument) throws(TextError) -> Action {
        if argument.text.isEmpty { throw TextError("set_mpls_label: expected label.") }
        let label: UInt32 = try argument.wide()
        guard label <= 0xf_ffff else { throw TextError("\(argument.text): not a valid MPLS label") }
        return .setMPLSLabel(label)
    }

    func mplsTrafficClass(_ argument: ActionArgument) throws(TextError) -> Action {
        if argument.text.isEmpty { throw TextError("set_mpls_tc: expected tc.") }
        let value: UInt8 = try argument.number("MPLS TC")
        guard value <= 7 else { throw TextError("\(argument.text): not a valid MPLS TC") }
        return .setMPLSTrafficClass(value)
    }

    func mplsTTL(_ argument: ActionArgument) throws(TextError) -> Action {
        if argument.text.isEmpty { throw TextError("set_mpls_ttl: expected ttl.") }
        return .setMPLSTTL(try argument.number("MPLS TTL"))
    }

    func pushPBB(_ argument: ActionArgument) throws(TextError) -> Action {
        let type: UInt16 = try argument.number("ethertype")
        guard type == EtherType.pbb else { throw TextError("\(argument.text): not a valid PBB ethertype") }
        return .pushPBB(etherType: type)
    }
}
