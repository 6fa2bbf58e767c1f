import Packets
import TestSupport
import Testing

@testable import OpenFlow

@Suite
struct Match10Tests {
    @Test func whatIsReadIsWrittenTheSame() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            var bytes = (0..<Match10.size).map { _ in UInt8.random(in: 0...255, using: &random) }
            // Types and protocols that have fields, more often than chance would have it.
            bytes[22] = 8
            bytes[23] = [0, 6].randomElement(using: &random) ?? 0
            bytes[25] = [1, 6, 17, 47].randomElement(using: &random) ?? 0
            var reader = ByteReader(bytes)
            let (match, _) = try Match10.decode(&reader)
            #expect(reader.remaining == 0)
            #expect(match.key == match.key.masked(by: match.mask))
            var writer = ByteWriter()
            Match10.encode(match, into: &writer)
            #expect(writer.count == Match10.size)
            var again = ByteReader(writer.bytes)
            #expect(try Match10.decode(&again).match == match)
        }
    }

    @Test func noVLANMeansNoTag() throws {
        var bytes = [UInt8](repeating: 0, count: Match10.size)
        // All wildcarded but the VLAN.
        bytes.replaceSubrange(0..<4, with: [0x00, 0x3f, 0xff, 0xfd])
        bytes.replaceSubrange(18..<20, with: [0xff, 0xff])
        var reader = ByteReader(bytes)
        let (match, isExact) = try Match10.decode(&reader)
        #expect(match.key.u16(FlowField.outerTCI) == 0 && match.mask.u16(FlowField.outerTCI) == 0xffff && !isExact)
    }

    @Test func portsWithoutAProtocolAreIgnored() throws {
        var bytes = [UInt8](repeating: 0, count: Match10.size)
        bytes.replaceSubrange(0..<4, with: [0x00, 0x3f, 0xff, 0x7f])
        bytes.replaceSubrange(38..<40, with: [0, 80])
        var reader = ByteReader(bytes)
        #expect(try Match10.decode(&reader).match == Match())
    }
}
