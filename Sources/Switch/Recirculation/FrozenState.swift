import Control
import OpenFlow
import Packets

/// A pipeline that has stopped, to go on when the packet comes again (OVS: `struct frozen_state`).
struct FrozenState: Hashable {
    /// The bridge; nil once it has gone.
    weak var bridge: Bridge?
    /// Tells bridges apart, those that have gone included: a new one may lie where one that has gone lay.
    private let bridgeID: [UInt8]
    /// Looked up first if there are no steps.
    let table: UInt8
    /// in_port, and the words of a key that are not told by the packet: tunnel, metadata and registers.
    let metadata: [UInt64]
    let stack: [FieldValue]
    let steps: [FrozenStep]
    let actionSet: [Action]

    init(
        bridge: Bridge, table: UInt8, metadata: [UInt64], stack: [FieldValue], steps: [FrozenStep], actionSet: [Action]
    ) {
        self.bridge = bridge
        bridgeID = bridge.continuationID
        self.table = table
        self.metadata = metadata
        self.stack = stack
        self.steps = steps
        self.actionSet = actionSet
    }

    static func metadata(of key: FlowKey) -> [UInt64] {
        [UInt64(key.host32(FlowField.inPort))] + (FlowField.tunnelID >> 3..<key.extent).map { key[$0] }
    }

    func restoreMetadata(in key: inout FlowKey) {
        guard let inPort = metadata.first else { return }
        key.setHost32(FlowField.inPort, UInt32(truncatingIfNeeded: inPort))
        // Options that there are not are not kept.
        let kept = metadata.count - 1
        for (position, index) in (FlowField.tunnelID >> 3..<FlowKey.wordCount).enumerated() {
            key[index] = position < kept ? metadata[position + 1] : 0
        }
    }

    static func == (left: FrozenState, right: FrozenState) -> Bool {
        left.bridgeID == right.bridgeID && left.table == right.table && left.metadata == right.metadata
            && left.stack == right.stack && left.steps == right.steps && left.actionSet == right.actionSet
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(bridgeID)
        hasher.combine(table)
        hasher.combine(metadata)
        hasher.combine(stack)
        hasher.combine(steps)
        hasher.combine(actionSet)
    }
}

/// A list of actions that was under way when a pipeline stopped, and where.
struct FrozenStep: Hashable {
    let actions: [Action]
    /// What resubmits to "this table", and packet-ins, mean.
    let table: UInt8
    let cookie: UInt64
}
