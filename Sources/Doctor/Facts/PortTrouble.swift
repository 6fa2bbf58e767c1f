/// What a port's row tells of it that is not as it should be.
public struct PortTrouble: Sendable, Equatable {
    public enum Kind: Sendable, Equatable {
        /// The port could not be brought up: `error`.
        case error
        /// A guest that connects is sent away: `status:refused`.
        case refusedGuest
        /// A guest's memory is on a node where there is none for its packets: `status:memory_error`.
        case farMemory
        /// So many times there was no buffer for a packet: the `statistics` that end in `mbuf_allocation_errors`.
        case noBuffers(times: Int)
    }

    public let port: String
    public let kind: Kind
    /// In the switch's words.
    public let text: String

    /// Whether the switch has no ports of the type: nothing but to do without it helps.
    var isOfUnservedType: Bool { text.contains("(Address family not supported by protocol)") }

    public init(_ kind: Kind, port: String, text: String) {
        self.kind = kind
        self.port = port
        self.text = text
    }
}
