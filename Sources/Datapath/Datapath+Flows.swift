import CDPDK
import Control
import DPDK
import Packets

extension Datapath {
    public var flows: [DatapathFlow] { allThreads.flatMap { $0.flows.values } }

    /// The number of flows in all threads.
    public var flowCount: Int { allThreads.reduce(0) { $0 + $1.flows.count } }

    public func statistics(of flow: DatapathFlow) -> DatapathFlowStatistics {
        if let final = flow.final { return final }
        guard let entry = flow.entry else { return DatapathFlowStatistics() }
        return PacketThread.statistics(of: entry.assumingMemoryBound(to: FlowEntry.self))
    }

    public func replace(_ flow: DatapathFlow, actions: [DatapathAction], context: AnyObject?) {
        flow.context = context
        logReplaced(flow, by: actions)
        holder(of: flow)?.replace(flow, actions: actions)
    }

    public func remove(_ flow: DatapathFlow) {
        holder(of: flow)?.remove(flow)
    }

    /// The thread whose table has a flow; it may be about to end.
    private func holder(of flow: DatapathFlow) -> PacketThread? {
        thread(flow.thread) ?? endingThreads.first { $0.id == flow.thread }
    }

    // Without a list of the threads: controllers that wait for each flow ask this for each.
    public var isSettled: Bool {
        kernelThread?.isSettled != false && pmdThreads.values.allSatisfy(\.isSettled)
            && endingThreads.allSatisfy(\.isSettled)
    }

    public func synchronize() async {
        // A thread that has answered everything needs no fence: a controller that waits for each flow it adds before
        // any packet has come would wake every thread each time.
        let asked = allThreads.filter { !$0.isSettled }
        guard !asked.isEmpty else { return }
        var left = asked.count
        await withCheckedContinuation { continuation in
            for thread in asked {
                thread.send(ThreadCommand(.fence)) { _ in
                    left -= 1
                    if left == 0 { continuation.resume() }
                }
            }
            glances = Self.mostGlances
            glance()
        }
    }

    /// PMD threads answer within microseconds, but the thread that would tell of it sleeps for longer: control looks
    /// for itself for a while. Programs that add flows one by one wait for each.
    private func glance() {
        guard glanceTimer == nil, glances > 0, pollingThreads.contains(where: \.isAtWork) else { return }
        glances -= 1
        glanceTimer = ControlTimer(after: .microseconds(20), pace: .machine) { [weak self] in
            guard let self else { return }
            glanceTimer = nil
            for thread in pollingThreads { thread.drainCompletions() }
            glance()
        }
    }

    private static let mostGlances = 20

    private var pollingThreads: [PacketThread] { allThreads.filter(\.id.isPMD) }

    public func limitTags(to limit: TagLimit) {
        guard limit != tagLimit else { return }
        tagLimit = limit
        for thread in allThreads {
            tellTagLimit(to: thread)
            for flow in thread.flows.values { thread.remove(flow) }
        }
    }

    func tellTagLimit(to thread: PacketThread) {
        var command = ThreadCommand(.tags)
        command.number = tagLimit == .one ? 1 : 2
        thread.send(command)
    }

    public func execute(_ frame: [UInt8], actions: [DatapathAction]) {
        guard let thread = kernelThread, let pool = kernelPool else { return }
        guard let mbuf = copy(frame, pool) else { return countLost(actions) }
        execute(mbuf, actions, on: thread, inPort: 0)
    }

    /// A frame for which there was no buffer: counted at the ports that it was to leave by.
    private func countLost(_ actions: [DatapathAction]) {
        for case .output(let id) in actions { ports[id]?.past.drops[Int(DropReason.packetOutFailed.rawValue)] &+= 1 }
    }

    /// Sends one packet through a program of its own, which is freed when it is done.
    func execute(
        _ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, _ actions: [DatapathAction], on thread: PacketThread, inPort: UInt32
    ) {
        var command = ThreadCommand(.execute)
        command.port = inPort
        command.block = UnsafeMutableRawPointer(mbuf)
        let program = ActionProgram.make(actions)
        command.second = UnsafeMutableRawPointer(program)
        command.stamp = StampClock.stamp()
        thread.send(command) { _ in ActionProgram.free(program) }
    }

    /// A frame of control's in buffers of a pool; nil when none is free.
    func copy(_ frame: [UInt8], _ pool: Mempool) -> UnsafeMutablePointer<cdpdk_mbuf>? {
        guard !frame.isEmpty, let first = cdpdk_mbuf_alloc(pool.raw) else { return nil }
        var last = first
        var offset = 0
        while true {
            let room = Int(last.pointee.buf_len - last.pointee.data_off)
            let part = min(room, frame.count - offset)
            frame.withUnsafeBytes {
                UnsafeMutableRawPointer(last.pointee.buf_addr + Int(last.pointee.data_off)).copyMemory(
                    from: $0.baseAddress! + offset, byteCount: part)
            }
            last.pointee.data_len = UInt16(part)
            offset += part
            if offset == frame.count { break }
            guard let next = cdpdk_mbuf_alloc(pool.raw) else {
                cdpdk_mbuf_free(first)
                return nil
            }
            last.pointee.next = next
            first.pointee.nb_segs += 1
            last = next
        }
        first.pointee.pkt_len = UInt32(frame.count)
        return first
    }
}
