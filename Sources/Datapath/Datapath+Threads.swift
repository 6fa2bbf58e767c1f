import CDPDK
import Control
import DPDK
import Glibc

/// The set of threads: one for kernel ports from the first port on, PMD threads while there are DPDK ports.
extension Datapath {
    /// Makes the thread that serves kernel ports, and the EAL without which there are no buffers.
    func startKernelThread() async throws(DatapathError) {
        guard kernelThread == nil else { return }
        let failure: DatapathError? = await threadChanges.withLock { () -> DatapathError? in
            guard kernelThread == nil else { return nil }
            do throws(DatapathError) {
                try await makeKernelThread()
                return nil
            } catch {
                return error
            }
        }
        if let failure { throw failure }
    }

    private func makeKernelThread() async throws(DatapathError) {
        let registry = mempools
        let pool: Mempool
        do throws(DPDKError) {
            if !eal.isUp { try await eal.startPrivate() }
            pool = try await deviceQueue.run { () throws(DPDKError) -> Mempool in
                try registry.acquireForKernelPorts(mtu: 1500)
            }
        } catch {
            throw DatapathError(error)
        }
        kernelPool = pool
        watchPools()
        threadSerial += 1
        guard
            let thread = PacketThread(
                id: .kernelPorts, node: nil, serial: threadSerial,
                flowRemoved: { [weak self] in self?.upcallHandler?.flowRemoved($0) })
        else {
            throw DatapathError(
                .outOfMemory, "no memory for the rings of the thread that serves kernel ports", errno: ENOMEM)
        }
        let result = thread.start(doorbell: doorbell, pool: pool.raw, admitsOthers: eal.admitsOthers)
        guard result == 0 else {
            throw DatapathError(
                .system,
                "the thread that serves kernel ports could not be started (\(String(cString: strerror(result))))",
                errno: result)
        }
        kernelThread = thread
        tellMeters(to: thread)
        tellTagLimit(to: thread)
    }

    /// `pmd-cpu-mask` has changed.
    public func configure(_ configuration: PMDConfiguration) async {
        let old = pmdConfiguration
        guard configuration != old else { return }
        pmdConfiguration = configuration
        logChanges(from: old, to: configuration)
        if configuration.maximumSleep != old.maximumSleep {
            for thread in pmdThreads.values { tellSleep(to: thread) }
        }
        await updateThreads()
        await widenDevices()
        await assignQueues(
            anew: configuration.assignment != old.assignment
                || configuration.isolatesPinnedCores != old.isolatesPinnedCores)
    }

    /// How long a thread may sleep when it finds little to do.
    private func tellSleep(to thread: PacketThread) {
        var command = ThreadCommand(.sleep)
        command.number = UInt32(clamping: pmdConfiguration.maximumSleep)
        thread.send(command)
    }

    /// The cores that are to poll now.
    private func wantedCores() -> Set<Int> {
        let nodes = Set(
            ports.values.compactMap { $0.isClosing ? nil : $0.polled?.node })
        guard !nodes.isEmpty else { return [] }
        let present = Set(topology.nodes.flatMap(\.cores))
        if let cores = pmdConfiguration.cores {
            let usable = cores.intersection(present)
            if !usable.isEmpty { return usable }
            log.warning("pmd-cpu-mask names no core of this machine: one core per NUMA node polls instead")
        }
        return Set(
            topology.nodes.compactMap { node in
                // The first core of a node is the busiest with other things; DPDK's own lcore is there too.
                nodes.contains(node.id) || topology.nodes.count == 1 ? node.cores.max() : nil
            })
    }

    /// Starts and ends PMD threads until they are those that are wanted. Queues of threads that end are moved.
    func updateThreads() async {
        await threadChanges.withLock {
            let wanted = wantedCores()
            let before = Set(pmdThreads.keys)
            for core in wanted.subtracting(before).sorted() { await startPMD(core) }
            let leaving = before.subtracting(wanted).compactMap { pmdThreads.removeValue(forKey: $0) }
            guard Set(pmdThreads.keys) != before else { return }
            endingThreads += leaving
            for thread in leaving { await thread.end() }
            for port in ports.values {
                for thread in leaving { port.transmitQueues[thread.id] = nil }
                await reattach(port, leaving: leaving)
            }
            watchPolling()
            await assignReceiveQueues(anew: true)
            await synchronize()
            for thread in leaving {
                for port in ports.values { port.retireCounters(of: thread.id) }
                await retire(thread)
                log.info("PMD thread on numa_id: \(thread.node ?? 0), core id: \(thread.id.core) destroyed.")
            }
            for node in topology.nodes {
                let count = pmdThreads.values.count { $0.node == node.id }
                if count > 0 { log.info("There are \(count) pmd threads on numa node \(node.id)") }
            }
        }
    }

    private func startPMD(_ core: Int) async {
        guard let pool = kernelPool else { return }
        threadSerial += 1
        let node = topology.node(ofCore: core)
        guard
            let thread = PacketThread(
                id: ThreadID(core: core), node: node, serial: threadSerial,
                flowRemoved: { [weak self] in self?.upcallHandler?.flowRemoved($0) })
        else {
            log.error("no memory for the rings of the PMD thread on core \(core)")
            return
        }
        // The sleeping thread brings this one's news to control.
        for ring in [thread.rings.upcalls, thread.rings.completions] {
            var command = ThreadCommand(.watch)
            command.block = ring
            kernelThread?.send(command)
        }
        let result = thread.start(doorbell: doorbell, pool: pool.raw, admitsOthers: eal.admitsOthers)
        guard result == 0 else {
            log.error("the PMD thread on core \(core) could not be started (\(String(cString: strerror(result))))")
            await retire(thread)
            return
        }
        pmdThreads[core] = thread
        tellMeters(to: thread)
        tellSleep(to: thread)
        tellTagLimit(to: thread)
        log.info("PMD thread on numa_id: \(node ?? 0), core id: \(core) created.")
    }

    /// Frees a thread that has ended, once the sleeping thread has forgotten its rings.
    func retire(_ thread: PacketThread) async {
        for ring in [thread.rings.upcalls, thread.rings.completions] {
            var command = ThreadCommand(.unwatch)
            command.block = ring
            await kernelThread?.perform(command)
        }
        departedWithoutPort &+= thread.statistics.noPort
        endingThreads.removeAll { $0 === thread }
        thread.release()
    }

    /// Renews how each thread sends to a port after the set of threads has changed.
    private func reattach(_ port: DatapathPort, leaving: [PacketThread]) async {
        if let handover = port.handover, leaving.contains(where: { $0.id == handover.owner }) {
            // Its owner is gone: whoever handed over has to stop before the ring goes.
            for thread in threads {
                var command = ThreadCommand(.attach)
                command.port = port.id.rawValue
                await thread.perform(command)
            }
            Self.drain(handover.ring)
            cdpdk_ring_free(handover.ring)
            port.handover = nil
        }
        // One that is being removed, or is not yet in use, is told to the threads when it comes to that.
        guard isOpen(port) else { return }
        assignOutputs(port)
        for thread in threads { sendAttachment(port, to: thread) }
    }
}
