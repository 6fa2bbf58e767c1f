import Packets
import TestSupport
import Testing

@testable import OpenFlow

/// tun_metadata fields in matches and actions.
@Suite
struct TunnelOptionCodecTests {
    /// tun_metadata0 to 3.
    private let options: TunnelOptions

    init() throws { options = try #require(try TunnelOptions.make(4, 0, 124, 20)) }

    private func field(_ number: Int) throws -> MatchField { try #require(options[number]) }

    private func decode(_ bytes: [UInt8], _ how: ExtensibleMatch.Options = []) throws(OpenFlowError) -> Match {
        var reader = ByteReader(bytes)
        reader.tunnelOptions = options
        return try ExtensibleMatch.decode(reader, options: how).match
    }

    private func code(_ bytes: [UInt8]) -> OpenFlowError.Code? {
        do {
            _ = try decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    private func randomMatch(_ random: inout SeededGenerator) throws -> Match {
        var match = RandomMatch.make(&random, .v13)
        for number in 0..<4 where Bool.random(using: &random) {
            let field = try field(number)
            let bytes = { (random: inout SeededGenerator) in
                FieldValue(bytes: (0..<field.size).map { _ in UInt8.random(in: 0...255, using: &random) })
            }
            let mask = Bool.random(using: &random) ? FieldValue(ones: field.bits) : bytes(&random)
            match.setOption(field, bytes(&random), mask: mask)
        }
        return match
    }

    @Test func matchesReadBack() throws {
        var random = SeededGenerator(seed: 11)
        for _ in 0..<200 {
            let match = try randomMatch(&random)
            var writer = ByteWriter(tunnelOptions: options)
            ExtensibleMatch.encode(match, version: .v13, into: &writer)
            #expect(try decode(writer.bytes) == match)
            for count in stride(from: 0, to: writer.bytes.count, by: 3) {
                _ = try? decode(Array(writer.bytes.prefix(count)))
            }
            // Broken in some place, it is refused or read, and what was read can be written.
            var bytes = writer.bytes
            guard let place = bytes.indices.randomElement(using: &random) else { continue }
            bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            guard let read = try? decode(bytes) else { continue }
            var again = ByteWriter(tunnelOptions: options)
            ExtensibleMatch.encode(read, version: .v13, into: &again)
            #expect(try decode(again.bytes) == read)
        }
    }

    @Test func leadingZerosNeedNotBeTold() throws {
        // Class 1, field 40, one byte of value.
        var match = try decode([0, 1, 40 << 1, 1, 5])
        #expect(try field(0).get(match.key) == 5 && field(0).isExact(in: match.mask))
        // With a mask of one byte.
        match = try decode([0, 1, 40 << 1 | 1, 2, 5, 7])
        #expect(try field(0).get(match.mask) == 7)
        // Too long: the first bytes count, or the last of metadata that comes back.
        match = try decode([0, 1, 40 << 1, 6, 1, 2, 3, 4, 5, 6])
        #expect(try field(0).get(match.key) == 0x0102_0304)
        match = try decode([0, 1, 40 << 1, 6, 1, 2, 3, 4, 5, 6], .loose)
        #expect(try field(0).get(match.key) == 0x0304_0506)
    }

    @Test func aFieldMayBeAskedForWithoutValue() throws {
        let match = try decode([0, 1, 40 << 1 | 1, 0])
        #expect(try !field(0).isWild(in: match.mask) && field(0).get(match.mask) == 0)
        #expect(MatchFormat.describe(match, options: options) == "tun_metadata0")
        // The field has no bits, so that nothing else can be asked for.
        #expect(MatchFormat.describe(try decode([0, 1, 41 << 1, 0]), options: options) == "tun_metadata1")
    }

    @Test func errorsAreOpenVSwitchs() throws {
        #expect(code([0, 1, 50 << 1, 4, 0, 0, 0, 5]) == .invalidTLVField)
        #expect(code([0, 1, 40 << 1, 1, 5, 0, 1, 40 << 1, 1, 6]) == .duplicateField)
        #expect(code([0, 1, 40 << 1 | 1, 2, 9, 7]) == .badMatchWildcards)
        #expect(code([0, 1, 40 << 1, 4, 5]) == .badMatchLength)
        // Who sends metadata back may still know what is not mapped any more.
        #expect(try decode([0, 1, 50 << 1, 4, 0, 0, 0, 5], .loose).mask.isEmpty)
    }

    private func actions(_ list: [Action], _ version: OpenFlowVersion) throws -> [Action] {
        var writer = ByteWriter()
        ActionCodec.encode(list, version: version, into: &writer)
        var reader = ByteReader(writer.bytes)
        reader.tunnelOptions = options
        return try ActionCodec.decode(reader, version: version, context: .flow)
    }

    @Test(arguments: [OpenFlowVersion.v10, .v13, .v15])
    func actionsReadBack(version: OpenFlowVersion) throws {
        let wide = try field(2)
        let register = FieldRange(try #require(MatchField.named("reg3")))
        let part = FieldRange(wide, offset: 500, bits: 32)
        var learn = LearnAction()
        learn.steps = [
            .init(.immediate(FieldValue(ones: 300)), .match(FieldRange(wide, offset: 7, bits: 300)), bits: 300),
            .init(
                .field(FieldRange(wide, offset: 0, bits: 400)), .load(FieldRange(wide, offset: 592, bits: 400)),
                bits: 400),
            .init(.immediate(FieldValue(parts: [1, 2, 3])), .load(FieldRange(wide, offset: 100, bits: 299)), bits: 299),
        ]
        let list: [Action] = [
            .move(from: part, to: register), .move(from: register, to: part),
            .move(from: FieldRange(wide), to: FieldRange(wide)), .deleteField(try field(3)), .deleteField(try field(1)),
            .learn(learn), .outputRegister(FieldRange(try field(0)), maxLength: 0),
            .clone([.stackPush(FieldRange(wide)), .stackPop(FieldRange(try field(3), offset: 30, bits: 130))]),
        ]
        #expect(try actions(list, version) == list)
    }

    @Test(arguments: OpenFlowVersion.allCases)
    func fieldsAreSet(version: OpenFlowVersion) throws {
        let wide = try field(2)
        let value = FieldValue(bytes: Array(1...124))
        let mask = FieldValue(ones: 600).shifted(left: 300)
        for list in [
            [FieldRewrite(wide, whole: value)], [FieldRewrite(wide, whole: value, mask: mask)],
            [FieldRewrite(try field(1), whole: 0)], [FieldRewrite(try field(0), whole: 7, mask: 0xff)],
        ] {
            let read = try actions(list.map { .setField($0) }, version)
            guard case .setField(let rewrite) = read.first, read.count == 1 else {
                Issue.record("\(read)")
                continue
            }
            // Older versions say it otherwise, but the same.
            #expect(rewrite.wholeValue == list[0].wholeValue && rewrite.wholeMask == list[0].wholeMask)
        }
    }

    @Test func whatIsNotMappedCannotBeNamed() throws {
        let lists: [[Action]] = [
            [.move(from: FieldRange(try field(0)), to: FieldRange(try #require(MatchField.named("reg3"))))],
            [.stackPush(FieldRange(try field(0)))], [.setField(FieldRewrite(try field(0), value: 1))],
            [.outputRegister(FieldRange(try field(0)), maxLength: 0)], [.deleteField(try field(0))],
        ]
        for list in lists {
            var writer = ByteWriter()
            ActionCodec.encode(list, version: .v13, into: &writer)
            #expect(throws: OpenFlowError(.invalidTLVField, "tun_metadata0 is not mapped")) {
                try ActionCodec.decode(ByteReader(writer.bytes), version: .v13, context: .flow)
            }
        }
        // Nor what a field does not have.
        var writer = ByteWriter()
        ActionCodec.encode(
            [.stackPush(FieldRange(try field(2), offset: 32, bits: 32))], version: .v13, into: &writer)
        var bytes = writer.bytes
        bytes[14] = 40 << 1
        var reader = ByteReader(bytes)
        reader.tunnelOptions = options
        #expect(throws: OpenFlowError(.badSetLength, "tun_metadata0[32..+32]")) {
            try ActionCodec.decode(reader, version: .v13, context: .flow)
        }
    }

    /// Connections are not tracked, but what is wrong with the fields of a `ct` is told before that.
    @Test func trackingIsRefusedForItsFieldsFirst() throws {
        func code(zone field: UInt8, _ packed: [UInt8], _ nested: [UInt8] = []) -> OpenFlowError.Code? {
            var bytes: [UInt8] = [0xff, 0xff, 0, UInt8(24 + nested.count), 0, 0, 0x23, 0x20, 0, 35, 0, 1]
            bytes += field == 0 ? [0, 0, 0, 0] : [0, 1, field << 1, 4]
            bytes += packed + [0xff, 0, 0, 0, 0, 0] + nested
            var reader = ByteReader(bytes)
            reader.tunnelOptions = options
            do {
                _ = try ActionCodec.decode(reader, version: .v10, context: .flow)
                return nil
            } catch {
                return error.code
            }
        }
        #expect(code(zone: 0, [0, 5]) == .badActionExperimenterType)
        // 16 bits from bit 0; from bit 32; 15 bits.
        #expect(code(zone: 40, [0, 15]) == .badActionExperimenterType)
        #expect(code(zone: 40, [8, 15]) == .badSetLength)
        #expect(code(zone: 40, [0, 14]) == .badSetLength)
        #expect(code(zone: 50, [0, 15]) == .invalidTLVField)
        #expect(
            code(zone: 0, [0, 5], [0xff, 0xff, 0, 16, 0, 0, 0x23, 0x20, 0, 250, 0, 0, 0, 0, 0, 0])
                == .badActionExperimenterType)
        #expect(code(zone: 0, [0, 5], [0, 0, 0, 16, 0, 0, 0, 0]) == .badActionLength)
        let push: [UInt8] = [0xff, 0xff, 0, 24, 0, 0, 0x23, 0x20, 0, 27, 0, 0, 0, 1, 50 << 1, 4, 0, 1, 0, 0, 0, 0, 0, 0]
        #expect(code(zone: 0, [0, 5], push) == .invalidTLVField)
    }
}
