import Control
import Packets

extension FlowTables {
    /// NXT_TLV_TABLE_MOD: maps options of tunnels to fields, or does so no longer.
    ///
    /// - Throws: `tlvAlreadyMapped`, `duplicateTLV`, `tlvTableFull`; `tlvInUse` when a field is to go
    ///   that rules or groups name.
    public func apply(_ change: TLVTableMod) throws(OpenFlowError) {
        let changed = try TunnelOptions.changed(tunnelOptions, by: change)
        let gone = (tunnelOptions?.all ?? []).filter { changed?[Int($0.mapping.index)] !== $0.field }
        let bits = gone.reduce(0 as UInt64) { $0 | 1 << UInt64($1.mapping.index) }
        let used = bits & (bits == 0 ? 0 : usedOptions)
        guard used == 0 else {
            throw OpenFlowError(.tlvInUse, "tun_metadata\(used.trailingZeroBitCount) is in use")
        }
        tunnelOptions = changed
    }

    /// The options that matches and actions name, a bit each.
    private var usedOptions: UInt64 {
        var used: UInt64 = 0
        for table in existingTables {
            for subtable in table.subtables.values {
                used |= subtable.shape.mask[FlowField.tunnelOptionsPresent >> 3]
            }
        }
        for list in actionLists.all { used |= OptionReferences(list.actions).bits }
        for group in groups.all {
            for field in group.selection.fields { used |= OptionReferences.bit(of: field.field) }
            for bucket in group.buckets { used |= OptionReferences(bucket.contents.actions).bits }
        }
        return used
    }
}
