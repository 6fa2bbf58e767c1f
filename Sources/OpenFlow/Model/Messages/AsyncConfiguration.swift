/// Which unasked-for messages a connection wants, by role: bit n stands for reason n.
///
/// Reasons are numbered as ``PacketInReason``, OFPPR_*, OFPRR_*, OFPCRR_*, OFPTR_* and OFPRFR_* number them, whatever
/// the connection's version.
public struct AsyncConfiguration: Sendable, Equatable {
    /// Kinds of messages, in the order of version 1.4's property numbers.
    public enum Kind: Int, Sendable, CaseIterable {
        case packetIn, portStatus, flowRemoved, roleStatus, tableStatus, requestForward
    }

    /// For primary and equal connections; and for secondary ones.
    public struct Masks: Sendable, Equatable {
        public var primary: UInt32
        public var secondary: UInt32

        public init(primary: UInt32 = 0, secondary: UInt32 = 0) {
            self.primary = primary
            self.secondary = secondary
        }
    }

    public var packetIn = Masks()
    public var portStatus = Masks()
    public var flowRemoved = Masks()
    public var roleStatus = Masks()
    public var tableStatus = Masks()
    public var requestForward = Masks()

    /// Nothing at all.
    public init() {}

    public subscript(kind: Kind) -> Masks {
        get { self[keyPath: Self.path(kind)] }
        set { self[keyPath: Self.path(kind)] = newValue }
    }

    private static func path(_ kind: Kind) -> WritableKeyPath<AsyncConfiguration, Masks> {
        switch kind {
        case .packetIn: \.packetIn
        case .portStatus: \.portStatus
        case .flowRemoved: \.flowRemoved
        case .roleStatus: \.roleStatus
        case .tableStatus: \.tableStatus
        case .requestForward: \.requestForward
        }
    }

    /// What a connection gets that has not said (OpenFlow 1.3.5 section 6.3.6; OVS: `ofputil_async_cfg_default`).
    public static func standard(_ version: OpenFlowVersion) -> AsyncConfiguration {
        var configuration = AsyncConfiguration()
        // All but "invalid TTL"; a miss that no flow asked for is told in versions before 1.3 only.
        configuration.packetIn.primary = version < .v13 ? 0b1111_1011 : 0b0111_1011
        configuration.portStatus = Masks(primary: 0b111, secondary: 0b111)
        configuration.flowRemoved.primary = version >= .v14 ? 0b11_1111 : version == .v13 ? 0b1111 : 0b111
        return configuration
    }
}
