import Packets
import TestSupport
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

    private func decode(_ bytes: [UInt8]) throws(OpenFlowError) -> Match {
        try ExtensibleMatch.decode(ByteReader(bytes)).match
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
        let contents = try ExtensibleMatch.decode(ByteReader(bytes), options: .cookie)
        #expect(contents == .init(match: Match(), cookie: 0x10, cookieMask: 0xf0))
    }

    @Test func inPortHasTwoWidths() throws {
        let local = try decode(entry(0x8000, 0, [0xff, 0xff, 0xff, 0xfe]))
        #expect(local == (try decode(entry(0x0000, 0, [0xff, 0xfe]))))
        #expect(local.key.host32(FlowField.inPort) == 0xfffe)
        #expect(local.mask.host32(FlowField.inPort) == .max)
    }

    @Test(arguments: [nil, .v12, .v13, .v14, .v15] as [OpenFlowVersion?])
    func whatIsWrittenReadsBackTheSame(version: OpenFlowVersion?) throws {
        var random = SeededGenerator(seed: UInt64(version?.rawValue ?? 99))
        var fields = 0
        for _ in 0..<150 {
            let match = RandomMatch.make(&random, version)
            var writer = ByteWriter()
            ExtensibleMatch.encode(match, version: version, into: &writer)
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

    /// What was valid, with some bytes changed: an error or a match, and a match that is written reads back.
    @Test func changedBytesAreRefusedOrUnderstood() throws {
        var random = SeededGenerator(seed: 77)
        var refused = 0
        var understood = 0
        for round in 0..<3000 {
            let version: OpenFlowVersion? = round % 2 == 0 ? nil : .v15
            var bytes: [UInt8]
            if round % 10 == 0 {
                bytes = (0..<Int.random(in: 0..<64, using: &random)).map { _ in .random(in: 0...255, using: &random) }
            } else {
                var writer = ByteWriter()
                ExtensibleMatch.encode(RandomMatch.make(&random, version), version: version, into: &writer)
                bytes = writer.bytes
                for _ in 0..<Int.random(in: 1...3, using: &random) where !bytes.isEmpty {
                    bytes[.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
            }
            guard let match = try? ExtensibleMatch.decode(ByteReader(bytes), options: [.cookie]).match else {
                refused += 1
                _ = try? ExtensibleMatch.decode(ByteReader(bytes), options: [.loose])
                continue
            }
            understood += 1
            try #require(match.key == match.key.masked(by: match.mask))
            for version in [nil, .v12, .v15] as [OpenFlowVersion?] {
                var writer = ByteWriter()
                ExtensibleMatch.encode(match, version: version, into: &writer)
                let again = try? ExtensibleMatch.decode(ByteReader(writer.bytes))
                #expect(again != nil)
            }
        }
        #expect(refused > 500 && understood > 100)
    }

    @Test func headersAreUniqueAndLengthsFit() {
        var seen: Set<MatchField.Header> = []
        for field in MatchField.all {
            #expect(field.size <= 16 && field.bits <= field.size * 8)
            #expect(field.valid & field.wholeMask != 0)
            for versioned in field.headers {
                #expect(seen.insert(versioned.header).inserted, "\(field.name)")
                #expect(MatchField.named(by: versioned.header) === field)
            }
            #expect(MatchField.named(field.name) === field)
        }
        #expect(MatchField.all.count > 100)
    }
}
