import CDPDK
import CLinux
import Control
import DPDK

/// Joining ports to threads: who sends to a port by which queue, who receives from it.
extension Datapath {
    /// Makes a port reachable from every thread and, if its packets are wanted, its receive queues polled. In force after
    /// the next ``synchronize()``.
    func attach(_ port: DatapathPort) async {
        await threadChanges.withLock {
            assignOutputs(port)
            for thread in threads { sendAttachment(port, to: thread) }
            if port.isReceiving { startReceiving(port) }
        }
    }

    public func beginReceiving(_ id: PortID) async {
        guard let port = ports[id], !port.isClosing, !port.isReceiving else { return }
        await threadChanges.withLock {
            port.isReceiving = true
            startReceiving(port)
        }
    }

    private func startReceiving(_ port: DatapathPort) {
        switch port.backend {
        case .kernel(let device): startReceiving(port, device)
        case .device: assignReceiveQueues()
        }
    }

    /// The reverse: when it returns no thread uses the port, and nothing waits in its rings.
    func detach(_ port: DatapathPort) async {
        await threadChanges.withLock {
            for queue in port.queues { stopReceiving(port, queue) }
            if port.isReceiving, case .kernel(let device) = port.backend, let thread = kernelThread {
                _ = cl_epoll_remove(thread.epoll, device.descriptor)
                var command = ThreadCommand(.removeQueue)
                command.queue = kernelQueue(port, device)
                thread.send(command)
            }
            for thread in threads {
                var command = ThreadCommand(.attach)
                command.port = port.id.rawValue
                thread.send(command)
            }
            await synchronize()
            if let handover = port.handover {
                if let owner = thread(handover.owner) {
                    var command = ThreadCommand(.removeQueue)
                    command.queue = handoverQueue(port, handover.ring)
                    await owner.perform(command)
                }
                Self.drain(handover.ring)
                cdpdk_ring_free(handover.ring)
                port.handover = nil
            }
            for thread in threads { port.retireCounters(of: thread.id) }
            for queue in port.queues { queue.load.deallocate() }
            port.queues = []
        }
    }

    /// Tells every thread of a port whose limits have changed.
    func refresh(_ port: DatapathPort) async {
        await threadChanges.withLock {
            // It may have gone while this waited.
            guard ports[port.id] === port, !port.isClosing else { return }
            for thread in threads { sendAttachment(port, to: thread) }
            if port.isReceiving, case .kernel(let device) = port.backend, let thread = kernelThread {
                var command = ThreadCommand(.removeQueue)
                command.queue = kernelQueue(port, device)
                thread.send(command)
                command = ThreadCommand(.addQueue)
                command.queue = kernelQueue(port, device)
                thread.send(command)
            }
            await synchronize()
        }
    }

    /// Frees what waits in a ring that nobody uses any more.
    static func drain(_ ring: UnsafeMutableRawPointer) {
        var item: UnsafeMutableRawPointer?
        while cdpdk_ring_dequeue_burst(ring, &item, 1) == 1 {
            cdpdk_mbuf_free(item?.assumingMemoryBound(to: cdpdk_mbuf.self))
        }
    }

    // MARK: Sending

    /// How one thread sends to the port.
    func sendAttachment(_ port: DatapathPort, to thread: PacketThread) {
        var slot = PortAttachment()
        slot.counters = port.makeCounters(for: thread.id)
        switch port.backend {
        case .kernel(let device):
            slot.maximumFrameLength = device.longestFrame
            port.announcedLimit = device.longestFrame
            if thread.id.isPMD {
                slot.mode = .handover
                slot.ring = port.handover?.ring
            } else {
                slot.mode = device.isTAP ? .tap : .packetSocket
                slot.descriptor = device.descriptor
            }
        case .device(let device):
            slot.maximumFrameLength = FrameLength.maximum(mtu: device.setup?.mtu ?? 1500)
            slot.devicePort = device.portID
            if let queue = transmitQueue(of: thread.id, device) {
                slot.mode = .queue
                slot.deviceQueue = queue
            } else {
                slot.mode = .handover
                slot.ring = port.handover?.ring
            }
        }
        if slot.mode == .handover, slot.ring == nil { slot.mode = .none }
        var command = ThreadCommand(.attach)
        command.port = port.id.rawValue
        command.attachment = slot
        thread.send(command)
    }

    /// The transmit queue that belongs to a thread alone: PMD threads in the order of their cores, then the kernel ports' thread.
    private func transmitQueue(of id: ThreadID, _ device: EthernetDevice) -> UInt16? {
        let order = pmdThreads.keys.sorted()
        let index = id.isPMD ? order.firstIndex(of: id.core) : order.count
        guard let index, index < device.setup?.transmitQueues ?? 0 else { return nil }
        return UInt16(index)
    }

    /// Makes the ring over which some threads have to hand packets over, and gives its other end to its owner.
    func assignOutputs(_ port: DatapathPort) {
        guard port.handover == nil else { return }
        let owner: ThreadID
        switch port.backend {
        case .kernel:
            guard !pmdThreads.isEmpty else { return }
            owner = .kernelPorts
        case .device(let device):
            let needs = threads.contains { transmitQueue(of: $0.id, device) == nil }
            guard needs, let first = threads.first(where: { transmitQueue(of: $0.id, device) != nil && $0.id.isPMD })
            else { return }
            owner = first.id
        }
        threadSerial += 1
        guard let ring = cdpdk_ring_create("vs_out_\(port.id)_\(threadSerial)", 1024, -1, 0, 1), let thread = thread(owner)
        else {
            log.warning("\(port.configuration.name): no memory for the ring to the thread that sends for it")
            return
        }
        port.handover = (ring, owner)
        var command = ThreadCommand(.addQueue)
        command.queue = handoverQueue(port, ring)
        thread.send(command)
    }

