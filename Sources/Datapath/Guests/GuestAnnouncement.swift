import CDPDK

/// Tells the network where a guest is after it has moved to this machine, in its place: a reverse ARP request from it,
/// as vhost-user wants it (VHOST_USER_SEND_RARP).
enum GuestAnnouncement {
    private static var length: Int { 64 }

    /// Takes what is to be announced off the ring and makes the frame in `mbufs[0]`; whether there was a buffer for it.
    @inline(never)
    static func take(_ ring: GuestRing, _ pool: UnsafeMutableRawPointer?, _ mbufs: MbufVector) -> Bool {
        guard let mbuf = cdpdk_mbuf_alloc(pool) else { return false }
        guard Int(mbuf.pointee.buf_len &- mbuf.pointee.data_off) >= length else {
            cdpdk_mbuf_free(mbuf)
            return false
        }
        var address: UInt64 = 0
        withUnsafeMutablePointer(to: &ring.pointee.announcement) { word in
            repeat { address = cdpdk_atomic_load(word) } while cdpdk_atomic_replace(word, address, 0) == 0
        }
        write(address, mbuf.frame)
        mbuf.pointee.data_len = UInt16(length)
        mbuf.pointee.pkt_len = UInt32(length)
        mbufs[0] = mbuf
        return true
    }

    /// The frame (RFC 903) for an address whose first byte is the lowest one.
    static func write(_ address: UInt64, _ frame: UnsafeMutablePointer<UInt8>) {
        frame.update(repeating: 0, count: length)
        // To all; EtherType 0x8035; Ethernet, IPv4, 6 and 4 bytes, operation 3.
        frame.update(repeating: 0xff, count: 6)
        put(address, frame + 6)
        let rest = UnsafeMutableRawPointer(frame + 12)
        rest.storeBytes(of: UInt64(0x8035_0001_0800_0604).bigEndian, as: UInt64.self)
        rest.storeBytes(of: UInt16(3).bigEndian, toByteOffset: 8, as: UInt16.self)
        put(address, frame + 22)
        put(address, frame + 32)
    }

    private static func put(_ address: UInt64, _ target: UnsafeMutablePointer<UInt8>) {
        for index in 0..<6 { target[index] = UInt8(truncatingIfNeeded: address >> (8 * UInt64(index))) }
    }
}
