import Control

/// The prefixes that a table's rules have, field by field.
struct PrefixTries {
    /// The fields whose prefixes are told apart.
    let fields: [PrefixField]
    /// One for each of ``fields``.
    private(set) var tries: [PrefixTrie]

    init(_ fields: [PrefixField] = PrefixField.standard) {
        self.fields = fields
        tries = fields.map { _ in PrefixTrie() }
    }

    @ControlActor
    mutating func insert(_ rule: Rule, of subtable: Subtable) {
        change(rule, subtable) { trie, value, length in trie.insert(value, length: length) }
    }

    @ControlActor
    mutating func remove(_ rule: Rule, of subtable: Subtable) {
        change(rule, subtable) { trie, value, length in trie.remove(value, length: length) }
    }

    @ControlActor
    private mutating func change(
        _ rule: Rule, _ subtable: Subtable, _ body: (inout PrefixTrie, UInt128, Int) -> Void
    ) {
        guard subtable.prefixes.contains(where: { $0.length > 0 }) else { return }
        let key = rule.shape.key(from: rule.values)
        for (index, prefix) in subtable.prefixes.enumerated() where prefix.length > 0 {
            body(&tries[index], fields[index].value(in: key), prefix.length)
        }
    }
}
