import Glibc
import Testing

@testable import Datapath

@Suite struct PacketAuxiliaryDataTests {
    private func message(
        level: Int32 = 263, type: Int32 = 8, length: Int = 36, status: UInt32, tci: UInt16, tpid: UInt16
    ) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 40)
        bytes.withUnsafeMutableBytes {
            $0.storeBytes(of: length, as: Int.self)
            $0.storeBytes(of: level, toByteOffset: 8, as: Int32.self)
            $0.storeBytes(of: type, toByteOffset: 12, as: Int32.self)
            $0.storeBytes(of: status, toByteOffset: 16, as: UInt32.self)
            $0.storeBytes(of: tci, toByteOffset: 32, as: UInt16.self)
            $0.storeBytes(of: tpid, toByteOffset: 34, as: UInt16.self)
        }
        return bytes
    }

    private func tag(_ bytes: [UInt8], length: Int? = nil) -> [UInt16]? {
        let aligned = UnsafeMutableRawBufferPointer.allocate(byteCount: max(8, bytes.count), alignment: 16)
        defer { aligned.deallocate() }
        aligned.copyBytes(from: bytes)
        return PacketAuxiliaryData.strippedTag(aligned.baseAddress!, length: length ?? bytes.count)
            .map { [$0.tpid, $0.tci] }
    }

    @Test func aTagIsFoundWithItsTypeOrTheUsualOne() {
        #expect(tag(message(status: 0x50, tci: 0x2064, tpid: 0x88a8)) == [0x88a8, 0x2064])
        #expect(tag(message(status: 0x10, tci: 100, tpid: 0)) == [0x8100, 100])
        // A priority tag of VLAN 0 is a tag.
        #expect(tag(message(status: 0x50, tci: 0, tpid: 0x8100)) == [0x8100, 0])
        let other = message(level: 1, type: 2, status: 0, tci: 0, tpid: 0)
        #expect(tag(other + message(status: 0x10, tci: 7, tpid: 0)) == [0x8100, 7])
    }

    @Test func noTagIsFoundWhereThereIsNone() {
        #expect(tag(message(status: 0, tci: 100, tpid: 0x8100)) == nil)
        #expect(tag([]) == nil)
        #expect(tag(message(level: 1, status: 0x10, tci: 100, tpid: 0)) == nil)
    }

    @Test func lengthsThatLieAreNotFollowed() {
        for length in [0, 15, 41, -1, Int.max, Int.min, 20] {
            #expect(tag(message(length: length, status: 0x10, tci: 100, tpid: 0)) == nil)
        }
        let whole = message(status: 0x10, tci: 100, tpid: 0)
        for length in 0..<36 { #expect(tag(whole, length: length) == nil) }
    }
}
