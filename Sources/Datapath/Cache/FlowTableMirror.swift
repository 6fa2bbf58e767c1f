import Packets

/// Control's picture of one thread's ``FlowTable``: which flows are in it once all commands made so far are applied.
///
/// It makes the commands, owns all memory, and frees what comes back. Confined to control.
final class FlowTableMirror {
    /// One mask's flows.
    private final class Table {
        let subtable: Subtable.Reference
        let mask: FlowMask
        var entries: Set<EntryIdentity> = []
        var slotCount = 8

        init(_ subtable: Subtable.Reference, _ mask: FlowMask) {
            self.subtable = subtable
            self.mask = mask
        }
    }

    private var tables: [FlowMask: Table] = [:]
    private var tableOfSubtable: [Subtable.Reference: Table] = [:]
    private let seed = UInt64.random(in: 0...UInt64.max)
    /// An entry that never enters a table: what a key is wrapped in to be searched for.
    private let probe = FlowEntry.allocate(wordCount: MaskList.limit)

    /// Flows that are in the thread's table, or on their way there.
    private(set) var count = 0

    init() {}

    deinit {
        releaseAll { _ in }
        FlowEntry.deallocate(probe)
    }

    /// How many different masks there are.
    var maskCount: Int { tables.count }

    /// The flow that a packet with this key would meet. O(masks).
    func lookup(_ key: FlowKey) -> FlowEntry.Reference? {
        for table in tables.values {
            if let entry = find(key, in: table) { return entry }
        }
        return nil
    }

    /// Makes an entry for `key` under `mask` (of which the datapath's words count, in_port and recirc_id always), that owns
    /// `program`.
    ///
    /// - Returns: nil if such a flow exists or there are too many masks; `program` then stays the caller's.
    func makeInsert(
        _ key: FlowKey, _ mask: FlowMask, program: ActionProgram.Reference, cookie: UInt
    ) -> TableCommand.Reference? {
        let mask = Self.datapathPart(of: mask)
        guard let table = tables[mask] else {
            guard tables.count < FlowTable.subtableLimit else { return nil }
            let subtable = withWords(mask) { Subtable.allocate(mask: $0, seed: seed) }
            let table = Table(subtable, mask)
            tables[mask] = table
            tableOfSubtable[subtable] = table
            let entry = makeEntry(key, table, program, cookie)
            subtable.pointee.slots.deallocate()
            subtable.pointee.slots = filledSlots(table)
            subtable.pointee.slotMask = table.slotCount - 1
            let command = TableCommand.make(.insert, entry)
            command.pointee.subtable = subtable
            return command
        }
        guard find(key, in: table) == nil else { return nil }
        let entry = makeEntry(key, table, program, cookie)
        let command = TableCommand.make(.insert, entry)
        if table.entries.count * 2 > table.slotCount {
            // Control fills the larger slots, as it knows which entries the thread will have by then.
            table.slotCount *= 4
            command.pointee.slots = filledSlots(table)
            command.pointee.slotMask = table.slotCount - 1
        }
        return command
    }

    /// Takes a flow out; once, and not after its table was released.
    func makeRemove(_ entry: FlowEntry.Reference) -> TableCommand.Reference {
        let command = TableCommand.make(.remove, entry)
        let subtable = entry.pointee.subtable
        if let table = tableOfSubtable[subtable], table.entries.remove(EntryIdentity(entry: entry)) != nil {
            count -= 1
            if table.entries.isEmpty {
                tables[table.mask] = nil
                tableOfSubtable[subtable] = nil
                command.pointee.subtable = subtable
            }
        }
        return command
    }

    /// Gives a flow another program.
    func makeReplace(_ entry: FlowEntry.Reference, program: ActionProgram.Reference) -> TableCommand.Reference {
        let command = TableCommand.make(.replace, entry)
        command.pointee.program = program
        return command
    }

    /// Frees a command that the thread has applied, with all that it brought back. `removed` sees an entry that has
    /// left, with its final counters, before it is freed.
    func retire(_ command: TableCommand.Reference, removed: (FlowEntry.Reference) -> Void) {
        switch command.pointee.kind {
        case .insert:
            command.pointee.slots?.deallocate()
        case .remove:
            let entry = command.pointee.entry
            removed(entry)
            ActionProgram.free(entry.pointee.program)
            FlowEntry.deallocate(entry)
            if let subtable = command.pointee.subtable { Subtable.deallocate(subtable) }
        case .replace:
            if let program = command.pointee.program { ActionProgram.free(program) }
        }
        command.deallocate()
    }

    /// Frees everything that the table has; its thread has ended and all commands are retired.
    func releaseAll(removed: (FlowEntry.Reference) -> Void) {
        for table in tables.values {
            for identity in table.entries {
                removed(identity.entry)
                ActionProgram.free(identity.entry.pointee.program)
                FlowEntry.deallocate(identity.entry)
            }
            Subtable.deallocate(table.subtable)
        }
        tables = [:]
        tableOfSubtable = [:]
        count = 0
    }

    private static func datapathPart(of mask: FlowMask) -> FlowMask {
        var part = FlowMask()
        for index in 0..<MaskList.limit { part[index] = mask[index] }
        part[0] = .max
        return part
    }

    private func withWords<Result>(_ key: FlowKey, _ body: (UnsafePointer<UInt64>) -> Result) -> Result {
        withUnsafePointer(to: key) {
            $0.withMemoryRebound(to: UInt64.self, capacity: FlowKey.wordCount, body)
        }
    }

    private func find(_ key: FlowKey, in table: Table) -> FlowEntry.Reference? {
        withWords(key) { words in
            let mask = table.subtable.pointee.mask
            // The program is never looked at; an entry just has to have one.
            let program = UnsafeMutableRawPointer(probe).assumingMemoryBound(to: ActionProgramHeader.self)
            probe.initialize(
                to: FlowEntry(hash: mask.hash(words), program: program, subtable: table.subtable, cookie: 0))
            mask.copy(words, to: FlowEntry.words(of: probe))
            guard let index = table.entries.firstIndex(of: EntryIdentity(entry: probe)) else { return nil }
            return table.entries[index].entry
        }
    }

    private func makeEntry(
        _ key: FlowKey, _ table: Table, _ program: ActionProgram.Reference, _ cookie: UInt
    ) -> FlowEntry.Reference {
        let mask = table.subtable.pointee.mask
        let entry = FlowEntry.allocate(wordCount: mask.count)
        withWords(key) { words in
            entry.initialize(
                to: FlowEntry(hash: mask.hash(words), program: program, subtable: table.subtable, cookie: cookie))
            mask.copy(words, to: FlowEntry.words(of: entry))
        }
        table.entries.insert(EntryIdentity(entry: entry))
        count += 1
        return entry
    }

    private func filledSlots(_ table: Table) -> UnsafeMutablePointer<UInt64> {
        let slots = Subtable.allocateSlots(table.slotCount)
        for identity in table.entries { Subtable.insert(identity.entry, slots, table.slotCount - 1) }
        return slots
    }
}
