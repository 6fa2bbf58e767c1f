import CDPDK

@testable import Datapath

/// Packets in memory of the test's own, without a mempool behind them.
final class FakeMbufs {
    private var blocks: [UnsafeMutableRawPointer] = []
    static let bufferBytes = 2048

    deinit { for block in blocks { block.deallocate() } }

    func make(_ frame: [UInt8], headroom: Int = 128) -> Mbuf {
        let header = MemoryLayout<cdpdk_mbuf>.stride
        let block = UnsafeMutableRawPointer.allocate(byteCount: header + Self.bufferBytes, alignment: 64)
        blocks.append(block)
        let buffer = (block + header).bindMemory(to: UInt8.self, capacity: Self.bufferBytes)
        buffer.initialize(repeating: 0xee, count: Self.bufferBytes)
        for (index, byte) in frame.enumerated() { buffer[headroom + index] = byte }
        let mbuf = block.bindMemory(to: cdpdk_mbuf.self, capacity: 1)
        var value = cdpdk_mbuf()
        value.buf_addr = buffer
        value.buf_len = UInt16(Self.bufferBytes)
        value.data_off = UInt16(headroom)
        value.data_len = UInt16(frame.count)
        value.pkt_len = UInt32(frame.count)
        value.refcnt = 1
        value.nb_segs = 1
        mbuf.initialize(to: value)
        return mbuf
    }
}

/// The bytes of a packet of one segment.
func frame(of mbuf: Mbuf) -> [UInt8] {
    Array(UnsafeBufferPointer(start: mbuf.frame, count: Int(mbuf.pointee.data_len)))
}
