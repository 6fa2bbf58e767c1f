import Datapath
import OpenFlow
import Switch

/// What has to be done to get from one state to another. Pure.
public enum StateDiff {
    /// The changes in the order in which they are to be made: removals, then additions, then updates; a bridge before
    /// its ports; ports that want a number before those that take any, and DPDK devices, which take long, last.
    public static func changes(from running: RunningState, to desired: DesiredState) -> [ConfigurationChange] {
        var removals: [ConfigurationChange] = []
        var additions: [ConfigurationChange] = []
        var ports: [(port: DesiredPort, bridge: String)] = []
        var updates: [ConfigurationChange] = []
        let desiredTAPs = Set(desired.ports.filter { $0.port.configuration.isTAP }.map(\.port.configuration.name))

        // Without any configuration row nobody has asked for devices to go: another daemon may have taken over.
        func destroys(_ name: String) -> Bool { desired.root != nil && !desiredTAPs.contains(name) }

        for (name, bridge) in running.bridges.sorted(by: { $0.key < $1.key }) {
            // One on another kind of datapath is another one.
            guard let wanted = desired.bridges[name], wanted.configuration.isDummy == bridge.configuration.isDummy
            else {
                // Its ports go with it, but one by one, so that each TAP can be kept or destroyed for itself.
                for (port, _) in bridge.ports.sorted(by: { $0.key < $1.key }) where port != name {
                    removals.append(.removePort(port, bridge: name, destroy: destroys(port)))
                }
                removals.append(.removeBridge(name, destroy: destroys(name)))
                continue
            }
            let replaced = replacedPorts(from: bridge, to: wanted)
            for (port, _) in bridge.ports.sorted(by: { $0.key < $1.key }) where port != name {
                if wanted.ports[port] == nil || replaced.contains(port) {
                    removals.append(.removePort(port, bridge: name, destroy: destroys(port)))
                }
            }
            if bridge.configuration != wanted.configuration { updates.append(.updateBridge(wanted.configuration)) }
            for (port, target) in wanted.ports.sorted(by: { $0.key < $1.key }) {
                if let current = bridge.ports[port], !replaced.contains(port) {
                    if current.configuration != target.configuration {
                        updates.append(.updatePort(target.configuration, bridge: name))
                    }
                } else {
                    ports.append((target, name))
                }
            }
        }
        for (name, bridge) in desired.bridges.sorted(by: { $0.key < $1.key })
        where running.bridges[name]?.configuration.isDummy != bridge.configuration.isDummy {
            additions.append(.addBridge(bridge.configuration))
            for (port, target) in bridge.ports.sorted(by: { $0.key < $1.key }) {
                if port != name {
                    ports.append((target, name))
                } else if target.configuration != .local(of: bridge.configuration) {
                    updates.append(.updatePort(target.configuration, bridge: name))
                }
            }
        }
        ports.sort { rank($0.port) < rank($1.port) }
        additions += ports.map { .addPort($0.port.configuration, bridge: $0.bridge) }
        return removals + additions + updates
    }

    private static func rank(_ port: DesiredPort) -> (Int, Int, String) {
        let number = port.configuration.requestedNumber != nil ? 0 : port.earlierNumber != nil ? 1 : 2
        return (port.configuration.isDPDK ? 1 : 0, number, port.configuration.name)
    }

    /// Ports of a bridge that must be removed and added again: another device stands behind them, or a number that they
    /// ask for can now be had.
    private static func replacedPorts(from running: RunningBridge, to desired: DesiredBridge) -> Set<String> {
        var replaced: Set<String> = []
        let local = running.configuration.name
        for (name, current) in running.ports where name != local {
            guard let target = desired.ports[name] else { continue }
            if !current.configuration.kind.isSameDevice(as: target.configuration.kind) { replaced.insert(name) }
        }
        let holders = Dictionary(
            running.ports.map { ($0.value.number, $0.key) }, uniquingKeysWith: { first, _ in first })
        for (name, current) in running.ports.sorted(by: { $0.key < $1.key }) where name != local {
            guard let wanted = desired.ports[name]?.configuration.requestedNumber, wanted != current.number else {
                continue
            }
            if let holder = holders[wanted], let target = desired.ports[holder] {
                // Whoever asked for the number keeps it; whoever only happens to have it makes room.
                if target.configuration.requestedNumber == wanted { continue }
                replaced.insert(holder)
            }
            replaced.insert(name)
        }
        return replaced
    }
}

extension BridgePortConfiguration {
    var isTAP: Bool {
        if case .datapath(let port) = kind, port.kind == .tap { true } else { false }
    }

    /// Whether it needs DPDK.
    var isDPDK: Bool { isDPDKDevice || isVhost }

    var isDPDKDevice: Bool {
        if case .datapath(let port) = kind, case .dpdk = port.kind { true } else { false }
    }

    var isVhost: Bool {
        if case .datapath(let port) = kind, case .vhost = port.kind { true } else { false }
    }

    /// Whether it is a kernel device that somebody else makes.
    var isKernelDevice: Bool {
        if case .datapath(let port) = kind, port.kind == .packetSocket { true } else { false }
    }
}

extension BridgePortConfiguration.Kind {
    /// Whether both can be had by changing the settings of one open device.
    func isSameDevice(as other: Self) -> Bool {
        switch (self, other) {
        case (.datapath(let left), .datapath(let right)):
            switch (left.kind, right.kind) {
            case (.vhost, .vhost): left.name == right.name && left.typeName == right.typeName
            case (.dummy, .dummy): left.name == right.name && left.typeName == right.typeName
            default: left.kind == right.kind && left.name == right.name
            }
        case (.patch, .patch): true
        default: false
        }
    }
}
