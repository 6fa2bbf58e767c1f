import Control
import Service
import Switch

extension CommandRegistry {
    /// Adds `bridge/reconnect`.
    public func registerControllerCommands(over target: Switch) {
        register("bridge/reconnect", usage: "[bridge]", arguments: 0...1) { arguments in
            guard let name = arguments.first else {
                target.bridges.values.forEach { $0.reconnectControllers() }
                return ""
            }
            guard let bridge = target.bridges[name] else { throw UnixctlError("unknown bridge") }
            bridge.reconnectControllers()
            return ""
        }
    }
}
