import Control
import Datapath

extension Switch {
    /// Datapath actions as `dpctl/dump-flows` and `ofproto/trace` print them, with what punts are for.
    public func describe(
        _ actions: [DatapathAction], portName: (@Sendable (PortID) -> String?)? = nil
    ) -> String {
        DatapathActionFormat(
            portName: portName, puntText: { id in ControlActor.assumeIsolated { self.puntText(id) } }
        ).text(actions)
    }
}
