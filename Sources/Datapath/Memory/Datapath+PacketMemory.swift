import CDPDK
import Control
import DPDK
import MemoryPlan

/// Who has the buffers. Nothing is counted for this per packet: it is asked for when somebody wants to know.
extension Datapath {
    /// How the memory for packets is used now; without DPDK, what there is of it.
    public func packetMemory() async throws(MemoryReportError) -> PacketMemory {
        let (nodes, arguments, pools) = (topology.nodes.map(\.id), eal.triedArguments, mempools)
        guard eal.isUp else {
            // DPDK's thread may be starting it, which takes seconds.
            let tables = await ControlActor.runBlocking { NodeMemory.read(nodes: nodes, arguments: nil) }
            return PacketMemory(
                dpdk: supply, nodes: tables.map { PacketMemory.Node(memory: $0, furtherPorts: []) },
                pools: poolPictures())
        }
        let mtus = eal.state == .ready ? PacketMemory.commonMTUs : []
        do throws(DPDKError) {
            let tables = try await deviceQueue.run { () throws(DPDKError) -> [PacketMemory.Node] in
                NodeMemory.read(nodes: nodes, arguments: arguments).map { memory in
                    PacketMemory.Node(
                        memory: memory,
                        furtherPorts: memory.heap == nil ? [] : mtus.map { pools.outlook(mtu: $0, memory) })
                }
            }
            return PacketMemory(dpdk: supply, nodes: tables, pools: poolPictures())
        } catch {
            throw .notNow
        }
    }

    private var supply: PacketMemory.Supply {
        let error = eal.refusal?.description
        switch eal.state {
        case .absent: return .init(state: .absent, error: error)
        case .starting: return .init(state: .starting, error: error)
        case .isPrivate: return .init(state: .kernelPortsOnly, error: error)
        case .ready: return .init(state: .ready, error: error)
        case .failed(let reason): return .init(state: .failed, error: reason.description)
        case .needsRestart: return .init(state: .restarting, error: error)
        }
    }

    /// Each pool with its holders, all as they are at this moment.
    func poolPictures() -> [PacketMemory.Pool] {
        let rings = deviceRings()
        let threads = cacheOwners()
        return mempools.withPools { uses in
            uses.map { picture($0, account(for: $0.pool, rings, threads)) }
        }
    }

    private func picture(_ use: PoolUse, _ account: PoolAccount) -> PacketMemory.Pool {
        let pool = use.pool
        let available = account.free + account.caches.reduce(0) { $0 + $1.buffers }
        return PacketMemory.Pool(
            name: pool.name, identifier: pool.identifier, node: pool.node < 0 ? nil : pool.node, users: use.users,
            isShared: use.isShared, requested: pool.requested, granted: pool.count, bufferBytes: pool.dataRoom,
            bytes: pool.bufferClass.bytes(count: pool.count), available: available, inUse: pool.count - available,
            holders: account.holders)
    }

    /// The queues of one device.
    private struct DeviceRings {
        let name: String
        let pool: Mempool?
        let receiving: [EthernetRing]
        let transmitting: [EthernetRing]
    }

    private func deviceRings() -> [DeviceRings] {
        ports.values.sorted { $0.id < $1.id }.compactMap { port in
            guard case .device(let device) = port.backend, isOpen(port) else { return nil }
            let rings = device.rings()
            return DeviceRings(
                name: port.configuration.name, pool: device.pool, receiving: rings.receiving,
                transmitting: rings.transmitting)
        }
    }

    private func account(
        for pool: Mempool, _ devices: [DeviceRings], _ owners: [Int: String]
    ) -> PoolAccount {
        var account = PoolAccount()
        account.count = pool.count
        let caches = pool.caches
        account.caches = caches.sorted { $0.key < $1.key }.map { (owners[$0.key] ?? "thread \($0.key)", $0.value) }
        account.free = max(0, pool.available - caches.values.reduce(0, +))
        for device in devices {
            if device.pool === pool {
                account.receiveRings += device.receiving.map { Self.ring(device.name, $0) }
            }
            account.transmitRings += device.transmitting.map { Self.ring(device.name, $0) }
        }
        for port in ports.values.sorted(by: { $0.id < $1.id }) where port.pool === pool {
            if case .vhost = port.backend { account.guests.append(port.configuration.name) }
        }
        for thread in allThreads {
            account.waiting += Int(cdpdk_ring_buffers_of(thread.rings.upcalls, pool.raw))
            account.mostUnderWay += ThreadCore.burst + thread.packetsSent
            if !thread.id.isPMD, pool === kernelPool { account.spares += thread.statistics.spareBuffers }
        }
        for port in ports.values {
            if let handover = port.handover { account.mostUnderWay += Int(cdpdk_ring_count(handover.ring)) }
        }
        return account
    }

    private static func ring(_ name: String, _ ring: EthernetRing) -> PoolAccount.Ring {
        PoolAccount.Ring(
            name: "\(name) queue \(ring.queue)", size: ring.size, isTold: ring.isTold, waiting: ring.waiting)
    }

    /// Whose caches there are, by DPDK's numbers of threads.
    private func cacheOwners() -> [Int: String] {
        var owners = [Int(cdpdk_main_thread_number()): "DPDK's own thread"]
        for thread in allThreads {
            if let number = thread.cacheNumber {
                owners[number] = thread.id.isPMD ? "PMD thread of core \(thread.id.core)" : "kernel ports' thread"
            }
        }
        return owners
    }
}
