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
                delta.set(bridge.row, bridgeColumns(made))
                let status = made?.controllerStatus ?? [:]
                for (row, target) in bridge.controllerRows {
                    delta.set(row, ControllerColumns.columns(status[target]))
                }
            }
            let ports = made.map { Dictionary($0.ports.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first }) }
            for (portName, port) in bridge.ports {
                guard let row = port.interfaceRow else { continue }
                let recorded = replica.row(OpenVSwitchSchema.Interface.self, row)
                let columns = interfaceColumns(port, ports?[portName], row, scope, recorded: recorded)
                delta.set(row, columns)
            }
        }
        if scope.contains(.status) {
            for (row, fault) in desired.faults { delta.set(row, InterfaceColumns.failure(fault)) }
            if let root = desired.root {
                delta.set(root, rootColumns(replica.row(OpenVSwitchSchema.Root.self, root)))
            }
        }
        return delta.operations
    }

    private func interfaceColumns(
        _ port: DesiredPort, _ made: BridgePort?, _ row: UUIDValue, _ scope: Scope,
        recorded: InterfaceRow?
    ) -> InterfaceRow {
        let error = errors[port.configuration.name] ?? desired.warnings[row]
        guard let made else {
            // Neither made nor failed: it is just being replaced, and soon one or the other.
            return scope.contains(.status) && error != nil ? InterfaceColumns.failure(error) : InterfaceRow()
        }
        var columns = InterfaceRow()
        if scope.contains(.status) {
            columns = InterfaceColumns.status(made.status, number: made.number, error: error)
        }
        // A new interface has its counters at once, and need not wait for the interval.
        if scope.contains(.statistics) || recorded?.statistics.isEmpty == true {
            columns.statistics = InterfaceColumns.statistics(
                made.statistics, isDPDK: port.configuration.isDPDK, isPatch: made.peerName != nil)
        }
        return columns
    }

    private func bridgeColumns(_ made: Bridge?) -> BridgeRow {
        var row = BridgeRow()
        row.datapathID = made.map { Self.hex($0.datapathID) }
        if made != nil { row.datapathVersion = "<built-in>" }
        return row
    }

    private func rootColumns(_ recorded: RootRow?) -> RootRow {
        var row = RootRow()
        row.ovsVersion = identity.version
        row.datapathTypes = ["netdev", "system"]
        row.ifaceTypes =
            ["internal", "patch", "system", "tap"]
            + (dpdk == .ready ? ["dpdk", "dpdkvhostuser", "dpdkvhostuserclient"] : [])
        row.dpdkInitialized = dpdk == .ready
        row.dpdkVersion = dpdkVersion
        row.statistics = rootStatistics
        // Start scripts may know better (`ovs-ctl --system-type`): theirs stands.
        if let recorded, recorded.systemType == nil { row.systemType = identity.systemType }
        if let recorded, recorded.systemVersion == nil { row.systemVersion = identity.systemVersion }
        if let generation { row.curCfg = generation }
        return row
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
