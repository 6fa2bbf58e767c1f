/// What a choice among links hashes (`enum nx_hash_fields`).
public enum FlowHashFields: UInt16, Sendable, Hashable, CaseIterable {
    case ethernetSource = 0
    case symmetricL4 = 1
    case symmetricL3L4 = 2
    case symmetricL3L4UDP = 3
    case networkSource = 4
    case networkDestination = 5
    case symmetricL3 = 6
}
