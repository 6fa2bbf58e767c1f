import Testing

extension SystemTests {
    /// OpenFlow flows by ovs-ofctl over the bridge's own socket.
    @Suite
    struct FlowTests {
        @Test("A drop flow stops what it matches, counts it, and forwarding resumes when it goes", arguments: [
            "OpenFlow10", "OpenFlow13",
        ])
        func dropFlow(version: String) throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2") == 3)
                try lab.ofctl("-O \(version) add-flow br0 priority=100,icmp,nw_src=10.0.0.1,actions=drop")
                #expect(try left.ping("10.0.0.2", count: 4) == 0)
                let flows = try lab.ofctl("-O \(version) dump-flows br0 icmp")
                #expect(flows.firstMatch(of: /n_packets=4,.*actions=drop/) != nil, "\(flows)")
                try lab.ofctl("-O \(version) del-flows br0 icmp")
                #expect(try left.ping("10.0.0.2") == 3)
            }
        }

        @Test("Flows by port forward without NORMAL, and mod-flows turns them")
        func outputFlows() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev fail_mode=secure")
                let left = try lab.addHost("left", vethOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", vethOn: "br0", address: "10.0.0.2")
                let one = try lab.vsctl("get Interface left ofport")
                let two = try lab.vsctl("get Interface right ofport")
                try lab.ofctl("add-flow br0 in_port=\(one),actions=output:\(two)")
                try lab.ofctl("add-flow br0 in_port=\(two),actions=output:\(one)")
                #expect(try left.ping("10.0.0.2") == 3)
                try lab.ofctl("mod-flows br0 in_port=\(two),actions=drop")
                #expect(try left.ping("10.0.0.2") == 0)
                #expect(
                    try lab.ofctl("dump-flows br0").split(separator: "\n").filter { $0.contains("in_port") }.count == 2)
            }
        }

        @Test("show and dump-ports name every port and count its packets")
        func ports() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                _ = try lab.addHost("right", vethOn: "br0", address: nil)
                let text = try lab.ofctl("show br0")
                for name in ["left", "right", "br0"] { #expect(text.contains("(\(name)): addr:")) }
                #expect(try lab.ofctl("-O OpenFlow13 show br0").contains("OFPT_FEATURES_REPLY (OF1.3)"))
                try left.inject([Frames.udp(to: Frames.broadcast, from: Frames.address(1))], repeated: 25)
                #expect(lab.eventually(seconds: 5) { try lab.ofctl("dump-ports br0 left").contains("rx pkts=25,") })
                #expect(lab.eventually(seconds: 5) { try lab.ofctl("dump-ports br0 right").contains("tx pkts=25,") })
            }
        }
    }
}
