import Control
import DPDK
import MemoryPlan

/// Brings up the EAL that settings ask for; the part of a ``ConfigurationHost`` that is the same for all.
@ControlActor
public final class DPDKStart {
    private let eal: EAL
    private let pools: MempoolRegistry

    /// Starts `eal`, which the caller shares with the datapath, as its `pools`.
    public init(_ eal: EAL, _ pools: MempoolRegistry) {
        self.eal = eal
        self.pools = pools
    }

    /// Brings DPDK up as the `dpdk-*` keys of `other_config` ask, or its private form when they do not ask or it
    /// failed, so that kernel ports can be had in any case.
    public func start(_ settings: [String: String]) async -> DPDKState {
        var refusal: DPDKError?
        do throws(DPDKError) {
            try await eal.start(EALConfiguration(otherConfig: settings))
        } catch {
            refusal = error
        }
        if eal.state == .ready {
            pools.adopt(PoolPolicy(otherConfig: settings), limit: SocketLimit(otherConfig: settings))
        }
        switch eal.state {
        case .ready: return refusal.map { .failed($0.description) } ?? .ready
        case .needsRestart: return .needsRestart
        default: break
        }
        return refusal.map { .failed($0.description) } ?? .disabled
    }

    /// Whether what failed for want of memory may work by now, the settings being the same.
    public func hasMoreMemory() async -> Bool { await eal.hasMoreMemory() }
}
