import CDPDK

/// The internet checksum (RFC 1071) over a part of a packet that may lie in several buffers.
enum SegmentChecksum {
    /// Sums from byte `start` to the end and stores the complement at `start + offset`; nothing when that is outside.
    static func complete(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, start: Int, offset: Int) {
        let position = start + offset
        guard start >= 0, offset >= 0, position + 2 <= Int(mbuf.pointee.data_len) else { return }
        let sum = fold(self.sum(mbuf, from: start))
        // A UDP sum of zero is sent as ones (RFC 768); for TCP the two are equal in value.
        let value = ~sum == 0 ? 0xffff : ~sum
        (UnsafeMutableRawPointer(mbuf.pointee.buf_addr) + Int(mbuf.pointee.data_off) + position)
            .storeBytes(of: value.bigEndian, as: UInt16.self)
    }

    /// The sum of the big-endian 16-bit words from byte `from` of the packet on, not folded.
    static func sum(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, from: Int) -> UInt64 {
        var total: UInt64 = 0
        var skip = from
        var isOdd = false
        var segment: UnsafeMutablePointer<cdpdk_mbuf>? = mbuf
        while let current = segment {
            let length = Int(current.pointee.data_len)
            if skip < length {
                let bytes = UnsafeRawPointer(current.pointee.buf_addr) + Int(current.pointee.data_off) + skip
                let part = sum(bytes, count: length - skip)
                // After an odd number of bytes the halves of every word change places.
                total &+= isOdd ? UInt64(fold(part).byteSwapped) : part
                if (length - skip) & 1 != 0 { isOdd.toggle() }
                skip = 0
            } else {
                skip -= length
            }
            segment = current.pointee.next
        }
        return total
    }

    /// The sum of `count` bytes as big-endian 16-bit words, not folded.
    static func sum(_ bytes: UnsafeRawPointer, count: Int) -> UInt64 {
        var total: UInt64 = 0
        var index = 0
        while index + 4 <= count {
            total &+= UInt64(bytes.loadUnaligned(fromByteOffset: index, as: UInt32.self).bigEndian)
            index += 4
        }
        // Two 16-bit words summed as one 32-bit word fold to the same value.
        if index + 2 <= count {
            total &+= UInt64(bytes.loadUnaligned(fromByteOffset: index, as: UInt16.self).bigEndian)
            index += 2
        }
        if index < count { total &+= UInt64(bytes.load(fromByteOffset: index, as: UInt8.self)) << 8 }
        return total
    }

    /// Adds the carries in until 16 bits are left.
    static func fold(_ sum: UInt64) -> UInt16 {
        var value = sum
        while value > 0xffff { value = (value & 0xffff) + (value >> 16) }
        return UInt16(value)
    }
}
