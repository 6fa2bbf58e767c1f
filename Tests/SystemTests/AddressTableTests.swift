import Testing

extension SystemTests {
    /// `fdb/*` of ovs-appctl against traffic.
    @Suite
    struct AddressTableTests {
        @Test("fdb/show names learnt addresses; a flush empties it; entries by hand stay and steer")
        func table() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: "10.0.0.1")
                let right = try lab.addHost("right", vethOn: "br0", address: "10.0.0.2")
                let third = try lab.addHost("third", vethOn: "br0", address: nil)
                #expect(try left.reaches("10.0.0.2"))
                let number = try lab.vsctl("get Interface right ofport")
                let mac = try right.hardwareAddress()
                let line = try Regex(" +\(number) +0 +\(mac) +\\d+")
                #expect(try lab.appctl("fdb/show br0").firstMatch(of: line) != nil)

                let known = try lab.appctl("ofproto/trace br0 in_port=left,dl_dst=\(mac)")
                #expect(known.contains("    NORMAL\n     -> forwarding to learned port\n"), "\(known)")

                try lab.appctl("fdb/flush br0")
                #expect(try !lab.appctl("fdb/show br0").contains(mac))
                let first = try lab.appctl(
                    "ofproto/trace br0 in_port=left,dl_src=02:00:00:00:00:07,dl_dst=\(mac) -generate")
                #expect(
                    first.contains("     -> learned that 02:00:00:00:00:07 is on port left in VLAN 0\n"), "\(first)")
                #expect(first.contains("     -> no learned MAC for destination, flooding\n"), "\(first)")

                try lab.appctl("fdb/add br0 third 0 02:00:00:00:00:99")
                #expect(try lab.appctl("fdb/show br0").contains("02:00:00:00:00:99  static"))
                let frame = Frames.udp(to: Frames.address(0x99), from: Frames.address(1))
                let (onRight, onThird) = (try right.received(), try third.received())
                try left.inject([frame], repeated: 10)
                #expect(lab.eventually(seconds: 3) { try third.received() >= onThird + 10 })
                #expect(try right.received() == onRight)

                try lab.appctl("fdb/del br0 0 02:00:00:00:00:99")
                #expect(try !lab.appctl("fdb/show br0").contains("02:00:00:00:00:99"))
                try left.inject([frame], repeated: 10)
                #expect(lab.eventually(seconds: 3) { try right.received() >= onRight + 10 }, "flooded again")
                #expect(try lab.appctl("fdb/stats-show br0").contains("Total number of learned MAC entries"))
            }
        }

        @Test("An address that moves is found at its new port")
        func move() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                let right = try lab.addHost("right", vethOn: "br0", address: nil)
                let frame = Frames.udp(to: Frames.broadcast, from: Frames.address(7))
                for host in [left, right, left] {
                    try host.inject([frame])
                    let number = try lab.vsctl("get Interface \(host.name) ofport")
                    let line = try Regex("(?m)^ +\(number) +0 +02:00:00:00:00:07 ")
                    #expect(lab.eventually(seconds: 3) { try lab.appctl("fdb/show br0").firstMatch(of: line) != nil })
                }
            }
        }

        @Test("The table holds mac-table-size addresses and no more")
        func limit() throws {
            try Lab.run { lab in
                try lab.vsctl(
                    "add-br br0 -- set Bridge br0 datapath_type=netdev other_config:mac-table-size=10")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                try left.inject((1...30).map { Frames.udp(to: Frames.broadcast, from: Frames.address($0)) })
                #expect(
                    lab.eventually(seconds: 3) {
                        try lab.appctl("fdb/show br0").split(separator: "\n").count == 11
                    }, "a heading and ten addresses")
            }
        }
    }
}
