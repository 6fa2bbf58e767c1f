import Control
import OpenFlow
import Packets

/// Which port each Ethernet address was last seen on, per VLAN (OVS: `struct mac_learning`; shown by `fdb/show`).
///
/// Entries age by ``agingTime``. A full table makes room fairly: the port with the most entries loses its oldest, so
/// that one port cannot drive out the stations of the others. Static entries neither age nor move nor make room.
/// Every operation is O(1) but the listings, and what changes how many entries a port has, which
/// is O(log ports).
@ControlActor
public final class MACTable {
    struct Slot {
        var address: LearnedAddress
        var port: OpenFlowPort
        var isStatic: Bool
        var lastUsed: ContinuousClock.Instant
        /// Until then a gratuitous ARP that a bond received does not move the entry.
        var lockedUntil: ContinuousClock.Instant?
        var links: InlineArray<2, MACTableList.Link>
    }

    /// How long a gratuitous ARP on a plain port keeps reflections of it on bonds from moving the entry.
    static let gratuitousLock: Duration = .seconds(5)

    var slots: [Slot] = []
    var free: [Int32] = []
    var index: [LearnedAddress: Int32] = [:]
    var order = MACTableList(.all)
    /// Learned entries only: what eviction chooses from.
    var orders: [OpenFlowPort: MACTableList] = [:]
    var ranking = PortRanking()
    var counters = MACTableStatistics()
    /// When the table was last flushed: packets seen before do not count any more, though their counters come in late.
    private var flushed: ContinuousClock.Instant?
    let clock: @ControlActor () -> ContinuousClock.Instant

    /// Called at once for each change that could alter a decision.
    public var changed: (@ControlActor (MACTableChange) -> Void)?

    /// How long an entry lives without a packet (`other_config:mac-aging-time`); held within 15 s to 3600 s.
    public var agingTime: Duration = .seconds(300) {
        didSet { agingTime = min(max(agingTime, .seconds(15)), .seconds(3600)) }
    }

    /// The greatest number of entries (`other_config:mac-table-size`); a smaller one than before drops the oldest.
    public var maximumCount = 8192 {
        didSet {
            maximumCount = min(max(maximumCount, 10), 1_000_000)
            shrink()
        }
    }

    /// VLANs in which nothing is learned; changing them flushes the table, as OVS does.
    public var floodVLANs: Set<UInt16> = [] {
        didSet { if floodVLANs != oldValue { flush() } }
    }

    public init(clock: @escaping @ControlActor () -> ContinuousClock.Instant = { ControlClock.shared.now }) {
        self.clock = clock
    }

    /// Entries now.
    public var count: Int { index.count }

    public var statistics: MACTableStatistics {
        var result = counters
        result.current = index.count
        result.maximum = maximumCount
        return result
    }

    /// `fdb/stats-clear`: the totals start again; entries stay.
    public func clearStatistics() {
        let statics = counters.currentStatic
        counters = MACTableStatistics()
        counters.currentStatic = statics
    }

    /// The port behind an address; nil where it is unknown, a group address, or in a VLAN that is flooded.
    public func lookup(_ mac: MACAddress, vlan: UInt16) -> OpenFlowPort? {
        guard !mac.isMulticast, !floodVLANs.contains(vlan) else { return nil }
        return index[LearnedAddress(mac, vlan: vlan)].map { slots[Int($0)].port }
    }

    /// Takes note that a packet from `mac` came in on `port`.
    ///
    /// - Parameters:
    ///   - time: when the packet was seen. One seen before the entry's last packet on another port moves nothing: the
    ///     counters of cached flows arrive late and in any order.
    ///   - isGratuitousARP: see OVS's `update_learning_table`; counts where a bond is concerned.
    public func learn(
        _ mac: MACAddress, vlan: UInt16, on port: OpenFlowPort, at time: ContinuousClock.Instant,
        isGratuitousARP: Bool = false, isBond: Bool = false
    ) {
        guard !mac.isMulticast, !floodVLANs.contains(vlan) else { return }
        if let flushed, time < flushed { return }
        let address = LearnedAddress(mac, vlan: vlan)
        guard let slot = index[address] else {
            guard makeRoom() else { return }
            let slot = insert(address, on: port, at: time, isStatic: false)
            if isGratuitousARP && !isBond { slots[Int(slot)].lockedUntil = time + MACTable.gratuitousLock }
            counters.learned += 1
            changed?(.address(address))
            return
        }
        let entry = slots[Int(slot)]
        if entry.isStatic, entry.port != port { counters.staticUnmoved += 1 }
        if entry.isStatic || (entry.port != port && time < entry.lastUsed) { return }
        if isGratuitousARP {
            if !isBond {
                slots[Int(slot)].lockedUntil = time + MACTable.gratuitousLock
            } else if entry.port != port, let locked = entry.lockedUntil, time < locked {
                return
            }
        }
        slots[Int(slot)].lastUsed = max(entry.lastUsed, time)
        if entry.port == port {
            refresh(slot)
        } else {
            unlink(slot)
            slots[Int(slot)].port = port
            link(slot)
            counters.moved += 1
            changed?(.address(address))
        }
    }

