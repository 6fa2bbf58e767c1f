import Packets

/// Programs as `ovs-appctl dpctl/dump-flows` and `ofproto/trace` print them.
public struct DatapathActionFormat: Sendable {
    /// Names of ports; a port without one is printed by its number.
    public var portName: (@Sendable (PortID) -> String?)?
    /// What a number of ``DatapathAction/punt(_:)`` stands for, such as `controller(reason=1,…)`.
    public var puntText: (@Sendable (UInt32) -> String?)?

    public init(
        portName: (@Sendable (PortID) -> String?)? = nil, puntText: (@Sendable (UInt32) -> String?)? = nil
    ) {
        self.portName = portName
        self.puntText = puntText
    }

    /// A list; an empty one drops.
    public func text(_ actions: [DatapathAction]) -> String {
        actions.isEmpty ? "drop" : actions.map(text).joined(separator: ",")
    }

    /// One action.
    public func text(_ action: DatapathAction) -> String {
        switch action {
        case .output(let port): portName?(port) ?? "\(port)"
        case .pushVLAN(let tpid, let tci): Self.pushVLAN(tpid, tci)
        case .popVLAN: "pop_vlan"
        case .set(let rewrite): "set(\(Self.text(rewrite)))"
        case .pushMPLS(let type, let entry):
            "push_mpls(label=\(entry >> 12),tc=\(entry >> 9 & 7),ttl=\(entry & 0xff),bos=\(entry >> 8 & 1),"
                + "eth_type=0x\(String(type, radix: 16)))"
        case .popMPLS(let type): "pop_mpls(eth_type=0x\(String(type, radix: 16)))"
        case .copyTTLOut: "copy_ttl_out"
        case .copyTTLIn: "copy_ttl_in"
        case .pushPBB(let tag): "push_pbb(0x\(String(tag, radix: 16)))"
        case .popPBB: "pop_pbb"
        case .truncate(let length): "trunc(\(length))"
        case .meter(let id): "meter(\(id))"
        case .hash(let hash): "hash(\(hash.algorithm == .l4 ? "hash_l4" : "sym_l4")(\(hash.basis)))"
        case .recirculate(let id): "recirc(0x\(String(id, radix: 16)))"
        case .sample(let probability, let actions):
            "sample(sample=\(Self.percent(probability))%,actions(\(text(actions))))"
        case .clone(let actions): "clone(\(text(actions)))"
        case .checkLength(let length, let larger, let otherwise):
            "check_pkt_len(size=\(length),gt(\(text(larger))),le(\(text(otherwise))))"
        case .punt(let id): "userspace(pid=0,\(puntText?(id) ?? "controller(\(id))"))"
        case .drop: "drop"
        }
    }

    private static func pushVLAN(_ tpid: UInt16, _ tci: UInt16) -> String {
        var text = "push_vlan("
        if tpid != EtherType.vlan { text += "tpid=0x\(String(tpid, radix: 16))," }
        text += "vid=\(tci & 0xfff),pcp=\(tci >> 13)"
        return text + (tci & FlowField.vlanPresent == 0 ? ",cfi=0)" : ")")
    }

    /// A chance in percent, with one digit behind the point.
    private static func percent(_ probability: UInt32) -> String {
        let tenths = (UInt64(probability) * 1000 + UInt64(UInt32.max) / 2) / UInt64(UInt32.max)
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func text(_ rewrite: HeaderRewrite) -> String {
        var key = FlowKey()
        var mask = FlowMask()
        for word in rewrite.words where Int(word.index) < FlowKey.wordCount {
            key[Int(word.index)] = word.value
            mask[Int(word.index)] = word.mask
        }
        func number(_ name: String, _ offset: Int) -> String {
            let bits = mask.host32(offset)
            let text = "\(name)(\(TextNumber.alternateHex(key.host32(offset)))"
            return text + (bits == .max ? ")" : "/\(TextNumber.alternateHex(bits)))")
        }
        switch rewrite.header {
        case .ethernet: return ethernet(key, mask)
        case .ipv4: return DatapathFlowFormat.describe(.ipv4, key, mask: mask)
        case .ipv6: return DatapathFlowFormat.describe(.ipv6, key, mask: mask)
        case .arp: return DatapathFlowFormat.describe(.arp, key, mask: mask)
        case .tcp: return DatapathFlowFormat.describe(.tcp, key, mask: mask)
        case .udp: return DatapathFlowFormat.describe(.udp, key, mask: mask)
        case .sctp: return DatapathFlowFormat.describe(.sctp, key, mask: mask)
        case .icmpv4: return DatapathFlowFormat.describe(.icmpv4, key, mask: mask)
        case .icmpv6: return DatapathFlowFormat.describe(.icmpv6, key, mask: mask)
        case .neighborDiscovery: return DatapathFlowFormat.describe(.neighborDiscovery, key, mask: mask)
        case .mpls: return DatapathFlowFormat.describe(.mpls, key, mask: mask)
        case .pbb: return pbb(key, mask)
        case .priority: return number("skb_priority", FlowField.skbPriority)
        case .mark: return number("skb_mark", FlowField.packetMark)
        case .tunnel: return tunnel(key, mask)
        }
    }

    /// The addresses, unless it is the type alone that changes.
    private static func ethernet(_ key: FlowKey, _ mask: FlowMask) -> String {
        guard mask.u16(FlowField.ethernetType) != 0 else {
            return DatapathFlowFormat.describe(.ethernet, key, mask: mask)
        }
        let type = "eth_type(0x" + String(key.u16(FlowField.ethernetType), radix: 16) + ")"
        let isAlone = mask.mac(FlowField.ethernetSource).number | mask.mac(FlowField.ethernetDestination).number == 0
        return isAlone ? type : DatapathFlowFormat.describe(.ethernet, key, mask: mask) + "," + type
    }

    private static func pbb(_ key: FlowKey, _ mask: FlowMask) -> String {
        var fields: [String] = []
        if mask.u32(FlowField.serviceInstance) >> 8 != 0 {
            fields.append("isid=\(key.u32(FlowField.serviceInstance) >> 8)")
        }
        if mask.u8(FlowField.useCustomerAddress) != 0 {
            fields.append("uca=\(key.u8(FlowField.useCustomerAddress))")
        }
        return "pbb(\(fields.joined(separator: ",")))"
    }

    private static func tunnel(_ key: FlowKey, _ mask: FlowMask) -> String {
        var fields: [String] = []
        let id = FlowField.tunnelID >> 3
        if mask[id] != 0 { fields.append("tun_id=0x" + String(key[id], radix: 16)) }
        for (name, offset) in [("src", FlowField.tunnelIPv4Source), ("dst", FlowField.tunnelIPv4Destination)]
        where mask.u32(offset) != 0 {
            fields.append("\(name)=\(IPv4Address(number: key.u32(offset)))")
        }
        if mask.u8(FlowField.tunnelTOS) != 0 {
            fields.append("tos=0x" + String(key.u8(FlowField.tunnelTOS), radix: 16))
        }
        if mask.u8(FlowField.tunnelTTL) != 0 { fields.append("ttl=\(key.u8(FlowField.tunnelTTL))") }
        return "tunnel(\(fields.joined(separator: ",")))"
    }
}
