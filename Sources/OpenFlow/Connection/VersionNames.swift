import Packets

/// Sets of protocol versions in OVS's words.
enum VersionNames {
    static func text(_ versions: Set<OpenFlowVersion>) -> String { text(Set(versions.map(\.rawValue))) }

    static func text(_ versions: Set<UInt8>) -> String {
        let sorted = versions.sorted()
        guard let first = sorted.first, let last = sorted.last else { return "no versions" }
        if sorted.count == 1 { return "version 0x\(hex(first))" }
        if sorted == Array(1...last) { return "version 0x\(hex(last)) and earlier" }
        return "versions " + sorted.map { "0x\(hex($0))" }.joined(separator: ", ")
    }

    static func hex(_ number: UInt8) -> String { TextNumber.padded(number, radix: 16, digits: 2) }
}
