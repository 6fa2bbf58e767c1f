import TestSupport
import Testing

@testable import OVSDB

@Suite struct ValueReaderTests {
    private let row = UUIDValue(high: 1, low: 2)
    private var reader: ValueReader { ValueReader { [row] _, _ in row } }

    private func set(of type: BaseType, _ range: ClosedRange<Int> = 0...Int.max) -> ColumnType {
        ColumnType(type, minimum: range.lowerBound, maximum: range.upperBound)
    }

    @Test func sets() throws {
        let integers = set(of: BaseType(.integer))
        #expect(try reader.datum("3,1 2", integers) == .integers([1, 2, 3]))
        #expect(try reader.datum(" [ 5 ] ", integers) == .integer(5))
        #expect(try reader.datum("[]", integers).isEmpty)
        #expect(try reader.datum("1-3,-5--4", integers) == .integers([-5, -4, 1, 2, 3]))
        #expect(try reader.datum("a,\"b c\",d\\,e", set(of: BaseType(.string))) == .strings(["a", "b c", "d,e"]))
        #expect(try reader.datum("@x", set(of: BaseType(.uuid))) == .uuid(row))
    }

    @Test func maps() throws {
        let type = ColumnType(BaseType(.string), value: BaseType(.string), minimum: 0, maximum: .max)
        #expect(try reader.datum("a=b, c = \"\\u00e9\\n\"", type) == .map(["a": "b", "c": "é\n"]))
        #expect(try reader.datum("{}", type).isEmpty)
    }

    @Test(arguments: [
        ("", "use \"[]\" to specify the empty set"),
        ("x", "\"x\" is not a valid integer or range"),
        ("9223372036854775808", "\"9223372036854775808\" is not a valid integer or range"),
        ("3-1", "\"3-1\" is not a valid range. Range end cannot be before start."),
        ("0-4096", "constraint violation: Range \"0-4096\" is too big. Maximum allowed size is 4096."),
        ("-9223372036854775808-9223372036854775807",
         "constraint violation: Range \"-9223372036854775808-9223372036854775807\" is too big. "
            + "Maximum allowed size is 4096."),
        ("[1", "[1: missing \"]\" at end of data"),
        ("[1]2", "[1]2: trailing garbage after \"]\""),
        ("1=2", "1=2: unexpected \"=\" parsing set of integers"),
        ("1,1", "1,1: set contains duplicate value"),
        ("1\\", "1\\: backslash at end of argument"),
        ("\"1", "\"1: quoted string extends past end of argument"),
    ])
    func refusals(_ text: String, _ message: String) {
        let error = #expect(throws: OVSDBError.self) {
            try reader.datum(text, ColumnType(BaseType(.integer), minimum: 0, maximum: .max))
        }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        ("", "An empty string is not valid as input; use \"\" to represent the empty string"),
        ("\"", "\": missing quote at end of quoted string"),
        ("\"\\x\"", "\"\\x\": bad escape \\x"),
        ("\"\\u12\"", "\"\\u12\": quoted string ends within \\u escape"),
        ("\"\\ud800\"", "\"\\ud800\": malformed escaped surrogate pair"),
        ("\"\\ud800\\u0041\"",
         "\"\\ud800\\u0041\": second half of escaped surrogate pair is not trailing surrogate"),
        ("\"\\u0000\"", "\"\\u0000\": null bytes not supported in quoted strings"),
    ])
    func strings(_ text: String, _ message: String) {
        let error = #expect(throws: OVSDBError.self) { try reader.atom(text, BaseType(.string)) }
        #expect(error?.description == message)
    }

    @Test func whatIsPrintedIsRead() throws {
        let type = ColumnType(BaseType(.string), minimum: 0, maximum: .max)
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<300 {
            let texts = (0..<3).map { _ in
                String((0..<Int.random(in: 0...5, using: &generator)).map { _ in
                    "aZ0_-.\"\\ ,={}[]:é\n".randomElement(using: &generator) ?? "x"
                })
            }
            let value = Datum.strings(texts)
            #expect(try reader.datum(value.commandText(type), type) == value)
        }
    }
}
