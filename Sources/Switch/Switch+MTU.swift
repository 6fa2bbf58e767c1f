import Control
import Datapath

/// The MTU of a bridge's internal ports, its own among them: the smallest of its other ports', unless a row asks for
/// one (OVS: update_mtu_ofproto).
extension Switch {
    private static let usualMTU = 1500

    /// Follows the other ports of a bridge, should their smallest MTU have changed.
    func followMTU(of bridge: Bridge) async {
        guard let smallest = changedMTU(of: bridge) else { return }
        bridge.memberMTU = smallest
        for port in bridge.ports where port.isInternal {
            guard case .datapath(let device) = port.configuration.kind, device.mtu == nil, let id = port.portID else {
                continue
            }
            do throws(DatapathError) {
                try await datapath.reconfigurePort(id, bridge.completed(device))
            } catch {
                log.warning("bridge \(bridge.name): could not set MTU of \(port.name) to \(smallest): \(error)")
            }
        }
    }

    /// The same for all bridges, if there is anything to do.
    func followMTUs() {
        let due = bridges.values.filter { changedMTU(of: $0) != nil }
        guard !due.isEmpty else { return }
        Task { @ControlActor in
            for bridge in due where bridges[bridge.name] === bridge { await followMTU(of: bridge) }
        }
    }

    private func changedMTU(of bridge: Bridge) -> Int? {
        let members = bridge.ports.filter { !$0.isInternal && $0.portID != nil }
        let smallest = members.compactMap { $0.status.mtu }.filter { $0 > 0 }.min() ?? Self.usualMTU
        return smallest == bridge.memberMTU ?? Self.usualMTU ? nil : smallest
    }
}

extension Bridge {
    /// A device as it is to be set up: an internal one without an MTU of its own has that of the bridge's other ports,
    /// once these have another one than is usual.
    func completed(_ device: PortConfiguration) -> PortConfiguration {
        guard device.mtu == nil, device.isInternal, let memberMTU else { return device }
        var result = device
        result.mtu = memberMTU
        return result
    }
}

extension BridgePort {
    /// Whether the device is one that the switch makes for its host.
    var isInternal: Bool {
        if case .datapath(let device) = configuration.kind { device.isInternal } else { false }
    }
}

extension PortConfiguration {
    fileprivate var isInternal: Bool { typeName == "internal" || typeName == "dummy-internal" }
}
