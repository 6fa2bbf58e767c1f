import OVSDB
import Switch

/// Reads a Port row's own part: VLANs and what is asked beside them.
enum PortDecoder {
    /// The VLAN settings as OVS understands them (`ovs-vswitchd.conf.db(5)`, "VLAN Configuration").
    static func vlan(_ row: Row, name: String) -> (VLANConfiguration, [Remark]) {
        var vlan = VLANConfiguration()
        var remarks: [Remark] = []
        let tag = row["tag"].integer.flatMap { UInt16(exactly: $0) }.flatMap { $0 < 4096 ? $0 : nil }
        let trunks = Set(row["trunks"].integers.compactMap { UInt16(exactly: $0) }.filter { $0 < 4096 })
        switch row["vlan_mode"].string {
        case "access": vlan.mode = .access
        case "native-tagged": vlan.mode = .nativeTagged
        case "native-untagged": vlan.mode = .nativeUntagged
        case "trunk": vlan.mode = .trunk
        default: vlan.mode = tag == nil ? .trunk : .access
        }
        switch vlan.mode {
        case .trunk:
            vlan.trunks = trunks
        case .access:
            vlan.tag = tag ?? 0
            if !trunks.isEmpty {
                remarks.append(
                    Remark(.warning, "port \(name): ignoring trunks in favor of its access VLAN \(vlan.tag)"))
            }
        case .nativeTagged, .nativeUntagged:
            vlan.tag = tag ?? 0
            // The native VLAN is always carried; no list at all means every VLAN.
            vlan.trunks = trunks.isEmpty ? [] : trunks.union([vlan.tag])
        }

        var options = OptionReader(row["other_config"].stringMap, of: "port \(name): other_config")
        vlan.priorityTags =
            options.value("priority-tags", expected: "one of never, if-nonzero, always") {
                switch $0 {
                case "never", "false": .never
                case "if-nonzero", "true": .ifNonzero
                case "always": .always
                default: VLANConfiguration.PriorityTags?.none
                }
            } ?? .never
        remarks += options.complaints.map { Remark(.warning, $0) }
        remarks += options.unheeded.map { Remark(.info, $0) }
        remarks += unsupported(row).map {
            Remark(.warning, "port \(name): \($0) is not supported yet and has no effect")
        }
        return (vlan, remarks)
    }

    /// Why the port cannot be served at all; nil if it can.
    static func fault(_ row: Row, name: String) -> String? {
        if row["interfaces"].count > 1 {
            return "port \(name): a bond of \(row["interfaces"].count) interfaces is not supported yet; "
                + "give each interface a port of its own"
        }
        if row["vlan_mode"].string == "dot1q-tunnel" {
            return "port \(name): vlan_mode dot1q-tunnel is not supported yet; use access, trunk, native-tagged or "
                + "native-untagged"
        }
        return nil
    }

    private static func unsupported(_ row: Row) -> [String] {
        var list: [String] = []
        if !row["qos"].isEmpty { list.append("quality of service (column qos)") }
        if let lacp = row["lacp"].string, lacp != "off" { list.append("LACP (column lacp)") }
        if !row["cvlans"].isEmpty { list.append("a choice of customer VLANs (column cvlans)") }
        if !row["mac"].isEmpty { list.append("an address for a bond (column mac)") }
        if row["protected"].boolean == true { list.append("protection (column protected)") }
        return list
    }
}
