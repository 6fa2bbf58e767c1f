import Control
import DPDK

/// A port of the datapath, as control keeps it.
@ControlActor
final class DatapathPort {
    enum Backend {
        case kernel(KernelDevice)
        case device(EthernetDevice)
        case vhost(VhostPort)
        case dummy(DummyDevice)
    }

    /// One receive queue and the thread that polls it.
    struct AssignedQueue {
        let index: Int
        var thread: ThreadID
        let load: UnsafeMutablePointer<QueueLoad>
        var isPinned = false
        /// Whether the thread polls it now: a guest switches its queues on and off.
        var isPolled = false
        /// Tells the thread from later ones on its core; nil: no thread polls the queue.
        var serial: Int?

        @ControlActor
        func isServed(by threads: [Int: PacketThread]) -> Bool {
            serial != nil && threads[thread.core]?.serial == serial
        }
    }

    let id: PortID
    var configuration: PortConfiguration
    /// What it stands on; another one after a TAP was made anew.
    var backend: Backend
    /// Each thread's counters, and the sum of those of threads that have ended.
    var counters: [ThreadID: UnsafeMutablePointer<PortCounters>] = [:]
    var past = PortCounters()
    /// Frames lost in the kernel before the switch could read them.
    var kernelDrops: UInt64 = 0
    var queues: [AssignedQueue] = []
    /// The transmit queue of a DPDK device that a thread has for itself.
    var transmitQueues: [ThreadID: UInt16] = [:]
    /// The ring over which threads without a transmit queue of their own send, and who drains it.
    var handover: (ring: UnsafeMutableRawPointer, owner: ThreadID)?
    var isClosing = false
    /// Its device is being set up anew: no thread may be told of it, and nobody ask it anything.
    var isResting = false
    /// What its device had counted and forgot when it was set up anew (drivers count per queue).
    var forgotten = EthernetStatistics()
    /// Its TAP was deleted and could not be made anew, which has been said.
    var isLost = false
    /// What it told before it began to rest.
    var lastStatus: PortStatus?
    var lastStatistics: PortStatistics?
    /// The longest frame that threads were told they may send to it; 0: they know nothing of the port yet.
    var announcedLimit: UInt32 = 0
    /// Whether its packets are wanted yet.
    var isReceiving = false

    init(id: PortID, configuration: PortConfiguration, backend: Backend) {
        self.id = id
        self.configuration = configuration
        self.backend = backend
    }

    /// What PMD threads poll of it, and near which NUMA node; nil: they do not.
    var polled: PolledQueues? {
        switch backend {
        case .device(let device):
            device.setup.map { PolledQueues(node: device.node, count: $0.receiveQueues, enabled: nil) }
                ?? PolledQueues(node: device.node, count: 0, enabled: nil)
        case .vhost(let vhost):
            PolledQueues(
                node: vhost.node, count: vhost.queuePairs,
                enabled: Set((0..<vhost.queuePairs).filter { vhost.isEnabled(.receive, $0) }))
        case .kernel, .dummy: nil
        }
    }

    /// Whether DPDK moves its packets.
    var isOfDPDK: Bool {
        switch backend {
        case .device, .vhost: true
        case .kernel, .dummy: false
        }
    }

    /// Where its packets are received into; nil: where the kernel ports' are, or nowhere.
    var pool: Mempool? {
        switch backend {
        case .device(let device): device.pool
        case .vhost(let vhost): vhost.pool
        case .kernel, .dummy: nil
        }
    }

    /// Every thread's counters together.
    func total() -> PortCounters {
        var sum = past
        for (_, counters) in counters { sum.add(counters) }
        return sum
    }

    /// Gives a thread counters of this port, zero at first.
    func makeCounters(for thread: ThreadID) -> UnsafeMutablePointer<PortCounters> {
        if let existing = counters[thread] { return existing }
        let fresh = UnsafeMutablePointer<PortCounters>.allocate(capacity: 1)
        fresh.initialize(to: PortCounters())
        counters[thread] = fresh
        return fresh
    }

    /// The thread has let go of its counters: what they say is kept.
    func retireCounters(of thread: ThreadID) {
        if case .vhost(let vhost) = backend { vhost.retireCounters(of: thread) }
        guard let old = counters.removeValue(forKey: thread) else { return }
        past.add(old)
        old.deallocate()
    }

    /// Frees what belongs to the port and no thread uses any more.
    func free() {
        for thread in Array(counters.keys) { retireCounters(of: thread) }
        for queue in queues { queue.load.deallocate() }
        queues = []
        if case .vhost(let vhost) = backend { vhost.free() }
    }
}
