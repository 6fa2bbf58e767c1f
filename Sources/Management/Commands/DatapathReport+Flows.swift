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
                text += line(flow, selection, isOfDatapath: bridge == nil) + "\n"
            }
        }
        return text
    }

    /// One flow. The figures are those of OVS: packets that found the flow in place, the first, which made it, not
    /// among them.
    func line(_ flow: DatapathFlow, _ selection: FlowSelection, isOfDatapath: Bool = true) -> String {
        let names = selection.withNames ? portNames : [:]
        let switchOwner = target
        let format = DatapathActionFormat(
            portName: { names[$0.rawValue] },
            puntText: { id in ControlActor.assumeIsolated { switchOwner.puntText(id) } })
        var text = selection.isVerbose ? FlowIdentifier(flow).description + (isOfDatapath ? ", " : " ") : ""
        text += DatapathFlowFormat.describe(
            flow.key, mask: flow.mask, showsAll: selection.isVerbose, portName: { names[$0] })
        text += ", " + figures(flow)
        if selection.isVerbose, isOfDatapath { text += ", dp:ovs" }
        return text + ", actions:" + format.text(flow.actions)
    }

    /// `packets:0, bytes:0, used:never`.
    func figures(_ flow: DatapathFlow) -> String {
        flow.text(of: datapath.statistics(of: flow), now: ControlClock.shared.now)
    }

    private var portNames: [UInt32: String] {
        Dictionary(uniqueKeysWithValues: datapath.portList.map { ($0.id.rawValue, $0.configuration.name) })
    }
}
