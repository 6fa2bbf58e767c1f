import CDPDK
import Glibc
import Logging
import Synchronization

/// The owner of every buffer pool: makes them in OVS's steps, shares them by NUMA node and size class, counts who uses
/// them, and frees those that nobody uses once all their buffers are back.
///
/// Making a pool clears megabytes: call on the ``DPDKQueue``. Safe from any thread.
public final class MempoolRegistry: Sendable {
    /// OVS's `MAX_NB_MBUF` and `MIN_NB_MBUF`: the first request, halved on failure down to the last.
    static let most = 4096 * 64
    static let fewest = 4096 * 4

    private struct Key: Hashable {
        let node: Int
        let bufferClass: BufferClass
        /// nil for a pool that is shared, else whose it is.
        let owner: String?
    }

    private struct Entry {
        let key: Key
        let pool: Mempool
        var users: Int
    }

    private struct State {
        var entries: [Entry] = []
        var isPerPort = false
        var privatePools = 0
    }

    private let state = Mutex(State())
    private let logger = Logger(label: "netdev_dpdk")

    public init() {}

    /// Whether each DPDK port gets a pool of its own from now on (`other_config:per-port-memory`).
    public func configure(perPort: Bool) {
        state.withLock { $0.isPerPort = perPort }
    }

    /// A pool for a DPDK port, to be given back with ``release(_:)``.
    ///
    /// - Parameters:
    ///   - node: the device's NUMA node.
    ///   - owner: the port's name, for messages.
    ///   - needs: what the port needs if it gets a pool of its own.
    /// - Throws: ``DPDKError/Code/outOfMemory`` with need, have, node and cure.
    public func acquire(mtu: Int, node: Int, owner: String, needs: PoolNeeds? = nil) throws(DPDKError) -> Mempool {
        let bufferClass = BufferClass(mtu: mtu)
        return try withState { (state) throws(DPDKError) in
            let isOwn = state.isPerPort && needs != nil
            let key = Key(node: node, bufferClass: bufferClass, owner: isOwn ? owner : nil)
            if !isOwn, let pool = self.share(key, &state) { return pool }
            self.sweep(&state)
            let first = isOwn ? (needs?.buffers ?? Self.most) : (mtu >= 1500 ? Self.most : Self.fewest)
            let request = Request(bufferClass: bufferClass, node: node, owner: owner, mtu: mtu, first: first)
            if isOwn { state.privatePools += 1 }
            let pool = try self.make(request, suffix: isOwn ? "_\(state.privatePools)" : "")
            state.entries.append(Entry(key: key, pool: pool, users: 1))
            return pool
        }
    }

    /// The small pool of the kernel ports of an MTU class, to be given back with ``release(_:)``.
    public func acquireForKernelPorts(mtu: Int, count: Int = 4096) throws(DPDKError) -> Mempool {
        let bufferClass = BufferClass(mtu: mtu)
        return try withState { (state) throws(DPDKError) in
            let key = Key(node: Int(CDPDK_ANY_NODE), bufferClass: bufferClass, owner: "")
            if let pool = self.share(key, &state) { return pool }
            self.sweep(&state)
            let request = Request(
                bufferClass: bufferClass, node: Int(CDPDK_ANY_NODE), owner: "kernel ports", mtu: mtu, first: count,
                last: min(count, 1024))
            let pool = try self.make(request, suffix: "", prefix: "kernel_mp")
            state.entries.append(Entry(key: key, pool: pool, users: 1))
            return pool
        }
    }

    /// Gives a pool back; it is freed with the next ``sweep()`` for which all its buffers are back.
    public func release(_ pool: Mempool) {
        state.withLock { state in
            guard let index = state.entries.firstIndex(where: { $0.pool === pool }) else { return }
            state.entries[index].users -= 1
        }
    }

    /// Frees the pools that nobody uses and whose buffers are all back.
    public func sweep() {
        state.withLock { sweep(&$0) }
    }

    /// The pools that there are now.
    public var pools: [Mempool] { state.withLock { $0.entries.map(\.pool) } }

    private func withState<Value>(_ body: (inout State) throws(DPDKError) -> Value) throws(DPDKError) -> Value {
        try state.withLock { (state) throws(DPDKError) in try body(&state) }
    }

    private func share(_ key: Key, _ state: inout State) -> Mempool? {
        guard let index = state.entries.firstIndex(where: { $0.key == key }) else { return nil }
        state.entries[index].users += 1
        let pool = state.entries[index].pool
        logger.debug("Reusing mempool \"\(pool.name)\"")
        return pool
    }

