extension DatapathFlowFormat {
    /// All of a packet's key, fields of zero among it, as a miss is logged.
    public static func describe(packet key: FlowKey) -> String {
        var mask = FlowMask()
        for index in 0..<FlowField.datapathHash >> 3 { mask[index] = .max }
        let flags = "ct_state(-new-est-rel-rpl-inv-trk-snat-dnat)"
        // Packets have no connection yet, and a packet's flags have no mask.
        return describe(key, mask: mask).replacing(flags, with: "ct_state(0)")
    }
}
