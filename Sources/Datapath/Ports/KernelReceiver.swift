import CDPDK
import Glibc
import Packets

/// Reads frames from TAPs and AF_PACKET sockets into buffers; confined to the sleeping thread.
///
/// A frame is read straight into a chain of buffers long enough for the greatest the device may give. Frames that find
/// no free buffer, or are cut off, are still read (so that the descriptor does not stay readable) and counted.
struct KernelReceiver {
    /// Buffers that a frame of 64 KiB fills.
    static let mostSegments = 33
    private static let virtioHeaderLength = 10

    private let pool: UnsafeMutableRawPointer
    private let spares: MbufVector
    /// Buffers that are ready for the next frame.
    private(set) var spareCount = 0
    /// Whether the last device read from has been deleted.
    private(set) var isGone = false
    private let vectors: UnsafeMutablePointer<iovec>
    private let header: UnsafeMutableRawPointer
    private let ancillary: UnsafeMutableRawPointer
    private let trash: UnsafeMutableRawPointer
    private static let ancillaryLength = 64
    private static let trashLength = 65536 + 64

    /// `pool`: the rte_mempool to receive into. Everything is allocated here, once.
    init(pool: UnsafeMutableRawPointer) {
        self.pool = pool
        spares = .allocate(capacity: Self.mostSegments)
        vectors = .allocate(capacity: Self.mostSegments + 1)
        header = .allocate(byteCount: 16, alignment: 16)
        ancillary = .allocate(byteCount: Self.ancillaryLength, alignment: 16)
        trash = .allocate(byteCount: Self.trashLength, alignment: 64)
    }

    /// Gives back the memory and the spare buffers.
    mutating func close() {
        if spareCount > 0 { cdpdk_mbuf_free_bulk(spares, UInt32(spareCount)) }
        spareCount = 0
        spares.deallocate()
        vectors.deallocate()
        header.deallocate()
        ancillary.deallocate()
        trash.deallocate()
    }

    /// Reads up to `most` frames; returns how many stand in `frames`. `isDrained` tells that nothing is left for now.
    mutating func receive(
        _ queue: UnsafePointer<ReceiveQueue>, _ counters: UnsafeMutablePointer<PortCounters>,
        into frames: MbufVector, most: Int
    ) -> (count: Int, isDrained: Bool) {
        var count = 0
        isGone = false
        // Frames that are dropped count too: a flood of them must not hold up the other ports.
        for _ in 0..<most {
            let outcome =
                queue.pointee.kind == .tap
                ? readTAP(queue, counters) : readSocket(queue, counters)
            switch outcome {
            case .frame(let mbuf):
                counters.pointee.receivedPackets &+= 1
                counters.pointee.receivedBytes &+= UInt64(mbuf.pointee.pkt_len)
                frames[count] = mbuf
                count += 1
            case .dropped: continue
            case .drained: return (count, true)
            }
        }
        return (count, false)
    }

    private enum Outcome {
        case frame(Mbuf)
        case dropped
        case drained
    }

    private mutating func readTAP(
        _ queue: UnsafePointer<ReceiveQueue>, _ counters: UnsafeMutablePointer<PortCounters>
    ) -> Outcome {
        let segments = prepare(Int(queue.pointee.segments), from: 0)
        if segments == 0 {
            let length = read(queue.pointee.descriptor, trash, Self.trashLength)
            guard length > 0 else { return ended(length) }
            return drop(.noBuffer, counters)
        }
        // One more, to see that a frame is longer: a TAP cuts off without a word.
        vectors[segments] = iovec(iov_base: trash, iov_len: Self.trashLength)
        let capacity = segments * vectors[0].iov_len
        let length = readv(queue.pointee.descriptor, vectors, Int32(segments + 1))
        guard length > 0 else { return ended(length) }
        if length > capacity { return drop(cutOff(segments, Int(queue.pointee.segments)), counters) }
        return .frame(take(length))
    }

    /// Nothing was read from a TAP: for now, or for ever.
    private mutating func ended(_ length: Int) -> Outcome {
        isGone = length < 0 && errno == EBADFD
        return .drained
    }

