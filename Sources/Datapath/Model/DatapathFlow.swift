import Control
import Packets

/// A flow in one thread's cache, seen from control (OVS: a megaflow and its `udpif_key`).
///
/// The counters are written by the thread alone and read here without a lock: each is exact, and all are as of "now".
@ControlActor
public final class DatapathFlow {
    /// The thread that has it.
    public let thread: ThreadID
    /// The packet's key that made it, unmasked: what to translate again when a table changes.
    public let key: FlowKey
    public let mask: FlowMask
    public internal(set) var actions: [DatapathAction]
    /// What ``Translation/context`` held.
    public var context: AnyObject? {
        didSet { (context as? any DatapathFlowContext)?.installed(as: self) }
    }
    /// When it was installed.
    public let created = ControlClock.shared.now
    /// Counts the thread's flows in the order of their installation.
    public internal(set) var serial: UInt64 = 0
    /// The thread's entry; nil once it is freed, with the last counters in `final`.
    var entry: UnsafeMutableRawPointer?
    var final: DatapathFlowStatistics?
    /// Of the packets counted, those that had missed and passed after control had made the flow: its first.
    public internal(set) var missedPackets: UInt64 = 0
    /// The bytes of those.
    public internal(set) var missedBytes: UInt64 = 0
    /// Set once its removal has been asked for.
    public internal(set) var isRemoved = false

    init(thread: ThreadID, key: FlowKey, mask: FlowMask, actions: [DatapathAction], context: AnyObject?) {
        self.thread = thread
        self.key = key
        self.mask = mask
        self.actions = actions
        self.context = context
        (context as? any DatapathFlowContext)?.installed(as: self)
    }
}

/// What a flow has carried.
public struct DatapathFlowStatistics: Sendable, Equatable {
    public var packets: UInt64 = 0
    public var bytes: UInt64 = 0
    /// The union of TCP flags seen; 0 where the flow does not look at TCP.
    public var tcpFlags: UInt16 = 0
    /// When the last packet passed; nil if none has.
    public var lastUsed: ContinuousClock.Instant?

    public init() {}
}
