import Foundation

/// Writes captures in the pcap format (microseconds, Ethernet).
enum Capture {
    static func write(_ packets: [[UInt8]], to file: String) throws {
        func little(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) } }
        var bytes = little(0xa1b2_c3d4) + [2, 0, 4, 0] + little(0) + little(0) + little(65_535) + little(1)
        for packet in packets {
            let length = little(UInt32(packet.count))
            bytes += little(0) + little(0) + length + length + packet
        }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
    }
}