    private func handoverQueue(_ port: DatapathPort, _ ring: UnsafeMutableRawPointer) -> ReceiveQueue {
        var queue = ReceiveQueue()
        queue.kind = .handover
        queue.port = port.id.rawValue
        queue.ring = ring
        return queue
    }

    // MARK: Receiving

    private func kernelQueue(_ port: DatapathPort, _ device: KernelDevice) -> ReceiveQueue {
        var queue = ReceiveQueue()
        queue.kind = device.isTAP ? .tap : .packetSocket
        queue.port = port.id.rawValue
        queue.descriptor = device.descriptor
        queue.segments = Int32(clamping: device.segments)
        return queue
    }

    private func startReceiving(_ port: DatapathPort, _ device: KernelDevice) {
        guard let thread = kernelThread else { return }
        var command = ThreadCommand(.addQueue)
        command.queue = kernelQueue(port, device)
        thread.send(command)
        // Level-triggered: what arrives before the command is carried out is seen after it.
        _ = cl_epoll_add(
            thread.epoll, device.descriptor, UInt32(CL_EPOLL_IN), UInt64(port.id.rawValue))
    }

    private func stopReceiving(_ port: DatapathPort, _ queue: DatapathPort.AssignedQueue) {
        guard case .device(let device) = port.backend, let thread = thread(queue.thread) else { return }
        var command = ThreadCommand(.removeQueue)
        command.queue = polledQueue(port, device, queue)
        thread.send(command)
    }

    private func polledQueue(
        _ port: DatapathPort, _ device: EthernetDevice, _ assigned: DatapathPort.AssignedQueue
    ) -> ReceiveQueue {
        var queue = ReceiveQueue()
        queue.kind = .device
        queue.port = port.id.rawValue
        queue.devicePort = device.portID
        queue.deviceQueue = UInt16(assigned.index)
        queue.load = assigned.load
        return queue
    }

    /// Recomputes who polls what and moves what has to move; a queue that stays is not disturbed.
    func assignQueues() async {
        await threadChanges.withLock {
            assignReceiveQueues()
            await synchronize()
        }
    }

    /// Gives every DPDK queue a thread: the one that `pmd-rxq-affinity` names, else the one it has, else the least loaded of its node.
    func assignReceiveQueues() {
        var load: [Int: Int] = [:]
        for port in ports.values { for queue in port.queues { load[queue.thread.core, default: 0] += 1 } }
        for port in ports.values.sorted(by: { $0.id < $1.id }) where !port.isClosing && port.isReceiving {
            guard case .device(let device) = port.backend, let setup = device.setup else { continue }
            for index in 0..<setup.receiveQueues {
                let present = port.queues.firstIndex { $0.index == index }
                let pinned = port.configuration.receiveQueueAffinity[index].flatMap { pmdThreads[$0]?.id }
                if let present {
                    let current = port.queues[present]
                    if pmdThreads[current.thread.core] != nil, pinned == nil || pinned == current.thread {
                        port.queues[present].isPinned = pinned != nil
                        continue
                    }
                    stopReceiving(port, current)
                    load[current.thread.core, default: 0] -= 1
                }
                guard let chosen = pinned ?? leastLoaded(near: device.node, load) else { continue }
                var queue =
                    present.map { port.queues[$0] }
                    ?? DatapathPort.AssignedQueue(
                        index: index, thread: chosen, load: Self.makeLoad())
                let isMoving = present.map { pmdThreads[port.queues[$0].thread.core] != nil } ?? false
                queue.thread = chosen
                queue.isPinned = pinned != nil
                if let present { port.queues[present] = queue } else { port.queues.append(queue) }
                load[chosen.core, default: 0] += 1
                start(port, device, queue, afterOthers: isMoving)
            }
        }
    }

    private static func makeLoad() -> UnsafeMutablePointer<QueueLoad> {
        let load = UnsafeMutablePointer<QueueLoad>.allocate(capacity: 1)
        load.initialize(to: QueueLoad())
        return load
    }

    /// Lets a thread poll a queue; a queue that moves only once its old thread has let go of it.
    private func start(
        _ port: DatapathPort, _ device: EthernetDevice, _ queue: DatapathPort.AssignedQueue, afterOthers: Bool
    ) {
        var command = ThreadCommand(.addQueue)
        command.queue = polledQueue(port, device, queue)
        guard afterOthers else {
            thread(queue.thread)?.send(command)
            return
        }
        let id = queue.thread
        let add = command
        Task { @ControlActor in
            await self.synchronize()
            self.thread(id)?.send(add)
        }
    }

    private func leastLoaded(near node: Int, _ load: [Int: Int]) -> ThreadID? {
        let all = pmdThreads.values.sorted { $0.id < $1.id }
        let local = all.filter { $0.node == node }
        return (local.isEmpty ? all : local).min { load[$0.id.core, default: 0] < load[$1.id.core, default: 0] }?.id
    }
}
