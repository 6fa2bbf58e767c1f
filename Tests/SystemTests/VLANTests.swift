import Testing

extension SystemTests {
    /// Access, trunk and native ports keep VLANs apart.
    @Suite
    struct VLANTests {
        @Test("Access ports of one VLAN reach each other and nobody else; a change of tag moves a port")
        func accessPorts() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let first = try lab.addHost("a10", internalOn: "br0", address: "10.0.0.1", settings: "tag=10")
                _ = try lab.addHost("b10", vethOn: "br0", address: "10.0.0.2", settings: "tag=10")
                _ = try lab.addHost("c20", internalOn: "br0", address: "10.0.0.3", settings: "tag=20")
                #expect(try first.ping("10.0.0.2") == 3)
                #expect(try first.ping("10.0.0.3") == 0)
                try lab.vsctl("set Port c20 tag=10")
                #expect(try first.ping("10.0.0.3", count: 5) >= 4)
                try lab.vsctl("set Port b10 tag=20")
                #expect(try first.ping("10.0.0.2") == 0)
            }
        }

        @Test("A trunk carries the VLANs it lists, tagged, and drops the others")
        func trunk() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let access = try lab.addHost("acc", vethOn: "br0", address: nil, settings: "tag=10")
                let other = try lab.addHost("oth", vethOn: "br0", address: nil, settings: "tag=30")
                let trunk = try lab.addHost("trk", vethOn: "br0", address: nil, settings: "trunks=10,20")
                func tagged(_ vlan: UInt8) -> [UInt8] {
                    Frames.ethernet(
                        to: Frames.broadcast, from: Frames.address(1), type: 0x8100,
                        payload: [0, vlan, 0x88, 0xB5] + Array(repeating: 0, count: 46))
                }
                try trunk.inject([tagged(10), tagged(20), tagged(30)], repeated: 5)
                #expect(lab.eventually(seconds: 3) { try access.received() == 5 })
                #expect(try other.received() == 0)

                let untagged = Frames.ethernet(
                    to: Frames.broadcast, from: Frames.address(2), type: 0x88B5,
                    payload: Array(repeating: 0, count: 46))
                let before = try trunk.received()
                try access.inject([untagged], repeated: 7)
                try other.inject([untagged], repeated: 7)
                #expect(lab.eventually(seconds: 3) { try trunk.received() == before + 7 })
                #expect(try access.received() == 5, "another VLAN's broadcast")
            }
        }

        @Test("native-untagged sends its own VLAN bare, takes bare frames into it")
        func nativePort() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let native = try lab.addHost(
                    "nat", vethOn: "br0", address: "10.0.0.1", settings: "tag=10 trunks=20 vlan_mode=native-untagged")
                _ = try lab.addHost("acc", vethOn: "br0", address: "10.0.0.2", settings: "tag=10")
                _ = try lab.addHost("oth", vethOn: "br0", address: "10.0.0.3", settings: "tag=20")
                #expect(try native.ping("10.0.0.2") == 3)
                #expect(try native.ping("10.0.0.3") == 0)
            }
        }
    }
}
