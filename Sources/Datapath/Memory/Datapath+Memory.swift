import Control
import DPDK

/// What DPDK says of its memory, for those who look for a shortage.
extension Datapath {
    /// Why there is nothing to tell.
    public enum MemoryReportError: Error, Equatable {
        /// There is no such port, or it takes its packets from the kernel, or from nowhere.
        case notOfDPDK
        /// DPDK is not initialised, or the device is being set up.
        case notNow
    }

    /// DPDK's words on the buffers that a port receives into, or, without a port, on every pool of the process.
    public func poolInformation(of name: String?) async throws(MemoryReportError) -> String {
        guard let name else { return try await tell(.allPools) }
        guard let port = ports.values.first(where: { $0.configuration.name == name }), port.isOfDPDK else {
            throw .notOfDPDK
        }
        guard let pool = port.pool, !port.isResting else { throw .notNow }
        let pools = mempools
        do throws(DPDKError) {
            let text = try await deviceQueue.run { () throws(DPDKError) -> String? in
                // The port may have gone meanwhile, and the pool with it: pools are freed on this thread.
                pools.withPools { uses in uses.contains { $0.pool === pool } } ? pool.information : nil
            }
            if let text { return text }
        } catch {}
        throw .notNow
    }

    /// Something that DPDK describes in its own words.
    public func tell(_ dump: EALDump) async throws(MemoryReportError) -> String {
        guard eal.isUp else { throw .notNow }
        do throws(DPDKError) {
            return try await deviceQueue.run { () throws(DPDKError) in dump.text }
        } catch {
            throw .notNow
        }
    }
}
