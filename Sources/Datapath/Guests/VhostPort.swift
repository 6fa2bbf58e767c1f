import CDPDK
import Control
import DPDK
import Logging
import MemoryPlan
import Packets

/// A port towards a guest, as control keeps it: the socket, and the guest's device while there is one.
@ControlActor
final class VhostPort {
    /// Which of a guest's queues, seen from the switch.
    enum Direction: Hashable { case receive, transmit }

    /// Whose counters: a thread's, of one queue.
    private struct CounterKey: Hashable {
        let thread: ThreadID
        let direction: Direction
        let queue: Int
    }

    static let defaultMTU = 1500

    let name: String
    /// Layer 3 MTU in force, in bytes.
    var mtu = defaultMTU
    private(set) var settings: VhostSettings
    private(set) var socket: VhostSocket?
    /// How the guest stands.
    private var state = VhostState()
    /// Pairs of queues that the guest has, or had last.
    private(set) var queuePairs = 1
    /// The NUMA node that the guest's memory is on, or was last.
    private(set) var node: Int
    /// Where packets from the guest are received into.
    var pool: Mempool?
    /// What threads have been told; nil: some may know more than others.
    private(set) var told: GuestPicture? = GuestPicture()
    /// Why no buffers could be had on the node of the guest's memory; nil: they could, or there is no guest.
    var missingMemory: String?
    /// Where and when buffers were looked for last, other than where they were.
    private var lastLook: (node: Int, when: ContinuousClock.Instant)?
    private(set) var linkResets = 0
    /// Tells the datapath that something here has changed; it has gone through the threads when it returns.
    var onChange: (() async -> Void)?
    private var counters: [CounterKey: UnsafeMutablePointer<VhostQueueCounters>] = [:]
    /// What threads that are gone had counted, by queue.
    private var past: [Direction: [Int: VhostQueueCounters]] = [:]
    private let address: MACAddress
    private let log = Logger(label: "netdev_dpdk")
    private var speech = RateLimit(perMinute: 60, burst: 200, module: "netdev_dpdk")
    /// Changes of rings that are followed at once; a guest that makes more has them followed every 20 ms.
    private var changes = RateLimit(perMinute: 3000, burst: 500)
    private var rest: ControlTimer?
    private var hasMissedLook = false

    init(name: String, settings: VhostSettings, node: Int) {
        self.name = name
        self.settings = settings
        self.node = node
        address = .randomLocal()
    }

    // MARK: The socket

    /// Opens the socket that the settings name; nothing when they name none.
    func open(on queue: DPDKQueue) async throws(DPDKError) {
        guard let configuration = settings.socket else { return }
        let socket = VhostSocket(configuration, owner: name) { [weak self] in
            Task { @ControlActor in await self?.look() }
        }
        self.socket = socket
        do throws(DPDKError) {
            try await queue.run { () throws(DPDKError) -> Void in try socket.open() }
        } catch {
            self.socket = nil
            throw error
        }
    }

    func close(on queue: DPDKQueue) async {
        guard let socket else { return }
        _ = try? await queue.run { () throws(DPDKError) -> Void in socket.close() }
        self.socket = nil
    }

    /// Takes new settings; whether the socket is another one. What is only to be offered to guests differently waits
    /// for the next socket: to make this one anew would cut off the guest.
    func apply(_ settings: VhostSettings) -> Bool {
        let (old, new) = (self.settings.socket, settings.socket)
        self.settings = settings
        if socket != nil, let old, let new, (old.path, old.isClient) == (new.path, new.isClient) {
            self.settings.socket = old
            return false
        }
        return old != new
    }

    // MARK: The guest

    /// The guest's device; nil: no guest, or it is not ready.
    var device: VhostDevice? { state.device }

