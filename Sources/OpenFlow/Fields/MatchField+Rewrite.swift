import Packets

extension MatchField {
    /// Gives the bits of `mask` those of `value` in a packet's key, as an action does (OVS: mf_set_flow_value_masked).
    ///
    /// Unlike ``set(_:mask:in:)`` this sees to VLAN tags: naming a priority makes a tag, and what has a tag has a TPID.
    /// A 16-bit TCI or `vlan_vid` without the bit 0x1000 leaves no tag, as in OVS.
    public func write(_ value: UInt128, mask: UInt128 = .max, in key: inout FlowKey) {
        set(value, mask: mask, in: &key)
        guard case .network(FlowField.outerTCI, 2, _) = place, mask & valid != 0 else { return }
        if name == "vlan_pcp" || name == "dl_vlan_pcp" || name == "dl_vlan" {
            key.setU16(FlowField.outerTCI, key.u16(FlowField.outerTCI) | FlowField.vlanPresent)
        }
        if key.u16(FlowField.outerTCI) == 0 {
            key.setU16(FlowField.outerTPID, 0)
        } else if key.u16(FlowField.outerTPID) == 0 {
            key.setU16(FlowField.outerTPID, EtherType.vlan)
        }
    }
}
