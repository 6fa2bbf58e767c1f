import Control
import OpenFlow
import Packets

/// A bridge without a datapath: tables, two ports and LOCAL, and a record of what was asked.
@ControlActor
final class FakeSwitch: OpenFlowSwitch {
    nonisolated let name: String
    nonisolated let datapathID: UInt64 = 0x0000_0123_4567_89ab
    var switchDescription = SwitchDescription(software: "3.1.0")
    let flowTables = FlowTables()
    var openFlowPorts: [OpenFlowPortDescription]
    var packets: [(frame: [UInt8], inPort: OpenFlowPort, actions: [Action])] = []
    var service: OpenFlowService?
    /// How long a barrier takes.
    var barrierDelay: Duration = .zero
    var barrierCount = 0

    init(name: String) {
        self.name = name
        openFlowPorts = [
            OpenFlowPortDescription(number: OpenFlowPort(rawValue: 1), hardware: MACAddress(number: 0x1), name: "p1"),
            OpenFlowPortDescription(number: OpenFlowPort(rawValue: 2), hardware: MACAddress(number: 0x2), name: "p2"),
            OpenFlowPortDescription(number: .local, hardware: MACAddress(number: 0x3), name: name),
        ]
        openFlowPorts[0].currentFeatures = 0x40 | 0x80
        openFlowPorts[0].currentSpeedKilobits = 10_000_000
        openFlowPorts[2].isLinkDown = true
        openFlowPorts[2].configuration = 1
    }

    func openFlowStatistics(of port: OpenFlowPort) -> OpenFlowPortStatistics? {
        guard openFlowPorts.contains(where: { $0.number == port }) else { return nil }
        var statistics = OpenFlowPortStatistics()
        statistics.receivedPackets = UInt64(port.rawValue)
        statistics.transmittedPackets = 7
        statistics.duration = .milliseconds(1500)
        return statistics
    }

    func modifyPort(
        _ port: OpenFlowPort, hardware: MACAddress, configuration: UInt32, mask: UInt32
    ) throws(OpenFlowError) {
        guard let index = openFlowPorts.firstIndex(where: { $0.number == port }) else {
            throw OpenFlowError(.badPort)
        }
        guard openFlowPorts[index].hardware == hardware else { throw OpenFlowError(.badHardwareAddress) }
        openFlowPorts[index].configuration = openFlowPorts[index].configuration & ~mask | configuration & mask
        service?.portChanged(openFlowPorts[index], .modified)
    }

    func apply(_ changes: [PipelineChange], origin: ChangeOrigin?) throws(PipelineFailure) {
        service?.flowsRemoved(try flowTables.apply(changes, origin: origin))
    }

    func apply(_ change: PipelineChange, origin: ChangeOrigin?) throws(OpenFlowError) {
        service?.flowsRemoved(try flowTables.apply(change, origin: origin))
    }

    func packetOut(_ packet: PacketOut) { packets.append((packet.frame, packet.inPort, packet.actions)) }

    var fragmentFlags: UInt16 = 0
    var resumed: [Resume] = []

    func setFragmentFlags(_ flags: UInt16) -> Bool {
        guard flags != 2 else { return false }
        fragmentFlags = flags
        return true
    }

    func resume(_ resume: Resume) { resumed.append(resume) }

    func refreshStatistics() {}

    /// What failOpenChanged was called with.
    var failOpenChanges: [Bool] = []

    func failOpenChanged(_ isActive: Bool) { failOpenChanges.append(isActive) }

    let isSettled = false

    func barrier() async {
        if barrierDelay > .zero { try? await Task.sleep(for: barrierDelay) }
        barrierCount += 1
    }
}
