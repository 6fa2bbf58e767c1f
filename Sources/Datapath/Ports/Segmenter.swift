import CDPDK
import Glibc
import Packets

/// Cuts what a sender left to the device (TCP segmentation offload) into frames of its segment size.
///
/// The kernel hands such frames, up to 64 KiB, to AF_PACKET sockets; a port that knows no offloads needs real ones.
/// Confined to the sleeping thread.
struct Segmenter {
    /// Where the headers of a TCP segment lie.
    private struct Layout {
        var network: Int
        var transport: Int
        var payload: Int
        var isIPv6: Bool
    }

    /// What came of a frame.
    enum Outcome {
        /// How many frames there are.
        case cut(Int)
        /// It is not TCP as it says, or would be too many frames.
        case unfit
        case noBuffer
    }

    /// Cuts `mbuf` and frees it; the frames go to `frames` (room for `most`).
    static func cut(_ mbuf: Mbuf, pool: UnsafeMutableRawPointer, into frames: MbufVector, most: Int) -> Outcome {
        defer { cdpdk_mbuf_free(mbuf) }
        let size = Int(mbuf.pointee.dynfield1.0 >> 16)
        let total = Int(mbuf.pointee.pkt_len)
        guard size > 0, let layout = parse(mbuf), total > layout.payload else { return .unfit }
        var count = 0
        var offset = layout.payload
        while offset < total {
            let length = min(size, total - offset)
            guard count < most, let frame = allocate(layout.payload + length, pool) else {
                if count > 0 { cdpdk_mbuf_free_bulk(frames, UInt32(count)) }
                return count < most ? .noBuffer : .unfit
            }
            copy(from: mbuf, at: 0, to: frame, at: 0, count: layout.payload)
            copy(from: mbuf, at: offset, to: frame, at: layout.payload, count: length)
            finish(frame, layout, index: count, sent: offset - layout.payload, isLast: offset + length == total)
            frames[count] = frame
            count += 1
            offset += length
        }
        return .cut(count)
    }

    private static func parse(_ mbuf: Mbuf) -> Layout? {
        let frame = UnsafeRawPointer(mbuf.pointee.buf_addr) + Int(mbuf.pointee.data_off)
        let available = Int(mbuf.pointee.data_len)
        func u8(_ at: Int) -> UInt8 { frame.load(fromByteOffset: at, as: UInt8.self) }
        func u16(_ at: Int) -> UInt16 { frame.loadUnaligned(fromByteOffset: at, as: UInt16.self).bigEndian }
        var network = 14
        guard available >= 14 else { return nil }
        var type = u16(12)
        while EtherType.isVLAN(type), available >= network + 4 {
            type = u16(network + 2)
            network += 4
        }
        var transport: Int
        switch type {
        case EtherType.ipv4:
            guard available >= network + 20, u8(network + 9) == IPProtocol.tcp else { return nil }
            transport = network + Int(u8(network) & 15) * 4
        case EtherType.ipv6:
            guard available >= network + 40, u8(network + 6) == IPProtocol.tcp else { return nil }
            transport = network + 40
        default: return nil
        }
        guard transport >= network + 20, available >= transport + 20 else { return nil }
        let payload = transport + Int(u8(transport + 12) >> 4) * 4
        guard payload >= transport + 20, payload <= available else { return nil }
        return Layout(network: network, transport: transport, payload: payload, isIPv6: type == EtherType.ipv6)
    }

    /// A chain of buffers of `length` bytes in all.
    private static func allocate(_ length: Int, _ pool: UnsafeMutableRawPointer) -> Mbuf? {
        guard let first = cdpdk_mbuf_alloc(pool) else { return nil }
        var last = first
        var left = length
        while true {
            let part = min(left, Int(last.pointee.buf_len - last.pointee.data_off))
            last.pointee.data_len = UInt16(part)
            left -= part
            if left == 0 { break }
            guard let next = cdpdk_mbuf_alloc(pool) else {
                cdpdk_mbuf_free(first)
                return nil
            }
            last.pointee.next = next
            first.pointee.nb_segs += 1
            last = next
        }
        first.pointee.pkt_len = UInt32(length)
        return first
    }

