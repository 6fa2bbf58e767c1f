import CDPDK

/// What travels with a packet beside its bytes, in the packet buffer itself (OVS: the metadata of `struct dp_packet`).
///
/// The words lie in the mbuf's second cache line, so the ordinary packet, which has none, never touches them: they are
/// made by the first program that needs them, and hold from then on for as long as ``isPresent(_:)`` says so.
enum PacketMetadata {
    /// In `ol_flags`: the words are filled. DPDK leaves these bits to applications, drivers neither set nor read them.
    static var presentFlag: UInt64 { 1 << 40 }
    /// In `ol_flags`: the packet is a copy that an action `punt` made for control.
    static var puntFlag: UInt64 { 1 << 39 }

    @inline(__always)
    static func isPresent(_ mbuf: Mbuf) -> Bool { mbuf.pointee.ol_flags & presentFlag != 0 }

    /// Makes all words zero, whatever the buffer held before.
    @inline(__always)
    static func clear(_ mbuf: Mbuf) {
        mbuf.pointee.ol_flags = mbuf.pointee.ol_flags & ~puntFlag | presentFlag
        restore(PacketMetadataWords(), to: mbuf)
    }

    /// Forgets them: the packet is as if just received.
    @inline(__always)
    static func discard(_ mbuf: Mbuf) { mbuf.pointee.ol_flags &= ~(presentFlag | puntFlag) }

    @inline(__always)
    static func save(_ mbuf: Mbuf) -> PacketMetadataWords {
        PacketMetadataWords(
            recirculation: recirculation(mbuf), hash: hash(mbuf), mark: mark(mbuf), priority: priority(mbuf),
            depth: depth(mbuf))
    }

    @inline(__always)
    static func restore(_ words: PacketMetadataWords, to mbuf: Mbuf) {
        setRecirculation(mbuf, words.recirculation)
        setHash(mbuf, words.hash)
        setMark(mbuf, words.mark)
        setPriority(mbuf, words.priority)
        setDepth(mbuf, words.depth)
    }

    // Word 0 of the free fields is the receiver's (segment sizes), words 1-6 are the datapath's.

    @inline(__always) static func recirculation(_ mbuf: Mbuf) -> UInt32 { mbuf.pointee.dynfield1.1 }
    @inline(__always) static func setRecirculation(_ mbuf: Mbuf, _ id: UInt32) { mbuf.pointee.dynfield1.1 = id }

    @inline(__always) static func hash(_ mbuf: Mbuf) -> UInt32 { mbuf.pointee.dynfield1.2 }
    @inline(__always) static func setHash(_ mbuf: Mbuf, _ hash: UInt32) { mbuf.pointee.dynfield1.2 = hash }

    @inline(__always) static func mark(_ mbuf: Mbuf) -> UInt32 { mbuf.pointee.dynfield1.3 }
    @inline(__always) static func setMark(_ mbuf: Mbuf, _ mark: UInt32) { mbuf.pointee.dynfield1.3 = mark }

    @inline(__always) static func priority(_ mbuf: Mbuf) -> UInt32 { mbuf.pointee.dynfield1.4 }
    @inline(__always) static func setPriority(_ mbuf: Mbuf, _ priority: UInt32) { mbuf.pointee.dynfield1.4 = priority }

    /// How often the packet has been recirculated.
    @inline(__always) static func depth(_ mbuf: Mbuf) -> UInt32 { mbuf.pointee.dynfield1.5 }
    @inline(__always) static func setDepth(_ mbuf: Mbuf, _ depth: UInt32) { mbuf.pointee.dynfield1.5 = depth }

    /// The number that a punted copy was given.
    @inline(__always) static func puntNumber(_ mbuf: Mbuf) -> UInt32 { mbuf.pointee.dynfield1.6 }

    /// Marks a packet that has metadata as punted.
    @inline(__always)
    static func markPunted(_ mbuf: Mbuf, _ number: UInt32) {
        mbuf.pointee.ol_flags |= puntFlag
        mbuf.pointee.dynfield1.6 = number
    }

    @inline(__always)
    static func isPunted(_ mbuf: Mbuf) -> Bool { mbuf.pointee.ol_flags & puntFlag != 0 }

    /// Fills a key's words 0, 17 and 18 from a packet that has metadata.
    @inline(__always)
    static func fill(_ words: UnsafeMutablePointer<UInt64>, from mbuf: Mbuf, inPort: UInt32) {
        words[0] = UInt64(inPort) | UInt64(recirculation(mbuf)) << 32
        words[17] = UInt64(hash(mbuf)) | UInt64(mark(mbuf)) << 32
        words[18] = UInt64(priority(mbuf))
    }
}

/// A copy of a packet's metadata, kept while a branch of a program may change it.
struct PacketMetadataWords {
    var recirculation: UInt32 = 0
    var hash: UInt32 = 0
    var mark: UInt32 = 0
    var priority: UInt32 = 0
    var depth: UInt32 = 0
}
