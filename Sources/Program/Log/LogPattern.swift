import Glibc

/// The form of a log line: text with `%` escapes, as ovs-appctl(8) describes them under "vlog/set PATTERN".
public struct LogPattern: Sendable, Equatable {
    /// One expansion.
    private enum Piece: Sendable, Equatable {
        case literal([UInt8])
        case field(Field, Padding)
        case time(format: String, isUTC: Bool, Padding)
    }

    private enum Field: UInt8, Sendable {
        case application, priority, module, host, message, serial, newline, level, process, elapsed, thread
        case parenthesizedThread
    }

    private struct Padding: Sendable, Equatable {
        var isLeft = false
        var isZero = false
        var width = 0
    }

    /// The text that was parsed.
    public let text: String
    private let pieces: [Piece]

    /// Reads a pattern; what is no escape stands for itself, so every text is a pattern.
    public init(_ text: String) {
        self.text = text
        var parser = Parser(text)
        pieces = parser.parse()
    }

    /// Appends the line for `entry`, without a newline at its end.
    public func write(_ entry: LogEntry, to line: inout [UInt8]) {
        for piece in pieces {
            switch piece {
            case .literal(let bytes): line += bytes
            case .field(.message, let padding) where padding.width == 0: line += entry.message.utf8
            case .field(let field, let padding): Self.append(Self.expansion(of: field, entry), padding, to: &line)
            case .time(let format, let isUTC, let padding):
                Self.append(entry.time.formatted(format, isUTC: isUTC), padding, to: &line)
            }
        }
    }

    private static func expansion(of field: Field, _ entry: LogEntry) -> String {
        switch field {
        case .application: entry.application
        case .priority: String(entry.facility.number * 8 + entry.level.syslogSeverity)
        case .module: entry.module
        case .host: entry.host
        case .message: entry.message
        case .serial: String(entry.serial)
        case .newline: "\n"
        case .level: entry.level.name
        case .process: String(getpid())
        case .elapsed: String(entry.elapsedMilliseconds)
        case .thread: entry.thread.isEmpty ? "main" : entry.thread
        case .parenthesizedThread: entry.thread.isEmpty ? "" : "(\(entry.thread))"
        }
    }

    private static func append(_ text: String, _ padding: Padding, to line: inout [UInt8]) {
        let missing = padding.width - text.utf8.count
        guard missing > 0 else {
            line += text.utf8
            return
        }
        let fill = repeatElement(UInt8(ascii: padding.isZero && !padding.isLeft ? "0" : " "), count: missing)
        if !padding.isLeft { line += fill }
        line += text.utf8
        if padding.isLeft { line += fill }
    }

    /// Takes a pattern apart.
    private struct Parser {
        private var rest: Substring.UTF8View
        private var pieces: [Piece] = []
        private var literal: [UInt8] = []

        init(_ text: String) {
            rest = Substring(text).utf8
        }

        mutating func parse() -> [Piece] {
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "%") { escape() } else { literal.append(byte) }
            }
            flush()
            return pieces
        }

        private mutating func flush() {
            if !literal.isEmpty { pieces.append(.literal(literal)) }
            literal = []
        }

        private mutating func escape() {
            var padding = Padding()
            if rest.first == UInt8(ascii: "-") {
                padding.isLeft = true
                rest.removeFirst()
            }
            if rest.first == UInt8(ascii: "0") {
                padding.isZero = true
                rest.removeFirst()
            }
            while let byte = rest.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                // A line need not be wider than this, whatever an operator types.
                padding.width = min(padding.width * 10 + Int(byte - UInt8(ascii: "0")), 1024)
                rest.removeFirst()
            }
            guard let letter = rest.popFirst() else {
                literal.append(UInt8(ascii: "%"))
                return
            }
            switch letter {
            case UInt8(ascii: "A"): add(.application, padding)
            case UInt8(ascii: "B"): add(.priority, padding)
            case UInt8(ascii: "c"): add(.module, padding)
            case UInt8(ascii: "d"): addTime(isUTC: false, padding)
            case UInt8(ascii: "D"): addTime(isUTC: true, padding)
            case UInt8(ascii: "E"): add(.host, padding)
            case UInt8(ascii: "m"): add(.message, padding)
            case UInt8(ascii: "N"): add(.serial, padding)
            case UInt8(ascii: "n"): add(.newline, padding)
            case UInt8(ascii: "p"): add(.level, padding)
            case UInt8(ascii: "P"): add(.process, padding)
            case UInt8(ascii: "r"): add(.elapsed, padding)
            case UInt8(ascii: "t"): add(.thread, padding)
            case UInt8(ascii: "T"): add(.parenthesizedThread, padding)
            default: literal.append(letter)
            }
        }

        private mutating func add(_ field: Field, _ padding: Padding) {
            flush()
            pieces.append(.field(field, padding))
        }

        private mutating func addTime(isUTC: Bool, _ padding: Padding) {
            flush()
            var format = "%Y-%m-%d %H:%M:%S.###"
            if rest.first == UInt8(ascii: "{"), let end = rest.firstIndex(of: UInt8(ascii: "}")) {
                format = String(Substring(rest[rest.index(after: rest.startIndex)..<end]))
                rest = rest[rest.index(after: end)...]
            }
            pieces.append(.time(format: format, isUTC: isUTC, padding))
        }
    }
}
