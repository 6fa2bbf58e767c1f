import CDPDK
import Packets

extension FlowKeyExtractor {
    /// Reads every header of a packet; what lies in further buffers counts for the lengths that headers tell.
    @inline(__always)
    static func extract(
        _ mbuf: Mbuf, inPort: UInt32, into words: UnsafeMutablePointer<UInt64>, tags: TagLimit
    ) -> Bool {
        extract(
            frame: UnsafeRawPointer(mbuf.frame), length: Int(mbuf.pointee.data_len), whole: Int(mbuf.pointee.pkt_len),
            inPort: inPort, into: words, depth: .full, tags: tags)
    }
}
