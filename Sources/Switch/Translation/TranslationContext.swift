import Control
import Datapath
import OpenFlow
import Packets

/// What a translation rested on and whom its packets count for; kept with the flow that came of it (OVS:
/// `xlate_cache`).
@ControlActor
final class TranslationContext {
    /// Bridges whose tables, ports and settings were looked at, with the state that they were in.
    private(set) var bridges: [(bridge: Bridge, generation: UInt64)] = []
    /// Addresses looked up in MAC tables.
    private(set) var dependencies: [MACDependency] = []
    /// Addresses learned.
    private(set) var sightings: [MACSighting] = []
    private(set) var visits: [TableVisit] = []
    /// Patch ports crossed: out by one, in by the other.
    private(set) var hops: [(from: BridgePort, to: BridgePort)] = []

    /// The flow; nil until one is installed, and once it has gone.
    private(set) weak var flow: DatapathFlow?
    /// Whether a flow has taken its packets' account, even if it has gone since.
    var isAccounted = false
    /// What of the flow's counters has been credited already.
    var credited = DatapathFlowStatistics()
    /// Where the ``Revalidator`` keeps it; nil while it does not.
    var position: Int?
    /// Where it stands among each of its ``dependencies``' dependents.
    var places: [Int] = []
    /// Whether it waits to be translated again because a MAC entry changed.
    var isDirty = false
    /// The ``Revalidator``'s count of MAC changes when the translation was made.
    var macChanges: UInt64
    /// Whether a table was asked about other headers than the packet came with.
    var isTransformed = false
    /// Whether the translation itself changed an entry that it had looked up before.
    var isOutdated = false
    private weak var revalidator: Revalidator?

    init(revalidator: Revalidator?) {
        self.revalidator = revalidator
        macChanges = revalidator?.macChanges ?? 0
    }

    func note(_ bridge: Bridge) {
        guard !bridges.contains(where: { $0.bridge === bridge }) else { return }
        bridges.append((bridge, bridge.generation))
    }

    func note(_ dependency: MACDependency) {
        if !dependencies.contains(dependency) { dependencies.append(dependency) }
    }

    func note(_ sighting: MACSighting) { sightings.append(sighting) }
    func note(_ visit: TableVisit) { visits.append(visit) }
    func noteHop(from: BridgePort, to: BridgePort) { hops.append((from, to)) }

    /// Whether a bridge that was looked at has changed since.
    var isStale: Bool { bridges.contains { $0.bridge.generation != $0.generation } }

    /// Whether no change since can concern the flow; it then counts as made now.
    func catchUp(_ key: FlowKey, _ mask: FlowMask) -> Bool {
        guard !isTransformed, visits.allSatisfy({ $0.table != nil }) else { return false }
        guard bridges.allSatisfy({ !$0.bridge.ruleChanges.concern(key, mask, since: $0.generation) }) else { return false }
        for index in bridges.indices { bridges[index].generation = bridges[index].bridge.generation }
        return true
    }

    /// Counts packets for every rule, table and patch port on the way, and keeps the learned addresses alive.
    ///
    /// Where a bridge has changed since, they may have been learned in another VLAN by now: then only translating
    /// anew tells.
    func credit(packets: UInt64, bytes: UInt64, used: ContinuousClock.Instant) {
        for visit in visits {
            visit.rule?.credit(packets: packets, bytes: bytes, used: used)
            visit.table?.credit(lookups: packets, matches: visit.rule == nil ? 0 : packets)
        }
        for hop in hops {
            hop.from.countPatched(transmitted: packets, bytes: bytes)
            hop.to.countPatched(received: packets, bytes: bytes)
        }
        if isStale { return }
        for sighting in sightings { sighting.learn(at: used) }
    }
}

extension TranslationContext: DatapathFlowContext {
    func installed(as flow: DatapathFlow) {
        self.flow = flow
        revalidator?.register(self)
    }
}
