import Control
import Packets

extension OpenFlowService {
    /// The reply to a question about the switch.
    func statistics(
        _ request: Request, _ transaction: UInt32, _ encoder: ReplyEncoder, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) -> [OpenFlowMessage] {
        switch request {
        case .description:
            return encoder.description(bridge.switchDescription, transaction)
        case .flowStatistics(let selection, let isNicira):
            let rules = try select(selection, bridge)
            return encoder.flowStatistics(rules, isNicira: isNicira, now: bridge.flowTables.now, transaction)
        case .aggregateStatistics(let selection, let isNicira):
            return encoder.aggregate(try select(selection, bridge), isNicira: isNicira, transaction)
        case .tableStatistics:
            bridge.refreshStatistics()
            return encoder.tableStatistics(bridge.flowTables, transaction)
        case .tableFeatures(let changes):
            guard changes.isEmpty else {
                throw OpenFlowError(.tableFeaturesPermissions, "table features cannot be set")
            }
            return encoder.tableFeatures(bridge.flowTables, transaction)
        case .tableDescriptions:
            let numbers = 0..<ReplyEncoder.visibleTables
            return encoder.tableDescriptions(numbers.map { bridge.flowTables.description(of: $0) }, transaction)
        case .flowCounters(let selection):
            let rules = try select(selection, bridge)
            return encoder.flowCounters(rules, now: bridge.flowTables.now, transaction)
        case .portStatistics(let port):
            return encoder.portStatistics(try portStatistics(port, bridge), transaction)
        case .portDescriptions(let port):
            return encoder.portDescriptions(
                bridge.openFlowPorts.filter { port == .none || port == $0.number }, transaction)
        default:
            return try absent(request, transaction, encoder, bridge)
        }
    }

    private func select(_ selection: RuleSelection, _ bridge: any OpenFlowSwitch) throws(OpenFlowError) -> [Rule] {
        if let table = selection.table, table >= FlowTables.count {
            throw OpenFlowError(.badTable, "table \(table) does not exist")
        }
        bridge.refreshStatistics()
        return bridge.flowTables.select(selection)
    }

    private func portStatistics(
        _ port: OpenFlowPort, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) -> [(OpenFlowPort, OpenFlowPortStatistics)] {
        if port == .none {
            return bridge.openFlowPorts.compactMap { description in
                bridge.openFlowStatistics(of: description.number).map { (description.number, $0) }
            }
        }
        // Like OVS, an unknown port has no statistics; only the request about its queues is an error.
        return bridge.openFlowStatistics(of: port).map { [(port, $0)] } ?? []
    }

    /// Replies about what this switch has none of: queues, groups, meters.
    private func absent(
        _ request: Request, _ transaction: UInt32, _ encoder: ReplyEncoder, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) -> [OpenFlowMessage] {
        switch request {
        case .queueConfiguration(let port, _):
            try checkQueuePort(port, bridge)
            return encoder.queueDescriptions([], port: port, transaction)
        case .queueStatistics(let port, let queue):
            // Version 1.0 says "all ports" with OFPP_ALL, the others with OFPP_ANY; OVS takes both.
            if port != .all { try checkQueuePort(port, bridge) }
            guard queue == .max else { throw OpenFlowError(.badQueue, "queue \(queue) does not exist") }
            return encoder.nothing(MultipartType.queue, transaction)
        case .groupStatistics:
            return encoder.nothing(MultipartType.group, transaction)
        case .groupDescriptions:
            return encoder.nothing(MultipartType.groupDescription, transaction)
        case .groupFeatures:
            return encoder.nothing(MultipartType.groupFeatures, size: 40, transaction)
        case .meterStatistics:
            return encoder.nothing(MultipartType.meter, transaction)
        case .meterConfigurations:
            return encoder.nothing(MultipartType.meterConfiguration, transaction)
        case .meterFeatures:
            return encoder.nothing(MultipartType.meterFeatures, size: 16, transaction)
        default:
            throw OpenFlowError(.badType, "no answer to \(request)")
        }
    }

    private func checkQueuePort(_ port: OpenFlowPort, _ bridge: any OpenFlowSwitch) throws(OpenFlowError) {
        guard port == .none || bridge.openFlowPorts.contains(where: { $0.number == port }) else {
            throw OpenFlowError(.badQueuePort, "port \(port.rawValue) does not exist")
        }
    }
}
