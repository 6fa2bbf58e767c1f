import Control
import Datapath
import OpenFlow
import Packets

extension Switch: UpcallHandler {
    public func translate(_ key: FlowKey, packet: UnsafeRawBufferPointer) -> Translation? {
        revalidator.settle()
        guard let port = inPort(of: key) else { return nil }
        let now = clock()
        let translator = Translator(self, key: key, hasPacket: true, seen: now)
        translator.run(from: port)
        revalidator.unsettled = (translator.context, UInt64(packet.count), now)
        var result = translator.translation
        if revalidator.contexts.count >= revalidator.flowLimit { result.isCacheable = false }
        return result
    }

    public func punted(_ id: UInt32, key: FlowKey, packet: UnsafeRawBufferPointer) {
        log.debug("a packet was punted with number \(id), which nothing stands for")
    }

    public func flowRemoved(_ flow: DatapathFlow) {
        guard let context = flow.context as? TranslationContext else { return }
        revalidator.credit(context, flow)
        context.isAccounted = true
        revalidator.unregister(context)
    }

    /// The same decision anew; nil: the port has gone. `seen`: when the last packet passed whose source is yet to be
    /// learned; nil: no side effects.
    func retranslate(_ key: FlowKey, seen: ContinuousClock.Instant? = nil) -> Translation? {
        guard let port = inPort(of: key) else { return nil }
        let translator = Translator(self, key: key, hasPacket: false, seen: seen)
        translator.run(from: port)
        return translator.translation
    }

    private func inPort(of key: FlowKey) -> BridgePort? {
        portsByID[PortID(rawValue: key.host32(FlowField.inPort))]
    }

    /// Sends a frame that a controller made; dropped if it is not Ethernet.
    func packetOut(_ frame: [UInt8], on bridge: Bridge, inPort: OpenFlowPort, actions: [Action]) {
        var key = FlowKey()
        let isSound = withUnsafeTemporaryAllocation(of: UInt64.self, capacity: FlowKey.wordCount) { words in
            words.initialize(repeating: 0)
            guard let base = words.baseAddress else { return false }
            let isSound = frame.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return false }
                return FlowKeyExtractor.extract(
                    frame: start, length: bytes.count, inPort: 0, into: base, depth: .full)
            }
            key = FlowKey(words: UnsafePointer(base))
            return isSound
        }
        guard isSound else { return }
        let now = clock()
        let translator = Translator(self, key: key, hasPacket: true, seen: now)
        translator.run(actions, on: bridge, inPort: inPort)
        translator.context.credit(packets: 1, bytes: UInt64(frame.count), used: now)
        guard !translator.actions.isEmpty else { return }
        datapath.execute(frame, actions: translator.actions)
    }
}
