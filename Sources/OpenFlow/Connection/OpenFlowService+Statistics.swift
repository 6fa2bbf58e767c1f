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
        case .aggregateStatistics(let selection, let isNicira):
            return encoder.aggregate(try select(selection, bridge), isNicira: isNicira, transaction)
        case .tableStatistics:
            bridge.refreshStatistics()
            return encoder.tableStatistics(bridge.flowTables, transaction)
        case .tableFeatures(let changes):
            try bridge.flowTables.apply(changes)
            return encoder.tableFeatures(bridge.flowTables, transaction)
        case .tableDescriptions:
            let numbers = 0..<ReplyEncoder.visibleTables
            return encoder.tableDescriptions(numbers.map { bridge.flowTables.description(of: $0) }, transaction)
        case .flowCounters(let selection):
            let rules = try select(selection, bridge)
            return encoder.flowCounters(rules, now: bridge.flowTables.now, transaction)
        case .groupStatistics, .groupDescriptions, .groupFeatures:
            bridge.refreshStatistics()
            return groups(request, transaction, encoder, bridge.flowTables)
        case .meterStatistics, .meterConfigurations, .meterFeatures:
            return try meters(request, transaction, encoder, bridge.flowTables)
        case .tlvTable:
            return [encoder.tlvTable(TLVTable(mappings: tunnelOptions?.mappings ?? []), transaction)]
        case .portStatistics(let port):
            return encoder.portStatistics(try portStatistics(port, bridge), transaction)
        case .portDescriptions(let port):
            return encoder.portDescriptions(
                bridge.openFlowPorts.filter { port == .none || port == $0.number }, transaction)
        default:
            return try queues(request, transaction, encoder, bridge)
        }
    }

    /// Answers OFPMP_FLOW in pieces, so that a million flows neither stop other work nor fill the memory.
    func stream(
        _ selection: RuleSelection, isNicira: Bool, _ transaction: UInt32, on connection: OpenFlowConnection,
        _ encoder: ReplyEncoder, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) {
        let rules = try select(selection, bridge)
        var reply = encoder.flowStatistics(isNicira: isNicira, transaction)
        var index = 0
        let tables = bridge.flowTables
        connection.stream(room: rules.count * MemoryLayout<Rule>.stride) {
            guard index <= rules.count else { return nil }
            let now = tables.now
            let end = min(index + 512, rules.count)
            for rule in rules[index..<end] { encoder.add(rule, to: &reply, isNicira: isNicira, now: now) }
            guard end == rules.count else {
                index = end
                return reply.takeFull()
            }
            index = rules.count + 1
            return reply.messages()
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

    private func queues(
        _ request: Request, _ transaction: UInt32, _ encoder: ReplyEncoder, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) -> [OpenFlowMessage] {
        switch request {
        case .queueConfiguration(let port, let queue):
            let ports = try queuePorts(port, bridge)
            try checkQueue(queue)
            return encoder.queueDescriptions(
                ports.map { QueueDescription(port: $0, queue: 0) }, port: port, transaction)
        case .queueStatistics(let port, let queue):
            // Version 1.0 says "all ports" with OFPP_ALL, the others with OFPP_ANY; OVS takes both.
            let ports = try queuePorts(port == .all ? .none : port, bridge)
            try checkQueue(queue)
            return encoder.queueStatistics(ports.map { QueueStatistics(port: $0, queue: 0) }, transaction)
        default:
            throw OpenFlowError(.badType, "no answer to \(request)")
        }
    }

    private func groups(
        _ request: Request, _ transaction: UInt32, _ encoder: ReplyEncoder, _ tables: FlowTables
    ) -> [OpenFlowMessage] {
        func groups(_ id: UInt32) -> [GroupEntry] {
            id == GroupMod.allGroups ? tables.groups.all : tables.groups[id].map { [$0] } ?? []
        }
        switch request {
        case .groupStatistics(let id):
            let now = tables.now
            let statistics = groups(id).map { group in
                var result = GroupStatistics(group: group.id)
                result.referenceCount = UInt32(clamping: tables.referenceCount(of: group))
                result.counters = .init(packets: group.packets, bytes: group.bytes)
                result.buckets = group.buckets.map { .init(packets: $0.packets, bytes: $0.bytes) }
                result.duration = now - group.created
                return result
            }
            return encoder.groupStatistics(statistics, transaction)
        case .groupDescriptions(let id):
            return encoder.groupDescriptions(
                groups(id).map { GroupDescription(group: $0.id, contents: $0.contents) }, transaction)
        default:
            return encoder.groupFeatures(GroupFeatures(), transaction)
        }
    }

    private func meters(
        _ request: Request, _ transaction: UInt32, _ encoder: ReplyEncoder, _ tables: FlowTables
    ) throws(OpenFlowError) -> [OpenFlowMessage] {
        func meters(_ id: UInt32) throws(OpenFlowError) -> [MeterEntry] {
            if id == MeterMod.all { return tables.meters.all }
            guard let meter = tables.meters[id] else { throw OpenFlowError(.unknownMeter, "no meter \(id)") }
            return [meter]
        }
        switch request {
        case .meterStatistics(let id):
            let now = tables.now
            let statistics = try meters(id).map { meter in
                let counters = tables.meters.statistics(of: meter)
                var result = MeterStatistics(meter: meter.id)
                result.flowCount = UInt32(clamping: tables.referenceCount(of: meter))
                result.input = .init(packets: counters.packets, bytes: counters.bytes)
                result.bands = counters.bands.map { .init(packets: $0.packets, bytes: $0.bytes) }
                result.duration = now - meter.created
                return result
            }
            return encoder.meterStatistics(statistics, transaction)
        case .meterConfigurations(let id):
            return encoder.meterConfigurations(
                try meters(id).map { MeterDescription(meter: $0.id, contents: $0.contents) }, transaction)
        default:
            return encoder.meterFeatures(
                MeterFeatures(
                    maximumMeters: 1 << 18, maximumBands: UInt8(clamping: MeterTable.maximumBands)),
                transaction)
        }
    }

    /// The ports that a request about queues means.
    private func queuePorts(
        _ port: OpenFlowPort, _ bridge: any OpenFlowSwitch
    ) throws(OpenFlowError) -> [OpenFlowPort] {
        let ports = bridge.openFlowPorts.map(\.number)
        if port == .none { return ports }
        guard ports.contains(port) else { throw OpenFlowError(.badQueuePort, "port \(port.rawValue) does not exist") }
        return [port]
    }

    /// Each port has the queue that packets go to by default, of which nothing is counted.
    private func checkQueue(_ queue: UInt32) throws(OpenFlowError) {
        guard queue == .max || queue == 0 else { throw OpenFlowError(.badQueue, "queue \(queue) does not exist") }
    }
}