    private static func copy(from source: Mbuf, at start: Int, to target: Mbuf, at position: Int, count: Int) {
        var (from, skip) = locate(source, start)
        var (to, filled) = locate(target, position)
        var left = count
        while left > 0, let input = from, let output = to {
            let part = min(left, Int(input.pointee.data_len) - skip, Int(output.pointee.data_len) - filled)
            memcpy(
                output.pointee.buf_addr + Int(output.pointee.data_off) + filled,
                input.pointee.buf_addr + Int(input.pointee.data_off) + skip, part)
            left -= part
            skip += part
            filled += part
            if skip == Int(input.pointee.data_len) { (from, skip) = (input.pointee.next, 0) }
            if filled == Int(output.pointee.data_len) { (to, filled) = (output.pointee.next, 0) }
        }
    }

    private static func locate(_ mbuf: Mbuf, _ offset: Int) -> (Mbuf?, Int) {
        var segment: Mbuf? = mbuf
        var left = offset
        while let current = segment, left >= Int(current.pointee.data_len), current.pointee.next != nil {
            left -= Int(current.pointee.data_len)
            segment = current.pointee.next
        }
        return (segment, left)
    }

    /// Lengths, IP identification, sequence number, flags and both checksums of one segment.
    private static func finish(_ frame: Mbuf, _ layout: Layout, index: Int, sent: Int, isLast: Bool) {
        let bytes = UnsafeMutableRawPointer(frame.pointee.buf_addr) + Int(frame.pointee.data_off)
        func load16(_ at: Int) -> UInt16 { bytes.loadUnaligned(fromByteOffset: at, as: UInt16.self).bigEndian }
        func store16(_ value: UInt16, _ at: Int) {
            bytes.storeBytes(of: value.bigEndian, toByteOffset: at, as: UInt16.self)
        }
        let transportLength = Int(frame.pointee.pkt_len) - layout.transport
        var pseudo: UInt64 = 6 + UInt64(transportLength)
        if layout.isIPv6 {
            store16(UInt16(truncatingIfNeeded: Int(frame.pointee.pkt_len) - layout.network - 40), layout.network + 4)
            pseudo += SegmentChecksum.sum(bytes + layout.network + 8, count: 32)
        } else {
            store16(UInt16(truncatingIfNeeded: Int(frame.pointee.pkt_len) - layout.network), layout.network + 2)
            store16(load16(layout.network + 4) &+ UInt16(truncatingIfNeeded: index), layout.network + 4)
            store16(0, layout.network + 10)
            let header = SegmentChecksum.sum(bytes + layout.network, count: layout.transport - layout.network)
            store16(~SegmentChecksum.fold(header), layout.network + 10)
            pseudo += SegmentChecksum.sum(bytes + layout.network + 12, count: 8)
        }
        let sequence = bytes.loadUnaligned(fromByteOffset: layout.transport + 4, as: UInt32.self).bigEndian
        bytes.storeBytes(
            of: (sequence &+ UInt32(truncatingIfNeeded: sent)).bigEndian, toByteOffset: layout.transport + 4,
            as: UInt32.self)
        var flags = bytes.load(fromByteOffset: layout.transport + 13, as: UInt8.self)
        if !isLast { flags &= ~0x09 }  // FIN and PSH belong to the last segment,
        if index > 0 { flags &= ~0x80 }  // CWR to the first (RFC 3168).
        bytes.storeBytes(of: flags, toByteOffset: layout.transport + 13, as: UInt8.self)
        store16(0, layout.transport + 16)
        let sum = SegmentChecksum.sum(frame, from: layout.transport) + pseudo
        store16(~SegmentChecksum.fold(sum), layout.transport + 16)
    }
}
