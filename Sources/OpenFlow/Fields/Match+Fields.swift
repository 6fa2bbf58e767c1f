import Packets

/// Building a match field by field.
extension Match {
    /// Matches the bits of `mask` of a field exactly; both as they are on the wire. Nothing for a mask of zero.
    public mutating func set(_ field: MatchField, _ value: UInt128, mask bits: UInt128? = nil) {
        let bits = (bits ?? field.wholeMask) & field.wholeMask
        guard bits != 0 else { return }
        let significant = field.valid & field.wholeMask
        field.set(value & bits, mask: bits, in: &key)
        if bits & significant == significant {
            field.mergeExactMask(into: &mask)
        } else {
            field.mergeMask(bits, into: &mask)
        }
        // A match on no tag, or on one, in version 1.0's words says whether there is one too.
        if field.name == "dl_vlan" || field.name == "dl_vlan_pcp" || field.name == "vlan_pcp" { setVLANPresent() }
    }

    private mutating func setVLANPresent() {
        key.setU16(FlowField.outerTCI, key.u16(FlowField.outerTCI) | FlowField.vlanPresent)
        mask.setU16(FlowField.outerTCI, mask.u16(FlowField.outerTCI) | FlowField.vlanPresent)
    }
}
