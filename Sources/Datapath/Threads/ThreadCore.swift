import CDPDK
import CLinux
import Glibc

/// A packet thread's own state, in raw memory: nothing here is touched by another thread while it runs, but the rings,
/// whose other ends are control's, and the counters, which control reads.
///
/// Two loops run on it: ``poll()`` spins over DPDK queues, ``sleepAndServe(...)`` waits in epoll for kernel devices.
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
    /// Rings of ThreadCommand pointers: from control, and back when carried out; and of missed packets to control.
    let commands: UnsafeMutableRawPointer
    let completions: UnsafeMutableRawPointer
    let upcalls: UnsafeMutableRawPointer
    var isStopping = false
    /// Room for one ring entry.
    private let item: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    /// Rings to watch or to forget that the kernel loop has not yet taken note of.
    private let watches: UnsafeMutablePointer<(UnsafeMutableRawPointer, Bool)>
    private var watchCount = 0
    private static let watchLimit = 512
    /// Misses when the fill of the ring to control was last looked at.
    private var seenMisses: UInt64 = 0
    /// The fill of the upcall ring above which there are more misses than control can take.
    private static let relieved = UInt32(ThreadRings.upcallDepth / 4)
    /// The room at which a port's queue is held, some bursts before it would lose packets, and the one at which it goes on.
    private static let scarce = 256
    private static let ample = ThreadRings.upcallDepth / 4

    init(thread: ThreadID, rings: ThreadRings, pool: UnsafeMutableRawPointer) {
        self.thread = thread
        ports = .allocate(capacity: PortID.limit)
        ports.initialize(repeating: PortAttachment(), count: PortID.limit)
        queues = .allocate(capacity: Self.queueLimit)
        kernelQueues = .allocate(capacity: PortID.limit)
        kernelQueues.initialize(repeating: -1, count: PortID.limit)
        mbufs = .allocate(capacity: Self.burst * 4)
        watches = .allocate(capacity: Self.watchLimit)
        item = .allocate(capacity: 1)
        item.initialize(to: nil)
        statistics = .allocate(capacity: 1)
        statistics.initialize(to: ThreadStatistics())
        commands = rings.commands
        completions = rings.completions
        upcalls = rings.upcalls
        var kernel: UnsafeMutablePointer<KernelTransmitter>?
        if !thread.isPMD {
            kernel = .allocate(capacity: 1)
            kernel?.initialize(to: KernelTransmitter())
        }
        processor = BurstProcessor(
            sink: ThreadSink(
                ports: ports, upcalls: rings.upcalls, copyPool: pool, statistics: statistics, kernel: kernel,
                shares: rings.shares))
    }

    deinit {
        if let kernel = processor.sink.kernel {
            kernel.pointee.close()
            kernel.deallocate()
        }
        ports.deallocate()
        queues.deallocate()
        kernelQueues.deallocate()
        watches.deallocate()
        item.deallocate()
        mbufs.deallocate()
        statistics.deallocate()
    }

    /// A PMD thread's life: round after round over its queues, until told to stop. No system calls but while it has no
    /// queue at all, when it sleeps between looks at its commands.
    mutating func poll() {
        var round = 0
        var last = cdpdk_tsc()
        var ranked = last
        var sorted = last
        let second = cdpdk_tsc_hz()
        while !isStopping {
            for index in 0..<queueCount {
                let queue = queues + index
                let count = receive(queue)
                if count > 0 {
                    processor.process(mbufs, count, inPort: queue.pointee.port, now: last)
                    processor.flush()
                    statistics.pointee.bursts &+= 1
                    if processor.statistics.missedPackets != seenMisses {
                        takeStock(queue, now: last)
                    }
                }
                let now = cdpdk_tsc()
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
            statistics.pointee.iterations &+= 1
            round &+= 1
            if round & 15 == 0 || queueCount == 0 {
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

    /// One burst from a DPDK queue, or what others handed over for a port that this thread sends to.
    @inline(__always)
    private mutating func receive(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        if queue.pointee.kind == .device {
            if queue.pointee.isHeld, isHeld(queue) { return 0 }
            return Int(cdpdk_rx_burst(queue.pointee.devicePort, queue.pointee.deviceQueue, mbufs, UInt16(Self.burst)))
        }
        _ = forward(queue)
        return 0
    }

    /// After a burst with misses. Leaves a queue's packets in its device for a moment when its port has no room left on the
    /// way to control: a burst of a new flow, faster than any translation, is then not lost. OVS waits likewise, in that its
    /// threads translate.
    ///
    /// In all it waits for 30 ms at most, and then not again before control has come to an end with the misses, so that a
    /// flood costs the misses, and not the known flows of its port.
    @inline(never)
    private mutating func takeStock(_ queue: UnsafeMutablePointer<ReceiveQueue>, now: UInt64) {
        seenMisses = processor.statistics.missedPackets
        let waiting = cdpdk_ring_count(upcalls)
        processor.table.isOverloaded = waiting > Self.relieved
        if waiting <= UInt32(Self.burst) { queue.pointee.patience = 0 }
        guard queue.pointee.patience != .max, room(of: queue) < Self.scarce else { return }
        if queue.pointee.patience == 0 { queue.pointee.patience = now &+ cdpdk_tsc_hz() / 100 &* 3 }
        queue.pointee.isHeld = true
    }

    /// How many misses of a queue's port control has room for.
    private func room(of queue: UnsafeMutablePointer<ReceiveQueue>) -> Int {
        processor.sink.shares.room(
            queue.pointee.port, free: ThreadRings.upcallDepth &- 1 &- Int(cdpdk_ring_count(upcalls)))
    }

    /// Whether a held queue still waits for control.
    @inline(never)
    private func isHeld(_ queue: UnsafeMutablePointer<ReceiveQueue>) -> Bool {
        if room(of: queue) > Self.ample {
            queue.pointee.isHeld = false
        } else if cdpdk_tsc() > queue.pointee.patience {
            queue.pointee.isHeld = false
            queue.pointee.patience = .max
        }
        return queue.pointee.isHeld
    }

    /// Under a flood of misses: looks whether it is over, and keeps the busiest subtables in front.
    @inline(never)
    private mutating func relieve(now: UInt64, _ sorted: inout UInt64) {
        processor.table.isOverloaded = cdpdk_ring_count(upcalls) > Self.relieved
        guard now &- sorted > cdpdk_tsc_hz() / 32 else { return }
        sorted = now
        processor.table.sort()
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

    /// Carries out what control has asked, some at a time, as long as there is room to say so.
    mutating func obey() {
        var budget = 256
        while budget > 0, !isStopping, cdpdk_ring_dequeue_burst(commands, item, 1) == 1 {
            budget -= 1
            carryOut(item.pointee.unsafelyUnwrapped.assumingMemoryBound(to: ThreadCommand.self))
            // Control keeps no more commands under way than the ring of completions holds.
            _ = cdpdk_ring_enqueue_burst(completions, item, 1)
        }
        processor.flush()
    }

    private mutating func carryOut(_ command: UnsafeMutablePointer<ThreadCommand>) {
        switch command.pointee.kind {
        case .table:
            processor.apply(command.pointee.block.unsafelyUnwrapped.assumingMemoryBound(to: TableCommand.self))
        case .attach:
            ports[Int(command.pointee.port)] = command.pointee.attachment
        case .addQueue:
            guard queueCount < Self.queueLimit else { return }
            queues[queueCount] = command.pointee.queue
            index(queueCount, at: Int32(queueCount))
            queueCount += 1
        case .removeQueue:
            remove(command.pointee.queue)
        case .execute:
            let program = command.pointee.second.unsafelyUnwrapped.assumingMemoryBound(to: ActionProgramHeader.self)
            mbufs[0] = command.pointee.block.unsafelyUnwrapped.assumingMemoryBound(to: cdpdk_mbuf.self)
            processor.execute(program, mbufs, 1, inPort: command.pointee.port, now: Self.time(of: command))
            processor.flush()
        case .reprocess:
            // It was counted when it came, as received and as missed; only its flow counts it now.
            let counted = processor.statistics
            processor.reprocess(
                command.pointee.block.unsafelyUnwrapped.assumingMemoryBound(to: cdpdk_mbuf.self),
                inPort: command.pointee.port, now: Self.time(of: command))
            processor.flush()
            processor.statistics = counted
        case .receive:
            mbufs[0] = command.pointee.block.unsafelyUnwrapped.assumingMemoryBound(to: cdpdk_mbuf.self)
            processor.process(mbufs, 1, inPort: command.pointee.port, now: Self.time(of: command))
            processor.flush()
            statistics.pointee.bursts &+= 1
        case .meter:
            processor.setMeter(
                command.pointee.number, command.pointee.block?.assumingMemoryBound(to: MeterBlock.self))
        case .stop:
            isStopping = true
        case .watch, .unwatch:
            guard watchCount < Self.watchLimit, let ring = command.pointee.block else { return }
            watches[watchCount] = (ring, command.pointee.kind == .watch)
            watchCount += 1
        case .fence:
            break
        }
    }

    /// When a command's packet came: now, unless a test has stopped the clock.
    private static func time(of command: UnsafeMutablePointer<ThreadCommand>) -> UInt64 {
        command.pointee.stamp == 0 ? cdpdk_tsc() : command.pointee.stamp
    }

    /// The next ring to watch (true) or to forget, in the order asked.
    mutating func takeWatch() -> (UnsafeMutableRawPointer, Bool)? {
        guard watchCount > 0 else { return nil }
        let first = watches[0]
        watchCount -= 1
        for index in 0..<watchCount { watches[index] = watches[index + 1] }
        return first
    }

    /// Notes where a kernel port's queue stands.
    private func index(_ slot: Int, at position: Int32) {
        guard queues[slot].kind == .tap || queues[slot].kind == .packetSocket else { return }
        kernelQueues[Int(queues[slot].port)] = position
    }

    /// Forgets a queue; the last one takes its place.
    private mutating func remove(_ queue: ReceiveQueue) {
        for index in 0..<queueCount
        where queues[index].port == queue.port && queues[index].kind == queue.kind
            && queues[index].deviceQueue == queue.deviceQueue
        {
            self.index(index, at: -1)
            queueCount -= 1
            queues[index] = queues[queueCount]
            if index < queueCount { self.index(index, at: Int32(index)) }
            return
        }
    }
}
