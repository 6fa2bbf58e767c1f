import Packets
import TestSupport

@testable import OpenFlow

/// Random matches that can be written: an entry for each of some fields whose prerequisites are met.
enum RandomMatch {
    /// - Parameter excluding: fields that are left alone.
    static func make(
        _ random: inout SeededGenerator, _ version: OpenFlowVersion?, excluding: Set<String> = [], oneIn: Int = 3
    ) -> Match {
        var match = Match()
        let type = [0x0800, 0x86dd, 0x0806, 0x8847, 0x88e7].randomElement(using: &random) ?? 0
        let proto: UInt8 = [1, 6, 17, 58, 132].randomElement(using: &random) ?? 0
        for field in MatchField.all where field.isListed(version) && field.name != "packet_type" {
            guard field.prerequisite.isMet(by: match), field.isWild(in: match.mask) else { continue }
            guard !excluding.contains(field.name) else { continue }
            let isNeeded = field.name == "eth_type" || field.name == "nw_proto"
            let isChosen =
                oneIn > 3 ? Int.random(in: 0..<oneIn, using: &random) == 0 : Int.random(in: 0..<3, using: &random) > 0
            guard isNeeded || isChosen else { continue }
            var value = (UInt128(random.next()) << 64 | UInt128(random.next())) & field.valid & field.wholeMask
            var mask = field.wholeMask
            if field.isMaskable, Bool.random(using: &random) {
                mask = (UInt128(random.next()) << 64 | UInt128(random.next())) & field.valid
                // Prefixes too.
                if field.size == 4 || field.size == 16, Bool.random(using: &random) {
                    mask =
                        field.wholeMask
                        & (field.wholeMask << UInt128(Int.random(in: 0..<field.size * 8, using: &random)))
                    mask &= field.valid
                }
            }
            switch field.name {
            case "eth_type": value = UInt128(type)
            case "nw_proto": value = UInt128(proto)
            case "vlan_vid", "vlan_tci": (value, mask) = (value | 0x1000, mask | 0x1000)
            case "icmpv6_type": value = Bool.random(using: &random) ? 135 : 136
            case "icmpv6_code": value = 0
            case "in_port", "in_port_oxm", "actset_output": value &= 0xff
            default: break
            }
            match.set(field, value, mask: mask)
        }
        return match
    }
}
