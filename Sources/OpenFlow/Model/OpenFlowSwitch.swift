import Control
import Packets

/// A bridge as an OpenFlow connection sees it; the Switch's ``Bridge`` is one.
@ControlActor
public protocol OpenFlowSwitch: AnyObject {
    var name: String { get }
    var datapathID: UInt64 { get }
    /// `other_config:dp-desc`, `dp-sn`, and who made it, for OFPMP_DESC.
    var switchDescription: SwitchDescription { get }
    /// The pipeline's tables with their rules.
    var flowTables: FlowTables { get }
    /// Every port with its number, state and features, LOCAL included.
    var openFlowPorts: [OpenFlowPortDescription] { get }
    func openFlowStatistics(of port: OpenFlowPort) -> OpenFlowPortStatistics?
    /// OFPT_PORT_MOD: sets the bits of `mask` (OFPPC_*) to those of `configuration`.
    func modifyPort(
        _ port: OpenFlowPort, hardware: MACAddress, configuration: UInt32, mask: UInt32
    ) throws(OpenFlowError)
    /// Makes all of the changes or, when one fails, none; datapath caches follow before the next barrier's reply.
    /// Flow-removed messages and flow monitors' updates are seen to.
    func apply(_ changes: [PipelineChange], origin: ChangeOrigin?) throws(PipelineFailure)
    /// Makes one change, as that does.
    func apply(_ change: PipelineChange, origin: ChangeOrigin?) throws(OpenFlowError)
    /// OFPC_FRAG_*: how fragments are matched.
    var fragmentFlags: UInt16 { get }
    /// False: that cannot be had.
    func setFragmentFlags(_ flags: UInt16) -> Bool
    /// NXT_RESUME.
    func resume(_ resume: Resume) throws(OpenFlowError)
    /// OFPT_PACKET_OUT.
    func packetOut(_ packet: PacketOut) throws(OpenFlowError)
    /// Brings every rule's counters up to now (called before statistics are read).
    func refreshStatistics()
    /// The bridge begins to forward by itself for want of a controller, or ceases to: flows go, and one flow that
    /// controllers do not see sends everything to NORMAL.
    func failOpenChanged(_ isActive: Bool)
    /// Returns when every earlier change is in force in every cache.
    func barrier() async
    /// Whether they are already, so that nobody need wait.
    var isSettled: Bool { get }
}

extension OpenFlowSwitch {
    /// OFPT_FLOW_MOD.
    public func apply(_ change: FlowMod, origin: ChangeOrigin? = nil) throws(OpenFlowError) {
        try apply(.flow(change), origin: origin)
    }

    /// OFPT_GROUP_MOD.
    public func apply(_ change: GroupMod, origin: ChangeOrigin? = nil) throws(OpenFlowError) {
        try apply(.group(change), origin: origin)
    }

    /// OFPT_METER_MOD.
    public func apply(_ change: MeterMod, origin: ChangeOrigin? = nil) throws(OpenFlowError) {
        try apply(.meter(change), origin: origin)
    }
}

/// OFPMP_DESC's strings.
public struct SwitchDescription: Sendable {
    public var manufacturer = "Nicira, Inc."
    public var hardware = "Open vSwitch"
    public var software: String
    public var serialNumber = "None"
    public var datapath = "None"

    public init(software: String) { self.software = software }
}

/// A port as OFPMP_PORT_DESC and OFPT_FEATURES_REPLY tell it.
public struct OpenFlowPortDescription: Sendable, Equatable {
    public var number: OpenFlowPort
    public var hardware: MACAddress
    public var name: String
    /// OFPPC_* bits: administratively down, no-recv, no-fwd, no-flood ….
    public var configuration: UInt32 = 0
    public var isLinkDown = false
    /// Whether OFPPS_LIVE is not told though there is a link: the port has just come, or is on its way down.
    public var isNotLive = false
    /// OFPPF_* bits of version 1.0 for the current medium; and the speed in kilobits per second.
    public var currentFeatures: UInt32 = 0
    public var currentSpeedKilobits: UInt32 = 0
    public var maximumSpeedKilobits: UInt32 = 0

    public init(number: OpenFlowPort, hardware: MACAddress, name: String) {
        self.number = number
        self.hardware = hardware
        self.name = name
    }
}

/// OFPMP_PORT_STATS; nil where the device does not count.
public struct OpenFlowPortStatistics: Sendable, Equatable {
    public var receivedPackets: UInt64?, transmittedPackets: UInt64?
    public var receivedBytes: UInt64?, transmittedBytes: UInt64?
    public var receivedDropped: UInt64?, transmittedDropped: UInt64?
    public var receivedErrors: UInt64?, transmittedErrors: UInt64?
    public var receivedFrameErrors: UInt64?, receivedOverrunErrors: UInt64?
    public var receivedCRCErrors: UInt64?, collisions: UInt64?
    /// Further counters by name; versions 1.4 and later tell them.
    public var custom: [String: UInt64] = [:]
    /// How long the port has existed.
    public var duration: Duration = .zero

    public init() {}
}
