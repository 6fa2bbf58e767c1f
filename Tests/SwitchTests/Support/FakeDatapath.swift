import Control
import Glibc
import Packets

@testable import Datapath
@testable import Switch

/// A datapath of one thread in memory: a flow cache that looks packets up by mask and counts, devices that always open.
@ControlActor
final class FakeDatapath: DatapathControl {
    var meters: [UInt32: DatapathMeter] = [:]
    private(set) var tagLimit = TagLimit.two
    weak var upcallHandler: (any UpcallHandler)?
    private(set) var flows: [DatapathFlow] = []
    private var counters: [ObjectIdentifier: DatapathFlowStatistics] = [:]
    private(set) var ports: [PortID: PortConfiguration] = [:]
    private(set) var destroyed: [String] = []
    var hardware: [String: MACAddress] = [:]
    var refusals: [String: DatapathError] = [:]
    var nextHops: [IPv4Address: NextHop] = [:]
    /// Flows are made and dropped.
    var failsToInstall = false
    /// Flows count no packet before ``countLate()``, as if the thread had yet to carry it out.
    var countsLate = false
    private var late: [(flow: DatapathFlow, length: Int)] = []
    /// Packets of every flow come in all the time: whoever looks at a counter finds it higher.
    var isBusy = false
    /// Runs while a port is being opened: what else may happen meanwhile.
    var whileOpening: (@ControlActor () async -> Void)?
    private(set) var replaced = 0
    private(set) var removed = 0
    private(set) var misses = 0
    private(set) var synchronized = 0
    private(set) var executed: [(frame: [UInt8], actions: [DatapathAction])] = []
    private(set) var settings: [(PortID, Bool)] = []
    private var nextID: UInt32 = 1
    let clock: TestClock

    init(clock: TestClock) { self.clock = clock }

    func addPort(_ configuration: PortConfiguration) async throws(DatapathError) -> PortID {
        if let refusal = refusals[configuration.name] { throw refusal }
        await whileOpening?()
        let id = PortID(rawValue: nextID)
        nextID += 1
        ports[id] = configuration
        return id
    }

    func limitTags(to limit: TagLimit) {
        tagLimit = limit
        for flow in flows { remove(flow) }
    }

    func reconfigurePort(_ port: PortID, _ configuration: PortConfiguration) async throws(DatapathError) {
        if let refusal = refusals[configuration.name] { throw refusal }
        ports[port] = configuration
    }

    func removePort(_ port: PortID, destroy: Bool) async {
        if let configuration = ports.removeValue(forKey: port), destroy { destroyed.append(configuration.name) }
    }

    func status(of port: PortID) -> PortStatus? {
        guard let configuration = ports[port] else { return nil }
        var status = PortStatus()
        status.isAdministrativelyUp = true
        status.isLinkUp = true
        status.linkSpeedBitsPerSecond = 10_000_000_000
        status.mtu = configuration.mtu ?? 1500
        status.macAddress = configuration.macAddress ?? hardware[configuration.name]
        return status
    }

    func statistics(of port: PortID) -> PortStatistics? { ports[port].map { _ in PortStatistics() } }
    func setPortUp(_ port: PortID, _ isUp: Bool) { settings.append((port, isUp)) }
    func statistics(of flow: DatapathFlow) -> DatapathFlowStatistics {
        if isBusy {
            isBusy = false
            count(100, in: flow)
            isBusy = true
        }
        return counters[ObjectIdentifier(flow)] ?? DatapathFlowStatistics()
    }

    func replace(_ flow: DatapathFlow, actions: [DatapathAction], context: AnyObject?) {
        replaced += 1
        flow.actions = actions
        flow.context = context
    }

    func remove(_ flow: DatapathFlow) {
        guard !flow.isRemoved else { return }
        removed += 1
        flow.isRemoved = true
        // The last packets that it carries are those on their way when it is taken out.
        for (owner, length) in late where owner === flow {
            var counter = counters[ObjectIdentifier(flow)] ?? DatapathFlowStatistics()
            add(length, to: &counter)
            counters[ObjectIdentifier(flow)] = counter
        }
        late.removeAll { $0.flow === flow }
        flows.removeAll { $0 === flow }
        upcallHandler?.flowRemoved(flow)
    }

    func nextHop(to address: IPv4Address) -> NextHop { nextHops[address] ?? .unreachable(errno: EOPNOTSUPP) }

    func synchronize() async { synchronized += 1 }

    let isSettled = false
    func setMeter(_ id: UInt32, _ meter: DatapathMeter?) throws(DatapathError) { meters[id] = meter }
    func statistics(ofMeter id: UInt32) -> DatapathMeterStatistics? {
        meters[id].map { DatapathMeterStatistics(bands: $0.bands.map { _ in .init() }) }
    }
    func execute(_ frame: [UInt8], actions: [DatapathAction]) { executed.append((frame, actions)) }

    /// A packet comes in: through the cache, or through a miss and a new flow. Returns what was done to it.
    @discardableResult
    func receive(_ key: FlowKey, length: Int = 100) -> [DatapathAction] {
        if let flow = flows.first(where: { $0.key.matches(key, under: $0.mask) }) {
            count(length, in: flow)
            return flow.actions
        }
        misses += 1
        let frame = [UInt8](repeating: 0, count: length)
        guard let translation = frame.withUnsafeBytes({ upcallHandler?.translate(key, packet: $0) }) else {
            return [.drop(.upcallFailed)]
        }
        if translation.isCacheable {
            let flow = DatapathFlow(
                thread: .kernelPorts, key: key, mask: translation.mask, actions: translation.actions,
                context: translation.context)
            if failsToInstall { return translation.actions }
            flows.append(flow)
            // A removed flow may have had the same identity.
            counters[ObjectIdentifier(flow)] = nil
            count(length, in: flow)
        }
        return translation.actions
    }

    /// The thread comes to what it has left over.
    func countLate() {
        countsLate = false
        for (flow, length) in late { count(length, in: flow) }
        late = []
    }

    private func count(_ length: Int, in flow: DatapathFlow) {
        if countsLate {
            late.append((flow, length))
            return
        }
        var counter = statistics(of: flow)
        add(length, to: &counter)
        counters[ObjectIdentifier(flow)] = counter
    }

    private func add(_ length: Int, to counter: inout DatapathFlowStatistics) {
        counter.packets += 1
        counter.bytes += UInt64(length)
        counter.lastUsed = clock.now
    }
}
