import Machine
import OVSDB

/// Prints tables, one after the other.
struct TablePrinter {
    private let style: TableStyle
    private var isFirst = true

    /// A printer of that style.
    init(_ style: TableStyle) {
        self.style = style
    }

    /// The text of `table`, with a blank line before it when another went ahead.
    mutating func text(_ table: Table) -> String {
        let gap = isFirst || style.format == .html || style.format == .json ? "" : "\n"
        if style.format != .html, style.format != .json { isFirst = false }
        return gap
            + {
                switch style.format {
                case .table: grid(table)
                case .list: list(table)
                case .html: html(table)
                case .csv: csv(table)
                case .json: json(table)
                }
            }()
    }

    private func text(_ cell: Table.Cell) -> String {
        switch style.data {
        case .string: cell.value.commandText(cell.type)
        case .bare: cell.value.bareText
        case .json: cell.value.json(cell.type).text
        }
    }

    // MARK: The formats

    private func grid(_ table: Table) -> String {
        let texts = table.rows.map { $0.map { text($0) } }
        let widths = table.headings.indices.map { column in
            var width = texts.map { $0[column].utf8.count }.max() ?? 0
            if style.maximumWidth > 0 { width = min(width, style.maximumWidth) }
            return style.hasHeadings ? max(width, table.headings[column].utf8.count) : width
        }
        var lines = texts
        if style.hasHeadings {
            lines.insert(contentsOf: [table.headings, widths.map { String(repeating: "-", count: $0) }], at: 0)
        }
        return lines.map { line in
            let cells = zip(line, widths).map { text, width in
                String(decoding: text.utf8.prefix(width), as: UTF8.self).padded(to: width)
            }
            let whole = cells.joined(separator: " ")
            return whole.dropLast(whole.reversed().prefix { $0 == " " }.count) + "\n"
        }.joined()
    }

    private func list(_ table: Table) -> String {
        table.rows.map { row in
            zip(table.headings, row).map { heading, cell in
                guard style.hasHeadings else { return "\(text(cell))\n" }
                return "\(heading.padded(to: 20)): \(text(cell))\n"
            }.joined()
        }.joined(separator: "\n")
    }

    private func csv(_ table: Table) -> String {
        func quoted(_ text: String) -> String {
            guard text.utf8.contains(where: { "\n\",".utf8.contains($0) }) else { return text }
            return "\"\(text.map { $0 == "\"" ? "\"\"" : String($0) }.joined())\""
        }
        let lines = (style.hasHeadings ? [table.headings] : []) + table.rows.map { $0.map { text($0) } }
        return lines.map { $0.map(quoted).joined(separator: ",") + "\n" }.joined()
    }

    private func json(_ table: Table) -> String {
        let rows = table.rows.map { row in JSON.array(row.map { $0.value.json($0.type) }) }
        let whole: JSON = ["headings": .array(table.headings.map(JSON.string)), "data": .array(rows)]
        return (style.isPretty ? whole.prettyText : whole.text) + "\n"
    }

    private func html(_ table: Table) -> String {
        var lines = ["<table border=1>"]
        if style.hasHeadings {
            lines += ["  <tr>"] + table.headings.map { "    <th>\(Self.linked($0))</th>" } + ["  </tr>"]
        }
        for row in table.rows {
            lines.append("  <tr>")
            for (heading, cell) in zip(table.headings, row) {
                let text = text(cell)
                if heading == "_uuid" {
                    let short = Self.escaped(String(text.prefix(8)))
                    lines.append("    <td><a name=\"\(Self.escaped(text))\">\(short)</a></td>")
                } else {
                    lines.append("    <td>\(Self.linked(text))</td>")
                }
            }
            lines.append("  </tr>")
        }
        return (lines + ["</table>"]).map { $0 + "\n" }.joined()
    }

    /// `text` with every UUID in it a link to its row.
    private static func linked(_ text: String) -> String {
        var rest = text[...]
        var result = ""
        while let first = rest.first {
            if UUIDValue(String(rest.prefix(36))) != nil {
                result += "<a href=\"#\(rest.prefix(36))\">\(rest.prefix(8))</a>"
                rest = rest.dropFirst(36)
            } else {
                result += escaped(String(first))
                rest = rest.dropFirst()
            }
        }
        return result
    }

    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            case "\"": "&quot;"
            default: String(character)
            }
        }.joined()
    }
}

extension Datum {
    /// The value as JSON, an empty map of a map column as such.
    fileprivate func json(_ type: ColumnType) -> JSON {
        isEmpty && type.value != nil ? Datum.emptyMap.json : json
    }
}
