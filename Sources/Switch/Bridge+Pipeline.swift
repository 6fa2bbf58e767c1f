import Control
import Datapath
import OpenFlow
import Packets

/// What becomes of a packet that no rule of a table matches.
enum TableMissSetting {
    /// What the controllers' versions of OpenFlow say: before 1.3 they are told, since then the packet is dropped.
    case version
    /// The next table is looked at.
    case `continue`
    case controller
    case drop
}

/// How fragments of IP are matched (OFPC_FRAG_*).
public enum FragmentHandling: UInt16, Sendable {
    /// By their addresses; ports are taken for zero.
    case normal = 0
    case drop = 1
    /// First fragments by their ports too (Nicira's extension).
    case match = 3
}

/// What translations ask of a bridge.
extension Bridge {
    /// How a table treats packets that match none of its rules.
    func missSetting(ofTable number: UInt8) -> TableMissSetting {
        switch flowTables.table(number)?.miss {
        case .controller: .controller
        case .next: .continue
        case .drop: .drop
        case nil: .version
        }
    }

    /// The datapath's number of a meter; nil: there is none.
    func datapathMeter(_ id: UInt32) -> UInt32? { flowTables.meters[id]?.datapathID }

    /// Carries out what a `learn` action made of a packet. False: there may be no more such flows.
    func learn(_ change: FlowMod, limit: UInt32, seen: ContinuousClock.Instant) throws(OpenFlowError) -> Bool {
        let (result, removed) = try flowTables.learn(change, limit: limit, seen: seen)
        if !removed.isEmpty { service?.flowsRemoved(removed) }
        if case .limitReached = result { return false }
        return true
    }

    /// Whether controllers hear of packets that no rule matches, by their versions.
    var wantsMisses: Bool { service?.wantsMisses ?? false }

    /// Whether a bucket that watches the controllers may be used.
    var hasLiveController: Bool { service?.hasController ?? false }
}

extension BridgePort {
    /// Whether packets can go out of the port: it is up and has a link (OFPPS_LIVE).
    var isLive: Bool {
        guard openFlowConfiguration & PortConfigurationBits.down == 0 else { return false }
        return status.isLinkUp
    }
}
