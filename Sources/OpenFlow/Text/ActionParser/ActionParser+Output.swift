import Packets

/// Where packets go.
extension ActionParser {
    /// A port's number, reserved name or name.
    ///
    /// - Parameter complaint: what is said when there is none.
    func port(_ text: some StringProtocol, _ complaint: String) throws(TextError) -> OpenFlowPort {
        guard let port = OpenFlowPort(text: text, number: portNumber) else { throw TextError(complaint) }
        return port
    }

    func output(_ argument: ActionArgument) throws(TextError) -> Action {
        let text = argument.text
        if text.contains("port"), text.contains("max_len") { return try truncated(argument) }
        if let port = OpenFlowPort(text: text, number: portNumber) {
            return .output(port, maxLength: port == .controller ? .max : 0)
        }
        guard let source = try? range(text) else { throw TextError("\(text): output to unknown port") }
        return .outputRegister(source, maxLength: .max)
    }

    /// `output(port=PORT,max_len=BYTES)`.
    private func truncated(_ argument: ActionArgument) throws(TextError) -> Action {
        var port: OpenFlowPort?
        var length: UInt32?
        for part in argument.pairs {
            switch part.name {
            case "port":
                let found = try self.port(part.text, "output to unknown truncate port: \(part.text)")
                guard found.rawValue < OpenFlowPort.limit || found == .local || found == .inPort else {
                    throw TextError("output to unsupported truncate port: \(part.text)")
                }
                port = found
            case "max_len":
                let bytes: UInt32 = try part.wide()
                guard bytes >= 14 else { throw TextError("max_len \(bytes) is less than the minimum value 14") }
                length = bytes
            default: throw TextError("invalid key '\(part.name)' in output_trunc argument")
            }
        }
        guard let port, let length else { throw TextError("\(argument.text): output to unknown port") }
        return .outputTruncated(port, maxLength: length)
    }

    func enqueue(_ argument: ActionArgument) throws(TextError) -> Action {
        let text = argument.text
        let port = text.prefix { !":q,".contains($0) }
        let queue = text.dropFirst(port.count).dropFirst()
        guard !port.isEmpty, !queue.isEmpty else {
            throw TextError("\"enqueue\" syntax is \"enqueue:PORT:QUEUE\" or \"enqueue(PORT,QUEUE)\"")
        }
        return .enqueue(
            try self.port(port, "\(port): enqueue to unknown port"), queue: try ActionArgument.wide(queue))
    }

    func controller(_ argument: ActionArgument) throws(TextError) -> Action {
        var action = ControllerAction()
        if !argument.text.isEmpty, argument.text.allSatisfy({ $0.isASCII && $0.isNumber }) {
            action.maxLength = try argument.number("max_len")
        } else {
            for part in argument.pairs { try controller(part, &action) }
        }
        var plain = ControllerAction()
        plain.maxLength = action.maxLength
        return action == plain ? .output(.controller, maxLength: action.maxLength) : .controller(action)
    }

    private func controller(_ part: ActionArgument, _ action: inout ControllerAction) throws(TextError) {
        switch part.name {
        case "reason":
            guard let reason = PacketInReason.named[part.text] else {
                throw TextError("unknown reason \"\(part.text)\"")
            }
            action.reason = reason
        case "max_len": action.maxLength = try part.number("max_len")
        case "id": action.controllerID = try part.number("id")
        case "userdata":
            guard let bytes = Self.bytes(part.text) else {
                throw TextError("bad hex digit in `controller' action `userdata'")
            }
            action.userdata = bytes
        case "pause": action.pauses = true
        case "meter_id": action.meter = try part.wide()
        default: throw TextError("unknown key \"\(part.name)\" parsing controller action")
        }
    }

    /// Hexadecimal digits in pairs, between which blanks and periods may stand; nil for anything else.
    static func bytes(_ text: String) -> [UInt8]? {
        var result: [UInt8] = []
        var high: UInt8?
        for character in text {
            if high == nil, character == "." || character.isWhitespace { continue }
            guard character.isASCII, let digit = character.hexDigitValue.map({ UInt8($0) }) else { return nil }
            if let first = high {
                result.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return high == nil ? result : nil
    }
}

extension PacketInReason {
    fileprivate static let named: [String: PacketInReason] = Dictionary(
        [PacketInReason.noMatch, .action, .invalidTTL, .actionSet, .group, .packetOut].map { ($0.text, $0) }
    ) { first, _ in first }
}
