import Glibc

/// Adds packets to a file in pcap form (tcpdump's; Ethernet).
///
/// What is there already is kept, as it is by OVS; each packet is in the file when ``add(_:)`` returns.
final class PcapWriter {
    private let descriptor: Int32

    /// nil when the file cannot be opened; `errno` tells why.
    init?(_ path: String) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { return nil }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_size == 0 else { return }
        // Magic number, version 2.4, time zone, accuracy, longest packet, link type.
        write([0xa1b2_c3d4, 4 << 16 | 2, 0, 0, 1518, 1], [])
    }

    deinit { close(descriptor) }

    /// Adds a packet with the time of now.
    func add(_ frame: [UInt8]) {
        var time = timeval()
        gettimeofday(&time, nil)
        let length = UInt32(truncatingIfNeeded: frame.count)
        write(
            [UInt32(truncatingIfNeeded: time.tv_sec), UInt32(truncatingIfNeeded: time.tv_usec), length, length], frame)
    }

    private func write(_ words: [UInt32], _ frame: [UInt8]) {
        let bytes = words.withUnsafeBytes { Array($0) } + frame
        // A full disk loses the capture, not the packet.
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
    }
}
