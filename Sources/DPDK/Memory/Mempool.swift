import CDPDK
import Glibc

/// A pool of packet buffers (`rte_mempool` of mbufs) on one NUMA node.
///
/// The ``MempoolRegistry`` owns it; a holder may use ``raw`` in `cdpdk_` calls from any thread until it has given the
/// pool back.
public final class Mempool: Sendable {
    /// `rte_mempool *`, for `cdpdk_` calls.
    public nonisolated(unsafe) let raw: UnsafeMutableRawPointer
    /// DPDK's name of it: `ovs_mp_2030_0_262144` for class, node, count.
    public let name: String
    /// The NUMA node asked for.
    public let node: Int
    /// How many buffers there are in all.
    public let count: Int
    public let bufferClass: BufferClass

    init(raw: UnsafeMutableRawPointer, name: String, node: Int, count: Int, bufferClass: BufferClass) {
        self.raw = raw
        self.name = name
        self.node = node
        self.count = count
        self.bufferClass = bufferClass
    }

    /// Bytes of a buffer behind its headroom.
    public var dataRoom: Int { bufferClass.usableBytes }
    /// Buffers that are free now, those in caches included.
    public var available: Int { Int(cdpdk_pool_available(raw)) }
    /// Buffers that are in use now.
    public var inUse: Int { Int(cdpdk_pool_in_use(raw)) }
    /// Whether every buffer is back.
    var isFull: Bool { available >= count }

    /// What `netdev-dpdk/get-mempool-info PORT` prints.
    public var information: String {
        Self.takeText(cdpdk_pool_dump(raw)) + "    count: avail (\(available)), in use (\(inUse))\n"
    }

    /// What `netdev-dpdk/get-mempool-info` prints: every pool of the process.
    public static var listInformation: String { takeText(cdpdk_pool_dump(nil)) }

    /// What `dpdk/get-malloc-stats` prints.
    public static var heapInformation: String { takeText(cdpdk_heap_dump()) }

    private static func takeText(_ text: UnsafeMutablePointer<CChar>?) -> String {
        guard let text else { return "" }
        defer { free(text) }
        return String(cString: text)
    }
}
