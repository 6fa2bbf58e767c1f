import Testing

@testable import Packets

@Suite struct FlowFrameTests {
    private static let plain = PacketBuilder(
        source: MACAddress(number: 0x0200_0000_0001), destination: MACAddress(number: 0x0200_0000_0002))
    private static let first = IPv4Address(10, 0, 0, 1)
    private static let second = IPv4Address(10, 0, 0, 2)
    private static let sixth = IPv6Address("fe80::1")!
    private static let seventh = IPv6Address("fe80::2")!

    static let frames: [(name: String, bytes: [UInt8])] = [
        ("TCP", plain.ipv4(from: first, to: second).tcp(from: 80, to: 1024).bytes()),
        ("UDP", plain.ipv4(from: first, to: second).udp(from: 80, to: 1024).payload([1, 2, 3]).bytes()),
        ("SCTP", plain.ipv4(from: first, to: second).sctp(from: 80, to: 1024).bytes()),
        ("ICMP", plain.ipv4(from: first, to: second).icmp(type: 8).bytes()),
        ("UDP over IPv6", plain.ipv6(from: sixth, to: seventh).udp(from: 80, to: 1024).payload([1, 2, 3]).bytes()),
        ("TCP in two VLANs", plain.vlan(7, priority: 3, tpid: 0x88a8).vlan(9).ipv4(from: first, to: second)
            .tcp(from: 1, to: 2).bytes()),
        ("MPLS", plain.mpls(label: 5, ttl: 3).bytes()),
    ]

    private static func key(_ frame: [UInt8]) -> FlowKey? {
        var words = [UInt64](repeating: 0, count: FlowKey.wordCount)
        let isRead = frame.withUnsafeBytes { bytes in
            words.withUnsafeMutableBufferPointer {
                FlowKeyExtractor.extract(
                    frame: bytes.baseAddress!, length: bytes.count, inPort: 1, into: $0.baseAddress!, depth: .full,
                    tags: .two)
            }
        }
        return isRead ? words.withUnsafeBufferPointer { FlowKey(words: $0.baseAddress!) } : nil
    }

    @Test("A frame made from a frame's key has the same key", arguments: frames.indices)
    func roundTrip(_ index: Int) throws {
        let (name, bytes) = Self.frames[index]
        let key = try #require(Self.key(bytes))
        #expect(Self.key(FlowFrame.bytes(key)) == key, "\(name)")
        #expect(Self.key(FlowFrame.bytes(key, payload: [])) == key, "\(name)")
    }

    @Test("Lengths are those that Open vSwitch's tests count on")
    func lengths() throws {
        let lengths = try Self.frames.map { FlowFrame.bytes(try #require(Self.key($0.bytes))).count }
        // A plain PacketBuilder segment is a SYN or not: what matters is that those without flags carry 64 bytes.
        #expect(lengths[1] == 106 && lengths[3] == 106)
        var key = try #require(Self.key(Self.frames[0].bytes))
        key.setU16(FlowField.tcpFlags, 0)
        #expect(FlowFrame.bytes(key).count == 118)
        key.setU16(FlowField.tcpFlags, 2)
        #expect(FlowFrame.bytes(key).count == 54)
        #expect(FlowFrame.bytes(key, length: 53) == nil)
        #expect(FlowFrame.bytes(key, length: 60)?.count == 60)
    }

    @Test("Checksums are right")
    func checksums() throws {
        let frame = FlowFrame.bytes(try #require(Self.key(Self.frames[1].bytes)))
        #expect(frame[14..<34].withUnsafeBytes { InternetChecksum.of($0) } == 0)
        let pseudo = InternetChecksum.pseudoHeader(
            source: Self.first, destination: Self.second, protocol: 17, length: frame.count - 34)
        #expect(
            frame[34...].withUnsafeBytes { InternetChecksum.finish(InternetChecksum.partial($0, sum: pseudo)) } == 0)
    }
}
