import CDPDK
import Packets

/// The header before each frame of a socket with PACKET_VNET_HDR (virtio 1.1, 5.1.6: `struct virtio_net_hdr`): what the
/// sender left for the device to do.
struct VirtioHeader {
    let flags: UInt8
    let gsoType: UInt8
    let gsoSize: UInt16
    let checksumStart: UInt16
    let checksumOffset: UInt16

    /// Reads 10 bytes in host order, as the kernel writes them.
    init(_ bytes: UnsafeRawPointer) {
        flags = bytes.load(as: UInt8.self)
        gsoType = bytes.load(fromByteOffset: 1, as: UInt8.self)
        gsoSize = bytes.load(fromByteOffset: 4, as: UInt16.self)
        checksumStart = bytes.load(fromByteOffset: 6, as: UInt16.self)
        checksumOffset = bytes.load(fromByteOffset: 8, as: UInt16.self)
    }

    /// VIRTIO_NET_HDR_F_NEEDS_CSUM.
    var needsChecksum: Bool { flags & 1 != 0 }

    /// Computes the transport checksum that the sender left out (its field holds the pseudo header's sum).
    func completeChecksum(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>) {
        let shift = Int(mbuf.pointee.pkt_len) - Int(originalLength(mbuf))
        SegmentChecksum.complete(
            mbuf, start: Int(checksumStart) + shift, offset: Int(checksumOffset))
    }

    /// Leaves a note in the buffer that the frame is several in one: segment size and type.
    func mark(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>) {
        mbuf.pointee.dynfield1.0 = UInt32(gsoType) | UInt32(gsoSize) << 16
        mbuf.pointee.timesync = Self.gsoMark
    }

    /// In `timesync`, which nothing else here uses: the frame is to be cut up.
    static let gsoMark: UInt16 = 0x6750

    /// The frame's length before a stripped tag was put back: the header's offsets do not count that tag.
    private func originalLength(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>) -> UInt32 {
        guard mbuf.pointee.data_len >= 18, mbuf.pointee.data_off < 128 else { return mbuf.pointee.pkt_len }
        // The kernel fills from the headroom's end (128); a tag put back starts 4 bytes earlier.
        return mbuf.pointee.pkt_len - UInt32(128 - mbuf.pointee.data_off)
    }
}
