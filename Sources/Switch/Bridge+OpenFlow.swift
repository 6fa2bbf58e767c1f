import Control
import Datapath
import OpenFlow
import Packets

/// A bridge as an OpenFlow connection sees it.
extension Bridge: OpenFlowSwitch {
    public var switchDescription: SwitchDescription {
        var result = SwitchDescription(software: Switch.openVSwitchVersion)
        result.datapath = configuration.description ?? "None"
        result.serialNumber = configuration.serialNumber ?? result.serialNumber
        return result
    }

    public var openFlowPorts: [OpenFlowPortDescription] { ports.map(\.openFlowDescription) }

    public func openFlowStatistics(of number: OpenFlowPort) -> OpenFlowPortStatistics? {
        guard let port = port(numbered: number), let owner else { return nil }
        return port.openFlowStatistics(now: owner.clock())
    }

    public func modifyPort(
        _ number: OpenFlowPort, hardware: MACAddress, configuration: UInt32, mask: UInt32
    ) throws(OpenFlowError) {
        guard let port = port(numbered: number) else {
            throw OpenFlowError(.badPort, "\(name): no port \(number.rawValue)")
        }
        let before = port.openFlowDescription
        guard before.hardware == hardware else {
            throw OpenFlowError(.badHardwareAddress, "\(name): port \(port.name) does not have address \(hardware)")
        }
        let effective = mask & PortConfigurationBits.settable
        // The device may have gone down or up by other hands: the bit of the answer is the device's.
        let current = before.configuration
        let toggled = (current ^ configuration) & effective
        let stored = (port.openFlowConfiguration ^ configuration) & effective
        guard toggled | stored != 0 else { return }
        port.openFlowConfiguration = port.openFlowConfiguration & ~effective | configuration & effective
        if toggled & PortConfigurationBits.down != 0, let id = port.portID {
            owner?.datapath.setPortUp(id, configuration & PortConfigurationBits.down == 0)
        }
        changed()
        port.announce()
        let after = port.openFlowDescription
        if after.isLinkDown != before.isLinkDown {
            // As in OVS, the setting is told before what has come of it.
            var between = after
            between.isLinkDown = before.isLinkDown
            between.isNotLive = true
            service?.portChanged(between, .modified)
        }
        service?.portChanged(after, .modified)
    }

    public func apply(_ changes: [PipelineChange], origin: ChangeOrigin?) throws(PipelineFailure) {
        let removed = try flowTables.apply(changes, origin: origin)
        for change in changes { follow(change) }
        tell(removed)
    }

    public func apply(_ change: PipelineChange, origin: ChangeOrigin?) throws(OpenFlowError) {
        let removed = try flowTables.apply(change, origin: origin)
        follow(change)
        tell(removed)
    }

    private func follow(_ change: PipelineChange) {
        guard case .group(let change) = change, change.command != .delete else { return }
        if let group = flowTables.groups[change.id] { slots.prepare(group) }
    }

    private func tell(_ removed: [RemovedRule]) {
        guard !removed.isEmpty else { return }
        // Packets that cached flows have carried for the removed rules are still to be credited to them.
        if removed.contains(where: { $0.rule.sendsFlowRemoved }) { refreshStatistics() }
        service?.flowsRemoved(removed)
    }

    public func packetOut(_ packet: PacketOut) throws(OpenFlowError) {
        guard let owner else { return }
        let inPort = packet.inPort
        guard inPort.rawValue < OpenFlowPort.limit || [.local, .none, .controller].contains(inPort) else {
            throw OpenFlowError(.badPort, "\(name): packet-out from port \(inPort.rawValue)")
        }
        owner.packetOut(packet, on: self)
    }

    public var fragmentFlags: UInt16 { fragments.rawValue }

    public func setFragmentFlags(_ flags: UInt16) -> Bool {
        guard let handling = FragmentHandling(rawValue: flags) else { return false }
        fragments = handling
        return true
    }

    public func failOpenChanged(_ isActive: Bool) {
        // What controllers had asked for is theirs to ask for again.
        if isActive { return flushFlows() }
        let flow = FlowMod(command: .deleteStrict, table: 0, match: Match(), priority: .max, actions: [])
        _ = try? flowTables.apply(flow)
    }

    /// Puts the settings that concern connections in force.
    func configureService() {
        guard let service else { return }
        service.allowedVersions = Set(configuration.protocols.compactMap { OpenFlowVersion(protocolsName: $0) })
        service.managementQueueSize = configuration.controllerQueueSize
        service.setControllers(configuration.controllers)
        if let owner { service.bundlePatience = owner.bundlePatience }
        service.isStandalone = configuration.failMode == .standalone
    }

    /// How the bridge's controllers stand, by target.
    public var controllerStatus: [String: ControllerStatus] { service?.controllerStatus ?? [:] }

    /// Drops the bridge's OpenFlow connections; those with controllers are made again.
    public func reconnectControllers() { service?.reconnect() }

    public func refreshStatistics() { owner?.revalidator.creditAll() }

    public func barrier() async { await owner?.revalidator.barrier() }

    public var isSettled: Bool { owner?.revalidator.isSettled ?? true }

    /// Removes rules whose time is over. Their counters have to be up to date.
    func expireRules() {
        guard flowTables.hasExpiringRules, let owner else { return }
        let removed = flowTables.expire(now: owner.clock())
        if !removed.isEmpty { service?.flowsRemoved(removed) }
    }
}
