import Testing

extension SystemTests {
    /// NORMAL over ports of the kernel.
    @Suite
    struct ForwardingTests {
        @Test("Internal ports in two namespaces reach each other, with small, full and fragmented packets")
        func internalPorts() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2", count: 5) == 5)
                #expect(try left.ping("10.0.0.2", size: 1472) == 3)
                #expect(try left.ping("10.0.0.2", size: 3200) == 3)
            }
        }

        @Test("A veth pair, an internal port and the bridge's own port share a network")
        func mixedPorts() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let wire = try lab.addHost("wire", vethOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("inner", internalOn: "br0", address: "10.0.0.2")
                try lab.inside("ip address add 10.0.0.3/24 dev br0")
                try lab.inside("ip link set br0 up")
                #expect(try wire.ping("10.0.0.2", count: 5) == 5)
                #expect(try wire.ping("10.0.0.3", count: 5) == 5)
            }
        }

        @Test("Patch ports join two bridges")
        func patchPorts() throws {
            try Lab.run { lab in
                for (here, there) in [("br0", "br1"), ("br1", "br0")] {
                    try lab.vsctl("add-br \(here) -- set Bridge \(here) datapath_type=netdev")
                    try lab.vsctl(
                        "add-port \(here) to-\(there) -- set Interface to-\(there) type=patch "
                            + "options:peer=to-\(here)")
                }
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", vethOn: "br1", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2", count: 5) == 5)
            }
        }

        @Test("TCP moves through internal ports")
        func transmissionControl() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                let right = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                try right.run("iperf3 --server --one-off --daemon")
                #expect(lab.eventually(seconds: 5) { try right.run("ss -ltn").contains(":5201") })
                let text = try left.run("iperf3 --client 10.0.0.2 --time 2 --format m")
                let rate = try #require(text.firstMatch(of: /([\d.]+) Mbits\/sec +receiver/).flatMap { Double($0.1) })
                #expect(rate > 50, "Mbit/s received")
            }
        }

        @Test("Addresses that bridges keep to themselves go no further, unless forward-bpdu says so")
        func reservedAddresses() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                let right = try lab.addHost("right", vethOn: "br0", address: nil)
                let frame = Frames.ethernet(
                    to: [0x01, 0x80, 0xC2, 0, 0, 0x03], from: Frames.address(1), type: 0x88B5,
                    payload: Array(repeating: 0, count: 46))
                let before = try right.received()
                try left.inject([frame], repeated: 10)
                #expect(!lab.eventually(seconds: 1) { try right.received() > before })
                try lab.vsctl("set Bridge br0 other_config:forward-bpdu=true")
                try left.inject([frame], repeated: 10)
                #expect(lab.eventually(seconds: 3) { try right.received() >= before + 10 })
            }
        }

        @Test("Without a controller fail_mode=secure forwards nothing, standalone everything")
        func failMode() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev fail_mode=secure")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2") == 0)
                #expect(try !lab.ofctl("dump-flows br0").contains("NORMAL"))
                try lab.ofctl("add-flow br0 actions=NORMAL")
                #expect(try left.ping("10.0.0.2", count: 5) >= 4)
            }
        }
    }
}
