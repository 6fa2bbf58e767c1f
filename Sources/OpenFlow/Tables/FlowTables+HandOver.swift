import Packets

/// Rules for the process image that comes after this one: flows are in no database, so they have to be carried over.
extension FlowTables {
    /// Every rule with its counters and ages.
    public func handOver() -> [UInt8] {
        var writer = ByteWriter()
        let now = now
        forEach { rule in
            var body = ByteWriter()
            rule.write(to: &body, now: now)
            writer.u32(UInt32(body.bytes.count))
            writer.append(body.bytes)
        }
        return writer.bytes
    }

    /// Takes over what ``handOver()`` gave; rules that are there already are replaced.
    ///
    /// - Throws: when the bytes are not what ``handOver()`` writes; rules before the fault have been taken.
    public func takeOver(_ bytes: [UInt8]) throws(OpenFlowError) {
        var reader = ByteReader(bytes)
        while reader.remaining > 0 {
            let length = Int(try reader.u32())
            var body = try reader.part(length)
            let (change, counters) = try FlowMod.handedOver(&body)
            try apply(change)
            guard let table = change.table,
                let rule = find(table: table, match: change.match, priority: change.priority)
            else { continue }
            rule.created = now - counters.age
            rule.modified = now - counters.sinceModified
            rule.credit(packets: counters.packets, bytes: counters.bytes, used: now - counters.sinceUsed)
        }
    }
}

extension Rule {
    fileprivate func write(to writer: inout ByteWriter, now: ContinuousClock.Instant) {
        writer.u8(table)
        writer.u16(priority)
        writer.u64(cookie)
        writer.u16(idleTimeoutSeconds)
        writer.u16(hardTimeoutSeconds)
        writer.u16(importance)
        let flags = [sendsFlowRemoved, checksOverlap, resetsCounts, keepsNoPacketCounts, keepsNoByteCounts]
        writer.u8(flags.enumerated().reduce(0) { $0 | ($1.element ? 1 << UInt8($1.offset) : 0) })
        writer.u64(packets)
        writer.u64(bytes)
        for moment in [created, modified, used] {
            writer.u64(UInt64(max(0, (now - moment) / .milliseconds(1))))
        }
        let match = match
        let words = (0..<FlowKey.wordCount).filter { match.mask[$0] != 0 }
        writer.u8(UInt8(words.count))
        for index in words {
            writer.u8(UInt8(index))
            writer.u64(match.key[index])
            writer.u64(match.mask[index])
        }
        InstructionCodec.encode(actions, version: .v13, match: match, into: &writer)
    }
}

extension FlowMod {
    fileprivate struct Counters {
        var packets: UInt64
        var bytes: UInt64
        var age: Duration
        var sinceModified: Duration
        var sinceUsed: Duration
    }

    fileprivate static func handedOver(_ reader: inout ByteReader) throws(OpenFlowError) -> (FlowMod, Counters) {
        let table = try reader.u8()
        let priority = try reader.u16()
        let cookie = try reader.u64()
        let idle = try reader.u16()
        let hard = try reader.u16()
        let importance = try reader.u16()
        let flags = try reader.u8()
        let counters = Counters(
            packets: try reader.u64(), bytes: try reader.u64(), age: try reader.milliseconds(),
            sinceModified: try reader.milliseconds(), sinceUsed: try reader.milliseconds())
        var key = FlowKey()
        var mask = FlowMask()
        for _ in 0..<Int(try reader.u8()) {
            let index = Int(try reader.u8())
            guard index < FlowKey.wordCount else { throw OpenFlowError(.badLength, "word \(index) of a match") }
            key[index] = try reader.u64()
            mask[index] = try reader.u64()
        }
        let actions = try InstructionCodec.decode(try reader.part(reader.remaining), version: .v13)
        var change = FlowMod(
            command: .add, table: table, match: Match(key: key, mask: mask), priority: priority, actions: actions)
        change.cookie = cookie
        change.idleTimeoutSeconds = idle
        change.hardTimeoutSeconds = hard
        change.importance = importance
        change.sendsFlowRemoved = flags & 1 != 0
        change.resetsCounts = flags & 4 != 0
        change.keepsNoPacketCounts = flags & 8 != 0
        change.keepsNoByteCounts = flags & 16 != 0
        return (change, counters)
    }
}

extension ByteReader {
    fileprivate mutating func milliseconds() throws(OpenFlowError) -> Duration {
        .milliseconds(Int64(clamping: try u64()))
    }
}
