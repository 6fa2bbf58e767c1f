import OVSDB

/// Rows of values with headings.
struct Table {
    /// One value.
    struct Cell {
        let value: Datum
        let type: ColumnType
    }

    /// The columns' names.
    let headings: [String]
    /// The rows, each with a cell for every heading.
    var rows: [[Cell]] = []

    /// A table of these columns.
    init(headings: [String]) {
        self.headings = headings
    }
}
