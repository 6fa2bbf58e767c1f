import Control
import Packets

/// The number by which tools name a datapath flow (OVS: `ufid`): 128 bits out of what it matches.
public struct FlowIdentifier: Sendable, Equatable, CustomStringConvertible {
    let high: UInt64
    let low: UInt64

    /// That of a flow.
    @ControlActor
    public init(_ flow: DatapathFlow) {
        var high: UInt64 = 0x243f_6a88_85a3_08d3
        var low: UInt64 = 0x1319_8a2e_0370_7344
        for index in 0..<flow.mask.extent {
            high = Self.mix(high ^ (flow.key[index] & flow.mask[index]))
            low = Self.mix(low ^ flow.mask[index] &+ high)
        }
        self.high = high
        self.low = low
    }

    /// `ufid:` and 32 hexadecimal digits, dashes anywhere between them; nil for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.hasPrefix("ufid:") else { return nil }
        let digits = String(text.dropFirst(5).filter { $0 != "-" })
        guard digits.count == 32, let high = UInt64(digits.prefix(16), radix: 16),
            let low = UInt64(digits.suffix(16), radix: 16)
        else { return nil }
        self.high = high
        self.low = low
    }

    /// As tools spell it.
    public var description: String {
        let all = [high, low].map { TextNumber.padded($0, radix: 16, digits: 16) }.joined()
        var groups: [Substring] = []
        var rest = all[...]
        for length in [8, 4, 4, 4, 12] {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return "ufid:" + groups.joined(separator: "-")
    }

    /// A bijection in which every bit moves every other (the finish of MurmurHash3, public domain).
    private static func mix(_ value: UInt64) -> UInt64 {
        var value = value &* 0x9e37_79b9_7f4a_7c15 &+ 1
        value = (value ^ value >> 33) &* 0xff51_afd7_ed55_8ccd
        value = (value ^ value >> 33) &* 0xc4ce_b9fe_1a85_ec53
        return value ^ value >> 33
    }
}
