/// How tables are printed.
struct TableStyle {
    /// The form of the whole.
    enum Format: String {
        case table, list, html, csv, json
    }

    /// The form of values, but in JSON tables.
    enum Data: String {
        case string, bare, json
    }

    var format = Format.list
    var data = Data.string
    var hasHeadings = true
    /// Whether JSON tables are spread over lines.
    var isPretty = false
    /// The most characters of a column in the format `table`; 0 for any number.
    var maximumWidth = 0
}
