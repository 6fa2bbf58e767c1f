import Control
import OpenFlow

/// Ports that come up and go down by other hands than a controller's.
extension Switch {
    /// Looks at every port: what has changed since it was last announced is told to controllers, and the flows that may
    /// rest on it are due again.
    public func noticePorts() {
        for bridge in bridges.values {
            var isChanged = false
            for port in bridge.ports where port.announce() {
                isChanged = true
                bridge.service?.portChanged(port.openFlowDescription, .modified)
            }
            if isChanged { bridge.changed() }
        }
    }
}

extension BridgePort {
    /// Takes note of what the port is now; true where that is not what was announced last.
    @discardableResult
    func announce() -> Bool {
        let now = openFlowDescription
        defer { announced = now }
        return announced.map { $0 != now } ?? false
    }
}
