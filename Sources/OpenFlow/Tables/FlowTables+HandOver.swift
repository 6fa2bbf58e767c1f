import Control
import Packets

/// The tables for the process image that comes after this one: flows are in no database, so they have to be carried
/// over, and with them groups, meters and what controllers have set of tables.
///
/// ```
/// each part: kind (1 byte) | length (4) | body
/// ```
extension FlowTables {
    /// What a part is. Options of tunnels, meters and groups come before the rules that refer to them.
    private enum Part: UInt8 {
        case meter = 1, group = 2, table = 3, rule = 4, options = 5
    }

    /// Everything, with counters and ages; what meters have counted is the datapath's and begins anew.
    public func handOver() -> [UInt8] {
        var writer = ByteWriter(tunnelOptions: tunnelOptions)
        let now = now
        if let tunnelOptions { Self.put(.options, into: &writer) { tunnelOptions.write(to: &$0) } }
        for meter in meters.all { Self.put(.meter, into: &writer) { meter.write(to: &$0, now: now) } }
        for group in groups.all { Self.put(.group, into: &writer) { group.write(to: &$0, now: now) } }
        for table in existingTables { Self.put(.table, into: &writer) { table.write(to: &$0) } }
        forEach { rule in Self.put(.rule, into: &writer) { rule.write(to: &$0, now: now) } }
        return writer.bytes
    }

    private static func put(_ part: Part, into writer: inout ByteWriter, _ body: (inout ByteWriter) -> Void) {
        var inner = ByteWriter(tunnelOptions: writer.tunnelOptions)
        body(&inner)
        writer.u8(part.rawValue)
        writer.u32(UInt32(inner.bytes.count))
        writer.append(inner.bytes)
    }

    /// Takes over what ``handOver()`` gave; rules that are there already are replaced.
    ///
    /// - Throws: when the bytes are not what ``handOver()`` writes; what is whole before and after the fault has been
    ///   taken.
    public func takeOver(_ bytes: [UInt8]) throws(OpenFlowError) {
        var reader = ByteReader(bytes)
        var fault: OpenFlowError?
        while reader.remaining > 0 {
            let kind = try reader.u8()
            var body = try reader.part(Int(try reader.u32()))
            do throws(OpenFlowError) {
                try takeOver(kind, &body)
            } catch {
                // One that is refused costs the others nothing.
                fault = fault ?? error
            }
        }
        if let fault { throw fault }
    }

    private func takeOver(_ kind: UInt8, _ body: inout ByteReader) throws(OpenFlowError) {
        body.tunnelOptions = tunnelOptions
        switch Part(rawValue: kind) {
        case .options: tunnelOptions = try TunnelOptions(handedOver: &body)
        case .meter: try takeOverMeter(&body)
        case .group: try takeOverGroup(&body)
        case .table: try takeOverTable(&body)
        case .rule: try takeOverRule(&body)
        case nil: throw OpenFlowError(.badType, "part \(kind) of a hand-over")
        }
    }

    private func takeOverRule(_ body: inout ByteReader) throws(OpenFlowError) {
        let (change, counters) = try FlowMod.handedOver(&body)
        try apply(change)
        guard let table = change.table, let rule = find(table: table, match: change.match, priority: change.priority)
        else { return }
        rule.created = now - counters.age
        rule.modified = now - counters.sinceModified
        rule.credit(packets: counters.packets, bytes: counters.bytes, used: now - counters.sinceUsed)
    }

    private func takeOverTable(_ body: inout ByteReader) throws(OpenFlowError) {
        let number = try body.u8()
        guard number < FlowTables.count else { throw OpenFlowError(.badTable, "table \(number)") }
        let table = existing(number)
        let flags = try body.u8()
        let vacancy = TableMod.Vacancy(down: try body.u8(), up: try body.u8())
        table.evictsByRequest = flags & 1 != 0
        table.watchVacancy(flags & 2 != 0 ? vacancy : nil)
        table.miss = TableMod.Miss(rawValue: try body.u32())
        table.credit(lookups: try body.u64(), matches: try body.u64())
    }
}

extension FlowTable {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.u8(number)
        writer.u8((evictsByRequest ? 1 : 0) | (vacancy == nil ? 0 : 2))
        writer.u8(vacancy?.down ?? 0)
        writer.u8(vacancy?.up ?? 0)
        writer.u32(miss?.rawValue ?? .max)
        writer.u64(lookupCount)
        writer.u64(matchedCount)
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
        let words = (0..<match.mask.extent).filter { match.mask[$0] != 0 }
        writer.u8(UInt8(words.count))
        for index in words {
            writer.u8(UInt8(index))
            writer.u64(match.key[index])
            writer.u64(match.mask[index])
        }
        HandedOverActions.write(actions, match: match, context: .flow, into: &writer)
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
        let actions = try HandedOverActions.read(&reader, context: .flow)
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
    mutating func milliseconds() throws(OpenFlowError) -> Duration {
        .milliseconds(Int64(clamping: try u64()))
    }
}
