/// What a pool of packet buffers takes out of DPDK's heap: buffers, their headers and padding, the ring of free ones,
/// caches, and what the heap itself adds.
///
/// The rules are DPDK 22.11's (`rte_mempool`, `rte_ring`, `rte_malloc`); tests compare with what a live DPDK takes.
public struct PoolFootprint: Sendable, Equatable {
    /// How memory is handed to DPDK.
    public struct Layout: Sendable, Equatable {
        /// Bytes of the smallest page that the kernel knows; 0 without hugepages, where a buffer may lie across pages.
        public var pageBytes: Int
        /// Memory channels, over which DPDK spreads buffers (`-n` in `dpdk-extra`; it supposes 4 when not told).
        public var channels: Int

        public init(pageBytes: Int = 2 << 20, channels: Int = 4) {
            self.pageBytes = max(pageBytes, 0)
            self.channels = max(channels, 1)
        }
    }

    public let count: Int
    /// Bytes from one buffer to the next: header, `rte_mbuf`, headroom, room for the frame, padding.
    public let stride: Int
    /// The pool's description with every core's cache.
    public let headerBytes: Int
    /// The ring that free buffers wait in.
    public let ringBytes: Int
    /// The buffers, and what is lost because none lies across two pages.
    public let bufferBytes: Int

    /// All that the heap has less of.
    public var bytes: Int { headerBytes + ringBytes + bufferBytes }

    /// `MALLOC_ELEM_HEADER_LEN`: what precedes each piece of the heap.
    static let pieceHeader = 128
    private static let cacheLine = 64
    /// `sizeof(struct rte_mbuf)`.
    private static let descriptor = 128
    /// A piece of the least size, such as the entry of a list.
    private static let leastPiece = pieceHeader + cacheLine

    /// A pool of `count` buffers of a class.
    public init(_ bufferClass: BufferClass, count: Int, layout: Layout = Layout()) {
        self.init(dataRoom: bufferClass.dataRoom, count: count, layout: layout)
    }

    /// A pool of `count` buffers with `dataRoom` bytes each, headroom included.
    public init(dataRoom: Int, count: Int, layout: Layout = Layout()) {
        self.count = max(count, 1)
        stride = Self.stride(dataRoom: dataRoom, channels: layout.channels)
        // struct rte_mempool, one struct rte_mempool_cache for each of RTE_MAX_LCORE cores, the private area, two
        // entries in DPDK's lists.
        headerBytes = Self.rounded(192 + 128 * 8256 + 8, to: Self.cacheLine) + Self.pieceHeader + 2 * Self.leastPiece
        ringBytes = 384 + 8 * Self.powerOfTwo(above: self.count) + Self.pieceHeader + Self.cacheLine
        bufferBytes = Self.bufferBytes(count: self.count, stride: stride, pageBytes: layout.pageBytes)
    }

    /// `rte_mempool_calc_obj_size`: whole cache lines, and a number of them that has no factor in common with the
    /// number of channels.
    static func stride(dataRoom: Int, channels: Int) -> Int {
        var lines = rounded(cacheLine + descriptor + max(dataRoom, 0), to: cacheLine) / cacheLine
        while greatestCommonDivisor(lines, channels) != 1 { lines += 1 }
        return lines * cacheLine
    }

    /// `rte_mempool_op_calc_mem_size_helper`, and a note for each piece that is physically contiguous, at worst a page.
    private static func bufferBytes(count: Int, stride: Int, pageBytes: Int) -> Int {
        let perPage = pageBytes / stride
        guard pageBytes > 0 else { return stride * count + stride + pieceHeader + leastPiece }
        guard perPage > 0 else {
            return rounded(stride, to: pageBytes) * count + pieceHeader + leastPiece * count
        }
        let onLastPage = (count - 1) % perPage + 1
        let fullPages = (count - onLastPage) / perPage
        let room = fullPages * pageBytes + onLastPage * stride + stride - 1
        return rounded(room, to: cacheLine) + pieceHeader + leastPiece * (fullPages + 2)
    }

    /// What `rte_ring` has room for: a power of two of which one place stays empty.
    private static func powerOfTwo(above count: Int) -> Int {
        var size = 1
        while size <= count { size *= 2 }
        return size
    }

    static func rounded(_ value: Int, to unit: Int) -> Int { (value + unit - 1) / unit * unit }

    private static func greatestCommonDivisor(_ first: Int, _ second: Int) -> Int {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }
}
