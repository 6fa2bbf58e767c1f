import CDPDK
import Packets

@testable import Datapath

/// Keeps what it is given.
struct RecordingSink: PacketSink, ~Copyable {
    struct Batch {
        var port: UInt32
        var mbufs: [Mbuf]
    }

    var batches: [Batch] = []
    var misses: [(mbuf: Mbuf, key: FlowKey, inPort: UInt32)] = []
    var drops: [(reason: DropReason, inPort: UInt32, mbuf: Mbuf)] = []
    var punts: [(mbuf: Mbuf, inPort: UInt32)] = []
    var failedPunts: [DropReason: Int] = [:]
    var takesPunts = true

    mutating func transmit(_ port: UInt32, _ mbufs: MbufVector, _ count: Int) {
        batches.append(Batch(port: port, mbufs: (0..<count).compactMap { mbufs[$0] }))
    }

    mutating func miss(_ mbufs: MbufVector, _ count: Int, _ inPort: UInt32) {
        for position in 0..<count {
            guard let mbuf = mbufs[position] else { continue }
            var words = [UInt64](repeating: 0, count: FlowKey.wordCount)
            _ = FlowKeyExtractor.extract(
                frame: UnsafeRawPointer(mbuf.frame), length: Int(mbuf.pointee.data_len),
                whole: Int(mbuf.pointee.pkt_len), inPort: inPort, into: &words, depth: .full, tags: .two)
            words[17] = 0
            words[18] = 0
            if PacketMetadata.isPresent(mbuf) { PacketMetadata.fill(&words, from: mbuf, inPort: inPort) }
            misses.append((mbuf, FlowKey(words: words), inPort))
        }
    }

    mutating func punt(_ mbuf: Mbuf, _ inPort: UInt32) { punts.append((mbuf, inPort)) }

    mutating func puntFailed(_ reason: DropReason, _ inPort: UInt32) { failedPunts[reason, default: 0] += 1 }

    mutating func drop(_ reason: DropReason, _ inPort: UInt32, _ mbufs: MbufVector, _ count: Int) {
        for index in 0..<count {
            if let mbuf = mbufs[index] { drops.append((reason, inPort, mbuf)) }
        }
    }

    /// All packets for a port, in order.
    func sent(_ port: UInt32) -> [Mbuf] { batches.filter { $0.port == port }.flatMap(\.mbufs) }
}