    private func sweep(_ state: inout State) {
        state.entries.removeAll { entry in
            guard entry.users <= 0, entry.pool.isFull else { return false }
            logger.debug("Freeing mempool \"\(entry.pool.name)\"")
            cdpdk_pool_free(entry.pool.raw)
            return true
        }
    }
}

extension MempoolRegistry {
    /// A pool to be made.
    private struct Request {
        let bufferClass: BufferClass
        let node: Int
        let owner: String
        let mtu: Int
        let first: Int
        var last = MempoolRegistry.fewest
    }

    /// Tries the counts in turn.
    private func make(_ request: Request, suffix: String, prefix: String = "ovs_mp") throws(DPDKError) -> Mempool {
        let hasHugepages = cdpdk_has_hugepages() != 0
        var count = hasHugepages ? request.first : Self.modestCount(request)
        let last = hasHugepages ? request.last : min(request.last, 2048)
        var error: Int32 = 0
        var name = ""
        while true {
            let place = request.node < 0 ? "any" : String(request.node)
            name = "\(prefix)_\(request.bufferClass.nominalMTU)_\(place)_\(count)\(suffix)"
            logger.debug(
                """
                Port \(request.owner): Requesting a mempool of \(count) mbufs of size \
                \(request.bufferClass.usableBytes + Int(CDPDK_HEADROOM)) on socket \(request.node)
                """)
            var raw: UnsafeMutableRawPointer?
            error = cdpdk_pool_create(
                name, UInt32(clamping: count), Self.cache(for: count), request.bufferClass.dataRoom,
                Int32(clamping: hasHugepages ? request.node : Int(CDPDK_ANY_NODE)), hasHugepages ? 1 : 0, &raw)
            if error == 0, let raw {
                logger.debug("Allocated \"\(name)\" mempool with \(count) mbufs")
                return Mempool(
                    raw: raw, name: name, node: request.node, count: count, bufferClass: request.bufferClass)
            }
            guard error == -ENOMEM, count / 2 >= last else { break }
            logger.debug(
                """
                Failed to create mempool "\(name)" with a request of \(count) mbufs, retrying with \(count / 2) mbufs
                """)
            count /= 2
        }
        throw failure(request, name: name, count: count, error: error)
    }

    /// Without hugepages each page that a pool touches is plain memory of the process, and all there is was given at
    /// the
    /// start: take at most half of what is left.
    private static func modestCount(_ request: Request) -> Int {
        var (total, free, largest): (UInt64, UInt64, UInt64) = (0, 0, 0)
        guard cdpdk_heap(0, &total, &free, &largest) == 0 else { return request.first }
        var count = request.first
        while count > 4096, request.bufferClass.bytes(count: count) > free / 2 { count /= 2 }
        return count
    }

    /// Buffers that a thread may keep for itself: DPDK wants the count to be a multiple, and more than 1.5 times, of
    /// it.
    private static func cache(for count: Int) -> UInt32 {
        count >= 8 * Int(CDPDK_POOL_CACHE) ? UInt32(CDPDK_POOL_CACHE) : UInt32(min(256, count / 16))
    }

    private func failure(_ request: Request, name: String, count: Int, error: Int32) -> DPDKError {
        let node = max(request.node, 0)
        let text = DPDKError.text(error)
        let headline =
            "Failed to create memory pool for netdev \(request.owner), with MTU \(request.mtu) on socket "
            + "\(node): \(text)"
        logger.error("Failed to create mempool \"\(name)\" with a request of \(count) mbufs")
        logger.error("\(headline)")
        guard error == -ENOMEM else { return DPDKError(.system, headline, errno: -error) }
        var (total, free, largest): (UInt64, UInt64, UInt64) = (0, 0, 0)
        _ = cdpdk_heap(Int32(clamping: node), &total, &free, &largest)
        let mebibyte: UInt64 = 1 << 20
        let need = Int((request.bufferClass.bytes(count: count) + mebibyte - 1) / mebibyte) + 8
        let hugepages = HugepageReport.read()
        let cure =
            cdpdk_has_hugepages() != 0
            ? "reserve hugepages with '\(hugepages.cure(node: node, mebibytes: need))', or raise node \(node)'s part "
                + "of other_config:dpdk-socket-mem"
            : "raise the MiB after -m in other_config:dpdk-extra"
        return DPDKError(
            .outOfMemory,
            "\(headline); \(count) buffers of \(request.bufferClass.usableBytes) bytes need \(need) MiB, DPDK has "
                + "\(free / mebibyte) of \(total / mebibyte) MiB free on node \(node), the kernel "
                + "\(hugepages.freeMiB(node: node)) MiB of hugepages there: \(cure)",
            errno: ENOMEM)
    }
}
