import CDPDK
import Packets

/// The hashes that `hash` computes: where a packet goes among several equal ways.
///
/// Equal for all packets of a connection; the symmetric one for both its directions. Ethernet addresses count too, as
/// packets without an IP header would otherwise all take one way.
enum PacketHash {
    /// `words`: room for ``FlowKey/wordCount`` words. Never 0, which stands for "no hash".
    static func compute(
        _ mbuf: Mbuf, symmetric: Bool, basis: UInt32, _ words: UnsafeMutablePointer<UInt64>
    ) -> UInt32 {
        guard FlowKeyExtractor.extract(mbuf, inPort: 0, into: words, tags: .two) else { return 1 }
        let type = words[2] >> 48
        let isIP = type == UInt64(EtherType.ipv4.bigEndian) || type == UInt64(EtherType.ipv6.bigEndian)
        let proto = isIP ? words[4] & 0xff : 0
        let hasPorts =
            proto == UInt64(IPProtocol.tcp) || proto == UInt64(IPProtocol.udp) || proto == UInt64(IPProtocol.sctp)
        // Later fragments have no ports: without them all fragments go one way.
        let isFragment = words[4] >> 24 & UInt64(FlowField.fragmentAny) != 0
        let ports = hasPorts && !isFragment ? words[10] & 0xffff_ffff : 0
        let source = words[2] & 0xffff_ffff_ffff
        let destination = words[1] & 0xffff_ffff_ffff
        var pairs = WordHash.fold(UInt64(basis) ^ WordHash.first, (type | proto << 16) ^ WordHash.second)
        if symmetric {
            pairs ^= both(source, destination, WordHash.first)
            pairs ^= both(words[5] & 0xffff_ffff, words[5] >> 32, WordHash.second)
            pairs ^= both(words[6], words[8], WordHash.third) ^ both(words[7], words[9], WordHash.first)
            pairs ^= both(ports & 0xffff, ports >> 16, WordHash.third)
        } else {
            pairs ^= WordHash.fold(source ^ WordHash.first, destination ^ WordHash.second)
            pairs ^= WordHash.fold(words[5] ^ WordHash.second, ports ^ WordHash.third)
            pairs ^= WordHash.fold(words[6] ^ WordHash.first, words[7] ^ WordHash.third)
            pairs ^= WordHash.fold(words[8] ^ WordHash.third, words[9] ^ WordHash.second)
        }
        let hash = WordHash.finish(pairs &+ UInt64(basis))
        let folded = UInt32(truncatingIfNeeded: hash ^ hash >> 32)
        return folded == 0 ? 1 : folded
    }

    /// The same whichever comes first.
    @inline(__always)
    private static func both(_ one: UInt64, _ other: UInt64, _ salt: UInt64) -> UInt64 {
        WordHash.fold(min(one, other) ^ salt, max(one, other) ^ WordHash.second)
    }
}
