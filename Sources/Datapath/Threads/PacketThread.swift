import CDPDK
import CLinux
import Control
import Glibc
import Packets

/// A packet thread seen from control: what it is told, what it has, what it has counted.
@ControlActor
final class PacketThread {
    let id: ThreadID
    /// Tells it from all other threads that there have been.
    let serial: Int
    /// The NUMA node of its core; nil for the kernel ports' thread.
    let node: Int?
    let mirror = FlowTableMirror()
    /// The flows in its table, by entry.
    private(set) var flows: [UInt: DatapathFlow] = [:]
    /// How many flows there have been.
    private var installed: UInt64 = 0
    let rings: ThreadRings
    private let core: UnsafeMutablePointer<ThreadCore>
    private var handle = pthread_t()
    private(set) var isRunning = false
    /// Its loop has ended.
    private var hasEnded = false
    /// Its memory has been given back.
    private var isReleased = false
    private var isCarryingOut = false
    /// The sleeping thread's descriptors; -1 for a PMD thread.
    let epoll: Int32
    private let wake: Int32

    private var backlog: [UnsafeMutablePointer<ThreadCommand>] = []
    private var underWay = 0
    /// Packets that control has sent and of which it does not know yet that they have been dealt with.
    private(set) var packetsSent = 0
    private var nextTicket: UInt64 = 1
    private var waiters: [UInt64: (UnsafeMutablePointer<ThreadCommand>) -> Void] = [:]
    private let flowRemoved: (DatapathFlow) -> Void

    /// Makes the thread's memory; it does not run yet.
    init?(id: ThreadID, node: Int?, serial: Int, flowRemoved: @escaping (DatapathFlow) -> Void) {
        guard let rings = ThreadRings(thread: id, serial: serial) else { return nil }
        self.id = id
        self.serial = serial
        self.node = node
        self.rings = rings
        self.flowRemoved = flowRemoved
        epoll = id.isPMD ? -1 : cl_epoll_open()
        wake = id.isPMD ? -1 : cl_event_open()
        if wake >= 0 { _ = cl_epoll_add(epoll, wake, UInt32(CL_EPOLL_IN), KernelLoop.wakeTag) }
        core = .allocate(capacity: 1)
        core.initialize(to: ThreadCore(thread: id, rings: rings))
    }

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - pool: the rte_mempool of kernel ports.
    ///   - admitsOthers: other processes may attach to DPDK (``EAL/admitsOthers``).
    /// - Returns: errno's value when the system refuses, 0 otherwise.
    func start(doorbell: Doorbell, pool: UnsafeMutableRawPointer, admitsOthers: Bool) -> Int32 {
        let context = ThreadStart(
            core: core, epoll: epoll, wake: wake, doorbell: doorbell, pool: pool, core: id.core,
            admitsOthers: admitsOthers)
        let result = context.begin(&handle)
        isRunning = result == 0
        return result
    }

    // MARK: Commands

    /// Sends a command; `done` runs on the control thread when the thread has carried it out, and may read the block.
    ///
    /// To a thread that has ended one may still send (whoever waited for another thread may hold it): the command comes
    /// to nothing, and `done` runs at once.
    func send(_ command: ThreadCommand, done: ((UnsafeMutablePointer<ThreadCommand>) -> Void)? = nil) {
        if isReleased {
            dispose(command, done)
            return
        }
        let block = UnsafeMutablePointer<ThreadCommand>.allocate(capacity: 1)
        block.initialize(to: command)
        if command.carriesPacket { packetsSent += 1 }
        if let done {
            block.pointee.ticket = nextTicket
            waiters[nextTicket] = done
            nextTicket += 1
        }
        backlog.append(block)
        push()
        if hasEnded { carryOutRest() }
    }

    private func dispose(_ command: ThreadCommand, _ done: ((UnsafeMutablePointer<ThreadCommand>) -> Void)?) {
        if command.carriesPacket {
            cdpdk_mbuf_free(command.block?.assumingMemoryBound(to: cdpdk_mbuf.self))
        }
        var command = command
        withUnsafeMutablePointer(to: &command) { done?($0) }
    }

    /// Hands on what the ring has room for, and wakes the thread.
    private func push() {
        var sent = 0
        while sent < backlog.count, underWay < ThreadRings.depth - 1 {
            var item: UnsafeMutableRawPointer? = UnsafeMutableRawPointer(backlog[sent])
            guard cdpdk_ring_enqueue_burst(rings.commands, &item, 1) == 1 else { break }
            sent += 1
            underWay += 1
        }
        guard sent > 0 else { return }
        backlog.removeFirst(sent)
        if wake >= 0 { _ = cl_event_signal(wake) }
    }

