import CDPDK
import Logging
import MemoryPlan
import Synchronization

/// The owner of every buffer pool: makes them in OVS's steps, shares them by NUMA node and size class, counts who uses
/// them, and frees those that nobody uses once all their buffers are back.
///
/// Making and freeing a pool takes as long as clearing megabytes: ``acquire(mtu:node:owner:needs:)`` and ``sweep()``
/// are for the ``DPDKQueue``. The others return at once, from any thread.
public final class MempoolRegistry: Sendable {
    /// What kernel ports are called among a pool's users.
    static let kernelPorts = "kernel ports"

    private struct Key: Hashable {
        let node: Int
        let bufferClass: BufferClass
        /// nil for a pool that is shared, else whose it is, and how many buffers it wants.
        var owner: String?
        var count = 0
    }

    private struct Entry {
        let key: Key
        let pool: Mempool
        var users: [String]
    }

    private struct State {
        var entries: [Entry] = []
        var policy: PoolPolicy?
        var limit = SocketLimit()
    }

    private let state = Mutex(State())
    /// One change of the set of pools at a time; `state` is not kept locked while memory is cleared.
    private let changes = Mutex(())
    let logger = Logger(label: "netdev_dpdk")

    public init() {}

    /// Takes the settings that are in force from now on; once per process, as in OVS.
    ///
    /// - Parameter limit: what DPDK was started with.
    public func adopt(_ policy: PoolPolicy, limit: SocketLimit = SocketLimit()) {
        let before = state.withLock { state in
            let before = state.policy
            if before == nil { (state.policy, state.limit) = (policy, limit) }
            return before
        }
        if before == nil {
            for notice in policy.notices { logger.log(level: notice.level, "\(notice.text)") }
        } else if before != policy {
            logger.warning(
                """
                other_config:per-port-memory and shared-mempool-config are read when DPDK starts: restart the daemon \
                for the new ones to take effect
                """)
        }
    }

    /// A pool for a DPDK port, to be given back with ``release(_:by:)``.
    ///
    /// - Parameters:
    ///   - node: the device's NUMA node.
    ///   - owner: the port's name.
    ///   - needs: the port's queues: what it needs if it gets a pool of its own.
    /// - Throws: ``DPDKError/Code/outOfMemory`` with need, have, node and cure.
    public func acquire(mtu: Int, node: Int, owner: String, needs: PoolNeeds) throws(DPDKError) -> Mempool {
        let policy = state.withLock { $0.policy } ?? PoolPolicy()
        let bufferClass = policy.bufferClass(mtu: mtu, node: node)
        var key = Key(node: node, bufferClass: bufferClass)
        var first = PoolNeeds.shared(bufferClass)
        if policy.isPerPort {
            first = needs.buffers
            key.owner = owner
            key.count = first
        } else {
            explain(policy, bufferClass, mtu: mtu, node: node)
        }
        return try provide(
            key,
            PoolRequest(
                bufferClass: bufferClass, node: node, owner: owner, mtu: mtu, first: first, queues: needs,
                isOwn: policy.isPerPort))
    }

    /// The small pool of the kernel ports of an MTU class, to be given back with ``releaseForKernelPorts(_:)``.
    public func acquireForKernelPorts(mtu: Int, count: Int = 4096) throws(DPDKError) -> Mempool {
        let bufferClass = BufferClass(mtu: mtu)
        let node = Int(CDPDK_ANY_NODE)
        return try provide(
            Key(node: node, bufferClass: bufferClass, owner: Self.kernelPorts),
            PoolRequest(
                bufferClass: bufferClass, node: node, owner: Self.kernelPorts, mtu: mtu, first: count,
                last: min(count, 1024), prefix: "kernel_mp"))
    }

    /// Gives a pool back; it is freed with the next ``sweep()`` for which all its buffers are back.
    public func release(_ pool: Mempool, by owner: String) {
        state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.pool === pool }),
                let user = state.entries[index].users.firstIndex(of: owner)
            else { return }
            state.entries[index].users.remove(at: user)
        }
    }

    /// As ``release(_:by:)``, for ``acquireForKernelPorts(mtu:count:)``.
    public func releaseForKernelPorts(_ pool: Mempool) { release(pool, by: Self.kernelPorts) }

    /// Frees the pools that nobody uses and whose buffers are all back.
    public func sweep() {
        changes.withLock { _ in sweepAlone() }
    }

    /// Whether there are pools that nobody uses any more.
    public var hasUnused: Bool { state.withLock { $0.entries.contains { $0.users.isEmpty } } }

    /// Shows the pools that there are now, in the order in which they were made. None is freed before `body` returns,
    /// which may not call the registry and has to be quick.
    public func withPools<Value: Sendable>(_ body: ([PoolUse]) -> Value) -> Value {
        // Before a pool is freed it is taken from the entries.
        state.withLock { state in
            body(state.entries.map { PoolUse(pool: $0.pool, users: $0.users, isShared: $0.key.owner == nil) })
        }
    }

    /// The pools that there are now; those that nobody uses may be freed at any time.
    var pools: [PoolUse] { withPools { $0 } }

    /// What a port would be given if it were added now: the pool that it would share, or the size and
    /// count of a new one.
    func prospect(mtu: Int, node: Int, needs: PoolNeeds) -> (shared: Mempool?, bufferClass: BufferClass, count: Int) {
        state.withLock { state in
            let policy = state.policy ?? PoolPolicy()
            let bufferClass = policy.bufferClass(mtu: mtu, node: node)
            if policy.isPerPort { return (nil, bufferClass, needs.buffers) }
            let key = Key(node: node, bufferClass: bufferClass)
            return (
                state.entries.first { $0.key == key }?.pool, bufferClass, PoolNeeds.shared(bufferClass)
            )
        }
    }

    /// How far DPDK's memory may grow.
    var limit: SocketLimit { state.withLock { $0.limit } }

    private func provide(_ key: Key, _ request: PoolRequest) throws(DPDKError) -> Mempool {
        try changes.withLock { (_) throws(DPDKError) in
            if let pool = share(key, request.owner) { return pool }
            sweepAlone()
            let pool = try make(request)
            state.withLock { $0.entries.append(Entry(key: key, pool: pool, users: [request.owner])) }
            return pool
        }
    }

    private func share(_ key: Key, _ user: String) -> Mempool? {
        let pool: Mempool? = state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.key == key }) else { return nil }
            state.entries[index].users.append(user)
            return state.entries[index].pool
        }
        if let pool { logger.debug("Reusing mempool \"\(pool.name)\"") }
        return pool
    }

    private func sweepAlone() {
        let unused = state.withLock { state in
            let unused = state.entries.filter { $0.users.isEmpty && $0.pool.isFull }
            state.entries.removeAll { entry in unused.contains { $0.pool === entry.pool } }
            return unused
        }
        for entry in unused {
            logger.debug("Freeing mempool \"\(entry.pool.name)\"")
            cdpdk_pool_free(entry.pool.raw)
        }
    }

    /// OVS's lines on what came of `shared-mempool-config`.
    private func explain(_ policy: PoolPolicy, _ bufferClass: BufferClass, mtu: Int, node: Int) {
        let isUsed = policy.sizes.contains {
            BufferClass(mtu: $0.mtu) == bufferClass && ($0.node == nil || $0.node == node)
        }
        logger.debug(
            isUsed
                ? """
                Found user configured shared mempool with mbufs of size \(bufferClass.dataRoom), suitable for port \
                with MTU \(mtu), NUMA \(node).
                """
                : "No user configured shared mempool mbuf sizes found suitable for port with MTU \(mtu), NUMA \(node).")
    }
}