    private mutating func readSocket(
        _ queue: UnsafePointer<ReceiveQueue>, _ counters: UnsafeMutablePointer<PortCounters>
    ) -> Outcome {
        vectors[0] = iovec(iov_base: header, iov_len: Self.virtioHeaderLength)
        var segments = prepare(Self.mostSegments, from: 1)
        let hasBuffer = segments > 0
        if !hasBuffer {
            vectors[1] = iovec(iov_base: trash, iov_len: Self.trashLength)
            segments = 1
        }
        var message = msghdr()
        message.msg_iov = vectors
        message.msg_iovlen = segments + 1
        message.msg_control = ancillary
        message.msg_controllen = Self.ancillaryLength
        let received = recvmsg(queue.pointee.descriptor, &message, Int32(MSG_DONTWAIT))
        guard received >= 0 else {
            // ENETDOWN is told once when the device goes down; the next read finds the queue empty.
            if errno == ENETDOWN { return .dropped }
            // A frame that the kernel cannot describe in the virtio header is gone.
            if errno != EAGAIN && errno != EINTR { counters.pointee.receivedErrors &+= 1 }
            return .drained
        }
        let length = received - Self.virtioHeaderLength
        guard length > 0 else { return drop(.malformed, counters) }
        guard hasBuffer else { return drop(.noBuffer, counters) }
        if message.msg_flags & Int32(MSG_TRUNC) != 0 { return drop(cutOff(segments, Self.mostSegments), counters) }
        let mbuf = take(length)
        if let tag = PacketAuxiliaryData.strippedTag(ancillary, length: message.msg_controllen),
            !insert(tag, mbuf)
        {
            cdpdk_mbuf_free(mbuf)
            return drop(.noBuffer, counters)
        }
        let offload = VirtioHeader(header)
        if offload.gsoType != 0 {
            // Marked for the caller, which cuts it into frames of the MTU.
            offload.mark(mbuf)
        } else if offload.needsChecksum {
            offload.completeChecksum(mbuf)
        }
        return .frame(mbuf)
    }

    /// Puts the tag that the kernel took off back into the frame, in the buffer's headroom.
    private func insert(_ tag: PacketAuxiliaryData.Tag, _ mbuf: Mbuf) -> Bool {
        guard mbuf.pointee.data_off >= 4, mbuf.pointee.data_len >= 12 else { return false }
        mbuf.pointee.data_off -= 4
        mbuf.pointee.data_len += 4
        mbuf.pointee.pkt_len += 4
        let start = UnsafeMutableRawPointer(mbuf.pointee.buf_addr) + Int(mbuf.pointee.data_off)
        memmove(start, start + 4, 12)
        start.storeBytes(of: tag.tpid.bigEndian, toByteOffset: 12, as: UInt16.self)
        start.storeBytes(of: tag.tci.bigEndian, toByteOffset: 14, as: UInt16.self)
        return true
    }

    /// Why a frame was longer than what it was read into.
    private func cutOff(_ segments: Int, _ wanted: Int) -> DropReason { segments < wanted ? .noBuffer : .oversized }

    private func drop(_ reason: DropReason, _ counters: UnsafeMutablePointer<PortCounters>) -> Outcome {
        counters.pointee.drops[Int(reason.rawValue)] &+= 1
        return .dropped
    }

    /// Makes `count` spare buffers stand in the vectors from index `first`; how many there are, 0 when none is free.
    private mutating func prepare(_ count: Int, from first: Int) -> Int {
        if spareCount < count {
            if cdpdk_mbuf_alloc_bulk(pool, spares + spareCount, UInt32(count - spareCount)) == 0 {
                spareCount = count
            } else if spareCount == 0, cdpdk_mbuf_alloc_bulk(pool, spares, 1) == 0 {
                // Short frames can still be had.
                spareCount = 1
            }
        }
        let usable = min(spareCount, count)
        for index in 0..<usable {
            // The last spare first: taking is then from the end.
            let mbuf = spares[spareCount - 1 - index].unsafelyUnwrapped
            vectors[first + index] = iovec(
                iov_base: mbuf.pointee.buf_addr + Int(mbuf.pointee.data_off),
                iov_len: Int(mbuf.pointee.buf_len - mbuf.pointee.data_off))
        }
        return usable
    }

    /// Chains the spares that hold `length` bytes just read.
    private mutating func take(_ length: Int) -> Mbuf {
        let first = spares[spareCount - 1].unsafelyUnwrapped
        var left = length
        var last: Mbuf?
        var segments: UInt16 = 0
        while left > 0, spareCount > 0 {
            spareCount -= 1
            let mbuf = spares[spareCount].unsafelyUnwrapped
            let room = Int(mbuf.pointee.buf_len - mbuf.pointee.data_off)
            let part = min(left, room)
            mbuf.pointee.data_len = UInt16(truncatingIfNeeded: part)
            left -= part
            segments += 1
            last?.pointee.next = mbuf
            last = mbuf
        }
        first.pointee.pkt_len = UInt32(truncatingIfNeeded: length - left)
        first.pointee.nb_segs = segments
        return first
    }
}
