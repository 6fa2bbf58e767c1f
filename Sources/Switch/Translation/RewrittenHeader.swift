import Datapath
import Packets

/// A header whose fields actions may rewrite: where they are in a key.
struct RewrittenHeader: Sendable {
    /// One field of it, or the half of one that has two words.
    struct Part: Sendable {
        let word: Int
        let bits: UInt64
        /// The other half's word.
        var twin: Int?
    }

    let header: HeaderRewrite.Header
    let parts: [Part]

    private init(_ header: HeaderRewrite.Header, _ fields: [(offset: Int, bytes: Int)]) {
        self.header = header
        parts = fields.flatMap { field in
            let word = field.offset >> 3
            if field.bytes == 16 {
                return [Part(word: word, bits: ~0, twin: word + 1), Part(word: word + 1, bits: ~0, twin: word)]
            }
            let bits: UInt64 = field.bytes == 8 ? ~0 : (1 << UInt64(field.bytes * 8)) - 1
            return [Part(word: word, bits: bits << UInt64((field.offset & 7) * 8))]
        }
    }

    static let ethernet = RewrittenHeader(
        .ethernet, [(FlowField.ethernetSource, 6), (FlowField.ethernetDestination, 6), (FlowField.ethernetType, 2)])
    static let ipv4 = RewrittenHeader(
        .ipv4,
        [
            (FlowField.ipv4Source, 4), (FlowField.ipv4Destination, 4), (FlowField.networkProtocol, 1),
            (FlowField.networkTOS, 1), (FlowField.networkTTL, 1),
        ])
    static let ipv6 = RewrittenHeader(
        .ipv6,
        [
            (FlowField.ipv6Source, 16), (FlowField.ipv6Destination, 16), (FlowField.ipv6Label, 4),
            (FlowField.networkProtocol, 1),
            (FlowField.networkTOS, 1), (FlowField.networkTTL, 1),
        ])
    static let arp = RewrittenHeader(
        .arp,
        [
            (FlowField.ipv4Source, 4), (FlowField.ipv4Destination, 4), (FlowField.networkProtocol, 1),
            (FlowField.arpSourceHardware, 6), (FlowField.arpTargetHardware, 6),
        ])
    static let tcp = ports(.tcp)
    static let udp = ports(.udp)
    static let sctp = ports(.sctp)
    static let icmpv4 = ports(.icmpv4)
    static let icmpv6 = ports(.icmpv6)
    static let neighborDiscovery = RewrittenHeader(
        .neighborDiscovery,
        [
            (FlowField.ndTarget, 16), (FlowField.arpSourceHardware, 6),
            (FlowField.arpTargetHardware, 6), (FlowField.ndOptionsType, 2), (FlowField.ndReserved, 4),
        ])
    static let priority = RewrittenHeader(.priority, [(FlowField.skbPriority, 4)])
    static let mark = RewrittenHeader(.mark, [(FlowField.packetMark, 4)])
    /// The service tag of IEEE 802.1ah.
    static let service = RewrittenHeader(.pbb, [(FlowField.serviceInstance, 4)])

    private static func ports(_ header: HeaderRewrite.Header) -> RewrittenHeader {
        RewrittenHeader(header, [(FlowField.transportSource, 2), (FlowField.transportDestination, 2)])
    }

    /// Parts of one word together.
    static func merge(_ words: [HeaderRewrite.Word]) -> [HeaderRewrite.Word] {
        var result: [HeaderRewrite.Word] = []
        for word in words {
            if let known = result.firstIndex(where: { $0.index == word.index }) {
                let old = result[known]
                result[known] = .init(
                    index: word.index, value: old.value | word.value, mask: old.mask | word.mask)
            } else {
                result.append(word)
            }
        }
        return result.sorted { $0.index < $1.index }
    }
}
