import Packets

/// The flows in a reply to NXST_FLOW, a line each, as `ovs-ofctl dump-flows` prints them.
enum FlowReplyText {
    /// nil for another reply, or one that is not sound.
    static func text(_ message: OpenFlowMessage, _ version: OpenFlowVersion) -> String? {
        var body = message.body
        guard version == .v10, (try? body.u16()) == MultipartType.experimenter, let flags = try? body.u16(),
            (try? body.u32()) == NiciraType.identifier, (try? body.u32()) == NiciraType.Multipart.flow,
            (try? body.skip(4)) != nil
        else { return nil }
        var text = flags & 1 != 0 ? " flags=[more]" : ""
        while body.remaining > 0 {
            guard let line = try? flow(&body) else { return nil }
            text += "\n " + line
        }
        return text
    }

    private static func flow(_ body: inout ByteReader) throws(OpenFlowError) -> String {
        let length = Int(try body.u16())
        guard length >= 2 else { throw OpenFlowError(.badLength, "a flow of \(length) bytes") }
        var entry = try body.part(length - 2)
        let table = try entry.u8()
        try entry.skip(1)
        let seconds = try entry.u32()
        let nanoseconds = try entry.u32()
        let priority = try entry.u16()
        let idleTimeout = try entry.u16()
        let hardTimeout = try entry.u16()
        let matchLength = Int(try entry.u16())
        // Ages are told plus one; 0: not known.
        let idleAge = Int(try entry.u16()) - 1
        let hardAge = Int(try entry.u16()) - 1
        let cookie = try entry.u64()
        let packets = try entry.u64()
        let bytes = try entry.u64()
        let match = try entry.matchNXM(matchLength, allowsCookie: false).match
        let actions = try ActionCodec.decode(entry, version: .v10, context: .flow, takesDebugActions: true)

        var parts = ["cookie=\(TextNumber.hex(cookie))", "duration=\(duration(seconds, nanoseconds))", "table=\(table)"]
        parts += ["n_packets=\(packets)", "n_bytes=\(bytes)"]
        if idleTimeout != 0 { parts.append("idle_timeout=\(idleTimeout)") }
        if hardTimeout != 0 { parts.append("hard_timeout=\(hardTimeout)") }
        if idleAge >= 0 { parts.append("idle_age=\(idleAge)") }
        if hardAge >= 0, hardAge != Int(seconds) { parts.append("hard_age=\(hardAge)") }
        let fields = MatchFormat.describe(match, priority: priority)
        return parts.joined(separator: ", ") + ", " + (fields.isEmpty ? "" : fields + " ") + "actions="
            + ActionFormat().text(actions)
    }

    /// Seconds, with three decimals where these say all, else with as many as it takes.
    private static func duration(_ seconds: UInt32, _ nanoseconds: UInt32) -> String {
        guard nanoseconds > 0 else { return "\(seconds)s" }
        let isWhole = nanoseconds % 1_000_000 == 0
        var digits = String(isWhole ? nanoseconds / 1_000_000 : nanoseconds)
        digits = String(repeating: "0", count: max(0, (isWhole ? 3 : 9) - digits.count)) + digits
        while !isWhole, digits.last == "0" { digits.removeLast() }
        return "\(seconds).\(digits)s"
    }
}
