import Packets

/// Messages as the log at `vconn:dbg` tells them, in OVS's layout: `NAME (OF1.4) (xid=0x5):` and what is in them.
///
/// Told in full are those by which flows are followed: hello, flow-mods, bundles, the choice of a format, flows in
/// replies. Of the others there is the name, with the number of their bytes.
enum MessageText {
    static func text(_ message: OpenFlowMessage) -> String {
        guard let version = OpenFlowVersion(rawValue: message.version) else {
            return "OpenFlow version 0x\(TextNumber.hex(message.version, digits: 2).dropFirst(2)) message of "
                + "\(message.bytes.count) bytes"
        }
        let name = MessageNames.name(of: message, version: version)
        let head = "\(name)\(suffix(version)) (xid=0x\(String(message.transaction, radix: 16))):"
        return head + (details(message, version) ?? " \(message.bytes.count) bytes")
    }

    private static func suffix(_ version: OpenFlowVersion) -> String {
        version == .v10 ? "" : " (OF1.\(version.rawValue - 1))"
    }

    /// What is in a message; nil for one that is not told in full.
    private static func details(_ message: OpenFlowMessage, _ version: OpenFlowVersion) -> String? {
        let decoder = RequestDecoder(version: version, flowModTableID: true, takesDebugActions: true)
        switch MessageType(number: message.type, version: version) {
        case .hello: return hello(HelloCodec.versions(in: message))
        case .barrierRequest, .barrierReply, .featuresRequest, .getConfigRequest: return ""
        case .bundleControl, .experimenter: return bundleReply(message, version) ?? request(message, version, decoder)
        case .flowMod, .bundleAdd: return request(message, version, decoder)
        case .multipartRequest: return multipart(message, version, decoder)
        case .multipartReply: return FlowReplyText.text(message, version)
        default: return nil
        }
    }

    private static func hello(_ versions: Set<UInt8>) -> String {
        let list = versions.sorted().map { TextNumber.hex($0, digits: 2) }.joined(separator: ", ")
        return "\n version bitmap: \(list)"
    }

    private static func request(
        _ message: OpenFlowMessage, _ version: OpenFlowVersion, _ decoder: RequestDecoder
    ) -> String? {
        let request: Request
        do throws(OpenFlowError) {
            request = try decoder.decode(message)
        } catch {
            return " ***decode error: \(error.name)***"
        }
        switch request {
        case .flowMod(let change): return " " + flowMod(change, version)
        case .setFlowFormat(let isNicira): return " format=" + (isNicira ? "nxm" : "openflow10")
        case .bundleControl(let control):
            return bundle(control.bundle, "\(name(control.kind))_REQUEST", control.flags)
        case .bundleAdd(let addition):
            return "\n bundle_id=\(TextNumber.alternateHex(addition.bundle)) flags=\(flags(addition.flags))\n"
                + text(addition.message)
        case .barrier, .features, .getConfiguration, .getAsync: return ""
        default: return nil
        }
    }

    /// A request for flows; others have nothing that is told.
    private static func multipart(
        _ message: OpenFlowMessage, _ version: OpenFlowVersion, _ decoder: RequestDecoder
    ) -> String? {
        guard let request = try? decoder.decode(message) else { return nil }
        switch request {
        case .flowStatistics(let selection, _), .aggregateStatistics(let selection, _), .flowCounters(let selection):
            var text = ""
            if let table = selection.table { text += " table=\(table)" }
            if let port = selection.outPort { text += " out_port=\(port.text())" }
            let match = MatchFormat.describe(selection.match)
            return text + (match.isEmpty ? "" : " " + match)
        case .description, .tableStatistics, .groupFeatures, .meterFeatures: return ""
        default: return nil
        }
    }

    // MARK: Bundles

    /// What the switch answers to OFPT_BUNDLE_CONTROL, which no request is.
    private static func bundleReply(_ message: OpenFlowMessage, _ version: OpenFlowVersion) -> String? {
        var body = message.body
        if version == .v13 {
            guard (try? body.u32()) == ONFType.identifier, (try? body.u32()) == ONFType.bundleControl else {
                return nil
            }
        }
        guard MessageType(number: message.type, version: version) == .bundleControl || version == .v13,
            let id = try? body.u32(), let number = try? body.u16(), let flags = try? body.u16(), number & 1 != 0,
            let kind = BundleControl.Kind(rawValue: number - 1)
        else { return nil }
        return bundle(id, "\(name(kind))_REPLY", flags)
    }

    private static func bundle(_ id: UInt32, _ kind: String, _ flags: UInt16) -> String {
        "\n bundle_id=\(TextNumber.alternateHex(id)) type=\(kind) flags=\(self.flags(flags))"
    }

    private static func name(_ kind: BundleControl.Kind) -> String {
        switch kind {
        case .open: "OPEN"
        case .close: "CLOSE"
        case .commit: "COMMIT"
        case .discard: "DISCARD"
        }
    }

    private static func flags(_ flags: UInt16) -> String {
        var names: [String] = []
        if flags & BundleControl.atomic != 0 { names.append("atomic") }
        if flags & BundleControl.ordered != 0 { names.append("ordered") }
        let rest = flags & ~(BundleControl.atomic | BundleControl.ordered)
        if rest != 0 { names.append(TextNumber.hex(rest)) }
        return names.isEmpty ? "0" : names.joined(separator: " ")
    }

    // MARK: Flow-mods

    private static func flowMod(_ change: FlowMod, _ version: OpenFlowVersion) -> String {
        var words: [String] = []
        switch change.command {
        case .add: words.append("ADD")
        case .modify: words.append("MOD")
        case .modifyStrict: words.append("MOD_STRICT")
        case .delete: words.append("DEL")
        case .deleteStrict: words.append("DEL_STRICT")
        }
        if let table = change.table {
            if table != 0 { words.append("table:\(table)") }
        } else if version != .v10 {
            words.append("table:255")
        }
        let match = MatchFormat.describe(change.match, priority: change.priority)
        if !match.isEmpty { words.append(match) }
        if change.cookie != 0, change.cookie != .max { words.append("cookie:\(TextNumber.hex(change.cookie))") }
        if change.cookieMask != 0 {
            words.append("cookie:\(TextNumber.hex(change.cookieMatch))/\(TextNumber.hex(change.cookieMask))")
        }
        if change.idleTimeoutSeconds != 0 { words.append("idle:\(change.idleTimeoutSeconds)") }
        if change.hardTimeoutSeconds != 0 { words.append("hard:\(change.hardTimeoutSeconds)") }
        if change.importance != 0 { words.append("importance:\(change.importance)") }
        if let port = change.outPort { words.append("out_port:\(port.text())") }
        if change.sendsFlowRemoved { words.append("send_flow_rem") }
        if change.checksOverlap { words.append("check_overlap") }
        if change.resetsCounts, version > .v11 { words.append("reset_counts") }
        if change.keepsNoPacketCounts { words.append("no_packet_counts") }
        if change.keepsNoByteCounts { words.append("no_byte_counts") }
        return words.joined(separator: " ") + " actions=" + ActionFormat().text(change.actions)
    }
}
