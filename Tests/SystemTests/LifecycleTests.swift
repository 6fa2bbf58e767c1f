import Foundation
import Testing

extension SystemTests {
    /// Bridges, ports and the daemon come and go.
    @Suite
    struct LifecycleTests {
        @Test("del-br removes the devices that the bridge made")
        func removal() throws {
            try Lab.run { lab in
                try lab.vsctl(
                    "add-br br0 -- set Bridge br0 datapath_type=netdev -- add-port br0 t0 "
                        + "-- set Interface t0 type=internal")
                let there = try lab.inside("ip -br link")
                #expect(there.contains("br0") && there.contains("t0"))
                try lab.vsctl("del-br br0")
                #expect(
                    lab.eventually(seconds: 5) {
                        let left = try lab.inside("ip -br link")
                        return !left.contains("br0") && !left.contains("t0")
                    })
            }
        }

        @Test("After a restart ports have their numbers and namespaces, and forwarding works")
        func restart() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", vethOn: "br0", address: "10.0.0.2")
                try lab.vsctl("add-port br0 late -- set Interface late type=internal ofport_request=77")
                #expect(try lab.vsctl("get Interface late ofport") == "77")
                let columns = "--columns=name,ofport,mac_in_use list Interface"
                let before = try lab.vsctl("--format=csv --no-headings \(columns)").split(separator: "\n").sorted()
                let identity = try lab.vsctl("get Bridge br0 datapath_id")
                try lab.stopDaemon()
                try lab.startDaemon()
                try lab.vsctl("set Open_vSwitch . external_ids:restarted=true")
                let after = try lab.vsctl("--format=csv --no-headings \(columns)").split(separator: "\n").sorted()
                #expect(before == after)
                #expect(try lab.vsctl("get Bridge br0 datapath_id") == identity)
                #expect(try left.ping("10.0.0.2", count: 5) >= 4)
            }
        }

        @Test("exit --cleanup leaves no device behind")
        func cleanup() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try lab.stopDaemon(cleanup: true)
                #expect(try !lab.inside("ip -br link").contains("br0"))
            }
        }

        @Test("Killed under --monitor the daemon is back and forwards within 2 s", arguments: [SIGKILL, SIGSEGV])
        func monitor(signal: Int32) throws {
            try Lab.run(daemonOptions: ["--monitor"]) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", vethOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2") == 3)
                let first = try #require(lab.pid(of: "ovs-vswitchd"))
                kill(first, signal)
                let died = Date()
                #expect(
                    lab.eventually(seconds: 5) {
                        let output = try Command.run(
                            ["ip", "netns", "exec", left.namespace, "ping", "-c", "1", "-W", "0.2", "10.0.0.2"])
                        return lab.pid(of: "ovs-vswitchd") != first && output.status == 0
                    })
                #expect(Date().timeIntervalSince(died) < 2)
            }
        }

        @Test("200 ports in one transaction are all in force when ovs-vsctl returns")
        func manyPorts() throws {
            try Lab.run { lab in
                let ports = (0..<200).map { "-- add-port br0 t\($0) -- set Interface t\($0) type=internal" }
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev " + ports.joined(separator: " "))
                let numbers = try lab.vsctl("--bare --columns=ofport list Interface")
                    .split(whereSeparator: \.isWhitespace).compactMap { Int($0) }
                #expect(numbers.filter { $0 > 0 }.count == 201)
                #expect(Set(numbers).count == 201)
                #expect(try lab.inside("ip -br link").contains("t199"))
            }
        }

        @Test("Ports that come and go do not touch the traffic of others")
        func undisturbed() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.reaches("10.0.0.2"))
                let ping = try left.startPing("10.0.0.2")
                for number in 0..<20 {
                    try lab.vsctl("add-port br0 x\(number) -- set Interface x\(number) type=internal")
                    try lab.vsctl("del-port br0 x\(number)")
                }
                let result = try ping.finish()
                #expect(result.sent - result.answered <= 1)
                #expect(result.longestGapSeconds < 0.5)
            }
        }
    }
}
