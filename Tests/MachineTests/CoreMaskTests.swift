import Testing

@testable import Machine

@Suite struct CoreMaskTests {
    @Test(
        arguments: [
            ("e", [1, 2, 3]), ("0xE", [1, 2, 3]), ("FF00000000", Array(32...39)), ("0", []), (" 1 ", [0]),
            ("1" + String(repeating: "0", count: 40), [160]),
        ] as [(String, [Int])])
    func reads(_ text: String, _ cores: [Int]) {
        #expect(CoreMask(hexadecimal: text)?.cores == cores)
    }

    @Test(arguments: ["", "0x", "g", "0,1", "-1", "1 2", "٣", String(repeating: "f", count: 1025)])
    func refuses(_ text: String) {
        #expect(CoreMask(hexadecimal: text) == nil)
    }
}
