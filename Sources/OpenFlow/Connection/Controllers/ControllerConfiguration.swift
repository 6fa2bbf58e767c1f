/// A controller as it is wanted; the typed form of a Controller row (OVS: `struct ofproto_controller`).
public struct ControllerConfiguration: Sendable, Equatable {
    /// Whether the switch's forwarding depends on it.
    public enum Kind: Sendable {
        /// Connected to at all times; without any, a standalone bridge fails open.
        case primary
        /// May come and go.
        case service
    }

    /// As written; what is no target at all is said in the log and has no effect.
    public var target: String
    public var kind: Kind
    /// The longest wait between two attempts.
    public var maximumBackoffSeconds = 8
    /// How long a peer may be silent before it is asked for a sign of life; 0: never asked.
    public var probeIntervalSeconds = 5
    /// Whether unasked-for messages are sent to it before it has said which it wants.
    public var enablesAsync = true
    /// Packet-ins that may wait for it to read.
    public var queueSize = 100
    /// Packet-ins a second; 0: as they come.
    public var rateLimit = 0
    /// Packet-ins that may exceed the rate at a time; 0: a quarter of the rate.
    public var burstLimit = 0
    /// Whether it may be reached through the bridge itself, so that no rule may cut it off.
    public var isInBand = true
    /// The DSCP of its packets over IP.
    public var dscp: UInt8 = 48

    /// A controller with OVS's defaults; active ones are primary unless said otherwise.
    public init(target: String, kind: Kind? = nil) {
        self.target = target
        self.kind = kind ?? (ControllerTarget(target)?.isPassive == false ? .primary : .service)
    }
}
