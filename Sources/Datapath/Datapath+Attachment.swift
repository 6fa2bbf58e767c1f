import CDPDK
import CLinux
import Control
import DPDK

/// Joining ports to threads: who sends to a port by which queue, who receives from it.
extension Datapath {
    /// Makes a port reachable from every thread and, if its packets are wanted, its receive queues polled. In force
    /// after the next ``synchronize()``.
    func attach(_ port: DatapathPort) async {
        await threadChanges.withLock {
            // Whoever waited may find that the port has been removed meanwhile.
            guard isOpen(port) else { return }
            assignOutputs(port)
            for thread in threads { sendAttachment(port, to: thread) }
            if case .dummy(let device) = port.backend { watch(device, isOn: true) }
            if port.isReceiving { await startReceiving(port) }
        }
    }

    /// Whether a port is still to be served.
    func isOpen(_ port: DatapathPort) -> Bool { ports[port.id] === port && !port.isClosing && !port.isResting }

    public func beginReceiving(_ id: PortID) async {
        guard let port = ports[id] else { return }
        await threadChanges.withLock {
            guard isOpen(port), !port.isReceiving else { return }
            port.isReceiving = true
            await startReceiving(port)
        }
    }

    private func startReceiving(_ port: DatapathPort) async {
        switch port.backend {
        case .kernel(let device): startReceiving(port, device)
        case .device, .vhost: await assignReceiveQueues()
        case .dummy(let device): startReceiving(port, device)
        }
    }

    /// The reverse: when it returns no thread uses the port, and nothing waits in its rings.
    func detach(_ port: DatapathPort) async {
        await threadChanges.withLock {
            for index in port.queues.indices { stopReceiving(port, index) }
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
            if case .dummy(let device) = port.backend { watch(device, isOn: false) }
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
            port.transmitQueues = [:]
        }
    }

    /// Tells every thread of a port whose limits have changed.
    func refresh(_ port: DatapathPort) async {
        await threadChanges.withLock {
            guard isOpen(port) else { return }
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
            slot.pool = thread.id.isPMD ? nil : device.pool?.raw
            if let queue = port.transmitQueues[thread.id] {
                slot.mode = .queue
                slot.deviceQueue = queue
            } else {
                slot.mode = .handover
                slot.ring = port.handover?.ring
            }
        case .vhost(let vhost): describe(vhost, to: thread, &slot)
        case .dummy(let device):
            slot.mode = .handover
            slot.ring = device.ring
        }
        if slot.mode == .handover, slot.ring == nil { slot.mode = .none }
        var command = ThreadCommand(.attach)
        command.port = port.id.rawValue
        command.attachment = slot
        thread.send(command)
    }

    /// Gives each thread that has none a transmit queue for itself alone, as far as the device has them: PMD threads in
    /// the order of their cores, then the kernel ports' thread. A thread keeps its queue as long as it lives: when
    /// others come and go, no two ever send to the same.
    private func assignTransmitQueues(_ port: DatapathPort, _ device: EthernetDevice) {
        let queues = device.setup?.transmitQueues ?? 0
        let order = pmdThreads.keys.sorted().compactMap { pmdThreads[$0]?.id } + (kernelThread.map { [$0.id] } ?? [])
        for id in order where port.transmitQueues[id] == nil {
            let used = Set(port.transmitQueues.values)
            guard let free = (0..<UInt16(clamping: queues)).first(where: { !used.contains($0) }) else { return }
            port.transmitQueues[id] = free
        }
    }

    /// Makes the ring over which some threads have to hand packets over, and gives its other end to its owner.
    func assignOutputs(_ port: DatapathPort) {
        if case .device(let device) = port.backend { assignTransmitQueues(port, device) }
        guard port.handover == nil else { return }
        let owner: ThreadID
        switch port.backend {
        case .kernel:
            guard !pmdThreads.isEmpty else { return }
            owner = .kernelPorts
        case .device:
            let needs = threads.contains { port.transmitQueues[$0.id] == nil }
            // A thread that polls rather than one that sleeps.
            let owners = threads.filter { port.transmitQueues[$0.id] != nil }
            guard needs, let first = owners.first(where: { $0.id.isPMD }) ?? owners.first else { return }
            owner = first.id
        case .vhost, .dummy: return
        }
        threadSerial += 1
        guard let ring = cdpdk_ring_create("vs_out_\(port.id)_\(threadSerial)", 1024, -1, 0, 1),
            let thread = thread(owner)
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

    /// Tells the thread that polls a queue to let go of it, if one does.
    func stopReceiving(_ port: DatapathPort, _ index: Int) {
        let queue = port.queues[index]
        port.queues[index].isPolled = false
        guard queue.isPolled, let thread = thread(queue.thread) else { return }
        var command = ThreadCommand(.removeQueue)
        command.queue = polledQueue(port, queue)
        thread.send(command)
    }

    func polledQueue(_ port: DatapathPort, _ assigned: DatapathPort.AssignedQueue) -> ReceiveQueue {
        var queue = ReceiveQueue()
        queue.port = port.id.rawValue
        queue.deviceQueue = UInt16(assigned.index)
        queue.load = assigned.load
        switch port.backend {
        case .device(let device):
            queue.kind = .device
            queue.devicePort = device.portID
        case .vhost(let vhost):
            vhost.tellOne()
            queue.kind = .guest
            queue.descriptor = vhost.device?.number ?? -1
            queue.guestRing = vhost.device?.ring(assigned.index * 2 + 1)
            queue.pool = vhost.pool?.raw
            queue.counters = vhost.makeCounters(.receive, queue: assigned.index, for: assigned.thread)
        case .kernel, .dummy: break
        }
        return queue
    }
}
