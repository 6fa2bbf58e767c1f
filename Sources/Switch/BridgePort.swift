import Control
import Datapath
import OpenFlow
import Packets

/// A port of a bridge: its OpenFlow number and what stands behind it, a datapath port or the other end of a patch.
@ControlActor
public final class BridgePort {
    public let name: String
    public let number: OpenFlowPort
    /// Changed by ``Switch/updatePort(_:of:)``.
    public internal(set) var configuration: BridgePortConfiguration
    /// nil for patch ports.
    public let portID: PortID?
    /// Whose port it is.
    public let bridge: Bridge
    /// When it was added.
    public let created: ContinuousClock.Instant
    /// OFPPC_* bits that a controller set.
    public internal(set) var openFlowConfiguration: UInt32 = 0
    /// What controllers were last told of the port.
    var announced: OpenFlowPortDescription?
    /// The device's own address as it was when the port was added; decides on the bridge's (see ``Bridge/hardware``).
    let deviceHardware: MACAddress?
    /// A patch port's made-up address.
    private let patchHardware: MACAddress
    private var patchCounters = PortStatistics()

    init(
        _ configuration: BridgePortConfiguration, number: OpenFlowPort, portID: PortID?, bridge: Bridge,
        deviceHardware: MACAddress?, created: ContinuousClock.Instant
    ) {
        name = configuration.name
        self.number = number
        self.configuration = configuration
        self.portID = portID
        self.bridge = bridge
        self.deviceHardware = deviceHardware
        self.created = created
        patchHardware = MACAddress.randomLocal()
    }

    /// The bridge's own port, of the bridge's name.
    public var isLocal: Bool { number == .local }

    /// The name of the port that this patch port wants to be joined to; nil for other kinds.
    public var peerName: String? {
        if case .patch(let peer) = configuration.kind { peer } else { nil }
    }

    /// Whether a PMD thread polls it: a DPDK device.
    var isPolled: Bool {
        if case .datapath(let port) = configuration.kind, case .dpdk = port.kind { true } else { false }
    }

    /// What the port is now. Patch ports are always up.
    public var status: PortStatus {
        if let portID { return bridge.owner?.datapath.status(of: portID) ?? PortStatus() }
        var status = PortStatus()
        status.isAdministrativelyUp = true
        status.isLinkUp = true
        status.macAddress = patchHardware
        return status
    }

    /// Counters since the port was added. A patch port's are those of the flows that cross it.
    public var statistics: PortStatistics {
        guard let portID else { return patchCounters }
        return bridge.owner?.datapath.statistics(of: portID) ?? PortStatistics()
    }

    /// Whether FLOOD and NORMAL's flooding include the port.
    var isFloodable: Bool {
        openFlowConfiguration & (PortConfigurationBits.noFlood | PortConfigurationBits.down) == 0
    }

    /// Counts packets that crossed a patch.
    func countPatched(received: UInt64 = 0, transmitted: UInt64 = 0, bytes: UInt64) {
        patchCounters.receivedPackets &+= received
        patchCounters.transmittedPackets &+= transmitted
        if received > 0 { patchCounters.receivedBytes &+= bytes }
        if transmitted > 0 { patchCounters.transmittedBytes &+= bytes }
    }
}
