import Control
import DPDK
import Logging

/// What is done about pools from time to time.
extension Datapath {
    private static let interval = Duration.seconds(5)

    /// Begins to look after pools; once is enough.
    func watchPools() {
        guard poolTimer == nil else { return }
        poolTimer = ControlTimer(every: Self.interval, pace: .machine) { [weak self] in self?.lookAfterPools() }
    }

    /// Frees what has come home since it was last used, and tells of shortages.
    private func lookAfterPools() {
        sweepPools()
        let news = poolWatch.look(poolFailures())
        guard !news.isEmpty else { return }
        let pools = poolPictures()
        for (id, failures) in news.sorted(by: { $0.key < $1.key }) {
            guard let port = ports[id] else { continue }
            let isControls = failures[.receiving] == nil && failures[.copying] == nil
            let pool = (isControls ? nil : port.pool) ?? kernelPool
            let picture = pools.first { $0.identifier == pool?.identifier }
            deviceLog.error("\(PoolWatch.text(port: port.configuration.name, failures, pool: picture))")
        }
    }

    /// How often each port has found no buffer, by what it was for.
    private func poolFailures() -> [PortID: PoolWatch.Failures] {
        var result: [PortID: PoolWatch.Failures] = [:]
        for (id, port) in ports where isOpen(port) {
            let total = port.total()
            func drops(_ reason: DropReason) -> UInt64 { total.drops[Int(reason.rawValue)] }
            var failures: PoolWatch.Failures = [
                .copying: drops(.copyFailed), .segmenting: drops(.segmentationFailed),
                .sending: drops(.packetOutFailed),
            ]
            switch port.backend {
            case .device(let device): failures[.receiving] = (try? device.statistics())?.withoutBuffer
            case .vhost(let vhost):
                failures[.receiving] = vhost.total(.receive).values.reduce(0) { $0 &+ $1.withoutBuffer }
            case .kernel: failures[.receiving] = drops(.noBuffer)
            case .dummy: break
            }
            result[id] = failures
        }
        return result
    }
}
