/// Why a packet went nowhere. Counted per port (the one it came in on, or for transmit reasons the one it was to leave
/// by).
public enum DropReason: UInt8, CaseIterable, Sendable {
    /// Shorter than an Ethernet header, or a VLAN header cut off.
    case malformed
    /// Longer than the port's MTU allows on receipt (a frame that did not fit the buffers).
    case oversized
    /// No buffer was free to receive into.
    case noBuffer
    /// A flow says so: no actions.
    case flow
    /// A miss found the queue to the control thread full (OVS: upcall lost).
    case upcallLost
    /// Control had no translation for it: no bridge owns the port any more.
    case upcallFailed
    /// NORMAL: an address that a bridge does not forward (IEEE 802.1D), with `forward-bpdu` off.
    case reservedAddress
    /// NORMAL: the port does not carry the packet's VLAN.
    case vlanMismatch
    /// NORMAL: the destination is on the port that the packet came from, or there is no other port.
    case noDestination
    /// The flow's output port is gone.
    case noPort
    /// Longer than the output port's MTU.
    case mtuExceeded
    /// The device or kernel did not take it: queue full, link down, or an error.
    case transmitFailure
    /// The hand-over ring to the thread that owns the output queue was full.
    case handoverFull
    /// A copy for a further output could not be made: no buffer was free.
    case copyFailed
    /// More resubmits or patch ports within one another than a translation may take.
    case tooDeep
    /// A meter's band says so.
    case meter
    /// Looked up again too often, or too many packets at once were to be.
    case recirculation
    /// More look-ups than a translation may take.
    case tooManyResubmits
    /// More values on the stack than a translation may push.
    case stackTooDeep
    /// A label would be the fourth that a key has to show.
    case tooManyLabels
    /// No buffer was free for a frame of control's (packet-out), which was to leave by the port.
    case packetOutFailed
    /// No buffer was free for the frames that a large one of a kernel device was to be cut into.
    case segmentationFailed

    /// The name in `dpif-netdev/drop-show`.
    public var name: String {
        switch self {
        case .malformed: "malformed"
        case .oversized: "oversized"
        case .noBuffer: "no-buffer"
        case .flow: "flow"
        case .upcallLost: "upcall-lost"
        case .upcallFailed: "upcall-failed"
        case .reservedAddress: "reserved-address"
        case .vlanMismatch: "vlan-mismatch"
        case .noDestination: "no-destination"
        case .noPort: "no-port"
        case .mtuExceeded: "mtu-exceeded"
        case .transmitFailure: "transmit-failure"
        case .handoverFull: "handover-full"
        case .copyFailed: "copy-failed"
        case .tooDeep: "too-deep"
        case .meter: "meter"
        case .recirculation: "recirculation"
        case .tooManyResubmits: "too-many-resubmits"
        case .stackTooDeep: "stack-too-deep"
        case .tooManyLabels: "too-many-labels"
        case .packetOutFailed: "packet-out-failed"
        case .segmentationFailed: "segmentation-failed"
        }
    }
}
