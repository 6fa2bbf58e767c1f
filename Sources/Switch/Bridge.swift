import Control
import Datapath
import Logging
import OpenFlow
import Packets

/// A bridge: ports with OpenFlow numbers, flow tables, a MAC table (OVS: `struct bridge` and its `ofproto`).
///
/// Made and changed through ``Switch``. Whatever may alter a translation counts ``generation`` on.
@ControlActor
public final class Bridge {
    public let name: String
    public internal(set) var configuration: BridgeConfiguration
    /// The bridge's Ethernet address: `hwaddr`, else the lowest of its ports', else a local one that stays.
    public private(set) var hardware: MACAddress
    /// The smallest MTU of the ports that are not internal; nil as long as that was never another than is usual.
    var memberMTU: Int?
    /// `datapath-id`, else made from ``hardware``.
    public private(set) var datapathID: UInt64
    /// By number; LOCAL, 0xfffe, comes last.
    public private(set) var ports: [BridgePort] = []
    /// What NORMAL has learned.
    public let macTable: MACTable
    public let flowTables: FlowTables
    /// What keeps tables from cutting off controllers.
    let inBand: InBandControl

    /// How fragments are matched.
    public var fragments = FragmentHandling.normal {
        didSet { if fragments != oldValue { changed() } }
    }
    /// Takes packets for controllers.
    public var packetIn: (@ControlActor (PacketIn) -> Void)?

    weak var owner: Switch?
    let slots = SlotCache()
    /// What translations have been made by: whether somebody wants missed packets, and is there at all.
    private var controllerNews = (false, false)
    /// Tells continuations of this bridge, in this life, from others.
    let continuationID: [UInt8] = (0..<16).map { _ in UInt8.random(in: 0...255) }
    var service: OpenFlowService?
    /// Counted on at each change of tables, ports or settings.
    private(set) var generation: UInt64 = 0
    /// Those of the changes that were of rules alone.
    private(set) var ruleChanges = RuleChanges()
    private let fallbackHardware: MACAddress
    private var byNumber: [OpenFlowPort: BridgePort] = [:]
    private var numbers = PortNumbers()
    private let log = Logger(label: "bridge")

    init(_ configuration: BridgeConfiguration, owner: Switch) {
        name = configuration.name
        self.configuration = configuration
        self.owner = owner
        fallbackHardware = configuration.defaultHardware ?? MACAddress.randomLocal()
        hardware = configuration.hardware ?? fallbackHardware
        datapathID = configuration.datapathID ?? hardware.number
        macTable = MACTable(clock: owner.clock)
        flowTables = FlowTables(clock: owner.clock)
        inBand = InBandControl(bridge: configuration.name, clock: owner.clock)
        flowTables.meters.device = owner.meters
        configureMACTable()
        configureFlowTables()
        installDefaultFlow()
        macTable.changed = { [weak self] change in self?.macTableChanged(change) }
        flowTables.changed = { [weak self] change in self?.rulesChanged(change) }
    }

    /// The port of a number; nil where there is none.
    public func port(numbered number: OpenFlowPort) -> BridgePort? { byNumber[number] }
    /// The port of a name; nil where there is none.
    public func port(named name: String) -> BridgePort? { ports.first { $0.name == name } }

    /// Has translations follow the controllers' coming and going.
    func followControllers() {
        let news = (wantsMisses, hasLiveController)
        guard news != controllerNews else { return }
        controllerNews = news
        changed()
    }

    /// Something that every translation through the bridge may rest on has changed.
    func changed() {
        generation &+= 1
        ruleChanges.forget(generation: generation)
        owner?.revalidator.bridgesChanged()
    }

    private func rulesChanged(_ change: FlowTableChange) {
        guard !change.isGlobal, change.rules.count <= RuleChanges.mostRules else { return changed() }
        generation &+= 1
        ruleChanges.note(change.rules, generation: generation)
        owner?.revalidator.bridgesChanged()
    }

