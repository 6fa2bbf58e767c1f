import Control
import Packets

/// Who decides what happens to packets that no cached flow matches: the Switch.
@ControlActor
public protocol UpcallHandler: AnyObject {
    /// Translates a missed packet. `key` has every datapath field filled; `packet` is the frame, valid during the call.
    /// nil: the packet is dropped as `upcallFailed`.
    ///
    /// The handler accounts for the missed packet itself, with `packet`'s length, on every call; a flow installed from the
    /// answer counts only the packets that hit it afterwards, from zero (as OVS does). So each packet counts exactly once.
    func translate(_ key: FlowKey, packet: UnsafeRawBufferPointer) -> Translation?
    /// A flow that `translate` had made has left the datapath; its statistics are final.
    func flowRemoved(_ flow: DatapathFlow)
}
