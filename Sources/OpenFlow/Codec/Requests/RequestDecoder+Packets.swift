import Packets

extension RequestDecoder {
    func packetOut(_ body: inout ByteReader) throws(OpenFlowError) -> PacketOut {
        let buffer = try body.u32()
        let metadata: Match
        let actionsLength: Int
        if version >= .v15 {
            actionsLength = Int(try body.u16())
            try body.skip(2)
            metadata = try body.match13(options: [.pipelineFieldsOnly, .loose])
        } else {
            let port = try packetPort(&body)
            actionsLength = Int(try body.u16())
            if version != .v10 { try body.skip(6) }
            metadata = Match(inPort: port)
        }
        let port = metadata.inPort
        guard metadata.mask.host32(FlowField.inPort) != 0,
            port.rawValue < OpenFlowPort.limit || [.none, .local, .controller].contains(port)
        else { throw OpenFlowError(.badPacketPort, "packet-out from port \(port.rawValue)") }
        let actions = try self.actions(try body.part(actionsLength), context: .packetOut)
        guard buffer == .max else { throw OpenFlowError(.bufferUnknown, "buffer \(buffer)") }
        let frame = body.rest()
        try ActionCheck(version: version, table: 0).check(actions, match: Match(headersOf: frame))
        return PacketOut(metadata: metadata, actions: actions, frame: frame)
    }

    private func packetPort(_ body: inout ByteReader) throws(OpenFlowError) -> OpenFlowPort {
        do throws(OpenFlowError) {
            return try body.port(version)
        } catch {
            throw error.code == .badOutPort ? OpenFlowError(.badPacketPort, error.context) : error
        }
    }

    /// NXT_RESUME: the properties of the NXT_PACKET_IN2 that is answered, some perhaps changed.
    func resume(_ body: ByteReader) throws(OpenFlowError) -> Resume {
        var packet = PacketIn(frame: [], reason: .noMatch, metadata: Match())
        packet.continuation = Continuation()
        var properties = PropertyReader(body)
        while let (kind, contents) = try properties.next() {
            guard case .standard(let number) = kind, let property = PacketInProperty(rawValue: number) else {
                throw PropertyReader.unknown(kind)
            }
            try resume(property, contents, &packet)
        }
        guard !packet.frame.isEmpty else { throw OpenFlowError(.badLength, "no packet to resume") }
        return Resume(packet: packet)
    }

    private func resume(
        _ property: PacketInProperty, _ contents: ByteReader, _ packet: inout PacketIn
    ) throws(OpenFlowError) {
        var contents = contents
        switch property {
        case .packet: packet.frame = contents.rest()
        case .fullLength, .bufferID: _ = try contents.property32()
        case .tableID: packet.table = try contents.u8()
        case .cookie: packet.cookie = try contents.property64()
        case .reason: packet.reason = PacketInReason(rawValue: try contents.u8()) ?? .action
        case .metadata: packet.metadata = try ExtensibleMatch.decode(contents, options: .loose).match
        case .userdata: packet.userdata = contents.rest()
        case .continuation:
            try contents.skip(4)
            packet.continuation = try continuation(contents)
        }
    }

    private func continuation(_ body: ByteReader) throws(OpenFlowError) -> Continuation {
        var continuation = Continuation()
        // What stands for "not said".
        continuation.cookie = 0
        var properties = PropertyReader(body)
        while let (kind, contents) = try properties.next() {
            guard case .standard(let number) = kind, let property = ContinuationProperty(rawValue: number) else {
                throw PropertyReader.unknown(kind)
            }
            var contents = contents
            switch property {
            case .bridge: continuation.bridge = contents.rest()
            case .stack:
                guard contents.remaining <= 128 else { throw OpenFlowError(.badPropertyLength, "stack entry") }
                // The top comes first.
                continuation.stack.insert(try contents.value(contents.remaining), at: 0)
            case .mirrors: continuation.mirrors = try contents.property32()
            case .conntracked: continuation.isConntracked = true
            case .tableID: continuation.table = try contents.u8()
            case .cookie: continuation.cookie = try contents.property64()
            case .actions: continuation.actions += try actions(&contents)
            case .actionSet: continuation.actionSet += try actions(&contents)
            case .datapathPort: _ = try contents.property32()
            }
        }
        return continuation
    }

    private func actions(_ contents: inout ByteReader) throws(OpenFlowError) -> [Action] {
        try contents.skip(4)
        return try self.actions(contents, context: .packetOut)
    }
}

extension Match {
    /// Matches a frame's headers exactly; nothing for what is no frame.
    fileprivate init(headersOf frame: [UInt8]) {
        var words = [UInt64](repeating: 0, count: FlowKey.wordCount)
        let isFrame = frame.withUnsafeBytes { bytes in
            words.withUnsafeMutableBufferPointer { words in
                guard let start = bytes.baseAddress, let target = words.baseAddress else { return false }
                return FlowKeyExtractor.extract(
                    frame: start, length: bytes.count, inPort: 0, into: target, depth: .full, tags: .two)
            }
        }
        self.init()
        guard isFrame else { return }
        key = words.withUnsafeBufferPointer { words in words.baseAddress.map { FlowKey(words: $0) } ?? FlowKey() }
        for index in 0..<FlowKey.wordCount { mask[index] = .max }
    }
}