    /// Sees how the guest stands and brings everybody in line with it.
    private func look() async {
        guard let socket else { return }
        guard rest == nil || socket.isAwaited else {
            hasMissedLook = true
            return
        }
        let (new, releases) = socket.take()
        let (old, path) = (state, socket.configuration.path)
        state = new
        linkResets += new.changes - min(old.changes, new.changes)
        if let device = new.device {
            queuePairs = max(device.queuePairs, 1)
            if let node = device.node { self.node = node }
        }
        if let text = Self.change(from: old, to: new, path: path, node: node) { say(text) }
        if new.refusals != old.refusals, let refusal = new.refusal {
            say("\(path): the guest is cut off: \(refusal)", .warning)
        }
        for (ring, isEnabled) in new.rings.sorted(by: { $0.key < $1.key }) where old.rings[ring] != isEnabled {
            say(
                """
                State of queue \(ring) ( \(ring % 2 == 1 ? "rx" : "tx")_qid \(ring / 2) ) of vhost device '\(path)' \
                changed to '\(isEnabled ? "enabled" : "disabled")'
                """)
        }
        await onChange?()
        for release in releases { release() }
        if old.device != nil, new.device == nil { say("vHost Device '\(path)' has been removed") }
        if changes.admit() == nil { pause() }
    }

    /// A guest that changes its mind in a loop may not keep control busy.
    private func pause() {
        rest = ControlTimer(after: .milliseconds(20), pace: .machine) { [weak self] in
            guard let self else { return }
            rest = nil
            guard hasMissedLook else { return }
            hasMissedLook = false
            Task { @ControlActor in await self.look() }
        }
    }

    private static func change(from old: VhostState, to new: VhostState, path: String, node: Int) -> String? {
        guard new.device != nil, new.device != old.device || new.changes > old.changes else { return nil }
        return "vHost Device '\(path)' has been added on numa node \(node)"
    }

    /// Says what a guest has caused, as long as it does not cause too much.
    private func say(_ text: String, _ level: Logger.Level = .info) {
        guard let suppressed = speech.admit() else { return }
        if suppressed > 0 { log.info("\(name): \(suppressed) messages about the guest were left out") }
        log.log(level: level, "\(text)")
    }

    /// Whether the guest has switched a queue on. The first one is on unless the guest has said
    /// otherwise: not all tell.
    func isEnabled(_ direction: Direction, _ queue: Int) -> Bool {
        guard device != nil, queue < queuePairs else { return false }
        return state.rings[queue * 2 + (direction == .receive ? 1 : 0)] ?? (queue == 0)
    }

    /// The queues by which packets go to the guest.
    var transmitQueues: [Int] { (0..<queuePairs).filter { isEnabled(.transmit, $0) } }

    /// All threads are about to be told how the guest stands now: whether there is anything new in it.
    func beginTelling() -> Bool {
        let picture = self.picture
        guard picture != told else { return false }
        told = picture
        return true
    }

    /// One thread is about to be told how the guest stands now. When all have been told something else, or nothing yet,
    /// they are not to be taken for knowing nothing when the guest goes: its memory would go from under them.
    func tellOne() {
        if picture != told { told = nil }
    }

    // MARK: Counters

    /// A thread's counters of a queue, zero at first.
    func makeCounters(
        _ direction: Direction, queue: Int, for thread: ThreadID
    ) -> UnsafeMutablePointer<VhostQueueCounters> {
        let key = CounterKey(thread: thread, direction: direction, queue: queue)
        if let existing = counters[key] { return existing }
        let fresh = UnsafeMutablePointer<VhostQueueCounters>.allocate(capacity: 1)
        fresh.initialize(to: VhostQueueCounters())
        counters[key] = fresh
        return fresh
    }

    /// The thread has let go of its counters: what they say is kept.
    func retireCounters(of thread: ThreadID) {
        for (key, old) in counters where key.thread == thread {
            past[key.direction, default: [:]][key.queue, default: VhostQueueCounters()].add(old.pointee)
            old.deallocate()
            counters[key] = nil
        }
    }

