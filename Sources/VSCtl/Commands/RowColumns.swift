import OVSDB

/// What commands that name columns of one row have to know of the database.
enum RowColumns {
    /// Adds the columns that the arguments from `index` on begin with.
    static func prepare(
        _ invocation: Invocation, _ selection: inout ColumnSelection, _ preparation: Preparation, from index: Int
    ) throws {
        let table = try preparation.schema.table(named: invocation.arguments[0])
        selection.add(namesOf: table.name)
        for text in invocation.arguments.dropFirst(index) {
            selection.add(table.name, [try ColumnArgument.column(text, table).name])
        }
    }

    /// Adds the column that the third argument names.
    static func prepareOne(
        _ invocation: Invocation, _ selection: inout ColumnSelection, _ preparation: Preparation
    ) throws {
        let table = try preparation.schema.table(named: invocation.arguments[0])
        selection.add(namesOf: table.name)
        selection.add(table.name, [try table.column(named: invocation.arguments[2]).name])
    }
}
