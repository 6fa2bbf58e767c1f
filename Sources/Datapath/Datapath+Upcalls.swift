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
        for thread in allThreads {
            thread.drainCompletions()
            for _ in 0..<Self.upcallBatch {
                guard let mbuf = thread.nextUpcall() else { break }
                take(mbuf, of: thread)
            }
            hasMore = hasMore || thread.hasUpcalls
        }
        if hasMore { doorbell.ring() }
    }

    /// The key of a packet that a thread gave to control, as the thread would look it up; nil if it is malformed.
    private func key(of mbuf: UnsafeMutablePointer<cdpdk_mbuf>, inPort: UInt32) -> FlowKey? {
        var words = InlineArray<80, UInt64>(repeating: 0)
        return withUnsafeMutableBytes(of: &words) { bytes in
            guard let words = bytes.assumingMemoryBound(to: UInt64.self).baseAddress,
                FlowKeyExtractor.extract(mbuf, inPort: inPort, into: words, tags: tagLimit)
            else { return nil }
            if PacketMetadata.isPresent(mbuf) { PacketMetadata.fill(words, from: mbuf, inPort: inPort) }
            return FlowKey(words: words)
        }
    }

    /// Shows a packet's bytes, which may lie in several buffers.
    private static func withFrame<Result>(
        of mbuf: UnsafeMutablePointer<cdpdk_mbuf>, _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        if mbuf.pointee.nb_segs == 1 {
            return body(UnsafeRawBufferPointer(start: mbuf.frame, count: Int(mbuf.pointee.data_len)))
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(mbuf.pointee.pkt_len))
        var segment: Mbuf? = mbuf
        while let current = segment {
            bytes += UnsafeBufferPointer(start: current.frame, count: Int(current.pointee.data_len))
            segment = current.pointee.next
        }
        return bytes.withUnsafeBytes(body)
    }

    /// A packet that a thread gave to control: one that missed, or a copy that a program punted.
    private func take(_ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, of thread: PacketThread) {
        let inPort = mbuf.pointee.fdir_hi
        let key = key(of: mbuf, inPort: inPort)
        if PacketMetadata.isPunted(mbuf) {
            if let key, let upcallHandler {
                let number = PacketMetadata.puntNumber(mbuf)
                Self.withFrame(of: mbuf) { upcallHandler.punted(number, key: key, packet: $0) }
            }
            cdpdk_mbuf_free(mbuf)
            return
        }
        upcallCount += 1
        guard let key else {
            execute(mbuf, [.drop(.malformed)], on: thread, inPort: inPort)
            return
        }
        translate(mbuf, key, inPort: inPort, of: thread)
    }

    /// One missed packet: finds or makes its flow and sends the packet on its way.
    private func translate(
        _ mbuf: UnsafeMutablePointer<cdpdk_mbuf>, _ key: FlowKey, inPort: UInt32, of thread: PacketThread
    ) {
        if thread.mirror.lookup(key) != nil {
            // Another packet of the same flow was first.
            reprocess(mbuf, on: thread, inPort: inPort)
            return
        }
        logMiss(key)
        guard let translation = Self.withFrame(of: mbuf, { upcallHandler?.translate(key, packet: $0) }) else {
            upcallFailures += 1
            execute(mbuf, [.drop(.upcallFailed)], on: thread, inPort: inPort)
            return
        }
        if translation.isCacheable, let flow = thread.install(key, translation) {
            flow.missedPackets = 1
            flow.missedBytes = UInt64(mbuf.pointee.pkt_len)
            logAdded(flow)
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
