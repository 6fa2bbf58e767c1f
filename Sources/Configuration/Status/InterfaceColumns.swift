import Datapath
import OVSDB
import OpenFlow
import Switch

/// What an Interface row says about its port (`ovs-vswitchd.conf.db(5)`, "Interface Status"). Pure.
enum InterfaceColumns {
    /// The columns of a port in force, its statistics apart.
    static func status(_ status: PortStatus, number: OpenFlowPort, error: String?) -> InterfaceRow {
        var row = InterfaceRow()
        row.ofport = Int64(number.rawValue)
        row.error = error
        row.adminState = status.isAdministrativelyUp ? "up" : "down"
        row.linkState = status.isLinkUp ? "up" : "down"
        row.linkResets = Int64(clamping: status.linkResets)
        row.linkSpeed = status.linkSpeedBitsPerSecond.map { Int64(clamping: $0) }
        row.duplex = status.isFullDuplex.map { $0 ? "full" : "half" }
        row.macInUse = status.macAddress.map(\.description)
        row.mtu = status.mtu.map { Int64(clamping: $0) }
        row.ifindex = max(0, Int64(clamping: status.interfaceIndex))
        row.status = status.details
        return row
    }

    /// The columns of an interface that is not in force: all empty but for the reason, and -1 for a number.
    static func failure(_ error: String?) -> InterfaceRow {
        var row = InterfaceRow()
        row.ofport = -1
        row.error = error
        row.adminState = nil
        row.linkState = nil
        row.linkResets = nil
        row.linkSpeed = nil
        row.duplex = nil
        row.macInUse = nil
        row.mtu = nil
        row.ifindex = nil
        row.status = [:]
        row.statistics = [:]
        return row
    }

    /// The `statistics` column, by the names that OVS gives to counters.
    static func statistics(_ counters: PortStatistics, isDPDK: Bool, isPatch: Bool) -> [String: Int64] {
        var map: [String: Int64] = counters.named.mapValues { Int64(clamping: $0) }
        map["rx_packets"] = Int64(clamping: counters.receivedPackets)
        map["rx_bytes"] = Int64(clamping: counters.receivedBytes)
        map["tx_packets"] = Int64(clamping: counters.transmittedPackets)
        map["tx_bytes"] = Int64(clamping: counters.transmittedBytes)
        // No device, no losses to count.
        if isPatch { return map }
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
        return map
    }
}
