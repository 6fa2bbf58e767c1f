import Control
import Datapath
import Packets
import Switch

/// The texts of `dpctl/dump-flows` and `dpif/dump-flows`.
extension DatapathReport {
    /// Flows in the form of ovs-dpctl(8), thread by thread, or those of a bridge without telling threads apart.
    func flows(_ selection: FlowSelection, of bridge: Bridge? = nil) -> String {
        guard selection.hasOurs else { return "" }
        var text = ""
        let groups = Dictionary(grouping: datapath.flows.filter { !$0.isRemoved }, by: \.thread)
        for thread in groups.keys.sorted() {
            if let core = selection.core, core != (thread.isPMD ? thread.core : -1) { continue }
            let chosen = (groups[thread] ?? []).filter { flow in
                (bridge.map { target.bridge(of: flow) === $0 } ?? true) && selection.admits(flow)
            }.sorted { $0.serial < $1.serial }
            if bridge == nil {
                text += thread.isPMD
                    ? "flow-dump from pmd on cpu core: \(thread.core)\n" : "flow-dump from the main thread:\n"
            }
            for flow in chosen {
                text += line(flow, selection, separator: bridge == nil ? ", " : " ") + "\n"
            }
        }
        return text
    }

    /// One flow. The figures are those of OVS: packets that found the flow in place, the first, which made it, not among them.
    func line(_ flow: DatapathFlow, _ selection: FlowSelection, separator: String = ", ") -> String {
        let names = selection.withNames ? portNames : [:]
        let switchOwner = target
        let format = DatapathActionFormat(
            portName: { names[$0.rawValue] },
            puntText: { id in ControlActor.assumeIsolated { switchOwner.puntText(id) } })
        var text = selection.isVerbose ? FlowIdentifier(flow).description + separator : ""
        text += DatapathFlowFormat.describe(flow.key, mask: flow.mask, portName: { names[$0] })
        text += ", " + figures(flow)
        if selection.isVerbose { text += ", dp:ovs" }
        return text + ", actions:" + format.text(flow.actions)
    }

    /// `packets:0, bytes:0, used:never`.
    func figures(_ flow: DatapathFlow) -> String {
        let figures = datapath.statistics(of: flow)
        let packets = figures.packets &- min(figures.packets, flow.missedPackets)
        let bytes = figures.bytes &- min(figures.bytes, flow.missedBytes)
        let lastUsed = packets == 0 ? nil : figures.lastUsed
        let used =
            lastUsed.map { "\(Decimal.text($0.duration(to: ControlClock.shared.now) / .seconds(1), places: 3))s" } ?? "never"
        var text = "packets:\(packets), bytes:\(bytes), used:\(used)"
        if packets > 0, figures.tcpFlags != 0 { text += ", flags:\(Self.letters(figures.tcpFlags))" }
        return text
    }

    private var portNames: [UInt32: String] {
        Dictionary(uniqueKeysWithValues: datapath.portList.map { ($0.id.rawValue, $0.configuration.name) })
    }

    /// TCP flags as letters, FIN first, as `ovs-appctl dpctl/dump-flows` shows what has been seen.
    private static func letters(_ flags: UInt16) -> String {
        let all: [Character] = ["F", "S", "R", "P", ".", "U", "E", "C", "N"]
        return String(all.enumerated().filter { flags & (1 << UInt16($0.offset)) != 0 }.map(\.element))
    }
}
