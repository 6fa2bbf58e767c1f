import Control
import Datapath
import Logging
import OpenFlow
import Packets

extension Switch: UpcallHandler {
    public func translate(_ key: FlowKey, packet: UnsafeRawBufferPointer) -> Translation? {
        let now = clock()
        guard let translator = translator(for: key, hasPacket: true, seen: now) else { return nil }
        if translator.failure == .tooDeep || translator.failure == .tooManyLookups,
            let bridge = inPort(of: key)?.bridge
        {
            explain(key, on: bridge)
        }
        revalidator.creditMiss(translator.context, bytes: UInt64(packet.count), at: now)
        var result = translator.translation
        result.mask = widened(result.mask, key)
        if !usesCaches || revalidator.contexts.count >= revalidator.flowLimit { result.isCacheable = false }
        return result
    }

    /// Says in the log how it came that a packet is dropped because its pipeline does not end.
    private func explain(_ key: FlowKey, on bridge: Bridge) {
        guard failureReports.admit() != nil, let text = trace(TraceRequest(key: key)) else { return }
        Logger(label: "ofproto_dpif_upcall").warning(
            "dropped a packet of bridge \(bridge.name), which went so:\n\(text)")
    }

    /// The mask of a flow whose translation looked at the bits of `mask`.
    func widened(_ mask: FlowMask, _ key: FlowKey) -> FlowMask {
        var result = mask
        if countsCustomaryFields {
            result.setU16(FlowField.ethernetType, .max)
            let type = key.u16(FlowField.ethernetType)
            if type == EtherType.ipv4 || type == EtherType.ipv6 { result.setU8(FlowField.networkFragment, 3) }
            // A tag that nobody looked at is told apart from none, and by its VID.
            if result.u16(FlowField.outerTCI) == 0 {
                result.setU16(FlowField.outerTCI, FlowField.vlanPresent | 0xfff)
            }
        }
        guard !usesMegaflows else { return result }
        for index in 0..<FlowKeyExtractor.wordCount { result[index] = .max }
        return result
    }

    public func flowRemoved(_ flow: DatapathFlow) {
        guard let context = flow.context as? TranslationContext else { return }
        let seen = revalidator.credit(context, flow)
        revalidator.unregister(context)
        // Packets that passed while the flow was on its way out teach as all others do.
        if let seen, context.teaches, context.isStale { _ = retranslate(flow.key, seen: seen) }
    }

    /// The same decision anew; nil: the port has gone. `seen`: when the last packet passed whose source is yet to be
    /// learned; nil: no side effects.
    func retranslate(_ key: FlowKey, seen: ContinuousClock.Instant? = nil) -> Translation? {
        translator(for: key, hasPacket: false, seen: seen)?.translation
    }

    /// Translates a packet that came in, or came round; nil: nobody owns its port, or nobody knows any more what was to
    /// become of it.
    func translator(
        for key: FlowKey, hasPacket: Bool, seen: ContinuousClock.Instant?, trace: TranslationTrace? = nil
    ) -> Translator? {
        let port = inPort(of: key)
        let id = key.host32(FlowField.recircID)
        if id == 0 {
            guard let port else { return nil }
            let translator = Translator(self, on: port.bridge, key: key, hasPacket: hasPacket, seen: seen)
            translator.trace = trace
            translator.run(from: port)
            return translator
        }
        guard let state = recirculations[id], let bridge = state.bridge else { return nil }
        let translator = Translator(self, on: bridge, key: key, hasPacket: hasPacket, seen: seen)
        translator.trace = trace
        translator.run(state, from: port)
        return translator
    }

    private func inPort(of key: FlowKey) -> BridgePort? {
        portsByID[PortID(rawValue: key.host32(FlowField.inPort))]
    }

    /// Sends a frame that a controller made; dropped if it is not Ethernet.
    func packetOut(_ packet: PacketOut, on bridge: Bridge) {
        send(packet.frame, on: bridge, metadata: packet.metadata) { translator in
            translator.run(packet.actions, inPort: packet.inPort)
        }
    }

    /// Goes on with a pipeline that waited for a controller to send the packet back.
    func resume(_ frame: [UInt8], on bridge: Bridge, _ state: FrozenState) {
        send(frame, on: bridge) { translator in translator.run(state, from: nil) }
    }

    private func send(
        _ frame: [UInt8], on bridge: Bridge, metadata: Match = Match(), _ body: (Translator) -> Void
    ) {
        guard var key = headers(of: frame) else { return }
        for word in 0..<FlowKey.wordCount {
            key[word] = key[word] & ~metadata.mask[word] | metadata.key[word] & metadata.mask[word]
        }
        let now = clock()
        // What the datapath knows the packet by, should it come round.
        key.setHost32(FlowField.inPort, 0)
        let translator = Translator(self, on: bridge, key: key, hasPacket: true, seen: now)
        body(translator)
        let result = translator.translation
        translator.context.credit(
            packets: 1, bytes: UInt64(frame.count), used: now, tcpFlags: key.u16(FlowField.tcpFlags))
        guard !result.actions.isEmpty else { return }
        datapath.execute(frame, actions: result.actions)
    }

    /// What a frame's headers say, as far as ``tagLimit`` lets them be read; nil if it is not Ethernet.
    public func headers(of frame: [UInt8]) -> FlowKey? { Self.allHeaders(of: frame)?.limited(to: tagLimit) }

    private nonisolated static func allHeaders(of frame: [UInt8]) -> FlowKey? {
        withUnsafeTemporaryAllocation(of: UInt64.self, capacity: FlowKey.wordCount) { words in
            words.initialize(repeating: 0)
            guard let base = words.baseAddress else { return nil }
            let isSound = frame.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return false }
                return FlowKeyExtractor.extract(
                    frame: start, length: bytes.count, inPort: 0, into: base, depth: .full, tags: .two)
            }
            return isSound ? FlowKey(words: UnsafePointer(base)) : nil
        }
    }
}
