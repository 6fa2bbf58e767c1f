import Packets

extension RequestDecoder {
    /// OFPT_STATS_REQUEST, OFPT_MULTIPART_REQUEST: type, flags, in 1.1 and later four bytes of padding.
    func multipart(_ body: inout ByteReader) throws(OpenFlowError) -> Request {
        let type = try body.u16()
        let flags = try body.u16()
        if version != .v10 { try body.skip(4) }
        // No request that we know needs more than one part, but for table features with contents, which are refused.
        guard flags & 1 == 0 || type == MultipartType.tableFeatures else {
            throw OpenFlowError(.badMultipart, "request in parts")
        }
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
        case MultipartType.portDescription: return try empty(body, .portDescriptions)
        case MultipartType.experimenter: return try experimenterMultipart(&body)
        default:
            guard version >= .v13 else { throw OpenFlowError(.badMultipart, "type \(type)") }
            return try multipart13(type, &body)
        }
    }

    private func multipart13(_ type: UInt16, _ body: inout ByteReader) throws(OpenFlowError) -> Request {
        func number(_ body: inout ByteReader) throws(OpenFlowError) -> UInt32 {
            let number = try body.u32()
            try body.skip(4)
            try body.expectEnd()
            return number
        }
        switch type {
        case MultipartType.group: return .groupStatistics(group: try number(&body))
        case MultipartType.groupDescription: return try empty(body, .groupDescriptions)
        case MultipartType.groupFeatures: return try empty(body, .groupFeatures)
        case MultipartType.meter: return .meterStatistics(meter: try number(&body))
        case MultipartType.meterConfiguration: return .meterConfigurations(meter: try number(&body))
        case MultipartType.meterFeatures: return try empty(body, .meterFeatures)
        case MultipartType.tableFeatures:
            guard body.remaining == 0 else {
                throw OpenFlowError(.tableFeaturesPermissions, "table features cannot be set")
            }
            return .tableFeatures
        default: throw OpenFlowError(.badMultipart, "type \(type)")
        }
    }

    private func experimenterMultipart(_ body: inout ByteReader) throws(OpenFlowError) -> Request {
        let vendor = try body.u32()
        guard vendor == NiciraType.identifier else { throw OpenFlowError(.badExperimenter, "vendor \(vendor)") }
        let subtype = try body.u32()
        if version == .v10 { try body.skip(4) }
        switch subtype {
        case NiciraType.flowStatistics where version == .v10:
            return .flowStatistics(try selectionNicira(&body), isNicira: true)
        case NiciraType.aggregateStatistics where version == .v10:
            return .aggregateStatistics(try selectionNicira(&body), isNicira: true)
        default:
            throw OpenFlowError(.badSubtype, "Nicira statistics \(subtype)")
        }
    }

    private func selection(_ body: inout ByteReader) throws(OpenFlowError) -> RuleSelection {
        var selection = RuleSelection()
        if version == .v10 {
            selection.match = try Match10.decode(&body).match
            selection.table = try table(&body)
            try body.skip(1)
            selection.outPort = Self.restriction(try body.port(version))
        } else {
            selection.table = try table(&body)
            try body.skip(3)
            selection.outPort = Self.restriction(try body.port(version))
            // There are no groups: no flow outputs to one.
            if try body.u32() != .max { selection.outPort = .unset }
            try body.skip(4)
            selection.cookie = try body.u64()
            selection.cookieMask = try body.u64()
            selection.match = try body.match13()
        }
        try body.expectEnd()
        return selection
    }

    private func selectionNicira(_ body: inout ByteReader) throws(OpenFlowError) -> RuleSelection {
        var selection = RuleSelection()
        selection.outPort = Self.restriction(OpenFlowPort(rawValue: try body.u16()))
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

    private func table(_ body: inout ByteReader) throws(OpenFlowError) -> UInt8? {
        let number = try body.u8()
        return number == 0xff ? nil : number
    }

    private static func restriction(_ port: OpenFlowPort) -> OpenFlowPort? { port == .none ? nil : port }
}
