import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct FieldValueTests {
    private var random = SeededGenerator(seed: 77)

    private mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
    }

    @Test mutating func bytesAreReadBack() {
        for count in [0, 1, 4, 15, 16, 17, 31, 32, 33, 100, 124, 128] {
            let bytes = bytes(count)
            let value = FieldValue(bytes: bytes)
            #expect(value.bytes(count) == bytes)
            // Fewer bytes are the lower ones, more begin with zeros.
            #expect(value.bytes(count / 2) == Array(bytes.suffix(count / 2)))
            #expect(value.bytes(count + 20) == Array(repeating: 0, count: 20) + bytes)
        }
    }

    @Test mutating func textIsReadBack() {
        for count in [0, 1, 4, 16, 17, 48, 124] {
            let value = FieldValue(bytes: bytes(count))
            #expect(FieldValue(value.hexadecimal) == value, "\(value.hexadecimal)")
        }
        #expect(FieldValue(0).hexadecimal == "0")
        #expect(FieldValue(parts: [5, 1]).hexadecimal == "0x1" + String(repeating: "0", count: 31) + "5")
        #expect(FieldValue("12") == 12 && FieldValue("0XAb") == 0xab)
        for text in ["", "0x", "x5", "0xg", "5 ", "-1", "0x1 ", "0x١"] { #expect(FieldValue(text) == nil, "\(text)") }
    }

    /// Bit by bit, the lowest first.
    private func bits(_ value: FieldValue, _ count: Int) -> [Bool] {
        let bytes = Array(value.bytes((count + 7) / 8).reversed())
        return (0..<count).map { bytes[$0 / 8] >> UInt8($0 % 8) & 1 != 0 }
    }

    @Test mutating func operatorsWorkBitByBit() {
        for _ in 0..<200 {
            let left = FieldValue(bytes: bytes(Int.random(in: 0...60, using: &random)))
            let right = FieldValue(bytes: bytes(Int.random(in: 0...60, using: &random)))
            let (a, b) = (bits(left, 1200), bits(right, 1200))
            #expect(bits(left & right, 1200) == zip(a, b).map { $0 && $1 })
            #expect(bits(left | right, 1200) == zip(a, b).map { $0 || $1 })
            #expect((left | right).contains(left) && (left & right == left) == left.isContained(in: right))
            let shift = Int.random(in: 0...600, using: &random)
            #expect(
                bits(left.shifted(left: shift), 1200) == Array((Array(repeating: false, count: shift) + a).prefix(1200))
            )
            let kept = Int.random(in: 0...500, using: &random)
            #expect(bits(left.truncated(to: kept), 1200) == a.enumerated().map { $0.offset < kept && $0.element })
        }
    }

    /// Two ways to one number are one number.
    @Test func zerosAboveDoNotCount() {
        #expect(FieldValue(parts: [7, 0, 0]) == 7 && FieldValue(parts: []) == 0)
        #expect(FieldValue(bytes: [0, 0] + Array(repeating: 0, count: 40) + [7]).hashValue == FieldValue(7).hashValue)
        #expect(FieldValue(ones: 0).isZero && FieldValue(ones: -5).isZero)
        #expect(FieldValue(ones: 130) == FieldValue(parts: [.max, 3]))
    }
}

extension FieldValue {
    fileprivate func isContained(in other: FieldValue) -> Bool { other.contains(self) }
}
