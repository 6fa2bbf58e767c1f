import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct MatchFieldTests {
    private func random(_ generator: inout SeededGenerator) -> UInt128 {
        UInt128(generator.next()) << 64 | UInt128(generator.next())
    }

    /// Setting touches the field's bits alone and reads back.
    @Test func whatIsSetReadsBackAndNothingElseChanges() throws {
        var generator = SeededGenerator(seed: 5)
        for field in MatchField.known {
            for _ in 0..<20 {
                var key = FlowKey()
                for index in 0..<FlowKey.wordCount { key[index] = generator.next() }
                if case .port(let offset, _) = field.place {
                    key.setHost32(offset, UInt32.random(in: 0..<0xff00, using: &generator))
                }
                let before = key
                let old = field.get(key)
                let isPort = field.format == .port
                let mask = isPort ? UInt128.max : random(&generator) & field.valid
                let value = isPort ? UInt128(UInt16.random(in: 0..<0xff00, using: &generator)) : random(&generator)
                field.set(value, mask: mask, in: &key)
                let wanted = isPort ? value : old & ~mask | value & mask
                try #require(field.get(key) == wanted & field.valid, "\(field.name)")
                // What the exact mask of the field does not count is as it was.
                var whole = FlowMask()
                field.mergeExactMask(into: &whole)
                for index in 0..<FlowKey.wordCount {
                    try #require((key[index] ^ before[index]) & ~whole[index] == 0, "\(field.name)")
                }
                #expect(field.isExact(in: whole))
                #expect(!field.isWild(in: whole))
            }
        }
    }

    @Test func registersOverlapAsOVSHasThem() throws {
        var key = FlowKey()
        let xxreg1 = try #require(MatchField.named("xxreg1"))
        xxreg1.set(0x0000_0004_0000_0005_0000_0006_0000_0007, in: &key)
        for number in 4..<8 { #expect(MatchField.named("reg\(number)")?.get(key) == UInt128(number)) }
        #expect(MatchField.named("xreg2")?.get(key) == 0x4_0000_0005)
        let range = FieldRange(xxreg1, offset: 28, bits: 8)
        range.set(0xff, in: &key)
        #expect(range.get(key) == 0xff)
        #expect(MatchField.named("reg6")?.get(key) == 0xf)
        #expect(MatchField.named("reg7")?.get(key) == 0xf000_0007)
    }

    @Test func portsAreToldInBothWidths() throws {
        var key = FlowKey()
        let narrow = try #require(MatchField.named("in_port"))
        let wide = try #require(MatchField.named("in_port_oxm"))
        wide.set(0xffff_fffe, in: &key)
        #expect(narrow.get(key) == 0xfffe)
        #expect(wide.get(key) == 0xffff_fffe)
        // No port has this number: it becomes none.
        wide.set(0x0001_0000, in: &key)
        #expect(narrow.get(key) == 0xffff)
        #expect(!wide.isValid(0x0001_0000) && wide.isValid(0xffff_ff00) && wide.isValid(5))
    }

    @Test func writingTagsKeepsThemWhole() throws {
        var key = FlowKey()
        try #require(MatchField.named("vlan_pcp")).write(5, in: &key)
        #expect(key.u16(FlowField.outerTCI) == 0xb000)
        #expect(key.u16(FlowField.outerTPID) == 0x8100)
        try #require(MatchField.named("vlan_vid")).write(0x1007, in: &key)
        #expect(key.u16(FlowField.outerTCI) == 0xb007)
        try #require(MatchField.named("vlan_tci")).write(0, in: &key)
        #expect(key.u16(FlowField.outerTPID) == 0)
        key.setU16(FlowField.outerTPID, 0x88a8)
        try #require(MatchField.named("dl_vlan")).write(9, in: &key)
        #expect(key.u32(FlowField.outerTPID) == 0x88a8_1009)
    }

    @Test func packetsMeetPrerequisitesByTheBitsTheyName() throws {
        var key = FlowKey()
        let flags = try #require(MatchField.named("tcp_flags"))
        #expect(!flags.isPrerequisiteMet(by: key))
        key.setU16(FlowField.ethernetType, 0x86dd)
        key.setU8(FlowField.networkProtocol, 6)
        #expect(flags.isPrerequisiteMet(by: key))
        key.setU8(FlowField.networkFragment, 3)
        #expect(!flags.isPrerequisiteMet(by: key))
        // Changing bits that the mask does not count never changes the answer.
        var generator = SeededGenerator(seed: 8)
        for field in MatchField.all {
            let mask = field.prerequisiteMask
            for _ in 0..<50 {
                var one = FlowKey()
                one.setU16(
                    FlowField.ethernetType,
                    [0x800, 0x86dd, 0x806, 0x8847, 0x88e7].randomElement(using: &generator) ?? 0)
                one.setU8(FlowField.networkProtocol, [1, 6, 17, 58, 132].randomElement(using: &generator) ?? 0)
                one.setU16(FlowField.transportSource, Bool.random(using: &generator) ? 135 : 136)
                var other = one
                for index in 0..<FlowKey.wordCount where index != FlowField.packetType >> 3 {
                    other[index] = one[index] & mask[index] | generator.next() & ~mask[index]
                }
                #expect(field.isPrerequisiteMet(by: one) == field.isPrerequisiteMet(by: other), "\(field.name)")
            }
        }
    }

    @Test func headersOfVersions() throws {
        let tunnel = try #require(MatchField.named("tun_id"))
        #expect(tunnel.header(nil)?.classNumber == 1 && tunnel.header(.v12)?.classNumber == 1)
        #expect(tunnel.header(.v13)?.classNumber == 0x8000)
        let flags = try #require(MatchField.named("tcp_flags"))
        #expect(flags.header(.v12)?.classNumber == 1)
        #expect(flags.header(.v14)?.experimenter == 0x4f4e_4600)
        #expect(flags.header(.v15)?.classNumber == 0x8000)
        #expect(try FieldCodec.field(header: 0x0001_0004)?.name == "reg0")
        #expect(try FieldCodec.field(header: 0x0001_0104) == nil)
        #expect(try FieldCodec.field(header: 0x0001_3c01)?.name == "mpls_ttl")
        #expect(MatchField.named("tun_erspan_idx").map { FieldCodec.header(of: $0) } == .some(nil))
        for field in MatchField.all {
            guard let header = FieldCodec.header(of: field) else { continue }
            #expect(try FieldCodec.field(header: header) === field)
        }
    }

    @Test func entriesReadBack() throws {
        for field in MatchField.all {
            for version in [nil, .v12, .v13, .v15] as [OpenFlowVersion?] {
                var writer = ByteWriter()
                FieldCodec.writeEntry(field, value: 1, mask: 1, version: version, into: &writer)
                FieldCodec.writeHeader(field, version: version, into: &writer)
                var reader = ByteReader(writer.bytes)
                let entry = try FieldCodec.readEntry(&reader, in: .action)
                #expect(entry.field === field && entry.value == 1)
                #expect(try FieldCodec.readHeader(&reader).field === field)
                #expect(reader.remaining == 0)
                // The same with another length.
                var bytes = writer.bytes
                bytes[3] = bytes[3] &+ 1
                var broken = ByteReader(bytes + [0])
                #expect(throws: OpenFlowError.self) { _ = try FieldCodec.readHeader(&broken, in: .action) }
            }
        }
    }
}
