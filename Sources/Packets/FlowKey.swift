/// Everything a flow table can look at, in one block of words: the fields of a packet's headers in wire order, and the
/// metadata that travels with it (OVS: `struct flow`).
///
/// One layout serves the whole house. The datapath's extractor fills the words that its tables look at, the OpenFlow
/// classifier and translation read and rewrite copies, and a ``FlowMask`` of the same layout says which bits count.
///
/// ```
/// word  0  in_port (datapath or OpenFlow port, host order) | recirc_id
///       1  dl_dst 6 bytes | 2 unused
///       2  dl_src 6 bytes | eth_type (of the innermost layer 2 header)
///       3  outer TPID | outer TCI | inner TPID | inner TCI     (all zero: no tag; a TCI in use has bit 0x1000 set)
///       4  nw_proto | nw_tos | nw_ttl | nw_frag | ipv6_label (4 bytes)
///       5  nw_src | nw_dst                                     (ARP: arp_spa | arp_tpa; nw_proto holds arp_op)
///     6-7  ipv6_src      8-9  ipv6_dst
///      10  tp_src | tp_dst | tcp_flags | ipv6_exthdr           (ICMP: type | code)
///      11  arp_sha or nd_sll, 6 bytes      12  arp_tha or nd_tll, 6 bytes
///   13-14  nd_target
///   15-16  MPLS label stack entries 0, 1 | 2, pbb_isid 3 bytes, pbb_uca (ND: nd_reserved | nd_options_type in word 16)
///      17  dp_hash | pkt_mark              18  skb_priority | packet_type
///      19  ct_state | ct_mark              20  ct_zone | ct_tp_src | ct_tp_dst | ct_nw_proto | unused
///   21-22  ct_label      23  ct_nw_src | ct_nw_dst      24-25  ct_ipv6_src      26-27  ct_ipv6_dst
///      28  tun_id        29  tun_src | tun_dst          30-31  tun_ipv6_src     32-33  tun_ipv6_dst
///      34  tun_flags | tun_tos | tun_ttl | gbp_id | gbp_flags | erspan_ver
///      35  erspan_idx | erspan_dir | erspan_hwid | gtpu_flags | gtpu_msgtype
///      36  metadata      37-44  reg0 ... reg15          45  conj_id | actset_output
///      46  which of tun_metadata0 ... tun_metadata63 there are, a bit each          47  unused
///   48-79  options of tunnels: 256 bytes, of which each field that a bridge maps has its own
/// ```
/// Header fields stand in network byte order, as on the wire, so that extraction is a load and a store; metadata in
/// host order. Sub-word accessors (``FlowKey/u16(_:)`` …) take a byte offset from ``FlowField``.
///
/// Hardly any key has options. Where word 46 is zero, so are the words behind it, and nobody need look at them
/// (``FlowKey/extent``); whoever writes options sees to word 46.
@frozen
public struct FlowKey: Sendable {
    /// A literal, so that loops over words are unrolled.
    @inlinable public static var wordCount: Int { 80 }
    /// How many words there are without options.
    @inlinable public static var plainWordCount: Int { 48 }
    @inlinable public static var byteCount: Int { wordCount * 8 }

    @usableFromInline package var words: InlineArray<80, UInt64>

    /// All zero.
    @inlinable
    public init() { words = InlineArray(repeating: 0) }

    /// Copies `FlowKey.wordCount` words.
    @inlinable
    public init(words pointer: UnsafePointer<UInt64>) {
        words = InlineArray(repeating: 0)
        for index in 0..<FlowKey.wordCount { words[index] = pointer[index] }
    }

    /// One word; `index` in `0..<wordCount`.
    @inlinable
    public subscript(_ index: Int) -> UInt64 {
        get { words[index] }
        set { words[index] = newValue }
    }

    /// How many words can be other than zero.
    @inlinable
    public var extent: Int { words[46] == 0 ? FlowKey.plainWordCount : FlowKey.wordCount }

    /// Whether the packet came through a tunnel, whose far end it then knows.
    public var comesThroughTunnel: Bool {
        words[29] >> 32 | words[32] | words[33] != 0
    }

