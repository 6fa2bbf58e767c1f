import OVSDB
import Testing

@testable import VSCtl

@Suite struct TablePrinterTests {
    private var table: Table {
        var table = Table(headings: ["name", "tag"])
        let (text, number) = (ColumnType(BaseType(.string)), ColumnType(BaseType(.integer), minimum: 0))
        table.rows = [
            [.init(value: .string("a,b"), type: text), .init(value: .integer(5), type: number)],
            [.init(value: .string("c"), type: text), .init(value: .empty, type: number)],
        ]
        return table
    }

    private func text(_ format: TableStyle.Format, _ change: (inout TableStyle) -> Void = { _ in }) -> String {
        var style = TableStyle()
        style.format = format
        change(&style)
        var printer = TablePrinter(style)
        return printer.text(table)
    }

    @Test func formats() {
        #expect(text(.table) == "name  tag\n----- ---\n\"a,b\" 5\nc     []\n")
        #expect(text(.csv) == "name,tag\n\"\"\"a,b\"\"\",5\nc,[]\n")
        #expect(text(.list) { $0.data = .bare; $0.hasHeadings = false } == "a,b\n5\n\nc\n\n")
        #expect(text(.json) == "{\"data\":[[\"a,b\",5],[\"c\",[\"set\",[]]]],\"headings\":[\"name\",\"tag\"]}\n")
        #expect(text(.html).contains("    <td>&quot;a,b&quot;</td>\n"))
    }

    @Test func columnsAreAligned() {
        #expect(text(.list).hasPrefix("name                : \"a,b\"\ntag                 : 5\n\nname  "))
        #expect(text(.table) { $0.maximumWidth = 3 } == "name tag\n---- ---\n\"a,b 5\nc    []\n")
    }

    @Test func tablesAreSetApart() {
        var printer = TablePrinter(TableStyle())
        let first = printer.text(table)
        #expect(printer.text(table) == "\n" + first)
    }
}