    /// `fdb/add`: fixes an address to a port; a learned entry becomes static. False where there is no room.
    @discardableResult
    public func addStatic(_ mac: MACAddress, vlan: UInt16, port: OpenFlowPort) -> Bool {
        let address = LearnedAddress(mac, vlan: vlan)
        if let slot = index[address] {
            let entry = slots[Int(slot)]
            unlink(slot)
            slots[Int(slot)].isStatic = true
            slots[Int(slot)].port = port
            link(slot)
            if !entry.isStatic { counters.currentStatic += 1 }
            if entry.port != port { changed?(.address(address)) }
            return true
        }
        guard makeRoom() else { return false }
        insert(address, on: port, at: clock(), isStatic: true)
        counters.currentStatic += 1
        changed?(.address(address))
        return true
    }

    /// `fdb/del`: whether there was such a static entry.
    @discardableResult
    public func removeStatic(_ mac: MACAddress, vlan: UInt16) -> Bool {
        guard let slot = index[LearnedAddress(mac, vlan: vlan)], slots[Int(slot)].isStatic else { return false }
        remove(slot)
        return true
    }

    /// Forgets what was learned; static entries stay.
    public func flush() {
        flushed = clock()
        for slot in learnedSlots { drop(slot) }
        changed?(.everything)
    }

    /// Forgets a port that goes or changes its VLANs; with it its static entries if `includesStatic`.
    public func flush(port: OpenFlowPort, includesStatic: Bool) {
        for (_, slot) in index where slots[Int(slot)].port == port {
            if includesStatic || !slots[Int(slot)].isStatic { remove(slot) }
        }
    }

    /// The addresses behind a port.
    func addresses(on port: OpenFlowPort) -> [LearnedAddress] {
        index.filter { slots[Int($0.value)].port == port }.map(\.key)
    }

    /// Forgets addresses.
    func forget(_ addresses: [LearnedAddress]) {
        for address in addresses { index[address].map(remove) }
    }

    /// Removes what has not been seen for ``agingTime``. Call about once a second.
    public func expire() {
        let limit = clock() - agingTime
        var slot = order.first
        while slot != MACTableList.none {
            let next = slots[Int(slot)].links[MACTableList.Membership.all.rawValue].next
            if !slots[Int(slot)].isStatic {
                guard slots[Int(slot)].lastUsed <= limit else { return }
                counters.expired += 1
                remove(slot)
            }
            slot = next
        }
    }

    /// Every entry, the one unused for longest first, as `fdb/show` lists them.
    public var entries: [MACTableEntry] {
        let now = clock()
        var result: [MACTableEntry] = []
        result.reserveCapacity(index.count)
        var slot = order.first
        while slot != MACTableList.none {
            let entry = slots[Int(slot)]
            let age = entry.isStatic ? nil : max(0, Int(entry.lastUsed.duration(to: now).components.seconds))
            result.append(
                MACTableEntry(port: entry.port, vlan: entry.address.vlan, mac: entry.address.mac, ageSeconds: age))
            slot = entry.links[MACTableList.Membership.all.rawValue].next
        }
        return result
    }

    /// The entry of one address, as ``entries`` has it.
    public func entry(_ mac: MACAddress, vlan: UInt16) -> MACTableEntry? {
        guard let slot = index[LearnedAddress(mac, vlan: vlan)] else { return nil }
        let entry = slots[Int(slot)]
        let age = Int(entry.lastUsed.duration(to: clock()).components.seconds)
        return MACTableEntry(port: entry.port, vlan: vlan, mac: mac, ageSeconds: entry.isStatic ? nil : max(0, age))
    }
}
