import OpenFlow
import Packets

/// One of several links by a hash of the packet.
extension Translator {
    func perform(_ multipath: MultipathAction) {
        let hash = hash(multipath.fields, basis: UInt32(multipath.basis))
        let link = Self.link(multipath, hash)
        store(FieldValue(UInt128(link)), in: multipath.destination)
        trace?.stored(multipath.destination, in: self)
    }

    /// The link that a hash stands for (ovs-actions(7), "The multipath action").
    private static func link(_ multipath: MultipathAction, _ hash: UInt32) -> UInt16 {
        let count = UInt32(multipath.maximumLink) + 1
        switch multipath.algorithm {
        case .moduloN: return UInt16(truncatingIfNeeded: hash % count)
        case .hashThreshold:
            return count == 1 ? 0 : UInt16(truncatingIfNeeded: UInt64(hash) * UInt64(count) >> 32)
        case .highestRandomWeight:
            return UInt16(truncatingIfNeeded: (0..<count).max { FlowHash.mix(hash, $0) < FlowHash.mix(hash, $1) } ?? 0)
        case .iterativeHash:
            // Links beyond the last are hashed again, over the next power of two.
            let argument = max(multipath.argument, count)
            let ceiling: UInt64 = argument < 2 ? 1 : 1 << UInt64(32 - (argument - 1).leadingZeroBitCount)
            for round: UInt32 in 1...1000 {
                let link = UInt32(truncatingIfNeeded: UInt64(FlowHash.mix(hash, round)) & (ceiling - 1))
                if link < count { return UInt16(truncatingIfNeeded: link) }
            }
            return UInt16(truncatingIfNeeded: hash % count)
        }
    }

    func perform(_ bundle: BundleAction) {
        let port = choose(bundle)
        guard let destination = bundle.destination else { return output(to: port, maxLength: 0) }
        store(FieldValue(UInt128(port.rawValue)), in: destination)
        trace?.stored(destination, in: self)
    }

    /// The member to use: one that is up, else NONE.
    private func choose(_ bundle: BundleAction) -> OpenFlowPort {
        switch bundle.algorithm {
        case .activeBackup: return bundle.members.first { isUp($0) } ?? .none
        case .highestRandomWeight:
            let hash = hash(bundle.fields, basis: UInt32(bundle.basis))
            let live = bundle.members.enumerated().filter { isUp($0.element) }
            return live.max {
                FlowHash.mix(hash, UInt32($0.offset)) < FlowHash.mix(hash, UInt32($1.offset))
            }?.element ?? .none
        }
    }

    /// Whether packets can go out of a port: it is there and has a link.
    func isUp(_ number: OpenFlowPort) -> Bool {
        if number == .controller { return bridge.hasLiveController }
        guard let port = bridge.port(numbered: number) else { return false }
        return port.isLive
    }

    /// A hash of what `fields` names; that is looked at.
    func hash(_ fields: FlowHashFields, basis: UInt32) -> UInt32 {
        look(at: FlowHash.mask(of: fields, packet.key))
        return FlowHash.hash(packet.key, fields, basis: basis)
    }
}
