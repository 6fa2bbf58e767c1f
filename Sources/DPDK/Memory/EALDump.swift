import CDPDK
import Glibc

/// Something that DPDK describes in words of its own.
///
/// To describe it, DPDK takes locks that it also keeps while it takes pages from the kernel: for the ``DPDKQueue``.
public enum EALDump: Sendable {
    case pool(Mempool)
    case allPools
    /// `dpdk/get-malloc-stats`.
    case heaps
    /// `dpdk/get-memzone-stats`.
    case memzones
    /// `dpdk/log-list`.
    case logLevels
    /// `dpdk/lcore-list`.
    case threads

    /// DPDK's words; empty when memory for them is short.
    public var text: String {
        let raw: UnsafeMutablePointer<CChar>?
        switch self {
        case .pool(let pool): raw = cdpdk_dump(CDPDK_DUMP_POOLS, pool.raw)
        case .allPools: raw = cdpdk_dump(CDPDK_DUMP_POOLS, nil)
        case .heaps: raw = cdpdk_dump(CDPDK_DUMP_HEAPS, nil)
        case .memzones: raw = cdpdk_dump(CDPDK_DUMP_MEMZONES, nil)
        case .logLevels: raw = cdpdk_dump(CDPDK_DUMP_LOG_LEVELS, nil)
        case .threads: raw = cdpdk_dump(CDPDK_DUMP_THREADS, nil)
        }
        guard let raw else { return "" }
        defer { free(raw) }
        return String(cString: raw)
    }
}
