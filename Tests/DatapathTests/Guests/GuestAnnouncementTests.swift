import Testing

@testable import Datapath

@Suite struct GuestAnnouncementTests {
    /// A reverse ARP request to all, from the guest and about it (RFC 903).
    @Test func frameOfAnAddress() {
        let frame = UnsafeMutablePointer<UInt8>.allocate(capacity: 65)
        defer { frame.deallocate() }
        frame.initialize(repeating: 0x77, count: 65)
        GuestAnnouncement.write(0x1_0605_0403_0201, frame)
        let address: [UInt8] = [1, 2, 3, 4, 5, 6]
        var expected = [UInt8](repeating: 0xff, count: 6) + address + [0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3]
        expected += address + [0, 0, 0, 0] + address
        expected += [UInt8](repeating: 0, count: 64 - expected.count) + [0x77]
        #expect(Array(UnsafeBufferPointer(start: frame, count: 65)) == expected)
    }
}
