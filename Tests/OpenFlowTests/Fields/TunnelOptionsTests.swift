import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct TunnelOptionsTests {
    private func code(_ options: TunnelOptions?, _ mappings: TLVTable.Mapping...) -> OpenFlowError.Code? {
        do {
            _ = try TunnelOptions.changed(options, by: TLVTableMod(command: .add, mappings: mappings))
            return nil
        } catch {
            return error.code
        }
    }

    @Test func whatIsMappedTwiceIsRefused() throws {
        let options = try #require(try TunnelOptions.make(4, 8))
        #expect(code(options, TunnelOptions.mapping(9, 4, 1)) == .tlvAlreadyMapped)
        #expect(code(options, TunnelOptions.mapping(1, 4, 5)) == .duplicateTLV)
        #expect(code(options, TunnelOptions.mapping(9, 4, 5), TunnelOptions.mapping(9, 4, 6)) == .duplicateTLV)
        #expect(code(options, TunnelOptions.mapping(9, 4, 64)) == .badTLVIndex)
        #expect(code(options, TunnelOptions.mapping(9, 4, 63)) == nil)
        // Another class is another option.
        #expect(code(options, .init(optionClass: 0xfffe, optionType: 1, length: 4, index: 5)) == nil)
    }

    @Test func thereIsRoomFor256Bytes() throws {
        #expect(code(nil, TunnelOptions.mapping(1, 124, 1), TunnelOptions.mapping(2, 124, 2)) == nil)
        let full = try #require(try TunnelOptions.make(124, 124, 8))
        #expect(code(full, TunnelOptions.mapping(9, 4, 9)) == .tlvTableFull)
        #expect(code(full, TunnelOptions.mapping(9, 0, 9)) == nil)
    }

    @Test func allFieldsTogetherHave256Bytes() throws {
        var options: TunnelOptions?
        for number in 0..<64 {
            let mapping = TunnelOptions.mapping(UInt8(number), 4, UInt16(number))
            options = try TunnelOptions.changed(options, by: TLVTableMod(command: .add, mappings: [mapping]))
        }
        let map = try #require(options)
        #expect(map.mappings.count == 64)
        var key = FlowKey()
        for number in 0..<64 { map[number]?.set(UInt128(0x0101_0101 * number), in: &key) }
        for number in 0..<64 { #expect(map[number]?.get(key) == UInt128(0x0101_0101 * number)) }
        #expect(key.extent == FlowKey.wordCount && key[FlowField.tunnelOptionsPresent >> 3] == .max)
    }

    @Test func aFieldMayStandInPieces() throws {
        var options = try #require(try TunnelOptions.make(4, 120, 4, 120, 8))
        for number in [0, 2] as [UInt16] {
            let gone = TLVTableMod(command: .delete, mappings: [TunnelOptions.mapping(0, 4, number)])
            options = try #require(try TunnelOptions.changed(options, by: gone))
        }
        let more = TLVTableMod(command: .add, mappings: [TunnelOptions.mapping(77, 8, 63)])
        options = try #require(try TunnelOptions.changed(options, by: more))
        var random = SeededGenerator(seed: 3)
        var key = FlowKey()
        var expected: [Int: FieldValue] = [:]
        for number in [1, 3, 4, 63] {
            let field = try #require(options[number])
            let value = FieldValue(bytes: (0..<field.size).map { _ in UInt8.random(in: 0...255, using: &random) })
            for part in 0..<field.partCount { field.set(value.part(part), part: part, in: &key) }
            expected[number] = value
        }
        for (number, value) in expected { #expect(options[number]?.value(in: key) == value, "tun_metadata\(number)") }
        // What goes leaves the others.
        options[1]?.delete(in: &key)
        #expect(options[1]?.value(in: key).isZero == true && options[1]?.isWild(in: key) == true)
        for number in [3, 4, 63] { #expect(options[number]?.value(in: key) == expected[number]) }
    }

    @Test func whatGoesIsToldByItsNumber() throws {
        let options = try #require(try TunnelOptions.make(4, 8))
        // Whatever the option is said to be; and what is not mapped goes without a word.
        let gone = TLVTableMod(
            command: .delete, mappings: [TunnelOptions.mapping(9, 124, 0), TunnelOptions.mapping(9, 4, 50)])
        let left = try #require(try TunnelOptions.changed(options, by: gone))
        #expect(left.mappings == [TunnelOptions.mapping(1, 8, 1)])
        // A field that stays is the same one.
        #expect(left[1] === options[1])
        #expect(try TunnelOptions.changed(left, by: TLVTableMod(command: .clear, mappings: [])) == nil)
    }

    @Test func rangesOfWideFieldsAreReadAndWritten() throws {
        let field = try #require(try TunnelOptions.make(124)?[0])
        var random = SeededGenerator(seed: 4)
        for _ in 0..<300 {
            let bits = Int.random(in: 1...992, using: &random)
            let range = FieldRange(field, offset: Int.random(in: 0...992 - bits, using: &random), bits: bits)
            let before = FieldValue(bytes: (0..<124).map { _ in UInt8.random(in: 0...255, using: &random) })
            let value = FieldValue(bytes: (0..<124).map { _ in UInt8.random(in: 0...255, using: &random) })
            var key = FlowKey()
            FieldRange(field).set(before, in: &key)
            #expect(field.value(in: key) == before)
            range.set(value, in: &key)
            let ones = FieldValue(ones: bits).shifted(left: range.offset)
            #expect(range.value(in: key) == value.truncated(to: bits))
            #expect(range.get(key) == value.truncated(to: bits).low)
            let after = field.value(in: key)
            #expect(after & ones == value.truncated(to: bits).shifted(left: range.offset))
            #expect(after | ones == before | ones)
            var mask = FlowMask()
            range.mergeMask(into: &mask)
            #expect(field.value(in: mask) == ones && !field.isWild(in: mask))
        }
    }

    @Test func optionsOfAPacketBecomeFields() throws {
        let map = try #require(try TunnelOptions.make(4, 0, 20))
        var key = FlowKey()
        let options = [
            TunnelOption(optionClass: 0xffff, type: 2, value: Array(1...20)),
            TunnelOption(optionClass: 0xffff, type: 1, value: []),
            TunnelOption(optionClass: 0x1234, type: 1, value: [1, 2, 3, 4]),
        ]
        #expect(TunnelOptions.fill(&key, with: options, map))
        #expect(map[2]?.value(in: key) == FieldValue(bytes: Array(1...20)))
        #expect(map[1]?.isWild(in: key) == false && map[0]?.isWild(in: key) == true)
        // Of another length; one that must be known, and is not.
        #expect(!TunnelOptions.fill(&key, with: [.init(optionClass: 0xffff, type: 0, value: [])], map))
        #expect(!TunnelOptions.fill(&key, with: [.init(optionClass: 0xffff, type: 0x80, value: [])], map))
        #expect(TunnelOptions.fill(&key, with: [.init(optionClass: 0xffff, type: 0x7f, value: [])], nil))
    }
}
