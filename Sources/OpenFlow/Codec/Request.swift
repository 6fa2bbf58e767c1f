import Packets

/// A message from a controller, decoded: the same for every version.
enum Request: Sendable, Equatable {
    /// With the numbers of the versions offered.
    case hello(versions: Set<UInt8>)
    case error
    case echoRequest([UInt8])
    case echoReply
    case features
    case getConfiguration
    case setConfiguration(flags: UInt16, missSendLength: UInt16)
    case packetOut(PacketOut)
    case flowMod(FlowMod)
    case portMod(PortMod)
    case barrier
    case role(RoleRequest)
    case getAsync
    case setAsync(AsyncConfiguration)
    case queueConfiguration(port: OpenFlowPort)
    // Nicira's
    case setFlowFormat(isNicira: Bool)
    case flowModTableID(Bool)
    case setPacketInFormat(UInt32)
    case setControllerID(UInt16)
    case flowAge
    // Multipart
    case description
    case flowStatistics(RuleSelection, isNicira: Bool)
    case aggregateStatistics(RuleSelection, isNicira: Bool)
    case tableStatistics
    case portStatistics(OpenFlowPort)
    case queueStatistics(port: OpenFlowPort, queue: UInt32)
    case groupStatistics(group: UInt32)
    case groupDescriptions
    case groupFeatures
    case meterStatistics(meter: UInt32)
    case meterConfigurations(meter: UInt32)
    case meterFeatures
    case tableFeatures
    case portDescriptions
}

/// OFPT_PACKET_OUT.
struct PacketOut: Sendable, Equatable {
    var inPort: OpenFlowPort
    var actions: [Action]
    var frame: [UInt8]
}

/// OFPT_PORT_MOD.
struct PortMod: Sendable, Equatable {
    var port: OpenFlowPort
    var hardware: MACAddress
    var configuration: UInt32
    var mask: UInt32
}

/// A controller's role (`enum ofp12_controller_role`).
enum ControllerRole: UInt32, Sendable {
    case noChange = 0
    case equal = 1
    case primary = 2
    case secondary = 3
}

/// OFPT_ROLE_REQUEST, NXT_ROLE_REQUEST.
struct RoleRequest: Sendable, Equatable {
    var role: ControllerRole
    var generation: UInt64?
    var isNicira: Bool
}

/// Which unasked-for messages a connection wants, by role: bit n stands for reason n.
struct AsyncConfiguration: Sendable, Equatable {
    /// For primary and equal connections; and for secondary ones.
    struct Masks: Sendable, Equatable {
        var primary: UInt32
        var secondary: UInt32
    }

    var packetIn: Masks
    var portStatus: Masks
    var flowRemoved: Masks

    /// What a connection gets that has not said (OpenFlow 1.3.5 section 6.3.6).
    static let standard = AsyncConfiguration(
        packetIn: Masks(primary: 0b011, secondary: 0),
        portStatus: Masks(primary: 0b111, secondary: 0b111),
        flowRemoved: Masks(primary: 0b1111, secondary: 0))
}
