import OVSDB

/// What a command has to say when the transaction is done.
struct CommandResult {
    /// Lines.
    var output = ""
    /// A table instead.
    var table: Table?
    /// A row made, whose UUID in the database is the output.
    var created: RowID?
}
