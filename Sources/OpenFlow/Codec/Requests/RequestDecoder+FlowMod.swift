import Packets

extension RequestDecoder {
    /// Version 1.0's flow-mod: match, then the fixed part, then actions.
    func flowMod10(_ body: inout ByteReader) throws(OpenFlowError) -> FlowMod {
        let (match, isExact) = try Match10.decode(&body)
        var change = FlowMod(command: .add, table: nil, match: match, priority: 0, actions: [])
        try readCommon10(&change, &body)
        // Version 1.0 (section 3.4): a match without wildcards always has the highest priority.
        if isExact { change.priority = .max }
        change.actions = try self.actions(body, context: .flow)
        try ActionCheck(version: version, table: change.table).check(change.actions, match: change.match)
        return change
    }

    /// NXT_FLOW_MOD: version 1.0's with an NXM match.
    func flowModNicira(_ body: inout ByteReader) throws(OpenFlowError) -> FlowMod {
        var change = FlowMod(command: .add, table: nil, match: Match(), priority: 0, actions: [])
        try readCommon10(&change, &body)
        let matchLength = Int(try body.u16())
        try body.skip(6)
        let contents = try body.matchNXM(matchLength, allowsCookie: true)
        if change.command == .add, contents.cookieMask != 0 {
            throw OpenFlowError(.invalidNXM, "an added flow cannot match a cookie")
        }
        change.match = contents.match
        change.cookieMatch = contents.cookie
        change.cookieMask = contents.cookieMask
        change.addsIfNothingFound = change.addsIfNothingFound && change.cookieMask == 0
        change.actions = try self.actions(body, context: .flow)
        try ActionCheck(version: version, table: change.table).check(change.actions, match: change.match)
        return change
    }

    /// Cookie to flags, which both forms of version 1.0 have alike.
    private func readCommon10(_ change: inout FlowMod, _ body: inout ByteReader) throws(OpenFlowError) {
        change.cookie = try body.u64()
        change.setsCookie = change.cookie != .max
        change.addsIfNothingFound = change.setsCookie
        var command = try body.u16()
        if flowModTableID {
            let table = UInt8(truncatingIfNeeded: command >> 8)
            change.table = table == 0xff ? nil : table
            command &= 0xff
        }
        change.command = try Self.command(command)
        change.idleTimeoutSeconds = try body.u16()
        change.hardTimeoutSeconds = try body.u16()
        change.priority = try body.u16()
        let buffer = try body.u32()
        let outPort = OpenFlowPort(rawValue: try body.u16())
        change.outPort = outPort == .none ? nil : outPort
        let flags = try body.u16()
        if flags & 4 != 0 {
            // The emergency flow cache, gone since 1.0.1. The standard has an error for one case only.
            throw OpenFlowError(
                change.idleTimeoutSeconds != 0 || change.hardTimeoutSeconds != 0 ? .badEmergencyTimeout : .tableFull,
                "emergency flows are not supported")
        }
        try readFlags(&change, flags, known: 0b11)
        try check(buffer, change)
        // 1.0 and 1.1: adding always resets the counters.
        change.resetsCounts = change.command == .add
    }

    /// The flow-mod of version 1.1 and later: the fixed part, match, instructions.
    func flowMod11(_ body: inout ByteReader) throws(OpenFlowError) -> FlowMod {
        let cookie = try body.u64()
        let cookieMask = try body.u64()
        let table = try body.u8()
        let command = try Self.command(UInt16(try body.u8()))
        let isDeletion = command == .delete || command == .deleteStrict
        var change = FlowMod(
            command: command, table: table == 0xff ? nil : table, match: Match(), priority: 0, actions: [])
        if command == .add {
            change.cookie = cookie
        } else if version == .v11, !isDeletion, cookieMask == 0 {
            // In 1.1 alone a modification that does not look at the cookie adds what it does not find.
            change.cookie = cookie
            change.addsIfNothingFound = true
        } else {
            change.cookieMatch = cookie
            change.cookieMask = cookieMask
        }
        guard table != 0xff || isDeletion else { throw OpenFlowError(.badFlowModTable, "every table") }
        change.idleTimeoutSeconds = try body.u16()
        change.hardTimeoutSeconds = try body.u16()
        change.priority = try body.u16()
        let buffer = try body.u32()
        let outPort = try OpenFlowPort(wide: try body.u32())
        change.outPort = outPort == .none ? nil : outPort
        let outGroup = try body.u32()
        if isDeletion, outGroup != .max { change.outGroup = outGroup }
        let flags = try body.u16()
        let importance = try body.u16()
        if version >= .v14 { change.importance = importance }
        change.match = try body.match(version)
        change.actions = try InstructionCodec.decode(body, version: version, takesDebugActions: takesDebugActions)
        try readFlags(&change, flags, known: version >= .v13 ? 0b11111 : version == .v12 ? 0b111 : 0b11)
        try check(buffer, change)
        // 1.1: adding always resets the counters.
        if version == .v11 { change.resetsCounts = command == .add }
        try ActionCheck(version: version, table: change.table).check(change.actions, match: change.match)
        return change
    }

    private func readFlags(_ change: inout FlowMod, _ flags: UInt16, known: UInt16) throws(OpenFlowError) {
        guard flags & ~known == 0 else { throw OpenFlowError(.badFlags, "flags \(flags)") }
        change.sendsFlowRemoved = flags & 1 != 0
        change.checksOverlap = flags & 2 != 0
        change.resetsCounts = flags & 4 != 0
        change.keepsNoPacketCounts = flags & 8 != 0
        change.keepsNoByteCounts = flags & 16 != 0
    }

    /// Packets are not buffered: no buffer but "none" exists. Deletions do not mean one.
    private func check(_ buffer: UInt32, _ change: FlowMod) throws(OpenFlowError) {
        guard buffer == .max || change.command == .delete || change.command == .deleteStrict else {
            throw OpenFlowError(.bufferUnknown, "buffer \(buffer)")
        }
    }

    private static func command(_ number: UInt16) throws(OpenFlowError) -> FlowMod.Command {
        switch number {
        case 0: .add
        case 1: .modify
        case 2: .modifyStrict
        case 3: .delete
        case 4: .deleteStrict
        default: throw OpenFlowError(.badFlowModCommand, "command \(number)")
        }
    }
}
