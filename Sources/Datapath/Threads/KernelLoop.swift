import CDPDK
import CLinux
import Glibc

/// The life of the thread that serves kernel ports: it sleeps in epoll until a device has frames or control has a wish.
///
/// While PMD threads run it also wakes by itself, because they make no system calls: it sends what they handed over for
/// kernel ports and tells control of their misses. Its sleep is short after activity and grows when there is none.
struct KernelLoop: ~Copyable {
    /// In epoll's data: the eventfd that control signals.
    static let wakeTag: UInt64 = .max
    private static let shortSleep: Int64 = 20_000
    private static let longSleep: Int64 = 400_000

    private let core: UnsafeMutablePointer<ThreadCore>
    private let epoll: Int32
    private let wake: Int32
    private let doorbell: Doorbell
    private let pool: UnsafeMutableRawPointer
    private var receiver: KernelReceiver
    private let events: UnsafeMutablePointer<cl_epoll_event>
    private let segments: MbufVector
    /// Rings of other threads whose news control must hear of.
    private let watched: UnsafeMutablePointer<UnsafeMutableRawPointer>
    private var watchedCount = 0
    /// Threads have gone: what they handed over may still wait.
    private var hasLeftovers = false
    private static let watchLimit = 1024

    /// The descriptors stay the caller's.
    init(
        core: UnsafeMutablePointer<ThreadCore>, epoll: Int32, wake: Int32, doorbell: Doorbell,
        pool: UnsafeMutableRawPointer
    ) {
        self.core = core
        self.epoll = epoll
        self.wake = wake
        self.doorbell = doorbell
        self.pool = pool
        receiver = KernelReceiver(pool: pool)
        events = .allocate(capacity: 64)
        segments = .allocate(capacity: 128)
        watched = .allocate(capacity: Self.watchLimit)
    }

    deinit {
        var receiver = receiver
        receiver.close()
        events.deallocate()
        segments.deallocate()
        watched.deallocate()
    }

    mutating func run() {
        var sleep = Self.longSleep
        var ranked = cdpdk_tsc()
        while !core.pointee.isStopping {
            let begin = cdpdk_tsc()
            let count = cl_epoll_wait(epoll, events, 64, watchedCount > 0 || hasLeftovers ? sleep : -1)
            let woken = cdpdk_tsc()
            core.pointee.statistics.pointee.idleCycles &+= woken &- begin
            var work = 0
            for index in 0..<max(0, Int(count)) {
                if events[index].data == Self.wakeTag {
                    _ = cl_event_take(wake)
                } else {
                    work += serve(port: UInt32(truncatingIfNeeded: events[index].data), now: woken)
                }
            }
            obey()
            work += forwardAll()
            if hasNews() {
                doorbell.ring()
                work += 1
            }
            sleep = work > 0 ? Self.shortSleep : min(sleep + sleep / 4, Self.longSleep)
            let end = cdpdk_tsc()
            core.pointee.statistics.pointee.busyCycles &+= end &- woken
            core.pointee.statistics.pointee.iterations &+= 1
            if end &- ranked > cdpdk_tsc_hz() {
                ranked = end
                core.pointee.processor.rank()
            }
        }
        doorbell.ring()
    }

    /// Reads one burst of a port that epoll says is readable.
    private mutating func serve(port: UInt32, now: UInt64) -> Int {
        guard let queue = queue(of: port), let counters = core.pointee.ports[Int(port)].counters else { return 0 }
        let (count, _) = receiver.receive(queue, counters, into: core.pointee.mbufs, most: ThreadCore.burst)
        core.pointee.statistics.pointee.spareBuffers = receiver.spareCount
        // It would stay readable; control notices within a second.
        if receiver.isGone { _ = cl_epoll_remove(epoll, queue.pointee.descriptor) }
        guard count > 0 else { return 0 }
        core.pointee.statistics.pointee.bursts &+= 1
        process(count, queue, counters, now)
        if let load = queue.pointee.load {
            load.pointee.packets &+= UInt64(count)
            load.pointee.busyCycles &+= cdpdk_tsc() &- now
        }
        return count
    }

