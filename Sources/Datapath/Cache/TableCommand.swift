/// A change to a thread's flow table: a block that control fills, the thread applies between two bursts, and control
/// gets back with what is now to be freed. Everything that applying needs is in it, so that the thread never allocates.
///
/// Commands of one table are applied in the order in which they were made, each once: each counts on those before it.
struct TableCommand {
    typealias Reference = UnsafeMutablePointer<TableCommand>

    enum Kind: UInt8 {
        case insert
        case remove
        case replace
    }

    let kind: Kind
    let entry: FlowEntry.Reference
    /// insert: a subtable to add, the entry already in it. remove: the subtable to take away, now empty.
    var subtable: Subtable.Reference?
    /// insert: larger slots for the entry's subtable, with all its entries and the new one. Comes back as the old ones.
    var slots: UnsafeMutablePointer<UInt64>?
    var slotMask: Int
    /// replace: the new program. Comes back as the old one.
    var program: ActionProgram.Reference?

    static func make(_ kind: Kind, _ entry: FlowEntry.Reference) -> Reference {
        let command = Reference.allocate(capacity: 1)
        command.initialize(to: TableCommand(kind: kind, entry: entry, slotMask: 0))
        return command
    }
}
