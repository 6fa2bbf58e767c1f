import CDPDK
import Control
import DPDK
import Logging
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
    /// The guest's device; nil: no guest, or it is not ready.
    private(set) var device: VhostDevice?
    /// The rings that are on, of the device ``announced`` last.
    private var enabledRings: Set<Int> = []
    private var disabledRings: Set<Int> = []
    private var announced: VhostDevice?
    /// Pairs of queues that the guest has, or had last.
    private(set) var queuePairs = 1
    /// The NUMA node that the guest's memory is on, or was last.
    private(set) var node: Int
    /// Where packets from the guest are received into.
    var pool: Mempool?
    /// What threads have been told.
    var told = GuestPicture()
    /// The node of the guest's memory, when no buffers could be had there; said once.
    var missingNode: Int?
    private(set) var linkResets = 0
    /// Tells the datapath that something here has changed; it has gone through the threads when it returns.
    var onChange: (() async -> Void)?
    private var counters: [CounterKey: UnsafeMutablePointer<VhostQueueCounters>] = [:]
    /// What threads that are gone had counted, by queue.
    private var past: [Direction: [Int: VhostQueueCounters]] = [:]
    private let address: MACAddress
    private let log = Logger(label: "netdev_dpdk")

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
        let socket = VhostSocket(configuration, owner: name) { [weak self] event in
            Task { @ControlActor in
                guard let self else {
                    if case .gone(_, let release) = event { release() }
                    return
                }
                await self.take(event)
            }
        }
        try await queue.run { () throws(DPDKError) -> Void in try socket.open() }
        self.socket = socket
    }

    func close(on queue: DPDKQueue) async {
        guard let socket else { return }
        self.socket = nil
        _ = try? await queue.run { () throws(DPDKError) -> Void in socket.close() }
    }

    /// Takes new settings; whether the socket is another one. What is only to be offered to guests differently waits for
    /// the next socket: to make this one anew would cut off the guest.
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

    private func take(_ event: VhostEvent) async {
        let path = socket?.configuration.path ?? settings.socket?.path ?? ""
        switch event {
        case .ready(let device):
            if announced != device { forgetRings(of: device) }
            self.device = device
            queuePairs = max(device.queuePairs, 1)
            if let node = device.node { self.node = node }
            linkResets += 1
            log.info("vHost Device '\(path)' has been added on numa node \(node)")
            await onChange?()
        case .gone(let device, let release):
            if self.device == device {
                self.device = nil
                linkResets += 1
                forgetRings(of: nil)
            }
            await onChange?()
            release()
            log.info("vHost Device '\(path)' has been removed")
        case .ring(let device, let ring, let isEnabled):
            if announced != device { forgetRings(of: device) }
            if isEnabled {
                enabledRings.insert(ring)
                disabledRings.remove(ring)
            } else {
                enabledRings.remove(ring)
                disabledRings.insert(ring)
            }
            log.info(
                """
                State of queue \(ring) ( \(ring % 2 == 1 ? "rx" : "tx")_qid \(ring / 2) ) of vhost device '\(path)' changed to \
                '\(isEnabled ? "enabled" : "disabled")'
                """)
            guard self.device != nil else { return }
            await onChange?()
        }
    }

    private func forgetRings(of device: VhostDevice?) {
        announced = device
        enabledRings = []
        disabledRings = []
    }

    /// Whether the guest has switched a queue on. The first one is on unless the guest has said otherwise: not all tell.
    func isEnabled(_ direction: Direction, _ queue: Int) -> Bool {
        guard device != nil, queue < queuePairs else { return false }
        let ring = queue * 2 + (direction == .receive ? 1 : 0)
        return enabledRings.contains(ring) || queue == 0 && !disabledRings.contains(ring)
    }

    /// The queues by which packets go to the guest.
    var transmitQueues: [Int] { (0..<queuePairs).filter { isEnabled(.transmit, $0) } }

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
        guard let device else { return status }
        status.details["socket"] = settings.socket?.path
        status.details["features"] = device.features.map {
            let digits = String($0, radix: 16)
            return "0x" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
        }
        status.details["mtu"] = device.mtu.map(String.init)
        status.details["numa"] = device.node.map(String.init)
        let rings = device.ringCount
        if rings > 0 { status.details["num_of_vrings"] = String(rings) }
        for ring in 0..<rings {
            if let size = device.size(ofRing: ring) { status.details["vring_\(ring)_size"] = String(size) }
        }
        return status
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
