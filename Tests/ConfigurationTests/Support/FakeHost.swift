import Configuration
import Control

/// The daemon around the configuration, as far as a test needs one.
@ControlActor
final class FakeHost: ConfigurationHost {
    let dpdkVersion = "DPDK 22.11.0"
    var state = DPDKState.disabled
    private(set) var starts: [[String: String]] = []
    private(set) var applied: [DatapathSettings] = []
    private(set) var restarts = 0

    func startDPDK(_ settings: [String: String]) async -> DPDKState {
        starts.append(settings)
        await Task.yield()
        return state
    }

    var memoryGrows = false
    func hasMoreMemory() async -> Bool { memoryGrows }

    func apply(_ settings: DatapathSettings) async { applied.append(settings) }
    func requestRestart() { restarts += 1 }
}
