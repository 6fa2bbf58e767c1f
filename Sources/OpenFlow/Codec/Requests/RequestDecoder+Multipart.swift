import Packets

extension RequestDecoder {
    /// OFPT_STATS_REQUEST, OFPT_MULTIPART_REQUEST: type, flags, in 1.1 and later four bytes of padding.
    func multipart(_ body: inout ByteReader) throws(OpenFlowError) -> Request {
        let type = try body.u16()
        // Flags: a request in parts was put together by ``RequestAssembler``.
        try body.skip(version == .v10 ? 2 : 6)
        switch type {
        case MultipartType.description: return try empty(body, .description)
        case MultipartType.flow: return .flowStatistics(try selection(&body), isNicira: false)
        case MultipartType.aggregate: return .aggregateStatistics(try selection(&body), isNicira: false)
        case MultipartType.table: return try empty(body, .tableStatistics)
        case MultipartType.port:
            let port = try body.port(version)
            try body.skip(version == .v10 ? 6 : 4)
            return try empty(body, .portStatistics(port))
        case MultipartType.queue:
            let port = try body.port(version)
            if version == .v10 { try body.skip(2) }
            let queue = try body.u32()
            return try empty(body, .queueStatistics(port: port, queue: queue))
        case MultipartType.portDescription:
            guard version >= .v15 else { return try empty(body, .portDescriptions(.none)) }
            let port = try OpenFlowPort(wide: try number(&body))
            return .portDescriptions(port)
        case MultipartType.experimenter: return try experimenterMultipart(&body)
        default: return try later(type, &body)
        }
    }

    /// A request whose parts ``RequestAssembler`` gathered.
    ///
    /// Only lists are longer than one message; parts of the others that are empty do not count.
    func decode(parts: [OpenFlowMessage]) throws(OpenFlowError) -> Request {
        let headerSize = OpenFlowMessage.headerSize + 8
        let full = parts.filter { $0.bytes.count > headerSize }
        guard full.count > 1 else {
            guard let message = full.first ?? parts.first else { throw OpenFlowError(.badMultipart, "no part") }
            return try decode(message)
        }
        var changes: [TableFeaturesChange] = []
        var monitors: [FlowMonitorRequest] = []
        for message in full {
            switch try decode(message) {
            case .tableFeatures(let more): changes += more
            case .flowMonitor(let more): monitors += more
            default: throw OpenFlowError(.badMultipart, "request in parts")
            }
        }
        return monitors.isEmpty ? .tableFeatures(changes) : .flowMonitor(monitors)
    }

    /// What versions after 1.0 have.
    private func later(_ type: UInt16, _ body: inout ByteReader) throws(OpenFlowError) -> Request {
        switch type {
        case MultipartType.group where version >= .v11:
            return .groupStatistics(group: try number(&body))
        case MultipartType.groupDescription where version >= .v11:
            guard version >= .v15 else { return try empty(body, .groupDescriptions(group: GroupMod.allGroups)) }
            return .groupDescriptions(group: try number(&body))
        case MultipartType.groupFeatures where version >= .v12:
            return try empty(body, .groupFeatures)
        case MultipartType.meter where version >= .v13:
            return .meterStatistics(meter: try number(&body))
        case MultipartType.meterConfiguration where version >= .v13:
            return .meterConfigurations(meter: try number(&body))
        case MultipartType.meterFeatures where version >= .v13:
            return try empty(body, .meterFeatures)
        case MultipartType.tableFeatures where version >= .v13:
            return .tableFeatures(try tableFeatures(&body))
        case MultipartType.tableDescription where version >= .v14:
            return try empty(body, .tableDescriptions)
        case MultipartType.queueDescription where version >= .v14:
            let port = try OpenFlowPort(wide: try body.u32())
            let queue = try body.u32()
            return try empty(body, .queueConfiguration(port: port, queue: queue))
        case MultipartType.flowMonitor where version >= .v14:
            return .flowMonitor(try flowMonitors(&body))
        case MultipartType.flowCounters where version >= .v15:
            return .flowCounters(try selection(&body))
        default:
            throw OpenFlowError(.badMultipart, "type \(type)")
        }
    }

    /// A number and four bytes of padding, the whole of many requests.
    private func number(_ body: inout ByteReader) throws(OpenFlowError) -> UInt32 {
        let number = try body.u32()
        try body.skip(4)
        try body.expectEnd()
        return number
    }

    private func experimenterMultipart(_ body: inout ByteReader) throws(OpenFlowError) -> Request {
        let vendor = try body.u32()
        let subtype = try body.u32()
        switch vendor {
        case NiciraType.identifier:
            if version == .v10 { try body.skip(4) }
            return try niciraMultipart(subtype, &body)
        case ONFType.identifier where version == .v13 && subtype == ONFType.flowMonitor:
            return .flowMonitor(try flowMonitors(&body))
        case ONFType.identifier:
            throw OpenFlowError(.badSubtype, "ONF statistics \(subtype)")
        default:
            throw OpenFlowError(.badExperimenter, "vendor \(vendor)")
        }
    }

    private func niciraMultipart(_ subtype: UInt32, _ body: inout ByteReader) throws(OpenFlowError) -> Request {
        switch subtype {
        case NiciraType.Multipart.flow where version == .v10:
            return .flowStatistics(try selectionNicira(&body), isNicira: true)
        case NiciraType.Multipart.aggregate where version == .v10:
            return .aggregateStatistics(try selectionNicira(&body), isNicira: true)
        case NiciraType.Multipart.flowMonitor where version < .v13:
            return .flowMonitor(try flowMonitors(&body))
        case NiciraType.Multipart.group where version == .v10:
            return .groupStatistics(group: try number(&body))
        case NiciraType.Multipart.groupDescription where version == .v10:
            return .groupDescriptions(group: try number(&body))
        case NiciraType.Multipart.groupFeatures where version < .v12:
            return try empty(body, .groupFeatures)
        case NiciraType.Multipart.bridgeIPFIX, NiciraType.Multipart.flowIPFIX:
            throw OpenFlowError(.notConfigured, "IPFIX")
        default:
            throw OpenFlowError(.badSubtype, "Nicira statistics \(subtype)")
        }
    }

    // MARK: Which flows

    private func selection(_ body: inout ByteReader) throws(OpenFlowError) -> RuleSelection {
        var selection = RuleSelection()
        if version == .v10 {
            selection.match = try Match10.decode(&body).match
            selection.table = try table(&body)
            try body.skip(1)
            selection.outPort = restriction(try body.port(version))
        } else {
            selection.table = try table(&body)
            try body.skip(3)
            selection.outPort = restriction(try body.port(version))
            let group = try body.u32()
            selection.outGroup = group == .max ? nil : group
            try body.skip(4)
            selection.cookie = try body.u64()
            selection.cookieMask = try body.u64()
            selection.match = try body.match(version)
        }
        try body.expectEnd()
        return selection
    }

    private func selectionNicira(_ body: inout ByteReader) throws(OpenFlowError) -> RuleSelection {
        var selection = RuleSelection()
        selection.outPort = restriction(OpenFlowPort(rawValue: try body.u16()))
        let matchLength = Int(try body.u16())
        selection.table = try table(&body)
        try body.skip(3)
        let contents = try body.matchNXM(matchLength, allowsCookie: true)
        try body.expectEnd()
        selection.match = contents.match
        selection.cookie = contents.cookie
        selection.cookieMask = contents.cookieMask
        return selection
    }

    /// Only flows that output there; nil: any.
    func restriction(_ port: OpenFlowPort) -> OpenFlowPort? { port == .none ? nil : port }
}
