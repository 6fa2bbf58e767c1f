import Packets

/// Reading `FIELD`, `FIELD[]`, `FIELD[BIT]` and `FIELD[START..END]` (OVS: mf_parse_subfield).
extension ActionParser {
    func range(_ text: String) throws(TextError) -> FieldRange {
        let name = text.prefix { $0 != "[" }
        guard let field = field(named: String(name)) else {
            throw TextError("\(text): unknown field `\(name)'")
        }
        var rest = text.dropFirst(name.count)
        guard !rest.isEmpty else { return FieldRange(field) }
        rest = rest.dropFirst()
        guard rest.hasSuffix("]") else {
            throw TextError(
                rest.contains("]")
                    ? "\(text): trailing garbage following field"
                    : "\(text): missing ] in field specification")
        }
        let inside = rest.dropLast()
        guard !inside.isEmpty else { return FieldRange(field) }
        let limits = inside.split(separator: "..", omittingEmptySubsequences: false).map { UInt16($0) }
        guard limits.count <= 2, let first = limits.first, let start = first, let last = limits.last, let end = last
        else {
            throw TextError("\(text): syntax error expecting [] or [<bit>] or [<start>..<end>]")
        }
        guard start <= end else { throw TextError("\(text): starting bit \(start) is after ending bit \(end)") }
        for (limit, title) in [(start, "starting"), (end, "ending")] where Int(limit) >= field.bits {
            throw TextError("\(text): \(title) bit \(limit) is not valid because field is only \(field.bits) bits wide")
        }
        return FieldRange(field, offset: Int(start), bits: Int(end - start) + 1)
    }

    /// The same for what an action changes.
    func writable(_ text: String) throws(TextError) -> FieldRange {
        let range = try range(text)
        guard range.field.isWritable else { throw TextError("\(text): destination field is not writable") }
        return range
    }
}
