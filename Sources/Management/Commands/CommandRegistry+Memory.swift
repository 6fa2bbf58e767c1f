import Control
import Datapath

extension CommandRegistry {
    /// Adds `netdev-dpdk/get-mempool-info` and `dpdk/get-malloc-stats`: how DPDK's memory is used.
    func registerMemoryCommands(_ datapath: Datapath) {
        register("netdev-dpdk/get-mempool-info", usage: "[netdev]", arguments: 0...1) { arguments in
            try Self.answer { () throws(Datapath.MemoryReportError) in try datapath.poolInformation(of: arguments.first) }
        }
        register("dpdk/get-malloc-stats") { _ in
            try Self.answer { () throws(Datapath.MemoryReportError) in try datapath.heapInformation() }
        }
    }

    @ControlActor
    private static func answer(
        _ body: @ControlActor () throws(Datapath.MemoryReportError) -> String
    ) throws -> String {
        do throws(Datapath.MemoryReportError) {
            return try body()
        } catch {
            switch error {
            case .noPort: throw UnixctlError("No such port")
            case .notOfDPDK: throw UnixctlError("Not a DPDK Interface")
            case .notNow: throw UnixctlError("DPDK is not initialised, or the port is being set up")
            }
        }
    }
}
