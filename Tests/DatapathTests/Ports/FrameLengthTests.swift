import Testing

@testable import Datapath

@Suite struct FrameLengthTests {
    private func exceeds(_ length: Int, tags: Int) -> Bool {
        var bytes = [UInt8](repeating: 0, count: length)
        for tag in 0..<tags {
            bytes[12 + tag * 4] = tag == 0 && tags == 2 ? 0x88 : 0x81
            bytes[13 + tag * 4] = tag == 0 && tags == 2 ? 0xa8 : 0
        }
        let mbufs = FakeMbufs()
        return FrameLength.exceeds(FrameLength.maximum(mtu: 1500), mbufs.make(bytes))
    }

    @Test("The MTU counts neither the Ethernet header nor up to two tags", arguments: [
        (1514, 0, false), (1515, 0, true), (1518, 1, false), (1519, 1, true), (1522, 2, false), (1523, 2, true),
        (1518, 0, true), (1522, 1, true), (60, 0, false),
    ])
    func limit(length: Int, tags: Int, isTooLong: Bool) {
        #expect(exceeds(length, tags: tags) == isTooLong)
    }
}
