import Packets

/// New values for some bits of one header of a packet, or of its metadata (OVS: OVS_ACTION_ATTR_SET_MASKED).
///
/// Bits are told by their place in a ``FlowKey``. Checksums that cover them are kept right: where a packet's was wrong
/// before, it stays wrong by as much.
public struct HeaderRewrite: Sendable, Equatable {
    /// Which header; it says how the words are read, as ports of TCP and UDP share their place.
    public enum Header: UInt8, Sendable {
        case ethernet, ipv4, ipv6, arp, tcp, udp, sctp, icmpv4, icmpv6, neighborDiscovery, mpls
        /// The I-TAG of IEEE 802.1ah: I-SID and UCA.
        case pbb
        /// `skb_priority`, `pkt_mark`, and the tunnel that a tunnel port is to send through.
        case priority, mark, tunnel
    }

    /// One word of a ``FlowKey``: the bits of `mask` become those of `value`.
    public struct Word: Sendable, Equatable {
        public let index: UInt8
        public let value: UInt64
        public let mask: UInt64

        public init(index: UInt8, value: UInt64, mask: UInt64) {
            self.index = index
            self.value = value
            self.mask = mask
        }
    }

    public let header: Header
    public let words: [Word]

    public init(_ header: Header, _ words: [Word]) {
        self.header = header
        self.words = words
    }
}
