import Testing

@testable import Configuration

@Suite struct OptionReaderTests {
    @Test(arguments: [
        ("7", 7, 0), ("-3", 1, 1), ("11", 10, 1), ("", 5, 1), ("1e3", 5, 1), ("99999999999999999999", 5, 1),
        (" 7", 5, 1),
    ])
    func integers(text: String, expected: Int, complaints: Int) {
        var reader = OptionReader(["key": text], of: "x")
        #expect(reader.integer("key", in: 1...10, default: 5) == expected)
        #expect(reader.complaints.count == complaints)
    }

    @Test(arguments: [("true", true, 0), ("false", false, 0), ("yes", true, 1), ("", true, 1)])
    func booleans(text: String, expected: Bool, complaints: Int) {
        var reader = OptionReader(["key": text], of: "x")
        #expect(reader.boolean("key", default: true) == expected)
        #expect(reader.complaints.count == complaints)
    }

    @Test func absentKeysAreNotComplainedOf() {
        var reader = OptionReader([:], of: "x")
        #expect(reader.integer("key", in: 1...10, default: 5) == 5)
        #expect(reader.boolean("key", default: false) == false)
        #expect(reader.complaints.isEmpty)
    }

    @Test func aComplaintNamesObjectKeyAndValueAndIsShort() throws {
        var reader = OptionReader(["key": String(repeating: "z", count: 5000)], of: "bridge br0: other_config")
        _ = reader.integer("key", in: 1...10, default: 5)
        let complaint = try #require(reader.complaints.first)
        #expect(complaint.hasPrefix("bridge br0: other_config:key=zzz"))
        #expect(complaint.utf8.count < 200)
    }
}
