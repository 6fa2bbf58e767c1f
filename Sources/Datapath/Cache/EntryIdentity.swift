/// An entry as a member of control's set of its subtable's entries: equal if the masked keys are.
struct EntryIdentity: Hashable {
    let entry: FlowEntry.Reference

    static func == (left: EntryIdentity, right: EntryIdentity) -> Bool {
        guard left.entry.pointee.hash == right.entry.pointee.hash,
            left.entry.pointee.subtable == right.entry.pointee.subtable
        else { return false }
        let first = FlowEntry.words(of: left.entry)
        let second = FlowEntry.words(of: right.entry)
        return (0..<left.entry.pointee.subtable.pointee.mask.count).allSatisfy { first[$0] == second[$0] }
    }

    func hash(into hasher: inout Hasher) { hasher.combine(entry.pointee.hash) }
}
