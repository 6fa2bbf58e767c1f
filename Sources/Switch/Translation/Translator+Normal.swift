import Datapath
import OpenFlow
import Packets

extension Translator {
    /// OFPP_NORMAL: what a switch without OpenFlow would do (OVS: `xlate_normal`).
    func normal() {
        lookAt {
            $0.setMAC(FlowField.ethernetSource, .broadcast)
            $0.setMAC(FlowField.ethernetDestination, .broadcast)
        }
        look(atTag: FlowField.vlanPresent | 0xfff)
        let bridge = bridge
        let port = bridge.port(numbered: inPort)

        let tags = VLANStack(of: key)
        let configuration = port?.configuration.vlan ?? VLANConfiguration()
        guard let vlan = configuration.inputVLAN(vid: tags.outerVID) else {
            if let port { reportVLAN(tags.outerVID, on: port) }
            trace?.warning("disallowed VLAN VID for this input port, dropping")
            dropReason = .vlanMismatch
            return
        }
        let before = packet.vlans
        if configuration.mode == .tunnel {
            // Within the switch a tunnel's packet bears the service tag; ports that do not want it take it off again.
            packet.vlans.push(tpid: configuration.serviceTPID, tci: configuration.tag)
            packet.showTags()
        }
        defer {
            packet.vlans = before
            packet.showTags()
        }
        let destination = key.mac(FlowField.ethernetDestination)
        if port != nil, !bridge.configuration.forwardsBPDU, destination.isReserved {
            trace?.detail("packet has reserved destination MAC, dropping")
            dropReason = .reservedAddress
            return
        }
        if let port {
            let source = key.mac(FlowField.ethernetSource)
            if !source.isMulticast {
                let sighting = MACSighting(bridge: bridge, port: port, mac: source, vlan: vlan)
                context.note(sighting)
                if let seen { learn(from: sighting, at: seen) }
            }
        }
        let outputs = actions.count
        if let known = learnedPort(of: destination, vlan: vlan, on: bridge) {
            forward(to: bridge.port(numbered: known), from: port, vlan: vlan)
        } else {
            trace?.detail("no learned MAC for destination, flooding")
            // OVS's order, which scripts that compare datapath flows expect: the bridge's own port comes first.
            let ports = bridge.ports
            for target in ports.filter(\.isLocal) + ports.filter({ !$0.isLocal })
            where target !== port && target.isFloodable && floods(vlan, to: target, from: configuration.mode) {
                send(to: target, vlan: vlan)
            }
        }
        if actions.count == outputs, dropReason == nil { dropReason = .noDestination }
    }

    private func learn(from sighting: MACSighting, at time: ContinuousClock.Instant) {
        let table = sighting.bridge.macTable
        let before = trace == nil ? nil : table.lookup(sighting.mac, vlan: sighting.vlan)
        sighting.learn(at: time)
        guard let trace, table.lookup(sighting.mac, vlan: sighting.vlan) != before else { return }
        trace.detail(
            "learned that \(sighting.mac) is on port \(sighting.port.configuration.portName) in VLAN \(sighting.vlan)")
    }

    /// To the port where the destination was seen.
    private func forward(to target: BridgePort?, from port: BridgePort?, vlan: UInt16) {
        guard let target else {
            trace?.warning("learned port is unknown, dropping")
            return
        }
        guard target !== port else {
            trace?.detail("learned port is input port, dropping")
            return
        }
        trace?.detail("forwarding to learned port")
        send(to: target, vlan: vlan)
    }

    /// Whether what is flooded in `vlan` leaves by a port. `mode`: that of the port that it came in by.
    private func floods(_ vlan: UInt16, to port: BridgePort, from mode: VLANConfiguration.Mode) -> Bool {
        let configuration = port.configuration.vlan
        guard configuration.carries(vlan) else { return false }
        switch configuration.mode {
        case .access: return customerVID(from: mode) == 0
        case .tunnel: return configuration.customerVLANs.isEmpty || configuration.takesCustomer(customerVID(from: mode))
        default: return true
        }
    }

