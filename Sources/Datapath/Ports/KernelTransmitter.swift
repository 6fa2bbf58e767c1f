import CDPDK
import CLinux
import Glibc

/// Writes frames to TAPs and AF_PACKET sockets; confined to the sleeping thread.
struct KernelTransmitter {
    private static let segments = 34
    private static let virtioHeaderLength = 10

    private let vectors: UnsafeMutablePointer<iovec>
    private let messages: UnsafeMutablePointer<msghdr>
    /// Ten zero bytes: nothing is left for the kernel to do.
    private let header: UnsafeMutableRawPointer

    init() {
        vectors = .allocate(capacity: 32 * Self.segments)
        messages = .allocate(capacity: 32)
        header = .allocate(byteCount: 16, alignment: 16)
        header.initializeMemory(as: UInt8.self, repeating: 0, count: 16)
    }

    func close() {
        vectors.deallocate()
        messages.deallocate()
        header.deallocate()
    }

    /// Sends 1 to 32 frames and frees them; what the kernel does not take is counted.
    mutating func send(_ slot: UnsafeMutablePointer<PortAttachment>, _ mbufs: MbufVector, _ count: Int) {
        let counters = slot.pointee.counters.unsafelyUnwrapped
        if slot.pointee.mode == .tap {
            for index in 0..<count { write(mbufs[index].unsafelyUnwrapped, slot, counters) }
        } else {
            sendAll(mbufs, count, slot, counters)
        }
        cdpdk_mbuf_free_bulk(mbufs, UInt32(count))
    }

    private func write(
        _ mbuf: Mbuf, _ slot: UnsafeMutablePointer<PortAttachment>, _ counters: UnsafeMutablePointer<PortCounters>
    ) {
        if FrameLength.exceeds(slot.pointee.maximumFrameLength, mbuf) {
            counters.pointee.drops[Int(DropReason.mtuExceeded.rawValue)] &+= 1
            return
        }
        let used = gather(mbuf, vectors)
        guard used > 0, writev(slot.pointee.descriptor, vectors, Int32(used)) >= 0 else {
            counters.pointee.drops[Int(DropReason.transmitFailure.rawValue)] &+= 1
            return
        }
        counters.pointee.transmittedPackets &+= 1
        counters.pointee.transmittedBytes &+= UInt64(mbuf.pointee.pkt_len)
    }

    private func sendAll(
        _ mbufs: MbufVector, _ count: Int, _ slot: UnsafeMutablePointer<PortAttachment>,
        _ counters: UnsafeMutablePointer<PortCounters>
    ) {
        var prepared = 0
        for index in 0..<count {
            let mbuf = mbufs[index].unsafelyUnwrapped
            let list = vectors + prepared * Self.segments
            list[0] = iovec(iov_base: header, iov_len: Self.virtioHeaderLength)
            let used = gather(mbuf, list + 1)
            messages[prepared] = msghdr()
            messages[prepared].msg_iov = list
            messages[prepared].msg_iovlen = used + 1
            prepared += 1
        }
        var sent = 0
        while sent < prepared {
            let taken = cl_packet_send_messages(slot.pointee.descriptor, messages + sent, Int32(prepared - sent))
            if taken <= 0 {
                // The first one was refused; the next may be well. The kernel knows the MTU of this moment, we that of a
                // second ago.
                let reason = taken == -EMSGSIZE ? DropReason.mtuExceeded : .transmitFailure
                counters.pointee.drops[Int(reason.rawValue)] &+= 1
                sent += 1
                continue
            }
            for index in sent..<(sent + Int(taken)) {
                counters.pointee.transmittedPackets &+= 1
                let list = messages[index]
                for piece in 1..<Int(list.msg_iovlen) {
                    counters.pointee.transmittedBytes &+= UInt64(list.msg_iov[piece].iov_len)
                }
            }
            sent += Int(taken)
        }
    }

    /// The chain's pieces as vectors; how many.
    private func gather(_ mbuf: Mbuf, _ list: UnsafeMutablePointer<iovec>) -> Int {
        var used = 0
        var segment: Mbuf? = mbuf
        while let current = segment, used < Self.segments - 1 {
            list[used] = iovec(
                iov_base: current.pointee.buf_addr + Int(current.pointee.data_off),
                iov_len: Int(current.pointee.data_len))
            used += 1
            segment = current.pointee.next
        }
        return used
    }
}
