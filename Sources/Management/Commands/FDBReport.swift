import Control
import Machine
import OpenFlow
import Program
import Switch

/// The texts of `fdb/show` and `fdb/stats-show`.
@ControlActor
enum FDBReport {
    /// A table of port, VLAN, address and age in seconds (or `static`), the one unused for longest first.
    static func entries(of bridge: Bridge) -> String {
        var text = " port  VLAN  MAC                Age\n"
        for entry in bridge.macTable.entries {
            let port = port(entry.port)
            let age = entry.ageSeconds.map { String($0).padded(to: 3, onLeft: true) } ?? "static"
            let vlan = String(entry.vlan).padded(to: 4, onLeft: true)
            text += "\(port.padded(to: 5, onLeft: true))  \(vlan)  \(entry.mac)  \(age)\n"
        }
        return text
    }

    static func port(_ number: OpenFlowPort) -> String { number == .local ? "LOCAL" : String(number.rawValue) }

    static func statistics(of bridge: Bridge) -> String {
        let figures = bridge.macTable.statistics
        return """
            Statistics for bridge "\(bridge.name)":
              Current/maximum MAC entries in the table: \(figures.current)/\(figures.maximum)
              Current static MAC entries in the table : \(figures.currentStatic)
              Total number of learned MAC entries     : \(figures.learned)
              Total number of expired MAC entries     : \(figures.expired)
              Total number of evicted MAC entries     : \(figures.evicted)
              Total number of port moved MAC entries  : \(figures.moved)

            """
    }
}
