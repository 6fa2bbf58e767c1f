extension DatapathFlowFormat {
    /// All of a packet's key, fields of zero among it, as a miss is logged.
    public static func describe(packet key: FlowKey) -> String {
        var mask = FlowMask()
        for index in 0..<FlowField.datapathHash >> 3 { mask[index] = .max }
        for offset in [FlowField.skbPriority, FlowField.packetMark, FlowField.datapathHash] { mask.setHost32(offset, 0) }
        func hexadecimal(_ offset: Int) -> String { number(key.host32(offset), .max, hex: true) }
        // Packets have no connection yet.
        let front = [
            "skb_priority(\(hexadecimal(FlowField.skbPriority)))", "skb_mark(\(hexadecimal(FlowField.packetMark)))",
            "ct_state(0)", "ct_zone(0)", "ct_mark(0)", "ct_label(0)",
        ]
        let recirculation = "recirc_id(\(hexadecimal(FlowField.recircID)))"
        var rest = describe(key, mask: mask)[...]
        if rest.hasPrefix(recirculation) { rest = rest.dropFirst(recirculation.count) }
        return (front + [recirculation, "dp_hash(\(hexadecimal(FlowField.datapathHash)))"]).joined(separator: ",") + rest
    }
}
