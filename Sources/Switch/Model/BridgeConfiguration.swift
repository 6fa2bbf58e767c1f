import OpenFlow
import Packets

/// What a bridge is to be; the typed form of a Bridge row.
public struct BridgeConfiguration: Sendable, Equatable {
    public enum FailMode: Sendable { case standalone, secure }

    public var name: String
    /// `other_config:datapath-id`, 16 hex digits; nil: made from the bridge's address.
    public var datapathID: UInt64?
    /// `other_config:hwaddr`; nil: chosen from the ports as OVS does.
    public var hardware: MACAddress?
    /// The bridge's address while no port gives one; the row's UUID makes it stable over restarts, as in OVS. nil:
    /// random.
    public var defaultHardware: MACAddress?
    /// OpenFlow versions that connections may use, as Bridge `protocols` spells them; empty: all that are complete.
    public var protocols: [String] = []
    public var failMode = FailMode.standalone
    /// The bridge's Controller rows.
    public var controllers: [ControllerConfiguration] = []
    /// `other_config:controller-queue-size`, 1 to 512: packet-ins that may wait for a slow reader.
    public var controllerQueueSize = 100
    /// The managers of the database that may be reached through the bridge itself.
    public var inBandManagers: [InBandRemote] = []
    /// `other_config:in-band-queue`: the queue of what in-band control lets through.
    public var inBandQueue: UInt32?
    /// Whether there is a primary controller: then, and in secure mode, there is no default NORMAL flow.
    public var hasControllers: Bool { controllers.contains { $0.kind == .primary } }
    /// `other_config:mac-aging-time`, 15 to 3600.
    public var macAgingSeconds = 300
    /// `other_config:mac-table-size`, 10 to 1000000.
    public var macTableSize = 8192
    /// `other_config:forward-bpdu`.
    public var forwardsBPDU = false
    /// `flood_vlans`: VLANs in which nothing is learned and everything is flooded.
    public var floodVLANs: Set<UInt16> = []
    /// `flow_tables`: by number.
    public var flowTables: [UInt8: FlowTableConfiguration] = [:]
    /// `other_config:dp-desc`, `dp-sn`.
    public var description: String?
    public var serialNumber: String?
    /// `datapath_type` as written: `netdev`, `system`, or empty.
    public var datapathType = ""
    /// Whether its datapath is one without a kernel, so that its own port has no TAP.
    public var isDummy = false

    public init(name: String) { self.name = name }
}
