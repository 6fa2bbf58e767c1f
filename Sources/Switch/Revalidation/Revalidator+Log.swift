import Control
import Datapath
import Logging
import Packets

/// What becomes of flows, told to whoever sets the level of `dpif` to debug.
extension Revalidator {
    /// A flow's counters are read.
    func logRead(_ flow: DatapathFlow) {
        log.debug(
            """
            \(subject(flow)): flow_dump \(text(flow)), \
            \(flow.text(of: datapath.statistics(of: flow), now: owner.clock())), actions:\(format.text(flow.actions))
            """)
    }

    /// A flow is about to do something else.
    func logModified(_ flow: DatapathFlow, by actions: [DatapathAction]) {
        log.debug("\(subject(flow)): put[modify] \(text(flow)), actions:\(format.text(actions))")
    }

    private func subject(_ flow: DatapathFlow) -> String {
        Bridge.datapathName(ofType: owner.bridge(of: flow)?.datapathType ?? "netdev")
    }

    private func text(_ flow: DatapathFlow) -> String {
        "\(FlowIdentifier(flow)) " + DatapathFlowFormat.describe(flow.key, mask: flow.mask, showsAll: true)
    }

    private var format: DatapathActionFormat {
        let owner = owner
        return DatapathActionFormat(puntText: { id in ControlActor.assumeIsolated { owner.puntText(id) } })
    }
}
