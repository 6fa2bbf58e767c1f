import Datapath
import OVSDB
import OpenFlow
import Switch

/// What an Interface row says about its port (`ovs-vswitchd.conf.db(5)`, "Interface Status"). Pure.
enum InterfaceColumns {
    /// The columns of a port in force, its statistics apart.
    static func status(_ status: PortStatus, number: OpenFlowPort, error: String?) -> [String: Datum] {
        [
            "ofport": .integer(Int64(number.rawValue)),
            "error": .optional(error),
            "admin_state": .string(status.isAdministrativelyUp ? "up" : "down"),
            "link_state": .string(status.isLinkUp ? "up" : "down"),
            "link_resets": .integer(Int64(clamping: status.linkResets)),
            "link_speed": .optional(status.linkSpeedBitsPerSecond.map { Int64(clamping: $0) }),
            "duplex": .optional(status.isFullDuplex.map { $0 ? "full" : "half" }),
            "mac_in_use": .optional(status.macAddress.map(\.description)),
            "mtu": .optional(status.mtu.map { Int64(clamping: $0) }),
            "ifindex": .integer(max(0, Int64(clamping: status.interfaceIndex))),
            "status": .map(status.details),
        ]
    }

    /// The columns of an interface that is not in force: all empty but for the reason, and -1 for a number.
    static func failure(_ error: String?) -> [String: Datum] {
        [
            "ofport": .integer(-1), "error": .optional(error), "admin_state": .empty, "link_state": .empty,
            "link_resets": .empty, "link_speed": .empty, "duplex": .empty, "mac_in_use": .empty, "mtu": .empty,
            "ifindex": .empty, "status": .emptyMap, "statistics": .emptyMap,
        ]
    }

    /// The `statistics` column, by the names that OVS gives to counters.
    static func statistics(_ counters: PortStatistics, isDPDK: Bool, isPatch: Bool) -> Datum {
        var map: [String: Int64] = counters.named.mapValues { Int64(clamping: $0) }
        map["rx_packets"] = Int64(clamping: counters.receivedPackets)
        map["rx_bytes"] = Int64(clamping: counters.receivedBytes)
        map["tx_packets"] = Int64(clamping: counters.transmittedPackets)
        map["tx_bytes"] = Int64(clamping: counters.transmittedBytes)
        // No device, no losses to count.
        if isPatch { return .map(map) }
        map["rx_errors"] = Int64(clamping: counters.receivedErrors)
        map["rx_dropped"] = Int64(clamping: counters.receivedDropped)
        map["tx_errors"] = Int64(clamping: counters.transmittedErrors)
        map["tx_dropped"] = Int64(clamping: counters.transmittedDropped)
        if isDPDK {
            for (name, reason) in [
                ("ovs_tx_failure_drops", DropReason.transmitFailure), ("ovs_tx_mtu_exceeded_drops", .mtuExceeded),
            ] where map[name] == nil {
                map[name] = Int64(clamping: counters.drops[reason] ?? 0)
            }
        }
        return .map(map)
    }
}