    /// The VID below the tag of the VLAN that the packet is in; 0: there is none.
    private func customerVID(from mode: VLANConfiguration.Mode) -> UInt16 {
        // Whether there is a tag at all has been looked at.
        guard VLANStack(of: key).isTagged else { return 0 }
        switch mode {
        case .access: return 0
        // Below the service tag is what was the outer one, which has been looked at.
        case .tunnel: break
        default:
            if packet.vlans.isUntouched {
                // Where one tag is the limit, no packet has a second one.
                if owner.tagLimit == .two { mask.setU16(FlowField.innerTCI, FlowField.vlanPresent | 0xfff) }
            } else {
                mask[VLANStack.wordIndex] = ~0
            }
        }
        var below = VLANStack(of: key)
        below.pop()
        return below.outerVID
    }

    private func learnedPort(of mac: MACAddress, vlan: UInt16, on bridge: Bridge) -> OpenFlowPort? {
        guard !mac.isMulticast, !bridge.configuration.floodVLANs.contains(vlan) else { return nil }
        context.note(MACDependency(bridge: ObjectIdentifier(bridge), address: LearnedAddress(mac, vlan: vlan)))
        return bridge.macTable.lookup(mac, vlan: vlan)
    }

    /// Sends out of a port that carries `vlan`, tagged as the port wants it. The pipeline's packet stays as it is.
    private func send(to port: BridgePort, vlan: UInt16) {
        let before = packet.vlans
        retag(for: port.configuration.vlan, vlan: vlan)
        packet.showTags()
        output(to: port)
        packet.vlans = before
        packet.showTags()
    }

    private func retag(for configuration: VLANConfiguration, vlan: UInt16) {
        let tags = VLANStack(of: key)
        let vid = configuration.outputVID(vlan: vlan)
        // A tag that stays is not looked at beyond its VID: all priorities and TPIDs share one flow.
        if vid != 0, tags.outerVID == vid { return }
        let wasTagged = tags.isTagged
        var priority: UInt16 = 0
        if wasTagged, vid != 0 || configuration.priorityTags != .never {
            look(atTag: 0xe000)
            priority = tags.outerPriority
        }
        let bearsTag =
            switch configuration.priorityTags {
            case .never: vid != 0
            case .ifNonzero: vid != 0 || priority != 0
            case .always: vid != 0 || wasTagged
            }
        // A priority tag stays as it is.
        if bearsTag, wasTagged, vid == 0, tags.outerVID == 0 { return }
        var tpid = EtherType.vlan
        if wasTagged {
            // An access port's VLAN, and that of a tunnel, has no tag of a kind to keep.
            if bearsTag, configuration.mode != .access, configuration.mode != .tunnel {
                mask.setU16(FlowField.outerTPID, 0xffff)
                tpid = tags.outerTPID
            }
            packet.vlans.pop()
            // What a tunnel carries has a tag of its own.
            if configuration.mode == .tunnel, packet.vlans.stack.isTagged { return }
        }
        if bearsTag { packet.vlans.push(tpid: tpid, tci: vid | priority) }
    }

    /// Counts bits of the outer tag's TCI into the mask.
    private func look(atTag bits: UInt16) {
        mask.setU16(FlowField.outerTCI, mask.u16(FlowField.outerTCI) | bits)
    }

    private func reportVLAN(_ vid: UInt16, on port: BridgePort) {
        let name = port.configuration.portName
        let text =
            switch port.configuration.vlan.mode {
            case .access:
                "dropping VLAN \(vid) tagged packet received on port \(name) configured as VLAN "
                    + "\(port.configuration.vlan.tag) access port"
            case .tunnel: "dropping VLAN \(vid) packet received on dot1q-tunnel port \(name) that excludes this VLAN"
            default: "dropping VLAN \(vid) packet received on port \(name) not configured for trunking VLAN \(vid)"
            }
        report(error: text)
    }
}