    @inlinable
    public func u8(_ offset: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[offset >> 3] >> UInt64((offset & 7) * 8))
    }

    @inlinable
    public mutating func setU8(_ offset: Int, _ value: UInt8) {
        let shift = UInt64((offset & 7) * 8)
        words[offset >> 3] = words[offset >> 3] & ~(0xff << shift) | UInt64(value) << shift
    }

    /// A 16-bit field in network order, as a host-order number; `offset` even.
    @inlinable
    public func u16(_ offset: Int) -> UInt16 {
        UInt16(truncatingIfNeeded: words[offset >> 3] >> UInt64((offset & 7) * 8)).byteSwapped
    }

    @inlinable
    public mutating func setU16(_ offset: Int, _ value: UInt16) {
        let shift = UInt64((offset & 7) * 8)
        words[offset >> 3] = words[offset >> 3] & ~(0xffff << shift) | UInt64(value.byteSwapped) << shift
    }

    /// A 32-bit field in network order, as a host-order number; `offset` a multiple of 4.
    @inlinable
    public func u32(_ offset: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: words[offset >> 3] >> UInt64((offset & 7) * 8)).byteSwapped
    }

    @inlinable
    public mutating func setU32(_ offset: Int, _ value: UInt32) {
        let shift = UInt64((offset & 7) * 8)
        words[offset >> 3] = words[offset >> 3] & ~(0xffff_ffff << shift) | UInt64(value.byteSwapped) << shift
    }

    /// A 32-bit metadata field in host order; `offset` a multiple of 4.
    @inlinable
    public func host32(_ offset: Int) -> UInt32 {
        UInt32(truncatingIfNeeded: words[offset >> 3] >> UInt64((offset & 7) * 8))
    }

    @inlinable
    public mutating func setHost32(_ offset: Int, _ value: UInt32) {
        let shift = UInt64((offset & 7) * 8)
        words[offset >> 3] = words[offset >> 3] & ~(0xffff_ffff << shift) | UInt64(value) << shift
    }

    /// A 48-bit Ethernet address in the low six bytes of a word; `offset` a multiple of 8.
    @inlinable
    public func mac(_ offset: Int) -> MACAddress {
        MACAddress(wireOrder: words[offset >> 3] & 0xffff_ffff_ffff)
    }

    @inlinable
    public mutating func setMAC(_ offset: Int, _ value: MACAddress) {
        let index = offset >> 3
        words[index] = words[index] & ~0xffff_ffff_ffff | value.wireOrder
    }

    /// The bits of this key that `mask` counts.
    @inlinable
    public func masked(by mask: FlowMask) -> FlowKey {
        var result = FlowKey()
        for index in 0..<FlowKey.plainWordCount { result.words[index] = words[index] & mask.words[index] }
        guard words[46] & mask.words[46] != 0 else { return result }
        for index in FlowKey.plainWordCount..<FlowKey.wordCount {
            result.words[index] = words[index] & mask.words[index]
        }
        return result
    }

    /// Whether both keys agree on every bit that `mask` counts.
    @inlinable
    public func matches(_ other: FlowKey, under mask: FlowMask) -> Bool {
        var difference: UInt64 = 0
        for index in 0..<FlowKey.plainWordCount {
            difference |= (words[index] ^ other.words[index]) & mask.words[index]
        }
        guard difference == 0, mask.words[46] != 0 else { return difference == 0 }
        for index in FlowKey.plainWordCount..<FlowKey.wordCount {
            difference |= (words[index] ^ other.words[index]) & mask.words[index]
        }
        return difference == 0
    }
}

extension FlowKey: Hashable {
    @inlinable
    public static func == (left: FlowKey, right: FlowKey) -> Bool {
        var difference: UInt64 = 0
        for index in 0..<FlowKey.plainWordCount { difference |= left.words[index] ^ right.words[index] }
        guard difference == 0, left.words[46] != 0 else { return difference == 0 }
        for index in FlowKey.plainWordCount..<FlowKey.wordCount { difference |= left.words[index] ^ right.words[index] }
        return difference == 0
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        for index in 0..<extent where words[index] != 0 { hasher.combine(words[index] &+ UInt64(index)) }
    }
}

/// Which bits of a ``FlowKey`` count: the same layout, ones where they do (OVS: `struct flow_wildcards`).
public typealias FlowMask = FlowKey

extension FlowMask {
    /// Adds the bits of `other`: what a second look-up looked at.
    @inlinable
    public mutating func formUnion(_ other: FlowMask) {
        for index in 0..<other.extent { words[index] |= other.words[index] }
    }

    /// Whether every bit of `other` counts here too.
    @inlinable
    public func isSuperset(of other: FlowMask) -> Bool {
        var missing: UInt64 = 0
        for index in 0..<other.extent { missing |= other.words[index] & ~words[index] }
        return missing == 0
    }

    /// Whether no bit counts.
    @inlinable
    public var isEmpty: Bool {
        var any: UInt64 = 0
        for index in 0..<FlowKey.plainWordCount { any |= words[index] }
        return any == 0
    }
}