    /// Sends a command and returns when it has been carried out.
    func perform(_ command: ThreadCommand) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            send(command) { _ in continuation.resume() }
        }
    }

    /// Takes in what the thread has carried out.
    func drainCompletions() {
        var item: UnsafeMutableRawPointer?
        while cdpdk_ring_dequeue_burst(rings.completions, &item, 1) == 1, let raw = item {
            underWay -= 1
            let block = raw.assumingMemoryBound(to: ThreadCommand.self)
            if block.pointee.carriesPacket { packetsSent -= 1 }
            if block.pointee.kind == .table, let table = block.pointee.block {
                mirror.retire(table.assumingMemoryBound(to: TableCommand.self)) { finish($0) }
            }
            if block.pointee.ticket != 0, let done = waiters.removeValue(forKey: block.pointee.ticket) { done(block) }
            block.deallocate()
        }
        push()
    }

    /// Whether commands are on their way.
    var isAtWork: Bool { underWay > 0 }
    /// Whether all that was ever asked of it is in force.
    var isSettled: Bool { underWay == 0 && backlog.isEmpty }

    /// The next missed packet, if one waits. The caller owns it.
    func nextUpcall() -> UnsafeMutablePointer<cdpdk_mbuf>? {
        var item: UnsafeMutableRawPointer?
        guard cdpdk_ring_dequeue_burst(rings.upcalls, &item, 1) == 1 else { return nil }
        guard let mbuf = item?.assumingMemoryBound(to: cdpdk_mbuf.self) else { return nil }
        rings.shares.take(mbuf.pointee.fdir_hi)
        return mbuf
    }

    var hasUpcalls: Bool { cdpdk_ring_count(rings.upcalls) > 0 }

    // MARK: Flows

    /// Installs a flow; nil when the table has one for the same packets or can take no more masks.
    ///
    /// - Parameter mayNarrow: the flow may look at more than the translation asks for.
    func install(_ key: FlowKey, _ translation: Translation, mayNarrow: Bool = true) -> DatapathFlow? {
        let mask = (mayNarrow ? mirror.narrowed(translation.mask) : nil) ?? translation.mask
        let flow = DatapathFlow(
            thread: id, key: key, mask: mask, actions: translation.actions, context: translation.context)
        let program = ActionProgram.make(translation.actions)
        let cookie = UInt(bitPattern: Unmanaged.passUnretained(flow).toOpaque())
        guard let insert = mirror.makeInsert(key, mask, program: program, cookie: cookie) else {
            ActionProgram.free(program)
            return nil
        }
        let entry = insert.pointee.entry
        flow.entry = UnsafeMutableRawPointer(entry)
        installed &+= 1
        flow.serial = installed
        flows[UInt(bitPattern: entry)] = flow
        sendTable(insert)
        return flow
    }

    func replace(_ flow: DatapathFlow, actions: [DatapathAction]) {
        guard let entry = flow.entry?.assumingMemoryBound(to: FlowEntry.self), !flow.isRemoved else { return }
        flow.actions = actions
        sendTable(mirror.makeReplace(entry, program: ActionProgram.make(actions)))
    }

    func remove(_ flow: DatapathFlow) {
        guard let entry = flow.entry?.assumingMemoryBound(to: FlowEntry.self), !flow.isRemoved else { return }
        flow.isRemoved = true
        sendTable(mirror.makeRemove(entry))
    }

    private func sendTable(_ table: UnsafeMutablePointer<TableCommand>) {
        var command = ThreadCommand(.table)
        command.block = UnsafeMutableRawPointer(table)
        send(command)
    }

    /// An entry has left the thread's table: its counters are final.
    private func finish(_ entry: UnsafeMutablePointer<FlowEntry>) {
        guard let flow = flows.removeValue(forKey: UInt(bitPattern: entry)) else { return }
        flow.final = Self.statistics(of: entry)
        flow.isRemoved = true
        flow.entry = nil
        flowRemoved(flow)
    }

    static func statistics(of entry: UnsafeMutablePointer<FlowEntry>) -> DatapathFlowStatistics {
        let raw = FlowEntry.statistics(of: entry)
        var result = DatapathFlowStatistics()
        result.packets = raw.packets
        result.bytes = raw.bytes
        result.tcpFlags = raw.tcpFlags
        if raw.lastUsed != 0 { result.lastUsed = StampClock.time(of: raw.lastUsed) }
        return result
    }

    // MARK: Figures

    var statistics: ThreadStatistics { core.pointee.statistics.pointee }
    var burstStatistics: BurstStatistics { core.pointee.processor.statistics }
    /// DPDK's number of it, by which its caches of buffers are known.
    var cacheNumber: Int? { Int(exactly: core.pointee.cacheNumber).flatMap { $0 < 0 ? nil : $0 } }
    /// How many queues it receives from, as the thread sees it.
    var queueCount: Int { core.pointee.queueCount }

    /// Ends the thread's loop; its memory stays until ``release()``.
    func end() async {
        guard isRunning else { return }
        await perform(ThreadCommand(.stop))
        pthread_join(handle, nil)
        isRunning = false
        hasEnded = true
        carryOutRest()
    }

    /// What was sent after the command to stop: control carries it out in the thread's stead, so that no flow, packet
    /// or waiter is lost.
    private func carryOutRest() {
        guard !isCarryingOut else { return }
        isCarryingOut = true
        defer { isCarryingOut = false }
        core.pointee.isStopping = false
        repeat {
            drainCompletions()
            core.pointee.obey()
        } while underWay > 0 || !backlog.isEmpty
    }

    /// Gives back everything, after ``end()`` and when nobody watches its rings; its flows are told as removed.
    func release() {
        isReleased = true
        mirror.releaseAll { finish($0) }
        core.deinitialize(count: 1)
        core.deallocate()
        rings.free()
        if epoll >= 0 { close(epoll) }
        if wake >= 0 { close(wake) }
    }
}
