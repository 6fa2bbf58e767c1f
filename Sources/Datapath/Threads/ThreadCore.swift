import CDPDK
import CLinux
import Glibc

/// A packet thread's own state, in raw memory: nothing here is touched by another thread while it runs, but the rings,
/// whose other ends are control's, and the counters, which control reads.
///
/// Two loops run on it: ``poll()`` spins over DPDK queues, ``KernelLoop`` waits in epoll for kernel devices.
struct ThreadCore: ~Copyable {
    static let burst = 32
    /// Queues that one thread may receive from: a kernel port has its own and the one of what is handed over for it.
    static let queueLimit = PortID.limit * 2

    let thread: ThreadID
    var processor: BurstProcessor<ThreadSink>
    let ports: UnsafeMutablePointer<PortAttachment>
    let queues: UnsafeMutablePointer<ReceiveQueue>
    var queueCount = 0
    /// Where a kernel port's queue stands in `queues`, by port; -1: nowhere.
    let kernelQueues: UnsafeMutablePointer<Int32>
    let mbufs: MbufVector
    let statistics: UnsafeMutablePointer<ThreadStatistics>
    /// Rings of ThreadCommand pointers: from control, and back when carried out.
    let commands: UnsafeMutableRawPointer
    let completions: UnsafeMutableRawPointer
    var isStopping = false
    /// DPDK's number of the thread, which names its caches; written once, before the loop; negative: none.
    var cacheNumber: Int32 = -1
    /// Microseconds that a PMD thread may sleep between rounds that bring little (`pmd-maxsleep`).
    var maximumSleep: UInt32 = 0
    /// Room for one ring entry.
    let item: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    var watches = WatchQueue()
    /// Misses when the fill of the ring to control was last looked at.
    var seenMisses: UInt64 = 0

    init(thread: ThreadID, rings: ThreadRings) {
        self.thread = thread
        ports = .allocate(capacity: PortID.limit)
        ports.initialize(repeating: PortAttachment(), count: PortID.limit)
        queues = .allocate(capacity: Self.queueLimit)
        kernelQueues = .allocate(capacity: PortID.limit)
        kernelQueues.initialize(repeating: -1, count: PortID.limit)
        mbufs = .allocate(capacity: Self.burst * 4)
        item = .allocate(capacity: 1)
        item.initialize(to: nil)
        statistics = .allocate(capacity: 1)
        statistics.initialize(to: ThreadStatistics())
        commands = rings.commands
        completions = rings.completions
        var kernel: UnsafeMutablePointer<KernelTransmitter>?
        if !thread.isPMD {
            kernel = .allocate(capacity: 1)
            kernel?.initialize(to: KernelTransmitter())
        }
        processor = BurstProcessor(
            sink: ThreadSink(
                ports: ports, upcalls: rings.upcalls, statistics: statistics, kernel: kernel,
                guests: RingScratch(), shares: rings.shares))
    }

    deinit {
        if let kernel = processor.sink.kernel {
            kernel.pointee.close()
            kernel.deallocate()
        }
        processor.sink.guests.deallocate()
        ports.deallocate()
        queues.deallocate()
        kernelQueues.deallocate()
        watches.deallocate()
        item.deallocate()
        mbufs.deallocate()
        statistics.deallocate()
    }

    /// A PMD thread's life: round after round over its queues, until told to stop. No system calls but while it has no
    /// queue at all, or may rest (`pmd-maxsleep`), when it sleeps between rounds.
    mutating func poll() {
        var round = 0
        var rest: UInt32 = 0
        var last = cdpdk_tsc()
        var ranked = last
        var sorted = last
        let second = cdpdk_tsc_hz()
        let quietAfter = second / 1000
        let quietPause = second / 20_000
        var most = 0
        var lastBurst = last &- second
        while !isStopping {
            // A thread that is faster than those who send meets empty rounds in between.
            let isBusy = last &- lastBurst < quietPause
            let begin = last
            most = 0
            for index in 0..<queueCount {
                let queue = queues + index
                // Beside queues that bring packets, one that has brought none for a millisecond is asked every 50
                // microseconds.
                if isBusy, last &- queue.pointee.lastPackets > quietAfter, last &- queue.pointee.lastLook < quietPause {
                    continue
                }
                queue.pointee.lastLook = last
                let count = receive(queue)
                if count > 0 {
                    queue.pointee.lastPackets = last
                    lastBurst = last
                    processor.process(mbufs, count, inPort: queue.pointee.port, now: last)
                    processor.flush()
                    statistics.pointee.bursts &+= 1
                    if processor.statistics.missedPackets != seenMisses { takeStock(queue, now: last) }
                }
                let now = cdpdk_tsc()
                if count > most { most = count }
                if count > 0 {
                    statistics.pointee.busyCycles &+= now &- last
                    if let load = queue.pointee.load {
                        load.pointee.busyCycles &+= now &- last
                        load.pointee.packets &+= UInt64(count)
                    }
                } else {
                    statistics.pointee.idleCycles &+= now &- last
                }
                last = now
            }
            // Who finds nothing leaves the core's other half to those who bring it.
            if most == 0 { cdpdk_pause() }
            if last == begin {
                // All rested, as after the end of the queue beside which they did: time must go on for them.
                last = cdpdk_tsc()
                statistics.pointee.idleCycles &+= last &- begin
            }
            statistics.pointee.iterations &+= 1
            round &+= 1
            if maximumSleep > 0 { last = sleep(after: most, &rest, last) }
            if round & 15 == 0 || queueCount == 0 || rest > 0 {
                obey()
                if processor.table.isOverloaded { relieve(now: last, &sorted) }
                if queueCount == 0, !isStopping {
                    usleep(200)
                    last = cdpdk_tsc()
                }
                if last &- ranked > second {
                    ranked = last
                    processor.rank()
                }
            }
        }
    }

    /// Sleeps after a round that brought less than half a burst, a microsecond longer each time on end (OVS:
    /// `PMD_SLEEP_THRESH`, `PMD_SLEEP_INC_US`). Returns the time after it.
    @inline(never)
    private mutating func sleep(after most: Int, _ rest: inout UInt32, _ last: UInt64) -> UInt64 {
        guard most < Self.burst / 2 else {
            rest = 0
            return last
        }
        rest = min(rest + 1, maximumSleep)
        usleep(rest)
        let now = cdpdk_tsc()
        statistics.pointee.idleCycles &+= now &- last
        return now
    }

    /// One burst from a DPDK queue, or what others handed over for a port that this thread sends to.
    @inline(__always)
    private mutating func receive(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        if queue.pointee.kind == .device {
            if queue.pointee.isHeld, isHeld(queue) { return 0 }
            return Int(cdpdk_rx_burst(queue.pointee.devicePort, queue.pointee.deviceQueue, mbufs, UInt16(Self.burst)))
        }
        if queue.pointee.kind == .guest { return receiveFromGuest(queue) }
        // They were counted when they came in, so that they are no work of this queue's; but it is not quiet.
        if forward(queue) > 0 { queue.pointee.lastPackets = cdpdk_tsc() }
        return 0
    }

    /// Sends on what other threads handed over; how many packets.
    mutating func forward(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        let count = Int(
            UnsafeMutableRawPointer(mbufs).withMemoryRebound(
                to: UnsafeMutableRawPointer?.self, capacity: Self.burst
            ) { cdpdk_ring_dequeue_burst(queue.pointee.ring, $0, UInt32(Self.burst)) })
        if count > 0 { processor.sink.transmit(queue.pointee.port, mbufs, count) }
        return count
    }
}
