import Control
import Packets

/// Who decides what happens to packets that no cached flow matches: the Switch.
@ControlActor
public protocol UpcallHandler: AnyObject {
    /// Translates a missed packet. `key` has every datapath field filled; `packet` is the frame, valid during the call.
    /// nil: the packet is dropped as `upcallFailed`.
    ///
    /// A flow made from the answer, which is installed before the next call or never, counts this packet like all that
    /// follow. Where no flow is installed, the handler accounts for the packet itself. So each counts exactly once.
    func translate(_ key: FlowKey, packet: UnsafeRawBufferPointer) -> Translation?
    /// An action `punt(id)` met a packet. `key`: as the packet now is, with every datapath field; `packet`: the frame,
    /// valid during the call.
    func punted(_ id: UInt32, key: FlowKey, packet: UnsafeRawBufferPointer)
    /// A flow that `translate` had made has left the datapath; its statistics are final.
    func flowRemoved(_ flow: DatapathFlow)
    /// What a number of an action `punt(id)` stands for, as texts show it; nil if it is not known.
    func puntText(_ id: UInt32) -> String?
}

extension UpcallHandler {
    public func puntText(_ id: UInt32) -> String? { nil }
}
