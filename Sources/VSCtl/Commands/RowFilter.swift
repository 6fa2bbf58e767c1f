import OVSDB

/// A condition that a row must meet, as "column:key{<=}value" (ovs-vsctl(8), `find`).
struct RowFilter {
    /// The comparisons.
    enum Relation: String, CaseIterable {
        case equal = "="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case lessOrEqual = "<="
        case greaterOrEqual = ">="
        case sameSet = "{=}"
        case otherSet = "{!=}"
        case properSubset = "{<}"
        case properSuperset = "{>}"
        case subset = "{<=}"
        case superset = "{>=}"
        case within = "{in}"
        case without = "{not-in}"

        /// Whether a key that is not there counts as an empty set.
        var isOfSets: Bool { rawValue.hasPrefix("{") }
    }

    private let column: ColumnSchema
    private let relation: Relation
    private let key: Atom?
    private let value: Datum

    /// Reads `text`, whose column is one of `table`.
    init(_ text: String, _ table: TableSchema, _ reader: ValueReader) throws {
        let argument = try ColumnArgument(text, table, relations: Relation.allCases.map(\.rawValue))
        column = argument.column
        relation = argument.relation.flatMap(Relation.init) ?? .equal
        guard let key = argument.key else {
            self.key = nil
            value = try reader.datum(argument.value, column.type)
            return
        }
        guard var type = column.type.value.map({ ColumnType($0) }) else {
            throw CommandError("cannot specify key to check for non-map column \(column.name)")
        }
        self.key = try reader.atom(key, column.type.key)
        type.minimum = column.type.minimum
        type.maximum = .max
        value = try reader.datum(argument.value, type)
    }

    /// Whether `row` meets it.
    func holds(_ row: RowID, _ transaction: DatabaseTransaction) -> Bool {
        let present = transaction[row, column.name]
        guard let key else { return compare(present) }
        guard let index = present.index(of: key), let values = present.values else {
            return relation.isOfSets && compare(.empty)
        }
        return compare(Datum(values[index]))
    }

    private func compare(_ present: Datum) -> Bool {
        switch relation {
        case .equal, .sameSet: present.compare(value) == 0
        case .notEqual, .otherSet: present.compare(value) != 0
        case .less: present.compare(value) < 0
        case .greater: present.compare(value) > 0
        case .lessOrEqual: present.compare(value) <= 0
        case .greaterOrEqual: present.compare(value) >= 0
        case .properSubset: value.count > present.count && present.isSubset(of: value)
        case .properSuperset: present.count > value.count && value.isSubset(of: present)
        case .subset, .within: present.isSubset(of: value)
        case .superset: value.isSubset(of: present)
        case .without: present.isDisjoint(with: value)
        }
    }
}
