import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct Match11Tests {
    private func decode(_ bytes: [UInt8]) throws(OpenFlowError) -> Match {
        var reader = ByteReader(bytes)
        return try Match11.decode(&reader)
    }

    private func code(_ change: (inout [UInt8]) -> Void) -> OpenFlowError.Code? {
        var bytes: [UInt8] = [0, 0, 0, 88, 0, 0, 0, 1, 0, 0, 0, 0]
        bytes += [UInt8](repeating: 0, count: 88 - bytes.count)
        change(&bytes)
        do throws(OpenFlowError) {
            _ = try decode(bytes)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func eachFaultHasItsError() {
        #expect(code { _ in } == nil)
        #expect(code { $0[1] = 1 } == .badMatchType)
        #expect(code { $0[3] = 80 } == .badMatchLength)
        #expect(code { $0.removeLast() } == .badMatchLength)
        #expect(code { $0[5] = 1 } == .badMatchValue)  // in_port 65537
        #expect(code { $0[36] = 0x10 } == .badMatchValue)  // dl_vlan 4096
        #expect(code { $0[38] = 8 } == .badMatchValue)  // dl_vlan_pcp
        #expect(code { ($0[40], $0[42]) = (8, 1) } == .badMatchValue)  // nw_tos with ECN
        #expect(code { ($0[40], $0[43], $0[60]) = (8, 1, 1) } == .badMatchField)  // icmp_type 256
    }

    @Test func tagsAreMatchedInThreeWays() throws {
        func tag(_ vlan: UInt16, _ wildcards: UInt8) throws -> (UInt16, UInt16) {
            var bytes: [UInt8] = [0, 0, 0, 88, 0, 0, 0, 1, 0, 0, 3, wildcards]
            bytes += [UInt8](repeating: 0xff, count: 24)
            bytes += [UInt8(vlan >> 8), UInt8(vlan & 0xff), 3, 0]
            bytes += [UInt8](repeating: 0, count: 88 - bytes.count)
            let match = try decode(bytes)
            return (match.key.u16(FlowField.outerTCI), match.mask.u16(FlowField.outerTCI))
        }
        #expect(try tag(0xffff, 0xf9) == (0, 0xffff))
        #expect(try tag(0xfffe, 0xfd) == (0x1000, 0x1000))
        #expect(try tag(0xfffe, 0xf9) == (0x7000, 0xf000))
        #expect(try tag(5, 0xfd) == (0x1005, 0x1fff))
        #expect(try tag(5, 0xff) == (0, 0))
    }

    /// Random bytes with a right header: an error, or a match that is the same when written and read again.
    @Test func randomMatchesReadBackTheSame() throws {
        var random = SeededGenerator(seed: 11)
        var understood = 0
        for _ in 0..<3000 {
            var bytes = (0..<88).map { _ in UInt8.random(in: 0...255, using: &random) }
            bytes.replaceSubrange(0..<8, with: [0, 0, 0, 88, 0, 0, 0, 9])
            if Bool.random(using: &random) { (bytes[36], bytes[38]) = (1, 3) }
            if Bool.random(using: &random) {
                let type: [UInt8] = [[8, 0], [8, 6], [0x88, 0x47]].randomElement(using: &random) ?? []
                bytes.replaceSubrange(40..<42, with: type)
                bytes[42] &= 0xfc
                bytes[43] = [1, 6, 17].randomElement(using: &random) ?? 0
                (bytes[60], bytes[62]) = (0, 0)
            }
            guard let match = try? decode(bytes) else { continue }
            understood += 1
            try #require(match.key == match.key.masked(by: match.mask))
            var writer = ByteWriter()
            Match11.encode(match, into: &writer)
            #expect(writer.count == Match11.size)
            try #require(try decode(writer.bytes) == match)
        }
        #expect(understood > 500)
    }
}
