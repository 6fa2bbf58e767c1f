import Packets
import Testing

@testable import OpenFlow

@Suite
struct ExtensibleMatchTests {
    /// Entries as bytes: header, value, mask.
    private func entry(_ classNumber: UInt16, _ field: UInt8, _ value: [UInt8], mask: [UInt8]? = nil) -> [UInt8] {
        let size = UInt8(value.count + (mask?.count ?? 0))
        return [UInt8(classNumber >> 8), UInt8(classNumber & 0xff), field << 1 | (mask == nil ? 0 : 1), size] + value
            + (mask ?? [])
    }

    private func decode(_ bytes: [UInt8], allowsCookie: Bool = false) throws(OpenFlowError) -> Match {
        try ExtensibleMatch.decode(ByteReader(bytes), allowsCookie: allowsCookie).match
    }

    private func code(_ bytes: [UInt8]) -> OpenFlowError.Code? {
        do throws(OpenFlowError) {
            _ = try decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    private var ipv4: [UInt8] { entry(0x8000, 5, [8, 0]) }

    @Test func eachFaultHasItsError() {
        #expect(code(ipv4) == nil)
        #expect(code(entry(0x8000, 99, [1])) == .badMatchField)
        #expect(code(entry(0x1234, 5, [8, 0])) == .badMatchField)
        #expect(code(entry(0x8000, 5, [8])) == .badMatchField)
        #expect(code(entry(0x8000, 10, [6])) == .badMatchPrerequisite)
        #expect(code(ipv4 + ipv4) == .duplicateField)
        #expect(code(entry(0x8000, 5, [8, 0], mask: [0xff, 0])) == .badMatchMask)
        #expect(code(entry(0x8000, 5, [8, 0], mask: [0xff, 0xff])) == nil)
        #expect(code(ipv4 + entry(0x8000, 12, [10, 0, 0, 1], mask: [255, 0, 0, 0])) == .badMatchWildcards)
        #expect(code(ipv4 + entry(0x8000, 12, [10, 0, 0, 0], mask: [255, 0, 0, 0])) == nil)
        #expect(code(entry(0x8000, 6, [0x20, 0])) == .badMatchValue)
        #expect(code(ipv4 + entry(0x8000, 8, [64])) == .badMatchValue)
        #expect(code(entry(0x8000, 0, [0, 1, 0, 0])) == .badMatchValue)
        #expect(code(entry(0x8000, 7, [1])) == .badMatchPrerequisite)
        #expect(code(entry(0x8000, 6, [0x10, 5]) + entry(0x8000, 7, [1])) == nil)
        #expect(code(Array(ipv4.dropLast())) == .badMatchLength)
        #expect(code(entry(0xffff, 42, [0x4f, 0x4e])) == .badMatchLength)
        // The cookie counts as a field only where it is asked for.
        #expect(code(entry(0x0001, 30, [0, 0, 0, 0, 0, 0, 0, 1])) == .badMatchField)
        // Later fragments have no ports.
        let later = ipv4 + entry(0x0001, 26, [3]) + entry(0x8000, 10, [6])
        #expect(code(later) == nil)
        #expect(code(later + entry(0x8000, 14, [0, 80])) == .badMatchPrerequisite)
    }

    @Test func theCookieIsTakenOut() throws {
        let bytes = entry(0x0001, 30, [0, 0, 0, 0, 0, 0, 0, 0x10], mask: [0, 0, 0, 0, 0, 0, 0, 0xf0])
        let contents = try ExtensibleMatch.decode(ByteReader(bytes), allowsCookie: true)
        #expect(contents == .init(match: Match(), cookie: 0x10, cookieMask: 0xf0))
    }

    @Test func inPortHasTwoWidths() throws {
        let local = try decode(entry(0x8000, 0, [0xff, 0xff, 0xff, 0xfe]))
        #expect(local == (try decode(entry(0x0000, 0, [0xff, 0xfe]))))
        #expect(local.key.host32(FlowField.inPort) == 0xfffe)
        #expect(local.mask.host32(FlowField.inPort) == .max)
    }

    /// A random match that can be written: an entry for each of some fields whose prerequisites are met.
    private func randomMatch(_ random: inout SeededGenerator, isOXM: Bool) -> Match {
        var match = Match()
        let type = [0x0800, 0x86dd, 0x0806].randomElement(using: &random) ?? 0
        let proto: UInt8 = [1, 6, 17, 58, 132].randomElement(using: &random) ?? 0
        for field in MatchField.all {
            guard (isOXM ? field.oxm : field.nxm) != nil, field.prerequisite.isMet(by: match) else { continue }
            guard field.get(match.mask) == 0, Int.random(in: 0..<3, using: &random) > 0 else { continue }
            var value = (UInt128(random.next()) << 64 | UInt128(random.next())) & field.valid
            switch field.name {
            case "eth_type": value = UInt128(type)
            case "ip_proto": value = UInt128(proto)
            case "vlan_vid", "vlan_tci": value |= 0x1000
            case "icmp_type", "icmp_code": value &= 0xff
            case "icmpv6_type": value = Bool.random(using: &random) ? 135 : 136
            case "icmpv6_code": value = 0
            case "in_port", "in_port_oxm": value &= 0xff
            default: break
            }
            if field.isMaskable, Bool.random(using: &random) {
                let mask = (UInt128(random.next()) << 64 | UInt128(random.next())) & field.valid
                let keepsVLAN = field.name.hasPrefix("vlan") ? mask | 0x1000 : mask
                field.merge(value & keepsVLAN, into: &match.key)
                field.merge(keepsVLAN, into: &match.mask)
            } else {
                field.merge(value, into: &match.key)
                field.mergeExactMask(into: &match.mask)
            }
        }
        return match
    }

    @Test(arguments: [true, false])
    func whatIsWrittenReadsBackTheSame(isOXM: Bool) throws {
        var random = SeededGenerator(seed: isOXM ? 1 : 2)
        var fields = 0
        for _ in 0..<150 {
            let match = randomMatch(&random, isOXM: isOXM)
            var writer = ByteWriter()
            ExtensibleMatch.encode(match, isOXM: isOXM, into: &writer)
            let read = try ExtensibleMatch.decode(ByteReader(writer.bytes)).match
            try #require(read == match)
            fields += writer.count
            // Cut anywhere: an error or a shorter match, never a trap.
            for count in 0..<writer.count {
                _ = try? ExtensibleMatch.decode(ByteReader(Array(writer.bytes.prefix(count))))
            }
        }
        #expect(fields > 5000)
    }

    @Test func headersAreUniqueAndLengthsFit() {
        for field in MatchField.all {
            #expect(field.size <= 16 && field.nxm != nil || field.oxm != nil)
            for header in [field.nxm, field.oxm] {
                guard let header else { continue }
                #expect(MatchField.byHeader[header]?.name == field.name)
            }
        }
    }
}
