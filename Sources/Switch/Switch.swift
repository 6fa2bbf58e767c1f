import Control
import Datapath
import Logging
import OpenFlow
import Packets
import TLS

/// All bridges over one datapath: what rows become, and who decides about packets.
///
/// Functions that wait for devices leave a consistent state when they fail, and never disturb other ports: indices
/// change
/// only on the control thread between two waits.
@ControlActor
public final class Switch {
    /// The version of Open vSwitch whose place this takes, as OFPMP_DESC and the Open_vSwitch row tell it.
    public static let openVSwitchVersion = "3.1.0"

    public let datapath: any DatapathControl
    /// Where BRIDGE.mgmt and BRIDGE.snoop are.
    public let runDirectory: String
    /// By name.
    public internal(set) var bridges: [String: Bridge] = [:]

    /// What time it is; tests have their own.
    let clock: @ControlActor () -> ContinuousClock.Instant
    /// With what TLS is spoken with controllers.
    public let tls = TLSContexts()

    let reports = TranslationReports()
    /// How often the log explains a translation that failed.
    var failureReports = RateLimit(perMinute: 1, burst: 1)
    let log = Logger(label: "bridge")
    private(set) lazy var meters = DatapathMeters(datapath: datapath)
    private(set) lazy var revalidator = Revalidator(owner: self, datapath: datapath)
    /// Pipelines that wait for their packets to come round.
    private(set) lazy var recirculations = NumberedStates<FrozenState>(numbering: numbering, clock: clock)
    /// What packets are for that the datapath gives to control. In OVS these are pipelines in waiting too, so that both
    /// have numbers of one row, which texts show.
    private(set) lazy var punts = NumberedStates<Punt>(numbering: numbering, clock: clock)
    private let numbering = Numbering()
    var portsByName: [String: BridgePort] = [:]
    var portsByID: [PortID: BridgePort] = [:]
    /// Names of ports that are being added or removed.
    var busyNames: Set<String> = []
    private var tick: ControlTimer?
    /// What the process image before this one has left, by bridge.
    var expected: [String: BridgeHandOver] = [:]

    /// - Parameters:
    ///   - runDirectory: holds the bridges' OpenFlow sockets.
    ///   - clock: for ageing.
    public init(
        datapath: any DatapathControl, runDirectory: String,
        clock: @escaping @ControlActor () -> ContinuousClock.Instant = { ControlClock.shared.now }
    ) {
        self.datapath = datapath
        self.runDirectory = runDirectory
        self.clock = clock
        datapath.upcallHandler = self
        revalidator.swept = { [weak self] in self?.expireRules() }
    }

    /// `other_config:max-idle`, milliseconds from 1 on; 10 s by default.
    public var maximumIdle: Duration {
        get { revalidator.maximumIdle }
        set { revalidator.maximumIdle = max(newValue, .milliseconds(1)) }
    }

    /// `other_config:vlan-limit`: how many tags of a frame rules can tell of, in every bridge.
    public var tagLimit = TagLimit.two {
        didSet { if tagLimit != oldValue { datapath.limitTags(to: tagLimit) } }
    }

    /// `other_config:flow-limit`; 200,000 by default.
    public var highestFlowLimit: Int {
        get { revalidator.limit.highest }
        set { revalidator.limit.highest = max(newValue, 0) }
    }

    /// How many flows there may be now: fewer than ``highestFlowLimit`` while looking after them takes too long.
    public var flowLimit: Int {
        get { revalidator.limit.current }
        set { revalidator.limit.set(newValue) }
    }

    /// `other_config:bundle-idle-timeout`: how long controllers may leave a bundle as it is.
    public var bundlePatience = Duration.seconds(10) {
        didSet { for bridge in bridges.values { bridge.service?.bundlePatience = bundlePatience } }
    }

    /// Whether flows in the datapath stand for all packets alike (the default), or for those of equal headers each
    /// (`upcall/disable-megaflows`).
    public var usesMegaflows = true

    /// Whether flows are made of translations, and tables searched by their classifiers (the default). If not, every
    /// packet is translated anew, over tables that are walked rule by rule: what tests hold all caches against.
    public var usesCaches = true

    /// Whether flows in the datapath also tell Ethernet types, fragments and VLANs apart where that makes no
    /// difference, as all of OVS's do: what tests over dummy ports compare. It costs reading headers that need not be
    /// read.
    public var countsCustomaryFields = false

    /// Whether flows are left as they are, whatever changes and however long they are idle (`revalidator/pause`).
    public var isRevalidationPaused: Bool {
        get { revalidator.isPaused }
        set { revalidator.isPaused = newValue }
    }

    /// The most flows that there have been at a time, and how long the last reading of all counters took.
    public var mostFlows: Int { revalidator.mostContexts }
    public var sweepMilliseconds: Int { Int(revalidator.sweepDuration / .milliseconds(1)) }

    /// How often a packet whose way was to be found met a `sample` action (`coverage/show`).
    public var sampleCount: UInt64 { reports.samples }

    /// Datapath flows now.
    public var flowCount: Int { revalidator.contexts.count }

    /// The port of a name, on whatever bridge.
    public func port(named name: String) -> (Bridge, BridgePort)? { portsByName[name].map { ($0.bridge, $0) } }

    /// Whose port a datapath port is.
    public func findBridge(owning id: PortID) -> (Bridge, BridgePort)? { portsByID[id].map { ($0.bridge, $0) } }

    /// Completes what changes so far make due, in every thread.
    public func synchronize() async { await revalidator.barrier() }

    /// Completes everything that is due, the crediting of packets included: what a test that stops the clock waits for.
    public func finishWork() async {
        revalidator.startSweep()
        await revalidator.finish()
    }

    /// Takes every flow out of the datapath and returns when they are gone; packets make them anew.
    public func purgeFlows() async {
        for flow in datapath.flows where !flow.isRemoved { datapath.remove(flow) }
        await datapath.synchronize()
    }

    /// The patch port at the other end: each must name the other.
    func patchPeer(of port: BridgePort) -> BridgePort? {
        guard let name = port.peerName, let peer = portsByName[name], peer.peerName == port.name, peer !== port else {
            return nil
        }
        return peer
    }

    /// Once a second, from the first bridge on: addresses and rules age.
    func startTicking() {
        guard tick == nil else { return }
        // What tools look for before they rely on tags within tags; the datapath's keys have two.
        Logger(label: "ofproto_dpif").info(
            "netdev@ovs-netdev: VLAN header stack length probed as \(FlowField.vlanHeaders)")
        tick = ControlTimer(every: .seconds(1)) { [weak self] in self?.age() }
    }

    func stopTicking() { tick = nil }

    /// Lets everything age to now.
    func age() {
        noticePorts()
        followMTUs()
        for bridge in bridges.values {
            bridge.macTable.expire()
            bridge.followControllers()
            bridge.followInBandPeers()
        }
        recirculations.purge()
        punts.purge()
        // With flows about, rules expire after their counters have been read.
        if revalidator.contexts.isEmpty { expireRules() }
    }

    private func expireRules() {
        for bridge in bridges.values { bridge.expireRules() }
    }
}
