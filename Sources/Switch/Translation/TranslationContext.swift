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
    /// Groups met, each with the bucket that was chosen, if only one was.
    private var groups: [(group: GroupEntry, bucket: GroupBucket?)] = []
    /// Flows learned.
    private var lessons: [Lesson] = []
    /// Whether there may be only so many of those: then rules that no look-up met count too.
    private var hasLimit = false
    private var finTimeouts: [FinTimeout] = []
    /// What the actions refer to by number; it lives as long as the flow.
    private var held: [AnyObject] = []
    /// Patch ports crossed: out by one, in by the other.
    private(set) var hops: [(from: BridgePort, to: BridgePort)] = []

    /// The flow; nil until one is installed, and once it has gone.
    private(set) weak var flow: DatapathFlow?
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
    func note(_ group: GroupEntry, _ bucket: GroupBucket?) { groups.append((group, bucket)) }
    func note(_ lesson: Lesson) { lessons.append(lesson) }
    /// A flow may be learned or not, by how many there are.
    func noteLimit() { hasLimit = true }
    func note(_ timeout: FinTimeout) { finTimeouts.append(timeout) }
    func hold(_ entry: AnyObject) { held.append(entry) }
    func noteHop(from: BridgePort, to: BridgePort) { hops.append((from, to)) }

    /// Whether a bridge that was looked at has changed since.
    var isStale: Bool { bridges.contains { $0.bridge.generation != $0.generation } }

    /// Whether packets teach an address or a flow.
    var teaches: Bool { !lessons.isEmpty || !sightings.isEmpty }

    /// Whether no change since can concern the flow; it then counts as made now.
    func catchUp(_ key: FlowKey, _ mask: FlowMask) -> Bool {
        if hasLimit { return false }
        for seen in bridges {
            guard seen.bridge.generation != seen.generation else { continue }
            let own = visits.filter { $0.bridge === seen.bridge }
            // Where a table is new, its look-ups were not counted for it.
            guard own.allSatisfy({ $0.table != nil || seen.bridge.flowTables.table($0.number) == nil }) else {
                return false
            }
            if seen.bridge.ruleChanges.concern(own, of: key, mask, since: seen.generation) { return false }
        }
        for index in bridges.indices { bridges[index].generation = bridges[index].bridge.generation }
        return true
    }

    /// Counts packets for every rule, table and patch port on the way, and keeps the learned addresses alive.
    ///
    /// Where a bridge has changed since, they may have been learned in another VLAN by now: then only translating
    /// anew tells.
    ///
    /// - Parameter tcpFlags: of all packets so far.
    func credit(packets: UInt64, bytes: UInt64, used: ContinuousClock.Instant, tcpFlags: UInt16 = 0) {
        for visit in visits {
            visit.rule?.credit(packets: packets, bytes: bytes, used: used)
            visit.table?.credit(lookups: packets, matches: visit.rule == nil ? 0 : packets)
        }
        for hop in hops {
            hop.from.countPatched(transmitted: packets, bytes: bytes)
            hop.to.countPatched(received: packets, bytes: bytes)
        }
        for met in groups {
            met.group.credit(packets: packets, bytes: bytes)
            // Of a group that sends to all its buckets, all are credited.
            if let bucket = met.bucket {
                bucket.credit(packets: packets, bytes: bytes)
            } else {
                for bucket in met.group.buckets { bucket.credit(packets: packets, bytes: bytes) }
            }
        }
        if tcpFlags & FinTimeout.endFlags != 0 {
            for timeout in finTimeouts { timeout.apply() }
        }
        if isStale { return }
        for lesson in lessons { _ = lesson.learn(at: used) }
        for sighting in sightings { sighting.learn(at: used) }
    }
}

extension TranslationContext: DatapathFlowContext {
    func installed(as flow: DatapathFlow) {
        self.flow = flow
        revalidator?.register(self)
    }
}
