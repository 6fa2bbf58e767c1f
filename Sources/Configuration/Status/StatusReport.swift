import Control
import Datapath
import OVSDB
import OpenFlow
import Packets
import Switch

/// Says what every status column should hold, given what is desired and what is in force.
@ControlActor
struct StatusReport {
    /// What is known about each kind of row.
    struct Scope: OptionSet, Sendable {
        let rawValue: Int
        /// Everything but counters.
        static let status = Scope(rawValue: 1)
        /// Interface counters.
        static let statistics = Scope(rawValue: 2)
    }

    let desired: DesiredState
    let target: Switch
    /// The `error` of interfaces whose change failed, by name.
    let errors: [String: String]
    let identity: SystemIdentity
    let dpdk: DPDKState
    let dpdkVersion: String
    let systemStatistics: [String: String]
    /// The generation in force, for `cur_cfg`; nil leaves it.
    let generation: Int64?

    /// The operations that make the replica's rows agree.
    func operations(_ scope: Scope, replica: [String: [UUIDValue: Row]]) -> [Operation] {
        var delta = StatusDelta(replica)
        for (name, bridge) in desired.bridges {
            let made = target.bridges[name]
            if scope.contains(.status) {
                delta.set("Bridge", bridge.row, bridgeColumns(made))
                let status = made?.controllerStatus ?? [:]
                for (row, target) in bridge.controllerRows {
                    delta.set("Controller", row, ControllerColumns.columns(status[target]))
                }
            }
            let ports = made.map { Dictionary($0.ports.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }) }
            for (portName, port) in bridge.ports {
                guard let row = port.interfaceRow else { continue }
                let recorded = replica["Interface"]?[row]
                let columns = interfaceColumns(port, ports?[portName], row, scope, recorded: recorded)
                delta.set("Interface", row, columns)
            }
        }
        if scope.contains(.status) {
            for (row, fault) in desired.faults { delta.set("Interface", row, InterfaceColumns.failure(fault)) }
            if let root = desired.root { delta.set("Open_vSwitch", root, rootColumns(replica["Open_vSwitch"]?[root])) }
        }
        return delta.operations
    }

    private func interfaceColumns(
        _ port: DesiredPort, _ made: BridgePort?, _ row: UUIDValue, _ scope: Scope, recorded: Row?
    ) -> [String: Datum] {
        let error = errors[port.configuration.name] ?? desired.warnings[row]
        guard let made else {
            // Neither made nor failed: it is just being replaced, and soon one or the other.
            return scope.contains(.status) && error != nil ? InterfaceColumns.failure(error) : [:]
        }
        var columns: [String: Datum] = [:]
        if scope.contains(.status) {
            columns = InterfaceColumns.status(made.status, number: made.number, error: error)
        }
        // A new interface has its counters at once, and need not wait for the interval.
        if scope.contains(.statistics) || recorded?["statistics"].isEmpty == true {
            columns["statistics"] = InterfaceColumns.statistics(
                made.statistics, isDPDK: port.configuration.isDPDK, isPatch: made.peerName != nil)
        }
        return columns
    }

    private func bridgeColumns(_ made: Bridge?) -> [String: Datum] {
        guard let made else { return ["datapath_id": .empty] }
        return ["datapath_id": .string(Self.hex(made.datapathID)), "datapath_version": .string("<built-in>")]
    }

    private func rootColumns(_ row: Row?) -> [String: Datum] {
        var types = ["internal", "patch", "system", "tap"]
        if dpdk == .ready { types.append("dpdk") }
        var columns: [String: Datum] = [
            "ovs_version": .string(identity.version),
            "datapath_types": .strings(["netdev", "system"]),
            "iface_types": .strings(types),
            "dpdk_initialized": .boolean(dpdk == .ready),
            "dpdk_version": .string(dpdkVersion),
            "statistics": .map(rootStatistics),
        ]
        // Start scripts may know better (`ovs-ctl --system-type`): theirs stands.
        if row?["system_type"].isEmpty == true { columns["system_type"] = .optional(identity.systemType) }
        if row?["system_version"].isEmpty == true { columns["system_version"] = .optional(identity.systemVersion) }
        if let generation { columns["cur_cfg"] = .integer(generation) }
        return columns
    }

    /// The column that has room for what went wrong with DPDK: there is none for errors in this row.
    private var rootStatistics: [String: String] {
        var statistics = desired.settings.reportsSystemStatistics ? systemStatistics : [:]
        if case .failed(let reason) = dpdk { statistics["dpdk_error"] = reason }
        return statistics
    }

    /// A datapath ID as OVS writes it: 16 hexadecimal digits.
    static func hex(_ value: UInt64) -> String {
        TextNumber.padded(value, radix: 16, digits: 16)
    }
}
