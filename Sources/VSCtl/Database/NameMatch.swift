import OVSDB

/// Names of tables and columns as people abbreviate them: case does not count, "-" is "_", the beginning is enough.
enum NameMatch {
    /// Which of `names` is meant by `word`: the one that is equal, else the only one that begins so.
    ///
    /// - Returns: the names that fit equally well.
    static func best(_ word: String, of names: some Sequence<String>) -> [String] {
        var best: [String] = []
        var bestScore = 1
        for name in names {
            let score = score(name, word)
            guard score >= bestScore else { continue }
            if score > bestScore { best = [] }
            bestScore = score
            best.append(name)
        }
        return best.inByteOrder
    }

    private static func score(_ name: String, _ word: String) -> Int {
        if name == word { return .max }
        let folded = name.utf8.map(fold)
        let wanted = word.utf8.map(fold)
        if folded == wanted { return .max - 1 }
        return folded.starts(with: wanted) ? wanted.count : 0
    }

    private static func fold(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "-"): UInt8(ascii: "_")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: byte
        }
    }
}

extension DatabaseSchema {
    /// The table that `word` means.
    func table(named word: String) throws -> TableSchema {
        let names = NameMatch.best(word, of: tables.keys)
        guard names.count <= 1 else {
            throw CommandError("\"\(word)\" matches multiple table names: \(names.joined(separator: ", "))")
        }
        guard let name = names.first, let table = tables[name] else { throw CommandError("unknown table \"\(word)\"") }
        return table
    }
}

extension TableSchema {
    /// The column that `word` means.
    func column(named word: String) throws -> ColumnSchema {
        let names = NameMatch.best(word, of: columns.keys)
        guard names.count <= 1 else {
            throw CommandError(
                "\(name) contains more than one column whose name matches \"\(word)\": "
                    + names.joined(separator: ", "))
        }
        guard let found = names.first, let column = columns[found] else {
            throw CommandError("\(name) does not contain a column whose name matches \"\(word)\"")
        }
        return column
    }
}
