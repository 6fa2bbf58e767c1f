import OVSDB
import OpenFlow

/// Reads a bridge's Flow_Table rows (ovs-vswitchd.conf.db(5)).
enum FlowTableDecoder {
    /// How many fields `prefixes` may name.
    private static let mostPrefixes = 4
    /// What `prefixes` may name: addresses and the tunnel's key.
    private static let prefixFields: Set<String> = [
        "tun_id", "tun_src", "tun_dst", "tun_ipv6_src", "tun_ipv6_dst", "ip_src", "ip_dst", "ipv6_src", "ipv6_dst",
    ]

    /// The tables that the column `flow_tables` of a Bridge row names, by number, and what is to be said about them.
    static func decode(
        _ column: [Int64: UUIDValue], bridge: String, row: (UUIDValue) -> FlowTableRow?
    ) -> ([UInt8: FlowTableConfiguration], [Remark]) {
        var result: [UInt8: FlowTableConfiguration] = [:]
        var remarks: [Remark] = []
        for (number, uuid) in column.sorted(by: { $0.key < $1.key }) {
            guard let row = row(uuid) else { continue }
            guard let table = UInt8(exactly: number), Int(table) < FlowTables.count else {
                remarks.append(Remark(.warning, "bridge \(bridge): flow table \(number) does not exist"))
                continue
            }
            let (configuration, complaints) = decode(row)
            result[table] = configuration
            remarks += complaints.map { Remark(.warning, "bridge \(bridge): flow table \(table): \($0)") }
        }
        return (result, remarks)
    }

    private static func decode(_ row: FlowTableRow) -> (FlowTableConfiguration, [String]) {
        var result = FlowTableConfiguration()
        var complaints: [String] = []
        result.name = row.name
        result.flowLimit = row.flowLimit.flatMap { Int(exactly: max($0, 0)) }
        result.evictsOnOverflow = row.overflowPolicy == "evict"
        for text in row.groups {
            if let group = range(text) { result.evictionGroups.append(group) } else {
                complaints.append("no group for eviction: \(text.prefix(64))")
            }
        }
        let names = row.prefixes
        guard !names.isEmpty else { return (result, complaints) }
        var prefixes: [MatchField] = []
        for name in names where name != "none" {
            guard let field = MatchField.named(name), prefixFields.contains(field.name) else {
                complaints.append("field \(name.prefix(64)) cannot be tracked by its prefixes")
                continue
            }
            if prefixes.count < mostPrefixes { prefixes.append(field) } else {
                complaints.append("no more than \(mostPrefixes) prefixes are tracked, \(field.name) is not")
            }
        }
        result.prefixes = prefixes
        return (result, complaints)
    }

    /// `FIELD`, `FIELD[]`, `FIELD[N]` or `FIELD[N..M]`.
    private static func range(_ text: String) -> FieldRange? {
        let name = text.prefix { $0 != "[" }
        guard let field = MatchField.named(name) ?? MatchField.all.first(where: { $0.symbol == name }) else {
            return nil
        }
        let rest = text.dropFirst(name.count)
        if rest.isEmpty || rest == "[]" { return FieldRange(field) }
        guard rest.hasSuffix("]") else { return nil }
        let numbers = rest.dropFirst().dropLast().split(separator: ".", omittingEmptySubsequences: false)
        guard numbers.count == 1 || (numbers.count == 3 && numbers[1].isEmpty),
            let first = numbers.first.flatMap({ Int($0) }), let last = numbers.last.flatMap({ Int($0) }),
            0 <= first, first <= last, last < field.bits
        else { return nil }
        return FieldRange(field, offset: first, bits: last - first + 1)
    }
}
