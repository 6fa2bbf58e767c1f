import OVSDB
import Packets
import Switch

/// Reads a Port row's own part: VLANs and what is asked beside them.
enum PortDecoder {
    /// The VLAN settings as OVS understands them (`ovs-vswitchd.conf.db(5)`, "VLAN Configuration").
    static func vlan(_ row: Row, name: String, isDummy: Bool = false) -> (VLANConfiguration, [Remark]) {
        var vlan = VLANConfiguration()
        var remarks: [Remark] = []
        let tag = row["tag"].integer.flatMap { UInt16(exactly: $0) }.flatMap { $0 < 4096 ? $0 : nil }
        let trunks = Set(row["trunks"].integers.compactMap { UInt16(exactly: $0) }.filter { $0 < 4096 })
        switch row["vlan_mode"].string {
        case "access": vlan.mode = .access
        case "native-tagged": vlan.mode = .nativeTagged
        case "native-untagged": vlan.mode = .nativeUntagged
        case "trunk": vlan.mode = .trunk
        case "dot1q-tunnel": vlan.mode = .tunnel
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
        case .tunnel:
            vlan.tag = tag ?? 0
            vlan.customerVLANs = Set(row["cvlans"].integers.compactMap { UInt16(exactly: $0) }.filter { $0 < 4096 })
        case .nativeTagged, .nativeUntagged:
            vlan.tag = tag ?? 0
            // The native VLAN is always carried; no list at all means every VLAN.
            vlan.trunks = trunks.isEmpty ? [] : trunks.union([vlan.tag])
        }

        var options = OptionReader(row["other_config"].stringMap, of: "port \(name): other_config")
        let service: UInt16? = options.value("qinq-ethtype", expected: "802.1ad or 802.1q") {
            switch $0 {
            case "802.1q": EtherType.vlan
            case "802.1ad": EtherType.serviceVLAN
            default: UInt16?.none
            }
        }
        if let service { vlan.serviceTPID = service }
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
        remarks += unsupported(row, isDummy: isDummy).map {
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
        return nil
    }

    /// The DSCP of each queue that a port's QoS row names and that has one.
    static func queueDSCP(_ row: Row, find: (String, UUIDValue) -> Row?) -> [UInt32: UInt8] {
        guard let uuid = row["qos"].uuids.first, let qos = find("QoS", uuid), qos["type"].string?.isEmpty == false else {
            return [:]
        }
        var result: [UInt32: UInt8] = [:]
        for (key, value) in zip(qos["queues"].keys, qos["queues"].values ?? []) {
            guard case .integer(let number) = key, let queue = UInt32(exactly: number), case .uuid(let uuid) = value,
                let dscp = find("Queue", uuid)?["dscp"].integer.flatMap({ UInt8(exactly: $0) }), dscp < 64
            else { continue }
            result[queue] = dscp
        }
        return result
    }

    private static func unsupported(_ row: Row, isDummy: Bool) -> [String] {
        var list: [String] = []
        // Ports for tests have no queues to be served in turn.
        if !row["qos"].isEmpty, !isDummy { list.append("serving queues in turn (column qos)") }
        if let lacp = row["lacp"].string, lacp != "off" { list.append("LACP (column lacp)") }
        if !row["mac"].isEmpty { list.append("an address for a bond (column mac)") }
        if row["protected"].boolean == true { list.append("protection (column protected)") }
        return list
    }
}
