import OVSDB
import Packets
import Switch

/// Reads a Port row's own part: VLANs and what is asked beside them.
enum PortDecoder {
    /// The VLAN settings as OVS understands them (`ovs-vswitchd.conf.db(5)`, "VLAN Configuration").
    static func vlan(_ row: PortRow, name: String, isDummy: Bool = false) -> (VLANConfiguration, [Remark]) {
        var vlan = VLANConfiguration()
        var remarks: [Remark] = []
        let tag = row.tag.flatMap { UInt16(exactly: $0) }.flatMap { $0 < 4096 ? $0 : nil }
        let trunks = Set(row.trunks.compactMap { UInt16(exactly: $0) }.filter { $0 < 4096 })
        switch row.vlanMode {
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
            vlan.customerVLANs = Set(row.cvlans.compactMap { UInt16(exactly: $0) }.filter { $0 < 4096 })
        case .nativeTagged, .nativeUntagged:
            vlan.tag = tag ?? 0
            // The native VLAN is always carried; no list at all means every VLAN.
            vlan.trunks = trunks.isEmpty ? [] : trunks.union([vlan.tag])
        }

        var options = OptionReader(row.otherConfig, of: "port \(name): other_config")
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
    static func fault(_ row: PortRow, name: String) -> String? {
        if row.interfaces.count > 1 {
            return "port \(name): a bond of \(row.interfaces.count) interfaces is not supported yet; "
                + "give each interface a port of its own"
        }
        return nil
    }

    /// The DSCP of each queue that a port's QoS row names and that has one.
    static func queueDSCP(_ row: PortRow, in tables: [String: [UUIDValue: Row]]) -> [UInt32: UInt8] {
        guard let uuid = row.qos, let qos = tables.row(OpenVSwitchSchema.QoS.self, uuid), !qos.type.isEmpty else {
            return [:]
        }
        var result: [UInt32: UInt8] = [:]
        for (number, uuid) in qos.queues {
            guard let queue = UInt32(exactly: number),
                let dscp = tables.row(OpenVSwitchSchema.Queue.self, uuid)?.dscp.flatMap({ UInt8(exactly: $0) }),
                dscp < 64
            else { continue }
            result[queue] = dscp
        }
        return result
    }

    private static func unsupported(_ row: PortRow, isDummy: Bool) -> [String] {
        var list: [String] = []
        // Ports for tests have no queues to be served in turn.
        if row.qos != nil, !isDummy { list.append("serving queues in turn (column qos)") }
        if let lacp = row.lacp, lacp != "off" { list.append("LACP (column lacp)") }
        if row.mac != nil { list.append("an address for a bond (column mac)") }
        if row.protected { list.append("protection (column protected)") }
        return list
    }
}
