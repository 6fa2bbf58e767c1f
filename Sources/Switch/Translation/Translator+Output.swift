import Datapath
import OpenFlow
import Packets

extension Translator {
    /// `output`, to a port or one of the reserved ones.
    func output(to target: OpenFlowPort, maxLength: UInt16 = .max) {
        switch target {
        case .normal: normal()
        case .inPort: send(toPortNumbered: inPort)
        case .flood, .all:
            let from = inPort
            for other in bridge.ports where other.number != from {
                if target == .all || other.isFloodable { output(to: other) }
            }
        case .table: walk(to: 0, inPort: inPort, mayPuntMiss: true, heedsMissSetting: true)
        case .controller:
            let reason: PacketInReason =
                isPacketOut ? .packetOut : isInBucket ? .group : isInActionSet ? .actionSet : .action
            punt(reason: reason, maxLength: maxLength)
        case .none: return
        default:
            if target == inPort {
                trace?.warning("skipping output to input port")
            } else {
                send(toPortNumbered: target)
            }
        }
    }

    private func send(toPortNumbered number: OpenFlowPort) {
        if let port = bridge.port(numbered: number) {
            output(to: port)
        } else {
            trace?.warning("Nonexistent output port")
        }
    }

    func output(toPortIn source: FieldRange, maxLength: UInt16) {
        let value = read(source)
        guard value <= UInt128(UInt16.max) else {
            trace?.warning("output port \(value) is out of range")
            return
        }
        trace?.detail("output port is \(value)")
        output(to: OpenFlowPort(rawValue: UInt16(value)), maxLength: maxLength)
    }

    func output(to target: OpenFlowPort, truncatedTo length: UInt32) {
        switch target {
        case .table, .normal, .flood, .all, .controller, .none:
            trace?.warning("output_trunc does not support port: \(ActionFormat().port(target))")
            return
        case inPort where target != .inPort:
            trace?.warning("skipping output to input port")
            return
        default: break
        }
        guard let port = bridge.port(numbered: target == .inPort ? inPort : target), port.portID != nil else {
            return report(error: "output_trunc does not support patch port \(ActionFormat().port(target))")
        }
        output(to: port, truncatedTo: length)
    }

    func enqueue(_ target: OpenFlowPort, _ queue: UInt32) {
        guard target == .inPort || target != inPort else { return }
        let before = packet
        performMetadataAction(.setQueue(queue))
        send(toPortNumbered: target == .inPort ? inPort : target)
        packet.key.setHost32(FlowField.skbPriority, before.key.host32(FlowField.skbPriority))
        packet.written.setHost32(FlowField.skbPriority, before.written.host32(FlowField.skbPriority))
    }

    /// Sends the packet as it now is out of a port.
    func output(to port: BridgePort, truncatedTo length: UInt32? = nil) {
        guard port.openFlowConfiguration & (PortConfigurationBits.noForward | PortConfigurationBits.down) == 0 else {
            trace?.detail("OFPPC_NO_FWD set, skipping output")
            return
        }
        if let id = port.portID {
            if let length { actions.append(.truncate(length)) }
            let before = markQueue(of: port)
            commit()
            actions.append(.output(id))
            if let before { packet = before }
        } else {
            outputToPatch(port)
        }
    }

    /// Gives an IP packet the DSCP of its queue of a port; the packet as it was before, if that changes anything.
    private func markQueue(of port: BridgePort) -> PacketState? {
        guard !port.configuration.queueDSCP.isEmpty else { return nil }
        var bits = FlowMask()
        bits.setHost32(FlowField.skbPriority, .max)
        look(at: bits)
        guard let value = port.configuration.queueDSCP[packet.key.host32(FlowField.skbPriority)], isIP else {
            return nil
        }
        let before = packet
        bits = FlowMask()
        bits.setU8(FlowField.networkTOS, 0xfc)
        // It is put back behind the port.
        look(at: bits)
        write8(FlowField.networkTOS, value << 2, 0xfc)
        return before
    }

    /// Goes on in the bridge behind a patch port; what happens to the packet there is undone on return.
    private func outputToPatch(_ port: BridgePort) {
        guard let peer = owner.patchPeer(of: port) else { return }
        let before = (bridge: bridge, isPacketOut: isPacketOut, isInActionSet: isInActionSet, isInBucket: isInBucket)
        let outer = trace?.current
        trace?.enter(peer.bridge)
        context.note(peer.bridge)
        context.noteHop(from: port, to: peer)
        // What is the outer tag over there may be the inner one of the packet as it came, or depend on it.
        if !packet.vlans.isUntouched { mask[VLANStack.wordIndex] = ~0 }
        isolated {
            bridge = peer.bridge
            isPacketOut = false
            isInActionSet = false
            isInBucket = false
            packet.key.setHost32(FlowField.inPort, UInt32(peer.number.rawValue))
            for index in (FlowField.tunnelID >> 3..<packet.key.extent).reversed() { packet.key[index] = 0 }
            setActionSetOutput()
            if takesIn(peer) {
                walk(to: 0, inPort: peer.number, mayPuntMiss: true, heedsMissSetting: true)
                finish()
            }
        }
        bridge = before.bridge
        isPacketOut = before.isPacketOut
        isInActionSet = before.isInActionSet
        isInBucket = before.isInBucket
        trace?.leave(to: outer)
        // What ends there, for whatever reason, does not end here.
        exits = false
        failure = nil
    }
}