    /// Runs a burst through the datapath; frames that hold several segments are cut up first.
    private mutating func process(
        _ count: Int, _ queue: UnsafeMutablePointer<ReceiveQueue>, _ counters: UnsafeMutablePointer<PortCounters>,
        _ now: UInt64
    ) {
        let frames = core.pointee.mbufs
        var plain = 0
        for index in 0..<count {
            let mbuf = frames[index].unsafelyUnwrapped
            if queue.pointee.kind == .packetSocket, mbuf.pointee.timesync == VirtioHeader.gsoMark {
                // What came before goes first.
                if plain > 0 { core.pointee.processor.process(frames, plain, inPort: queue.pointee.port, now: now) }
                plain = 0
                cut(mbuf, queue, counters, now)
            } else {
                frames[plain] = mbuf
                plain += 1
            }
        }
        if plain > 0 { core.pointee.processor.process(frames, plain, inPort: queue.pointee.port, now: now) }
        core.pointee.processor.flush()
    }

    private mutating func cut(
        _ mbuf: Mbuf, _ queue: UnsafeMutablePointer<ReceiveQueue>, _ counters: UnsafeMutablePointer<PortCounters>,
        _ now: UInt64
    ) {
        mbuf.pointee.timesync = 0
        let made: Int
        switch Segmenter.cut(mbuf, pool: pool, into: segments, most: 128) {
        case .cut(let count): made = count
        case .unfit:
            counters.pointee.drops[Int(DropReason.oversized.rawValue)] &+= 1
            return
        case .noBuffer:
            counters.pointee.drops[Int(DropReason.segmentationFailed.rawValue)] &+= 1
            return
        }
        // One frame was counted on receipt; it stands for all of them.
        counters.pointee.receivedPackets &+= UInt64(made - 1)
        var done = 0
        while done < made {
            let part = min(ThreadCore.burst, made - done)
            core.pointee.processor.process(segments + done, part, inPort: queue.pointee.port, now: now)
            core.pointee.processor.flush()
            done += part
        }
    }

    private func queue(of port: UInt32) -> UnsafeMutablePointer<ReceiveQueue>? {
        let slot = Int(core.pointee.kernelQueues[Int(port)])
        guard slot >= 0, slot < core.pointee.queueCount else { return nil }
        return core.pointee.queues + slot
    }

    /// Sends what PMD threads handed over for kernel ports.
    private mutating func forwardAll() -> Int {
        guard watchedCount > 0 || hasLeftovers else { return 0 }
        var total = 0
        for index in 0..<core.pointee.queueCount where core.pointee.queues[index].kind == .handover {
            total += core.pointee.forward(core.pointee.queues + index)
        }
        if watchedCount == 0 { hasLeftovers = total > 0 }
        return total
    }

    /// Carries out commands; those that concern this loop alone are done here.
    private mutating func obey() {
        core.pointee.obey()
        // What its budget left over is seen at once in the next round.
        if cdpdk_ring_count(core.pointee.commands) > 0 { _ = cl_event_signal(wake) }
        while let (ring, isAdded) = core.pointee.watches.next() {
            if isAdded, watchedCount < Self.watchLimit {
                watched[watchedCount] = ring
                watchedCount += 1
            } else if !isAdded {
                hasLeftovers = true
                for index in 0..<watchedCount where watched[index] == ring {
                    watchedCount -= 1
                    watched[index] = watched[watchedCount]
                    break
                }
            }
        }
    }

    private func hasNews() -> Bool {
        if core.pointee.processor.sink.waitingUpcalls > 0 || cdpdk_ring_count(core.pointee.completions) > 0 {
            return true
        }
        for index in 0..<watchedCount where cdpdk_ring_count(watched[index]) > 0 { return true }
        return false
    }
}
