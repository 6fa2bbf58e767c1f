import Control
import Packets

/// Who decides what happens to packets that no cached flow matches: the Switch.
@ControlActor
public protocol UpcallHandler: AnyObject {
    /// Translates a missed packet. `key` has every datapath field filled; `packet` is the frame, valid during the call.
    /// nil: the packet is dropped as `upcallFailed`.
    func translate(_ key: FlowKey, packet: UnsafeRawBufferPointer) -> Translation?
    /// A flow that `translate` had made has left the datapath; its statistics are final.
    func flowRemoved(_ flow: DatapathFlow)
}
