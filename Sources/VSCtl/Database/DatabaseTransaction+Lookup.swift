import Glibc
import OVSDB

/// Rows by what people call them.
extension DatabaseTransaction {
    /// The row of `table` that `word` means: a UUID, "." for the only row, a name, or the beginning of a UUID.
    ///
    /// - Returns: nil when there is none and there need not be one.
    func row(_ table: String, _ word: String, mustExist: Bool = true) throws -> RowID? {
        if let uuid = UUIDValue(word) {
            let row = RowID(table: table, uuid: uuid)
            if exists(row) { return row }
        }
        if word == "." {
            let rows = rows(table)
            if rows.count == 1 { return rows[0] }
        }
        if let row = try named(table, word) { return row }
        if let row = try abbreviated(table, word) { return row }
        if mustExist { throw CommandError("no row \"\(word)\" in table \(table)") }
        return nil
    }

    private func named(_ table: String, _ word: String) throws -> RowID? {
        guard let name = RowName.of[table] else { return nil }
        let found = rows(name.table).filter { names(self[$0, name.column], word) }
        guard found.count <= 1 else { throw CommandError("multiple rows in \(name.table) match \"\(word)\"") }
        guard let row = found.first, let reference = name.reference else { return found.first }
        verify(row, reference)
        let targets = self[row, reference].uuids
        guard targets.count == 1, let table = type(name.table, reference).key.referencedTable else { return nil }
        let target = RowID(table: table, uuid: targets[0])
        return exists(target) ? target : nil
    }

    /// Whether `word` is the name `datum`, of which, where it is a UUID itself, the beginning is enough.
    private func names(_ datum: Datum, _ word: String) -> Bool {
        guard datum.count == 1 else { return false }
        switch datum.keys[0] {
        case .string(let name):
            return name == word || word.utf8.count >= 4 && UUIDValue(name) != nil && name.hasPrefix(word)
        case .integer(let number):
            return !word.isEmpty && word.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
                && number == strtoll(word, nil, 10)
        default: return false
        }
    }

    private func abbreviated(_ table: String, _ word: String) throws -> RowID? {
        guard Self.isBeginningOfUUID(word) else { return nil }
        let found = rows(table).filter { $0.uuid.description.hasPrefix(word) }
        guard found.count <= 1 else {
            throw CommandError(
                "\(table) contains 2 or more rows whose UUIDs begin with \(word): "
                    + "at least \(found[0].uuid) and \(found[1].uuid)")
        }
        return found.first
    }

    private static func isBeginningOfUUID(_ word: String) -> Bool {
        let bytes = Array(word.utf8)
        guard 4...36 ~= bytes.count else { return false }
        return bytes.enumerated().allSatisfy { index, byte in
            switch index {
            case 8, 13, 18, 23: byte == UInt8(ascii: "-")
            default: Character(UnicodeScalar(byte)).isHexDigit
            }
        }
    }
}
