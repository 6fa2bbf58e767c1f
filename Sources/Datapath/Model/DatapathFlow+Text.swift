import Control
import Packets

extension DatapathFlow {
    /// `packets:0, bytes:0, used:never`. The figures are those of OVS: packets that found the flow in place, the first,
    /// which made it, not among them.
    public func text(of figures: DatapathFlowStatistics, now: ContinuousClock.Instant) -> String {
        let packets = figures.packets &- min(figures.packets, missedPackets)
        let bytes = figures.bytes &- min(figures.bytes, missedBytes)
        let lastUsed = packets == 0 ? nil : figures.lastUsed
        let used = lastUsed.map { Self.seconds($0.duration(to: now)) } ?? "never"
        var text = "packets:\(packets), bytes:\(bytes), used:\(used)"
        if packets > 0, figures.tcpFlags != 0 { text += ", flags:\(Self.letters(figures.tcpFlags))" }
        return text
    }

    /// With three digits behind the point.
    private static func seconds(_ duration: Duration) -> String {
        let thousandths = max(0, Int(duration / .milliseconds(1)))
        return "\(thousandths / 1000).\(TextNumber.padded(thousandths % 1000, digits: 3))s"
    }

    /// TCP flags as letters, FIN first.
    private static func letters(_ flags: UInt16) -> String {
        let all: [Character] = ["F", "S", "R", "P", ".", "U", "E", "C", "N"]
        return String(all.enumerated().filter { flags & (1 << UInt16($0.offset)) != 0 }.map(\.element))
    }
}