    /// What was moved so far, by queue.
    func total(_ direction: Direction) -> [Int: VhostQueueCounters] {
        var sum = past[direction] ?? [:]
        for (key, counters) in counters where key.direction == direction {
            sum[key.queue, default: VhostQueueCounters()].add(counters.pointee)
        }
        return sum
    }

    /// Whether to look for buffers on another node: for one and the same not more than once in ten
    /// seconds, whatever the guest does.
    func mayLookForMemory(on node: Int, now: ContinuousClock.Instant = .now) -> Bool {
        if let last = lastLook, last.node == node, last.when.duration(to: now) < .seconds(10) { return false }
        lastLook = (node, now)
        return true
    }

    // MARK: What it tells

    func status(_ configuration: PortConfiguration) -> PortStatus {
        var status = PortStatus()
        status.isAdministrativelyUp = true
        status.isLinkUp = device != nil
        status.linkResets = linkResets
        status.macAddress = configuration.macAddress ?? address
        status.mtu = mtu
        status.receiveQueues = queuePairs
        status.transmitQueues = queuePairs
        status.node = node
        status.details["mode"] = settings.socket?.isClient ?? true ? "client" : "server"
        status.details["status"] = device == nil ? "disconnected" : "connected"
        for (key, value) in pool?.status ?? [] { status.details[key] = value }
        status.details["memory_error"] = missingMemory
        // Why a guest that tries does not get in.
        if device == nil { status.details["refused"] = state.refusal }
        guard let device else { return status }
        status.details["socket"] = settings.socket?.path
        status.details["features"] = device.features.map { TextNumber.hex($0, digits: 16) }
        status.details["mtu"] = device.mtu.map(String.init)
        status.details["numa"] = device.node.map(String.init)
        let rings = device.ringCount
        if rings > 0 { status.details["num_of_vrings"] = String(rings) }
        for ring in 0..<rings {
            if let size = device.size(ofRing: ring) { status.details["vring_\(ring)_size"] = String(size) }
        }
        return status
    }

    /// What OVS reckons with where each port has a pool of its own: the default ring sizes.
    var needs: PoolNeeds {
        PoolNeeds(
            receiveQueues: queuePairs, receiveDescriptors: 2048, transmitQueues: queuePairs, transmitDescriptors: 2048)
    }

    /// Adds what went over the guest's queues to a port's statistics.
    func addStatistics(to result: inout PortStatistics) {
        for (direction, prefix) in [(Direction.receive, "rx"), (.transmit, "tx")] {
            let queues = total(direction)
            var sum = VhostQueueCounters()
            for queue in 0..<max(queuePairs, (queues.keys.max() ?? 0) + 1) {
                let counters = queues[queue] ?? VhostQueueCounters()
                sum.add(counters)
                for (name, value) in counters.named { result.named["\(prefix)_q\(queue)_\(name)"] = value }
            }
            for (index, name) in Self.classNames.enumerated() {
                result.named["\(prefix)_\(name)"] = sum.classes[index + 1] &+ (index == 0 ? sum.classes[0] : 0)
            }
            result.named["\(prefix)_broadcast_packets"] = sum.broadcast
            result.named["\(prefix)_multicast_packets"] = sum.multicast
            if direction == .receive {
                result.receivedPackets = sum.packets
                result.receivedBytes = sum.bytes
                result.receivedErrors = sum.errors
                result.named["rx_mbuf_allocation_errors"] = sum.withoutBuffer
            } else {
                result.transmittedPackets = sum.packets
                result.transmittedBytes = sum.bytes
            }
        }
    }

    /// OVS's names for the classes of length; frames below 64 bytes are counted with those of 64.
    private static let classNames = [
        "1_to_64_packets", "65_to_127_packets", "128_to_255_packets", "256_to_511_packets", "512_to_1023_packets",
        "1024_to_1522_packets", "1523_to_max_packets",
    ]

    /// Frees what no thread uses any more.
    func free() {
        for (_, old) in counters { old.deallocate() }
        counters = [:]
    }
}
