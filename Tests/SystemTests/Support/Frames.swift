import Foundation

/// Bytes for the wire and for capture files.
enum Frames {
    static let broadcast: [UInt8] = Array(repeating: 0xFF, count: 6)

    static func address(_ last: UInt8) -> [UInt8] { [0x02, 0, 0, 0, 0, last] }

    static func ethernet(to destination: [UInt8], from source: [UInt8], type: UInt16, payload: [UInt8]) -> [UInt8] {
        destination + source + [UInt8(type >> 8), UInt8(type & 0xFF)] + payload
    }

    /// A UDP datagram over IPv4 with a right header checksum, padded to 60 bytes.
    static func udp(to destination: [UInt8], from source: [UInt8], flow: UInt8 = 0, payload: Int = 18) -> [UInt8] {
        let length = 28 + payload
        var header: [UInt8] = [
            0x45, 0, UInt8(length >> 8), UInt8(length & 0xFF), 0, 0, 0, 0, 64, 17, 0, 0, 10, 1, 0, flow, 10, 2, 0, flow,
        ]
        var sum = stride(from: 0, to: 20, by: 2).reduce(UInt32(0)) {
            $0 + UInt32(header[$1]) << 8 + UInt32(header[$1 + 1])
        }
        sum = (sum & 0xFFFF) + (sum >> 16)
        let checksum = UInt16(truncatingIfNeeded: ~(sum + (sum >> 16)))
        header[10] = UInt8(checksum >> 8)
        header[11] = UInt8(checksum & 0xFF)
        let udpLength = 8 + payload
        let datagram: [UInt8] = [0x04, 0x00, 0x08, 0x00, UInt8(udpLength >> 8), UInt8(udpLength & 0xFF), 0, 0]
        return ethernet(
            to: destination, from: source, type: 0x0800,
            payload: header + datagram + Array(repeating: 0, count: payload))
    }

    /// Headers that lie or end too early, from a sender on the wire: each passes a veth, none is a sound packet.
    static func malformed(to destination: [UInt8], from source: [UInt8]) -> [[UInt8]] {
        let whole = udp(to: destination, from: source)
        func payload(_ type: UInt16, _ bytes: [UInt8]) -> [UInt8] {
            ethernet(to: destination, from: source, type: type, payload: bytes)
        }
        var badLength = whole
        badLength[16] = 0xFF
        badLength[17] = 0xFF
        return [
            payload(0x0800, []),                                        // no IPv4 header at all
            payload(0x0800, Array(whole[14..<24])),                     // half of one
            payload(0x0800, [0x41] + Array(whole[15...])),              // header length 4 bytes
            payload(0x0800, [0x4F] + Array(whole[15..<40])),            // options beyond the end
            badLength,                                                  // total length beyond the end
            payload(0x86DD, [0x60, 0, 0, 0, 0xFF, 0xFF, 0, 64]),        // IPv6 cut off
            payload(0x0806, [0, 1, 8, 0, 6, 4]),                        // ARP cut off
            payload(0x8847, [0]),                                       // MPLS cut off
        ]
    }

    /// A classic pcap file with these frames.
    static func writeCapture(_ frames: [[UInt8]], to path: String) throws {
        func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        var bytes = word(0xA1B2_C3D4) + [2, 0, 4, 0] + word(0) + word(0) + word(65535) + word(1)
        for frame in frames {
            bytes += word(0) + word(0) + word(UInt32(frame.count)) + word(UInt32(frame.count)) + frame
        }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    /// How many frames a capture holds.
    static func countInCapture(_ path: String) throws -> Int {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var offset = 24
        var count = 0
        while offset + 16 <= bytes.count {
            let length = (0..<4).reduce(0) { $0 + Int(bytes[offset + 8 + $1]) << ($1 * 8) }
            offset += 16 + length
            if offset <= bytes.count { count += 1 }
        }
        return count
    }
}
