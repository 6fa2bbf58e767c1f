import CDPDK
import Control
import DPDK
import Glibc
import MemoryPlan

/// Ports towards guests: their sockets, and what threads have to know when a guest comes, goes, or switches queues.
extension Datapath {
    func openVhost(_ configuration: PortConfiguration, _ settings: VhostSettings) async throws(DatapathError)
        -> VhostPort
    {
        guard case .ready = eal.state else {
            throw DatapathError(
                .dpdkUnavailable,
                "could not open network device \(configuration.name) (Address family not supported by "
                    + "protocol): DPDK is not initialized; set other_config:dpdk-init=true in the Open_vSwitch table",
                errno: EAFNOSUPPORT)
        }
        let vhost = VhostPort(name: configuration.name, settings: settings, node: likelyGuestNode)
        do throws(DPDKError) {
            vhost.mtu = supported(configuration.mtu, for: vhost) ?? vhost.mtu
            vhost.pool = try await pool(for: vhost)
            try await vhost.open(on: deviceQueue)
        } catch {
            await close(vhost)
            throw DatapathError(error)
        }
        return vhost
    }

    /// Where a guest's packets will be polled, as long as nobody knows where its memory is: the node of the PMD
    /// threads, the lowest one where there are several.
    private var likelyGuestNode: Int {
        let nodes = topology.nodes.filter { node in
            pmdConfiguration.cores.map { !$0.isDisjoint(with: node.cores) } ?? true
        }
        return (nodes.first ?? topology.nodes.first)?.id ?? 0
    }

    /// An MTU that such ports may have; nil, with a line in the log: the old one stays, as in OVS.
    private func supported(_ mtu: Int?, for vhost: VhostPort) -> Int? {
        let wanted = mtu ?? VhostPort.defaultMTU
        guard BufferClass.mtuRange.contains(wanted) else {
            deviceLog.error("\(vhost.name): unsupported MTU \(wanted)")
            return nil
        }
        return wanted
    }

    /// A pool on the node where the guest's memory is.
    private func pool(for vhost: VhostPort) async throws(DPDKError) -> Mempool {
        let (pools, node, name, mtu, needs) = (mempools, vhost.node, vhost.name, vhost.mtu, vhost.needs)
        return try await deviceQueue.run { () throws(DPDKError) -> Mempool in
            try pools.acquire(mtu: mtu, node: node, owner: name, needs: needs)
        }
    }

    /// No thread may use the port any more.
    func close(_ vhost: VhostPort) async {
        await vhost.close(on: deviceQueue)
        if let pool = vhost.pool { giveBack(pool, vhost) }
        vhost.pool = nil
    }

    private func giveBack(_ pool: Mempool, _ vhost: VhostPort) {
        mempools.release(pool, by: vhost.name)
        sweepPools()
    }

    /// Frees pools that are no longer used, as soon as that is possible.
    func sweepPools() {
        guard mempools.hasUnused else { return }
        let (pools, queue) = (mempools, deviceQueue)
        Task { _ = try? await queue.run { () throws(DPDKError) -> Void in pools.sweep() } }
    }

    func reconfigure(
        _ port: DatapathPort, _ vhost: VhostPort, _ configuration: PortConfiguration, _ settings: VhostSettings
    ) async throws(DatapathError) {
        let before = port.configuration
        port.configuration = configuration
        var failure: DPDKError?
        if vhost.apply(settings) {
            await vhost.close(on: deviceQueue)
            do throws(DPDKError) { try await vhost.open(on: deviceQueue) } catch { failure = error }
        }
        if configuration.mtu != before.mtu {
            let old = vhost.mtu
            do throws(DPDKError) {
                guard let mtu = supported(configuration.mtu, for: vhost) else {
                    throw DPDKError(
                        .invalid,
                        "\(vhost.name): unsupported MTU \(configuration.mtu ?? 0): \(BufferClass.mtuRange.lowerBound) "
                            + "to \(BufferClass.mtuRange.upperBound) are; it stays \(old)", errno: EINVAL)
                }
                vhost.mtu = mtu
                try await movePool(port, vhost)
            } catch {
                vhost.mtu = old
                failure = error
            }
        }
        await refresh(port)
        await assignQueues()
        if let failure { throw DatapathError(failure) }
    }

    /// Receives into buffers of the guest's node and of the port's MTU from now on.
    private func movePool(_ port: DatapathPort, _ vhost: VhostPort) async throws(DPDKError) {
        let fresh = try await pool(for: vhost)
        guard ports[port.id] === port, !port.isClosing else {
            giveBack(fresh, vhost)
            return
        }
        let old = vhost.pool
        vhost.pool = fresh
        await renew(port, vhost)
        if let old { giveBack(old, vhost) }
    }

    /// A guest has come or gone, or has switched queues on or off; all threads know of it when this returns.
    func guestChanged(_ port: DatapathPort, _ vhost: VhostPort) async {
        let node = vhost.node
        if vhost.device == nil || vhost.pool?.node == node { vhost.missingMemory = nil }
        await renew(port, vhost)
        guard ports[port.id] === port, !port.isClosing, vhost.device != nil, vhost.pool?.node != node else { return }
        // It runs at once from where it is; buffers and polling follow.
        await updateThreads()
        await assignQueues()
        guard vhost.missingMemory == nil, vhost.mayLookForMemory(on: node) else { return }
        do throws(DPDKError) {
            try await movePool(port, vhost)
        } catch {
            vhost.missingMemory = error.description
            deviceLog.warning(
                """
                \(vhost.name): the guest's memory is on NUMA node \(node), its packets are received into node \
                \(vhost.pool?.node ?? 0): \(error.description)
                """)
        }
    }

    /// Brings what threads know of a guest in line with how it is.
    private func renew(_ port: DatapathPort, _ vhost: VhostPort) async {
        await threadChanges.withLock {
            guard ports[port.id] === port, vhost.beginTelling() else { return }
            for index in port.queues.indices { stopReceiving(port, index) }
            // Of one that is being removed threads know nothing any more, or are to know nothing.
            for thread in threads where !port.isClosing { sendAttachment(port, to: thread) }
            await synchronize()
            guard isOpen(port), port.isReceiving else { return }
            await assignReceiveQueues()
            await synchronize()
        }
    }

    /// How a thread sends to a guest: each by a queue of its own, as far as the guest has them.
    func describe(_ vhost: VhostPort, to thread: PacketThread, _ slot: inout PortAttachment) {
        vhost.tellOne()
        // Four bytes more than it takes, as OVS allows: room for a check sequence that no guest sends.
        slot.maximumFrameLength = FrameLength.maximum(mtu: vhost.mtu) &+ 4
        slot.mode = .absentGuest
        let queues = vhost.transmitQueues
        guard let device = vhost.device, !queues.isEmpty else { return }
        // PMD threads first; the sleeping thread sends little.
        let order = pmdThreads.keys.sorted().compactMap { pmdThreads[$0]?.id } + [.kernelPorts]
        let place = order.firstIndex(of: thread.id) ?? 0
        let queue = queues[place % queues.count]
        slot.mode = .guest
        slot.descriptor = device.number
        slot.deviceQueue = UInt16(clamping: queue)
        slot.guestRing = device.ring(queue * 2)
        slot.retries = UInt16(clamping: vhost.settings.transmitRetries)
        slot.queueCounters = vhost.makeCounters(.transmit, queue: queue, for: thread.id)
    }
}
