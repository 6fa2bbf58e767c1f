import CDPDK
import Control
import Packets

extension Datapath {
    /// How many misses are translated before other work on the control thread gets its turn.
    private static let upcallBatch = 256

    /// The doorbell rang: takes in what threads have done and what they have missed.
    func answer() {
        drainDummies()
        var hasMore = false
        for thread in threads + endingThreads {
            thread.drainCompletions()
            for _ in 0..<Self.upcallBatch {
                guard let mbuf = thread.nextUpcall() else { break }
                translate(mbuf, of: thread)
            }
            hasMore = hasMore || thread.hasUpcalls
        }
        if hasMore { doorbell.ring() }
    }

    /// One missed packet: finds or makes its flow and sends the packet on its way.
    private func translate(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, of thread: PacketThread) {
        upcallCount += 1
        let inPort = mbuf.pointee.fdir_hi
        let frame = UnsafeRawPointer(mbuf.pointee.buf_addr) + Int(mbuf.pointee.data_off)
        let length = Int(mbuf.pointee.data_len)
        var words = InlineArray<48, UInt64>(repeating: 0)
        let isWell = withUnsafeMutableBytes(of: &words) {
            FlowKeyExtractor.extract(
                frame: frame, length: length, inPort: inPort,
                into: $0.baseAddress!.assumingMemoryBound(to: UInt64.self), depth: .full)
        }
        guard isWell else {
            execute(mbuf, [.drop(.malformed)], on: thread, inPort: inPort)
            return
        }
        let key = withUnsafeBytes(of: &words) {
            FlowKey(words: $0.baseAddress!.assumingMemoryBound(to: UInt64.self))
        }
        if thread.mirror.lookup(key) != nil {
            // Another packet of the same flow was first.
            reprocess(mbuf, on: thread, inPort: inPort)
            return
        }
        let packet = UnsafeRawBufferPointer(start: frame, count: length)
        guard let translation = upcallHandler?.translate(key, packet: packet) else {
            upcallFailures += 1
            execute(mbuf, [.drop(.upcallFailed)], on: thread, inPort: inPort)
            return
        }
        if translation.isCacheable, let flow = thread.install(key, translation) {
            flow.missedPackets = 1
            flow.missedBytes = UInt64(mbuf.pointee.pkt_len)
            reprocess(mbuf, on: thread, inPort: inPort)
        } else {
            execute(mbuf, translation.actions, on: thread, inPort: inPort)
        }
    }

    private func reprocess(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, on thread: PacketThread, inPort: UInt32) {
        var command = ThreadCommand(.reprocess)
        command.port = inPort
        command.block = UnsafeMutableRawPointer(mbuf)
        command.stamp = StampClock.stamp()
        thread.send(command)
    }
}
