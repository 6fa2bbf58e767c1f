import Control

/// What the configuration needs from the daemon around it, apart from the Switch.
@ControlActor
public protocol ConfigurationHost: AnyObject {
    /// The DPDK that is linked in, such as `DPDK 22.11.11`; for `dpdk_version`.
    var dpdkVersion: String { get }

    /// Brings up what packets need, off the control thread: DPDK if `settings` (the `dpdk-*` keys of `other_config`)
    /// ask for it, its small private form otherwise or when that failed. Called before the first port and again when
    /// the settings have changed; says in the log what came of it.
    func startDPDK(_ settings: [String: String]) async -> DPDKState
    /// Whether there is more memory for DPDK than when it failed, or when this was last asked: what failed for want of
    /// it may work by now. Asked from time to time while DPDK, or a device of it, is wanted and not to be had.
    func hasMoreMemory() async -> Bool
    /// Puts the settings of packet threads in force; those of the flow caches are the Switch's and in force already.
    func apply(_ settings: DatapathSettings) async
    /// Asks for a new process, because of ``DPDKState/needsRestart``. May be called again.
    func requestRestart() async
}