    private func macTableChanged(_ change: MACTableChange) {
        switch change {
        case .address(let address):
            owner?.revalidator.macChanged(MACDependency(bridge: ObjectIdentifier(self), address: address))
        case .everything: changed()
        }
    }

    // MARK: Ports

    /// The number that a new port gets; nil: none is left.
    func chooseNumber(for configuration: BridgePortConfiguration) -> OpenFlowPort? {
        numbers.choose(for: configuration, now: now) { byNumber[$0] != nil }
    }

    private var now: ContinuousClock.Instant { owner?.clock() ?? .now }

    func insert(_ port: BridgePort) {
        byNumber[port.number] = port
        numbers.take(port.number, for: port.configuration)
        let index = ports.firstIndex { $0.number > port.number } ?? ports.count
        ports.insert(port, at: index)
        log.info("bridge \(name): added interface \(port.name) on port \(port.number.rawValue)")
        changed()
    }

    func remove(_ port: BridgePort) {
        guard byNumber[port.number] === port else { return }
        byNumber[port.number] = nil
        numbers.free(port.number, now: now)
        ports.removeAll { $0 === port }
        // What was behind the port may show up on another bridge's: that one is not to know better.
        let gone = macTable.addresses(on: port.number)
        macTable.flush(port: port.number, includesStatic: true)
        for other in owner?.bridges.values.filter({ $0 !== self }) ?? [] { other.macTable.forget(gone) }
        log.info("bridge \(name): deleted interface \(port.name) on port \(port.number.rawValue)")
        changed()
    }

    // MARK: Settings

    /// Takes new settings, as far as they differ; flows survive unless the way of failing changes.
    func update(_ new: BridgeConfiguration) {
        let old = configuration
        configuration = new
        configureMACTable()
        configureFlowTables()
        configureService()
        followInBandPeers()
        if old.hasControllers != new.hasControllers || (!new.hasControllers && old.failMode != new.failMode) {
            flushFlows()
        }
        if old.forwardsBPDU != new.forwardsBPDU { changed() }
    }

    private func configureMACTable() {
        macTable.agingTime = .seconds(configuration.macAgingSeconds)
        macTable.maximumCount = configuration.macTableSize
        macTable.floodVLANs = configuration.floodVLANs
    }

    private func configureFlowTables() {
        let removed = flowTables.configure(configuration.flowTables)
        if !removed.isEmpty { service?.flowsRemoved(removed) }
    }

    /// Removes every flow but those that the bridge has for itself.
    func flushFlows() {
        service?.flowsRemoved(flowTables.removeAll())
        installDefaultFlow()
    }

    /// A standalone bridge without controllers, or with none that can be had, is a plain switch; any other waits for
    /// flows.
    private func installDefaultFlow() {
        let isFailingOpen = service?.isFailingOpen == true
        guard isFailingOpen || configuration.failMode == .standalone && !configuration.hasControllers else { return }
        let flow = FlowMod(
            command: .add, table: 0, match: Match(), priority: isFailingOpen ? .max : 0,
            actions: [.output(.normal, maxLength: 0)])
        do {
            try flowTables.apply(flow)
        } catch {
            log.error("bridge \(name): could not add the default flow: \(error)")
        }
    }

    /// Chooses address and datapath ID anew; true where the address is another one now.
    func chooseIdentity() -> Bool {
        let lent = ports.filter { !$0.isLocal }.compactMap(\.deviceHardware).filter(\.maySpeakForBridge)
        let chosen = configuration.hardware ?? lent.min { $0.number < $1.number } ?? fallbackHardware
        let isOther = chosen != hardware
        hardware = chosen
        let id = configuration.datapathID ?? chosen.number
        if id != datapathID {
            datapathID = id
            logIdentity()
        }
        return isOther
    }

    func logIdentity() {
        log.info("bridge \(name): using datapath ID \(TextNumber.padded(datapathID, radix: 16, digits: 16))")
    }
}
