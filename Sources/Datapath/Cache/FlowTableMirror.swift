import Packets

/// Control's picture of one thread's ``FlowTable``: which flows are in it once all commands made so far are applied.
///
/// It makes the commands, owns all memory, and frees what comes back. Confined to control.
final class FlowTableMirror {
    /// One mask's flows.
    private final class Table {
        let mask: FlowMask
        /// The thread's.
        let subtable: Subtable.Reference
        /// The same entries in slots of control's own: as they will be in the thread's once all commands are applied.
        var picture: Subtable
        var count = 0
        /// Where it stands among the tables.
        var position: Int

        init(_ subtable: Subtable.Reference, _ mask: FlowMask, position: Int) {
            self.subtable = subtable
            self.mask = mask
            self.position = position
            picture = Subtable(mask: subtable.pointee.mask, slots: Subtable.allocateSlots(8), slotMask: 7)
        }

        deinit { picture.slots.deallocate() }
    }

    private var tables: [Table] = []
    private var tableOfMask: [FlowMask: Table] = [:]
    private var tableOfSubtable: [Subtable.Reference: Table] = [:]
    private let seed = UInt64.random(in: 0...UInt64.max)
    private var pressure = MaskPressure()

    /// Flows that are in the thread's table, or on their way there.
    private(set) var count = 0

    init() {}

    deinit { releaseAll { _ in } }

    /// How many different masks there are.
    var maskCount: Int { tables.count }

    /// The mask that a flow is to have instead of `mask`, which is as wide as it may be, because there are so many
    /// masks already that a further one is not worth its place; nil: it may have `mask`.
    func narrowed(_ mask: FlowMask) -> FlowMask? {
        guard tables.count >= MaskPressure.bytes, tableOfMask[Self.datapathPart(of: mask)] == nil else { return nil }
        return pressure.narrowed(mask, among: tables.count)
    }

    /// The flow that a packet with this key would meet. O(masks).
    func lookup(_ key: FlowKey) -> FlowEntry.Reference? {
        withWords(key) { words in
            for table in tables {
                if let entry = table.picture.find(words) { return entry }
            }
            return nil
        }
    }

    /// Makes an entry for `key` under `mask` (of which the datapath's words count, in_port and recirc_id always), that
    /// owns `program`.
    ///
    /// - Returns: nil if such a flow exists or there are too many masks; `program` then stays the caller's.
    func makeInsert(
        _ key: FlowKey, _ mask: FlowMask, program: ActionProgram.Reference, cookie: UInt
    ) -> TableCommand.Reference? {
        let mask = Self.datapathPart(of: mask)
        guard let table = tableOfMask[mask] else {
            guard tables.count < FlowTable.subtableLimit else { return nil }
            let subtable = withWords(mask) { Subtable.allocate(mask: $0, seed: seed) }
            let table = Table(subtable, mask, position: tables.count)
            tables.append(table)
            tableOfMask[mask] = table
            tableOfSubtable[subtable] = table
            pressure.note(mask)
            let entry = makeEntry(key, table, program, cookie)
            subtable.pointee.slots.deallocate()
            subtable.pointee.slots = table.picture.copyOfSlots()
            subtable.pointee.slotMask = table.picture.slotMask
            let command = TableCommand.make(.insert, entry)
            command.pointee.subtable = subtable
            return command
        }
        guard withWords(key, { table.picture.find($0) }) == nil else { return nil }
        let entry = makeEntry(key, table, program, cookie)
        let command = TableCommand.make(.insert, entry)
        if table.count * 2 > table.picture.slotCount {
            // Control fills the larger slots, as it knows which entries the thread will have by then.
            table.picture.grow(by: 4)
            command.pointee.slots = table.picture.copyOfSlots()
            command.pointee.slotMask = table.picture.slotMask
        }
        return command
    }

    /// Takes a flow out; once, and not after its table was released.
    func makeRemove(_ entry: FlowEntry.Reference) -> TableCommand.Reference {
        let command = TableCommand.make(.remove, entry)
        let subtable = entry.pointee.subtable
        if let table = tableOfSubtable[subtable], table.picture.remove(entry) {
            count -= 1
            table.count -= 1
            if table.count == 0 {
                let last = tables.removeLast()
                if last !== table {
                    tables[table.position] = last
                    last.position = table.position
                }
                tableOfMask[table.mask] = nil
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
        for table in tables {
            for index in 0..<table.picture.slotCount where table.picture.slots[index] != 0 {
                let entry = Subtable.entry(table.picture.slots[index])
                removed(entry)
                ActionProgram.free(entry.pointee.program)
                FlowEntry.deallocate(entry)
            }
            Subtable.deallocate(table.subtable)
        }
        tables = []
        tableOfMask = [:]
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
        Subtable.insert(entry, table.picture.slots, table.picture.slotMask)
        table.count += 1
        count += 1
        return entry
    }
}
