import Testing

@testable import OVSDB

@Suite struct DatumTests {
    static let a = UUIDValue(high: 1, low: 2)
    static let b = UUIDValue.random()
    static let strings = ColumnType(BaseType(.string), minimum: 0, maximum: .max)
    static let map = ColumnType(BaseType(.string), value: BaseType(.string), minimum: 0, maximum: .max)

    @Test func uuidsRoundTrip() {
        #expect(Self.a.description == "00000000-0000-0001-0000-000000000002")
        for _ in 0..<100 {
            let uuid = UUIDValue.random()
            #expect(UUIDValue(uuid.description) == uuid)
            #expect(uuid.description.dropFirst(14).first == "4")
        }
        #expect(UUIDValue("00000000-0000-0001-0000-00000000000") == nil)
        #expect(UUIDValue("00000000-0000-0001-0000-0000000000021") == nil)
        #expect(UUIDValue("00000000x0000-0001-0000-000000000002") == nil)
        #expect(UUIDValue("0000000g-0000-0001-0000-000000000002") == nil)
        #expect(UUIDValue("0123456789ab-cdef-0123-4567-89ABCDEF") == nil)
        let text = "01234567-89ab-cdef-0123-456789ABCDEF"
        #expect(UUIDValue(text) == UUIDValue(high: 0x0123_4567_89ab_cdef, low: 0x0123_4567_89ab_cdef))
        for place in text.utf8.indices {
            for wrong in ["-", "g", "@", "`", "/", ":", " "] where wrong.utf8.first != text.utf8[place] {
                #expect(UUIDValue(text[..<place] + wrong + text[place...].dropFirst()) == nil)
            }
        }
    }

    @Test func everyTypeRoundTrips() throws {
        let cases: [(Datum, ColumnType, String)] = [
            (.integer(-5), ColumnType(BaseType(.integer)), "-5"),
            (.real(0.5), ColumnType(BaseType(.real)), "0.5"),
            (.boolean(true), ColumnType(BaseType(.boolean)), "true"),
            (.string("é"), ColumnType(BaseType(.string)), "\"é\""),
            (.uuid(Self.a), ColumnType(BaseType(.uuid)), #"["uuid","00000000-0000-0001-0000-000000000002"]"#),
            (.named("x"), ColumnType(BaseType(.uuid)), #"["named-uuid","x"]"#),
            (.empty, Self.strings, #"["set",[]]"#),
            (.strings(["one"]), Self.strings, "\"one\""),
            (.strings(["b", "a", "b"]), Self.strings, #"["set",["a","b"]]"#),
            (.emptyMap, Self.map, #"["map",[]]"#),
            (.map(["k": "v", "a": "b"]), Self.map, #"["map",[["a","b"],["k","v"]]]"#),
            (
                .map(["k": 7]), ColumnType(BaseType(.string), value: BaseType(.integer), minimum: 0, maximum: .max),
                #"["map",[["k",7]]]"#
            ),
        ]
        for (datum, type, text) in cases {
            #expect(datum.json.text == text)
            #expect(try Datum(json: JSON(parsing: text), type: type) == datum)
        }
        #expect(try Datum(json: 3, type: ColumnType(BaseType(.real))).real == 3)
    }

    @Test(arguments: [
        "1", "null", "{}", #"["set",1]"#, #"["set",[1]]"#, #"["map",[["a"]]]"#, #"["map",[["a",1]]]"#,
        #"["map",["a"]]"#,
        #"["uuid","x"]"#, "[]",
    ])
    func otherTypesAreRefused(_ text: String) throws {
        let json = try JSON(parsing: text)
        #expect(throws: OVSDBError.self) { try Datum(json: json, type: Self.strings) }
        #expect(throws: OVSDBError.self) { try Datum(json: json, type: Self.map) }
        #expect(throws: OVSDBError.self) { try Datum(json: json, type: ColumnType(BaseType(.uuid))) }
    }

    @Test func readersGiveNothingOfAnotherType() {
        let scalar = Datum.string("x")
        #expect(scalar.string == "x" && scalar.integer == nil && scalar.uuid == nil && scalar.boolean == nil)
        #expect(scalar.strings == ["x"] && scalar.uuids.isEmpty && scalar.stringMap.isEmpty)
        let map = Datum.map(["b": "2", "a": "1", "c": "3"])
        #expect(map["a"] == "1" && map["b"] == "2" && map["c"] == "3" && map["d"] == nil && map[""] == nil)
        #expect(map.string == nil && map.strings.isEmpty && map.integerMap.isEmpty)
        #expect(map.stringMap == ["a": "1", "b": "2", "c": "3"])
        #expect(Datum.strings(["x", "y"]).string == nil)
        #expect(Datum(map: [(.integer(3), .uuid(Self.b))]).integerUUIDMap == [3: Self.b])
        #expect(Datum.optional(nil as String?).isEmpty && Row()["nothing"].isEmpty)
    }

    @Test func equalityIsOfContents() {
        #expect(Datum.empty == Datum.emptyMap)
        #expect(Datum.strings(["a", "b"]) == Datum.strings(["b", "a"]))
        #expect(Datum.map(["a": "1"]) != Datum.map(["a": "2"]))
        #expect(Datum.map(["a": "1"]) != Datum.strings(["a"]))
        // Two spellings of one letter are two strings to OVSDB.
        #expect(Datum.strings(["\u{e9}", "e\u{301}"]).count == 2)
    }

    @Test func differencesApply() throws {
        let set = Datum.strings(["a", "b", "c"]).applying(.strings(["b", "d"]), type: Self.strings)
        #expect(set == .strings(["a", "c", "d"]))
        let map = Datum.map(["a": "1", "b": "2", "c": "3"])
            .applying(.map(["a": "1", "b": "9", "d": "4"]), type: Self.map)
        #expect(map == .map(["b": "9", "c": "3", "d": "4"]))
        let optional = ColumnType(BaseType(.string), minimum: 0)
        #expect(Datum.string("a").applying(.empty, type: optional) == .empty)
        #expect(Datum.string("a").applying(.string("a"), type: optional) == .string("a"))
    }
}
