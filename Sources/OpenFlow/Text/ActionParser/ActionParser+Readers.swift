import Packets

/// The readers by the names of the actions, in lower case.
extension ActionParser {
    static let readers: [String: Reader] = output.merging(fields) { first, _ in first }
        .merging(headers) { first, _ in first }.merging(labels) { first, _ in first }
        .merging(pipeline) { first, _ in first }

    private static let output: [String: Reader] = [
        "output": { (parser, text) throws(TextError) in try parser.output(text) },
        "controller": { (parser, text) throws(TextError) in try parser.controller(text) },
        "enqueue": { (parser, text) throws(TextError) in try parser.enqueue(text) },
        "group": { (_, text) throws(TextError) in .group(try text.wide()) },
        "bundle": { (parser, text) throws(TextError) in try parser.bundle(text, loads: false) },
        "bundle_load": { (parser, text) throws(TextError) in try parser.bundle(text, loads: true) },
        "set_queue": { (_, text) throws(TextError) in .setQueue(try text.wide()) },
        "pop_queue": { (_, _) throws(TextError) in .popQueue },
    ]

    private static let fields: [String: Reader] = [
        "set_field": { (parser, text) throws(TextError) in try parser.setField(text) },
        "load": { (parser, text) throws(TextError) in try parser.load(text) },
        "move": { (parser, text) throws(TextError) in try parser.move(text) },
        "push": { (parser, text) throws(TextError) in .stackPush(try parser.range(text.text)) },
        "pop": { (parser, text) throws(TextError) in .stackPop(try parser.writable(text.text)) },
        "delete_field": { (parser, text) throws(TextError) in try parser.deleteField(text) },
        "set_tunnel": { (_, text) throws(TextError) in .setTunnelID(try text.wide(), isWide: false) },
        "set_tunnel64": { (_, text) throws(TextError) in .setTunnelID(try text.wide(), isWide: true) },
        "multipath": { (parser, text) throws(TextError) in try parser.multipath(text) },
    ]

    private static let headers: [String: Reader] = [
        "mod_vlan_vid": { (parser, text) throws(TextError) in try parser.vlanID(text, mayPush: true) },
        "set_vlan_vid": { (parser, text) throws(TextError) in try parser.vlanID(text, mayPush: false) },
        "mod_vlan_pcp": { (parser, text) throws(TextError) in try parser.vlanPriority(text, mayPush: true) },
        "set_vlan_pcp": { (parser, text) throws(TextError) in try parser.vlanPriority(text, mayPush: false) },
        "strip_vlan": { (_, _) throws(TextError) in .popVLAN },
        "pop_vlan": { (_, _) throws(TextError) in .popVLAN },
        "push_vlan": { (parser, text) throws(TextError) in try parser.pushVLAN(text) },
        "mod_dl_src": { (parser, text) throws(TextError) in .setEthernetSource(try parser.ethernet(text)) },
        "mod_dl_dst": { (parser, text) throws(TextError) in .setEthernetDestination(try parser.ethernet(text)) },
        "mod_nw_src": { (parser, text) throws(TextError) in .setIPv4Source(try parser.ipv4(text)) },
        "mod_nw_dst": { (parser, text) throws(TextError) in .setIPv4Destination(try parser.ipv4(text)) },
        "mod_nw_tos": { (parser, text) throws(TextError) in try parser.dscp(text) },
        "mod_nw_ecn": { (parser, text) throws(TextError) in try parser.ecn(text) },
        "mod_nw_ttl": { (_, text) throws(TextError) in .setTTL(try text.number("TTL")) },
        "set_nw_ttl": { (_, text) throws(TextError) in .setTTL(try text.number("TTL")) },
        "dec_ttl": { (parser, text) throws(TextError) in try parser.decrementTTL(text) },
        "copy_ttl_out": { (_, _) throws(TextError) in .copyTTLOut },
        "copy_ttl_in": { (_, _) throws(TextError) in .copyTTLIn },
        "mod_tp_src": { (_, text) throws(TextError) in .setTransportSource(try text.number("source port")) },
        "mod_tp_dst": { (_, text) throws(TextError) in .setTransportDestination(try text.number("destination port")) },
    ]

    private static let labels: [String: Reader] = [
        "push_mpls": { (_, text) throws(TextError) in .pushMPLS(etherType: try mplsType(text)) },
        "pop_mpls": { (_, text) throws(TextError) in .popMPLS(etherType: try text.number("ethertype")) },
        "set_mpls_label": { (parser, text) throws(TextError) in try parser.mplsLabel(text) },
        "set_mpls_tc": { (parser, text) throws(TextError) in try parser.mplsTrafficClass(text) },
        "set_mpls_ttl": { (parser, text) throws(TextError) in try parser.mplsTTL(text) },
        "dec_mpls_ttl": { (_, _) throws(TextError) in .decrementMPLSTTL },
        "push_pbb": { (parser, text) throws(TextError) in try parser.pushPBB(text) },
        "pop_pbb": { (_, _) throws(TextError) in .popPBB },
    ]

    private static let pipeline: [String: Reader] = [
        "resubmit": { (parser, text) throws(TextError) in try parser.resubmit(text) },
        "learn": { (parser, text) throws(TextError) in try parser.learn(text) },
        "conjunction": { (parser, text) throws(TextError) in try parser.conjunction(text) },
        "note": { (parser, text) throws(TextError) in try parser.note(text) },
        "exit": { (_, _) throws(TextError) in .exit },
        "fin_timeout": { (parser, text) throws(TextError) in try parser.finTimeout(text) },
        "sample": { (parser, text) throws(TextError) in try parser.sample(text) },
        "clone": { (parser, text) throws(TextError) in .clone(try parser.inner(text.text, .clone)) },
        "check_pkt_larger": { (parser, text) throws(TextError) in try parser.checkPacketLarger(text) },
        "debug_recirc": { (_, _) throws(TextError) in .debugRecirculate },
        "debug_slow": { (_, _) throws(TextError) in .debugSlowPath },
        "meter": { (_, text) throws(TextError) in .meter(try text.wide()) },
        "clear_actions": { (_, _) throws(TextError) in .clearActions },
        "write_actions": { (parser, text) throws(TextError) in .writeActions(try parser.inner(text.text, .actionSet)) },
        "write_metadata": { (parser, text) throws(TextError) in try parser.writeMetadata(text) },
        "goto_table": { (parser, text) throws(TextError) in
            .gotoTable(try parser.table(text.text, "unknown table \"\(text.text)\""))
        }
    ]

    private static func mplsType(_ text: ActionArgument) throws(TextError) -> UInt16 {
        let type: UInt16 = try text.number("push_mpls")
        guard EtherType.isMPLS(type) else { throw TextError("\(text.text): not a valid MPLS ethertype") }
        return type
    }
}
