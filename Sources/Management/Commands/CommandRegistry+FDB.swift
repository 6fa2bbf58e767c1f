import Control
import OpenFlow
import Packets
import Service
import Switch

extension CommandRegistry {
    /// Adds `fdb/*`: what bridges have learned, and what is fixed.
    public func registerFDBCommands(over target: Switch) {
        func bridge(_ name: String) throws(UnixctlError) -> Bridge {
            guard let bridge = target.bridges[name] else { throw UnixctlError("no such bridge") }
            return bridge
        }
        register("fdb/show", usage: "bridge", arguments: 1...1) { arguments in
            try FDBReport.entries(of: bridge(arguments[0]))
        }
        register("fdb/stats-show", usage: "bridge", arguments: 1...1) { arguments in
            try FDBReport.statistics(of: bridge(arguments[0]))
        }
        register("fdb/stats-clear", usage: "[bridge]", arguments: 0...1) { arguments in
            for bridge in try arguments.first.map({ [try bridge($0)] }) ?? Array(target.bridges.values) {
                bridge.macTable.clearStatistics()
            }
            return "statistics successfully cleared"
        }
        register("fdb/flush", usage: "[bridge]", arguments: 0...1) { arguments in
            for bridge in try arguments.first.map({ [try bridge($0)] }) ?? Array(target.bridges.values) {
                bridge.macTable.flush()
            }
            await target.synchronize()
            return "table successfully flushed"
        }
        register("fdb/add", usage: "bridge port vlan mac", arguments: 4...4) { arguments in
            let bridge = try bridge(arguments[0])
            guard let port = FDBArguments.port(arguments[1], of: bridge) else { throw UnixctlError("no such port") }
            let (vlan, mac) = try FDBArguments.address(arguments[2], arguments[3])
            let old = bridge.macTable.entry(mac, vlan: vlan)
            guard bridge.macTable.addStatic(mac, vlan: vlan, port: port.number) else {
                throw UnixctlError("no room for a static entry: raise other_config:mac-table-size of the bridge")
            }
            await target.synchronize()
            guard let old, old.port != port.number || old.ageSeconds != nil else { return "" }
            let kind = old.ageSeconds == nil ? "static" : "dynamic"
            return "Overriding already existing \(kind) entry on \(FDBReport.port(old.port))\n"
        }
        register("fdb/del", usage: "bridge vlan mac", arguments: 3...3) { arguments in
            let bridge = try bridge(arguments[0])
            let (vlan, mac) = try FDBArguments.address(arguments[1], arguments[2])
            guard bridge.macTable.removeStatic(mac, vlan: vlan) else { throw UnixctlError("no such static entry") }
            await target.synchronize()
            return ""
        }
    }
}

/// How `fdb/add` and `fdb/del` name things.
@ControlActor
private enum FDBArguments {
    /// A port by name or OpenFlow number.
    static func port(_ text: String, of bridge: Bridge) -> BridgePort? {
        if let port = bridge.port(named: text) { return port }
        if text == "LOCAL" { return bridge.port(numbered: .local) }
        return UInt16(text).flatMap { bridge.port(numbered: OpenFlowPort(rawValue: $0)) }
    }

    nonisolated static func address(_ vlan: String, _ mac: String) throws(UnixctlError) -> (UInt16, MACAddress) {
        guard let vlan = UInt16(vlan), vlan < 4096 else { throw UnixctlError("invalid vlan") }
        guard let mac = MACAddress(mac) else { throw UnixctlError("invalid MAC address") }
        return (vlan, mac)
    }
}
