import Control
import Datapath
import Packets
import Service
import Switch

extension CommandRegistry {
    /// Adds what tests do to ports without a kernel, to the clock and to caches: `netdev-dummy/*`, `time/stop`,
    /// `time/warp`, `upcall/disable-caches`.
    public func registerDummyCommands(over target: Switch, _ datapath: Datapath) {
        register(
            "netdev-dummy/receive", usage: "name [--qid queue_id] packet|flow [--len packet_len]", arguments: 2...
        ) { arguments in
            guard datapath.hasDummyPort(arguments[0]) else { throw UnixctlError("no such dummy netdev") }
            let reception = try DummyReception(Array(arguments.dropFirst()))
            do throws(DatapathError) {
                try await datapath.receive(reception.frames, on: arguments[0], queue: reception.queue)
            } catch {
                throw UnixctlError(error.description)
            }
            return ""
        }
        register("netdev-dummy/set-admin-state", usage: "[netdev] up|down", arguments: 1...2) { arguments in
            let isUp: Bool
            switch arguments.last?.lowercased() {
            case "up": isUp = true
            case "down": isUp = false
            default: throw UnixctlError("Invalid Admin State")
            }
            guard datapath.setDummyPorts(up: isUp, named: arguments.count > 1 ? arguments[0] : nil) else {
                throw UnixctlError("Unknown Dummy Interface")
            }
            target.noticePorts()
            await target.finishWork()
            return "OK"
        }
        register("netdev-dummy/conn-state", usage: "[netdev]", arguments: 0...1) { arguments in
            func line(_ name: String, _ isConnected: Bool?) -> String {
                "\(name): \(isConnected.map { $0 ? "connected" : "disconnected" } ?? "unknown")\n"
            }
            let all = datapath.dummyConnections
            guard let name = arguments.first else { return all.map { line($0.name, $0.isConnected) }.joined() }
            return line(name, all.first { $0.name == name }?.isConnected)
        }
        register("netdev-dummy/ip4addr", usage: "[netdev] ipaddr/mask-prefix-len", arguments: 2...2) { arguments in
            guard datapath.hasDummyPort(arguments[0]) else { throw UnixctlError("Unknown Dummy Interface") }
            let parts = arguments[1].split(separator: "/", omittingEmptySubsequences: false)
            guard let address = parts.first.flatMap({ IPv4Address($0) }), parts.count <= 2,
                parts.count == 1 || Int(parts[1]).map({ (0...32).contains($0) }) == true || IPv4Address(parts[1]) != nil
            else { throw UnixctlError("\(arguments[1]): invalid IP address") }
            _ = datapath.setAddress(address, ofDummyPort: arguments[0])
            return "OK"
        }
        // Not in Open vSwitch: every packet is translated anew, over tables that are walked rule by rule.
        for (verb, isOn) in [("disable", false), ("enable", true)] {
            register("upcall/\(verb)-caches") { _ in
                target.usesCaches = isOn
                if !isOn { await target.purgeFlows() }
                return "caches \(verb)d"
            }
        }
        register("time/stop") { _ in
            ControlClock.shared.stop()
            return ""
        }
        let warp = TimeWarp()
        register("time/warp", usage: "[large_msecs] msecs", arguments: 1...2) { arguments in
            try await warp.run(arguments) { part in
                await target.finishWork()
                await datapath.settle()
                ControlClock.shared.advance(by: part)
                await target.finishWork()
                await datapath.settle()
            }
            return "warped"
        }
    }
}
