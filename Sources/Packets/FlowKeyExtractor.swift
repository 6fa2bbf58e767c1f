/// Reads a frame's headers into the first words of a ``FlowKey`` (OVS: miniflow_extract).
///
/// Nothing outside the frame is read. What is cut off or contradicts itself below layer 2 leaves its fields zero: the
/// packet is then switched by what could be read.
public enum FlowKeyExtractor {
    /// How many words a full extraction fills.
    @inlinable @inline(__always) public static var wordCount: Int { 17 }
    /// How many words an Ethernet extraction fills.
    @inlinable @inline(__always) public static var ethernetWordCount: Int { 4 }

    /// Fills words 0-3, and at depth `full` also 4-16.
    ///
    /// - Parameters:
    ///   - frame: `length` readable bytes, of any alignment, from the destination address on.
    ///   - whole: the frame's length with what lies in further buffers, at least `length`.
    ///   - words: room for ``wordCount`` words (4 at depth `ethernet`).
    ///   - tags: how many tags are read.
    /// - Returns: false if the frame is shorter than an Ethernet header or ends inside a VLAN tag; the words are then
    ///   undefined.
    @inlinable
    @inline(__always)
    public static func extract(
        frame: UnsafeRawPointer, length: Int, whole: Int, inPort: UInt32, into words: UnsafeMutablePointer<UInt64>,
        depth: ExtractDepth, tags: TagLimit
    ) -> Bool {
        guard length >= 14 else { return false }
        // The layout makes the two addresses and the type two loads: bytes 0-7 less two, and bytes 6-13.
        let typed = frame.loadUnaligned(fromByteOffset: 6, as: UInt64.self)
        words[0] = UInt64(inPort)
        words[1] = frame.loadUnaligned(as: UInt64.self) & 0xffff_ffff_ffff
        words[2] = typed
        words[3] = 0
        if case .ethernet = depth, isPlain(typed) { return true }
        return extractRest(frame: frame, length: length, whole: whole, into: words, depth: depth, tags: tags)
    }

    /// The same for a frame in one piece.
    @inlinable
    @inline(__always)
    public static func extract(
        frame: UnsafeRawPointer, length: Int, inPort: UInt32, into words: UnsafeMutablePointer<UInt64>,
        depth: ExtractDepth, tags: TagLimit
    ) -> Bool {
        extract(frame: frame, length: length, whole: length, inPort: inPort, into: words, depth: depth, tags: tags)
    }

    /// Whether the type in the top 16 bits (wire order) is neither a tag nor a length, so that word 2 is final.
    @inlinable
    @inline(__always)
    public static func isPlain(_ typed: UInt64) -> Bool {
        let type = UInt16(truncatingIfNeeded: typed >> 48).byteSwapped
        return type >= EtherType.smallest && !EtherType.isVLAN(type)
    }

    /// Tags, LLC and the layers above; words 0-2 are filled as for a plain frame, `length` is at least 14.
    @usableFromInline
    @inline(never)
    static func extractRest(
        frame: UnsafeRawPointer, length: Int, whole: Int, into words: UnsafeMutablePointer<UInt64>,
        depth: ExtractDepth, tags limit: TagLimit
    ) -> Bool {
        var cursor = HeaderCursor(start: frame + 12, count: length - 12, beyond: max(0, whole - length))
        var type = cursor.u16(0)
        var tags: UInt64 = 0
        var shift: UInt64 = 0
        while shift < limit.rawValue, EtherType.isVLAN(type) {
            guard cursor.count >= 6 else { return false }
            let tag = UInt64(type.byteSwapped) | UInt64((cursor.u16(2) | FlowField.vlanPresent).byteSwapped) << 16
            tags |= tag << shift
            shift += 32
            cursor.skip(4)
            type = cursor.u16(0)
        }
        words[3] = tags
        cursor.skip(2)
        if type < EtherType.smallest { type = readLLC(&cursor) }
        words[2] = words[2] & 0xffff_ffff_ffff | UInt64(type.byteSwapped) << 48
        if case .ethernet = depth { return true }

        for index in 4..<wordCount { words[index] = 0 }
        switch type {
        case EtherType.ipv4: readIPv4(&cursor, words)
        case EtherType.ipv6: readIPv6(&cursor, words)
        case EtherType.arp, EtherType.rarp: readARP(cursor, words)
        case EtherType.mplsUnicast, EtherType.mplsMulticast: readMPLS(&cursor, words)
        case EtherType.pbb: readServiceTag(cursor, words)
        default: break
        }
        return true
    }

    /// The type of an 802.3 frame: what a SNAP header with no organisation says, else `none` (OVS: parse_ethertype).
    @inline(__always)
    static func readLLC(_ cursor: inout HeaderCursor) -> UInt16 {
        guard cursor.count >= 8, cursor.u16(0) == 0xaaaa, cursor.u32(2) == 0x0300_0000 else { return EtherType.none }
        let type = cursor.u16(6)
        guard type >= EtherType.smallest else { return EtherType.none }
        cursor.skip(8)
        return type
    }
}
