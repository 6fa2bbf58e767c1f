import Datapath
import Packets

extension Translator {
    /// Sends the packet as `key` has it out of a port.
    func output(to port: BridgePort) {
        guard port.openFlowConfiguration & (PortConfigurationBits.noForward | PortConfigurationBits.down) == 0 else {
            return
        }
        if let id = port.portID {
            let steps = committedVLANs.actions(to: vlans)
            if steps.restoresTags { mask[VLANStack.wordIndex] = ~0 }
            actions += steps.actions
            committedVLANs = vlans
            actions.append(.output(id))
        } else {
            outputToPatch(port)
        }
    }

    /// Goes on in the bridge behind a patch port; what happens to the packet there is undone on return.
    private func outputToPatch(_ port: BridgePort) {
        guard let peer = owner.patchPeer(of: port) else { return }
        guard mayGoDeeper(in: port.bridge) else { return }
        let before = key
        let tags = vlans
        if !vlans.isUntouched {
            // What is the outer tag over there may be the inner one of the packet as it came, or depend on it.
            mask[VLANStack.wordIndex] = ~0
        }
        context.note(peer.bridge)
        context.noteHop(from: port, to: peer)
        key.setHost32(FlowField.inPort, UInt32(peer.number.rawValue))
        for index in (FlowField.metadata >> 3)..<FlowKey.wordCount { key[index] = 0 }
        if peer.openFlowConfiguration & PortConfigurationBits.noReceive == 0 {
            depth += 1
            runTables(of: peer.bridge, inPort: peer)
            depth -= 1
        }
        key = before
        vlans = tags
    }
}
