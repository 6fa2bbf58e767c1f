import Control
import DPDK

/// What DPDK's memory is used for, for those who look for a shortage.
extension Datapath {
    /// Why there is nothing to tell.
    public enum MemoryReportError: Error, Equatable {
        case noPort
        /// The port takes its packets from the kernel, or from nowhere.
        case notOfDPDK
        /// DPDK is not initialised, or the device is being set up.
        case notNow
    }

    /// DPDK's words on the buffers that a port receives into, or, without a port, on every pool of the process.
    public func poolInformation(of name: String?) throws(MemoryReportError) -> String {
        guard let name else {
            guard eal.isUp else { throw .notNow }
            return Mempool.listInformation
        }
        guard let port = ports.values.first(where: { $0.configuration.name == name }) else { throw .noPort }
        let pool: Mempool?
        switch port.backend {
        case .device(let device): pool = device.pool
        case .vhost(let vhost): pool = vhost.pool
        case .kernel, .dummy: throw .notOfDPDK
        }
        guard let pool, !port.isResting else { throw .notNow }
        return pool.information
    }

    /// DPDK's words on its heaps.
    public func heapInformation() throws(MemoryReportError) -> String {
        guard eal.isUp else { throw .notNow }
        return Mempool.heapInformation
    }
}
