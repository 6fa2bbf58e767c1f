import TestSupport
import Testing

@testable import OVSDB

@Suite struct JSONParserTests {
    static let sample = """
        {"method":"update3","params":["v","00000000-0000-0000-0000-000000000000",{"Bridge":{"x":{"modify":{\
        "n":[-1,0,9223372036854775807,-9223372036854775808,1.5,-2.5e-3,1e3],"t":true,"f":false,"z":null,\
        "s":"a\\"b\\\\c\\/\\b\\f\\n\\r\\t\\u00e9\\ud83d\\ude00 é😀","e":[],"o":{}}}}}],"id":null}
        """

    @Test func readsEveryKindOfValue() throws {
        let json = try JSON(parsing: Self.sample)
        let row = try #require(json["params"]?.array?[2]["Bridge"]?["x"]?["modify"])
        #expect(
            row["n"] == [-1, 0, .integer(.max), .integer(.min), .real(1.5), .real(-2.5e-3), 1000])
        #expect(row["t"] == true && row["f"] == false && row["z"] == .null)
        #expect(row["s"] == "a\"b\\c/\u{8}\u{c}\n\r\té😀 é😀")
        #expect(row["e"] == [] && row["o"] == [:])
    }

    @Test func writesWhatItReads() throws {
        let json = try JSON(parsing: Self.sample)
        #expect(try JSON(parsing: json.text) == json)
        #expect(
            JSON.object(["b": [1, .real(0.25), "x\u{1}\"\n"], "a": .null]).text
                == #"{"a":null,"b":[1,0.25,"x\u0001\"\n"]}"#)
    }

    @Test func splitsAtEveryByteChangeNothing() throws {
        let whole = try JSON(parsing: Self.sample)
        let bytes = Array(Self.sample.utf8)
        for cut in 0...bytes.count {
            var parser = JSONParser()
            var values: [JSON] = []
            try parser.feed(bytes[..<cut], into: &values)
            try parser.feed(bytes[cut...], into: &values)
            #expect(values == [whole], "cut at \(cut)")
        }
        var parser = JSONParser()
        var values: [JSON] = []
        for byte in bytes + bytes { try parser.feed([byte], into: &values) }
        #expect(values == [whole, whole] && parser.isIdle)
    }

    @Test func parsersShareAWorkspace() throws {
        let whole = try JSON(parsing: Self.sample)
        let bytes = Array(Self.sample.utf8)
        let workspace = JSONWorkspace()
        func feed(_ piece: ArraySlice<UInt8>, _ parser: inout JSONParser, _ values: inout [JSON]) throws {
            try Array(piece).withUnsafeBytes { try parser.feed($0, into: &values, using: workspace) }
        }
        // One begins while another is at work; a third fails in the middle.
        for cut in 0...bytes.count {
            var (first, second, third) = (JSONParser(), JSONParser(), JSONParser())
            var (a, b, c): ([JSON], [JSON], [JSON]) = ([], [], [])
            try feed(bytes[..<cut], &first, &a)
            #expect(throws: OVSDBError.self) { try feed(bytes[..<cut] + [1], &third, &c) }
            try feed(bytes[...], &second, &b)
            try feed(bytes[..<cut], &second, &b)
            try feed(bytes[cut...], &first, &a)
            try feed(bytes[cut...], &second, &b)
            #expect(a == [whole] && b == [whole, whole], "cut at \(cut)")
        }
    }

    @Test func everyTruncationIsUnfinished() throws {
        let bytes = Array(Self.sample.utf8)
        for length in 1..<bytes.count {
            #expect(throws: OVSDBError.self, "length \(length)") { try JSON(parsing: bytes[..<length]) }
        }
    }

    @Test func mutationsNeverTrap() {
        var random = SeededGenerator(seed: 20_260_101)
        let bytes = Array(Self.sample.utf8)
        var accepted = 0
        for _ in 0..<20_000 {
            var mutant = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let index = Int.random(in: 0..<mutant.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: mutant[index] = UInt8.random(in: 0...255, using: &random)
                case 1: mutant.remove(at: index)
                default: mutant.insert(UInt8.random(in: 0...255, using: &random), at: index)
                }
            }
            guard let json = try? JSON(parsing: mutant) else { continue }
            accepted += 1
            #expect((try? JSON(parsing: json.text)) == json)
        }
        // Some mutants stay valid (a letter within a string), most do not.
        #expect(accepted > 100 && accepted < 19_000)
    }

    @Test(arguments: [
        "", " ", "nul", "nulll", "truefalse", "tru e", "01", "-", "-x", "1.", "1.e1", ".5", "1e", "1e+", "+1", "1-1",
        "1e400", "[1,]", "[,1]", "[1 2]", "[1}", "{1:2}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "]",
        "}", "\"", "\"\u{1}\"", "\"\n\"", "\"\\x\"", "\"\\u12g4\"", "\"\\ud800\"", "\"\\ud800x\"", "\"\\udc00\"",
        "\"\\ud800\\n\"", "\"\\ud800\\ud800\"", "\"\\u0000\"", "{} {", "'a'", "\u{FEFF}{}", "1 2",
    ])
    func refuses(_ text: String) {
        #expect(throws: OVSDBError.self) { try JSON(parsing: text) }
    }

    @Test func refusesInvalidUTF8() {
        for bytes: [UInt8] in [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xE2, 0x82], [0x80]] {
            #expect(throws: OVSDBError.self) { try JSON(parsing: [0x22] + bytes + [0x22]) }
        }
    }

    /// Strings are gone through several bytes at a time; what ends or spoils them may be anywhere.
    @Test(arguments: 0..<20) func stringsEndWhereTheyEnd(length: Int) throws {
        for place in 0...length {
            let (head, tail) = (String(repeating: "a", count: place), String(repeating: "b", count: length - place))
            for (written, meant) in [
                ("", ""), ("\\n", "\n"), ("\\\"", "\""), ("\\\\", "\\"), ("\u{7F}", "\u{7F}"), ("ü", "ü"),
                ("\u{1F600}", "\u{1F600}"),
            ] {
                #expect(try JSON(parsing: "[\"\(head)\(written)\(tail)\",1]") == [.string(head + meant + tail), 1])
            }
            for bad in [UInt8(0), 0x1F, 0x80, 0xFF] {
                let bytes = [UInt8(ascii: "\"")] + head.utf8 + [bad] + tail.utf8 + [UInt8(ascii: "\"")]
                #expect(throws: OVSDBError.self) { try JSON(parsing: bytes) }
            }
        }
    }

    @Test func numbersKeepTheirBits() throws {
        #expect(try JSON(parsing: "9223372036854775808") == .real(9_223_372_036_854_775_808))
        #expect(try JSON(parsing: "-0") == 0)
        #expect(try JSON(parsing: "1.0") == 1)
        #expect(try JSON(parsing: " 0.1 ") == .real(0.1))
        #expect(try JSON(parsing: "9007199254740993") == 9_007_199_254_740_993)
    }

    @Test func limitsHold() throws {
        let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        _ = try JSON(parsing: deep)
        #expect(throws: OVSDBError.self) { try JSON(parsing: "[" + deep + "]") }

        var parser = JSONParser(limits: .init(bytes: 1000))
        var values: [JSON] = []
        // Many small values are no large one.
        for _ in 0..<100 { try parser.feed("{\"a\":\"bcdefghijkl\"}".utf8, into: &values) }
        #expect(values.count == 100)
        #expect(throws: OVSDBError.self) {
            try parser.feed("\"".utf8, into: &values)
            for _ in 0..<20 { try parser.feed(String(repeating: "x", count: 100).utf8, into: &values) }
        }
        #expect(throws: OVSDBError.self, "stays failed") { try parser.feed("{}".utf8, into: &values) }
    }

    @Test func garbageIsRefusedAtOnceAfterWhatWasGood() {
        var parser = JSONParser()
        var values: [JSON] = []
        #expect(throws: OVSDBError.self) { try parser.feed("{}[1]HTTP/1.1 400".utf8, into: &values) }
        #expect(values == [[:], [1]])
    }
}
