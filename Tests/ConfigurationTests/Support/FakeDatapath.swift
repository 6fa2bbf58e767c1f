import Control
import Datapath
import Packets

/// A datapath without packets: it keeps what it was asked for, and refuses what a test wants refused.
@ControlActor
final class FakeDatapath: DatapathControl {
    var meters: [UInt32: DatapathMeter] = [:]
    private(set) var tagLimit = TagLimit.two
    weak var upcallHandler: (any UpcallHandler)?
    /// Ports that are open.
    private(set) var ports: [PortID: PortConfiguration] = [:]
    /// Everything asked for, in order: `add p1`, `change p1`, `remove p1 destroy`.
    private(set) var journal: [String] = []
    /// Refused names, with the reason.
    var refusals: [String: String] = [:]
    /// How long opening a port takes.
    var delay = Duration.zero
    var statuses: [String: PortStatus] = [:]
    var counters: [String: PortStatistics] = [:]
    private var next: UInt32 = 1

    func addPort(_ configuration: PortConfiguration) async throws(DatapathError) -> PortID {
        journal.append("add \(configuration.name)")
        if delay > .zero { try? await Task.sleep(for: delay) }
        if let reason = refusals[configuration.name] { throw DatapathError(.noDevice, reason) }
        guard !ports.values.contains(where: { $0.name == configuration.name }) else {
            throw DatapathError(.inUse, "\(configuration.name) is open already")
        }
        let id = PortID(rawValue: next)
        next += 1
        ports[id] = configuration
        return id
    }

    func limitTags(to limit: TagLimit) {
        tagLimit = limit
    }

    func reconfigurePort(_ port: PortID, _ configuration: PortConfiguration) async throws(DatapathError) {
        journal.append("change \(configuration.name)")
        if let reason = refusals[configuration.name] { throw DatapathError(.invalid, reason) }
        ports[port] = configuration
    }

    func removePort(_ port: PortID, destroy: Bool) async {
        journal.append("remove \(ports[port]?.name ?? "?")\(destroy ? " destroy" : "")")
        ports[port] = nil
    }

    func status(of port: PortID) -> PortStatus? {
        guard let configuration = ports[port] else { return nil }
        if let status = statuses[configuration.name] { return status }
        var status = PortStatus()
        status.isAdministrativelyUp = true
        status.isLinkUp = true
        status.mtu = configuration.mtu ?? 1500
        status.macAddress = MACAddress(number: 0x0200_0000_0000 + UInt64(port.rawValue))
        status.details = ["driver_name": "fake"]
        return status
    }

    func statistics(of port: PortID) -> PortStatistics? {
        ports[port].flatMap { counters[$0.name] ?? PortStatistics() }
    }
    func setPortUp(_ port: PortID, _ isUp: Bool) {}
    var flows: [DatapathFlow] { [] }
    func statistics(of flow: DatapathFlow) -> DatapathFlowStatistics { DatapathFlowStatistics() }
    func replace(_ flow: DatapathFlow, actions: [DatapathAction], context: AnyObject?) {}
    func remove(_ flow: DatapathFlow) {}
    func synchronize() async {}
    var isSettled: Bool { true }
    func setMeter(_ id: UInt32, _ meter: DatapathMeter?) throws(DatapathError) { meters[id] = meter }
    func statistics(ofMeter id: UInt32) -> DatapathMeterStatistics? {
        meters[id].map { DatapathMeterStatistics(bands: $0.bands.map { _ in .init() }) }
    }
    func execute(_ frame: [UInt8], actions: [DatapathAction]) {}

    func clearJournal() { journal = [] }
}
