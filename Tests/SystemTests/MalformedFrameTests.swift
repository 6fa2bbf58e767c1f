import Testing

extension SystemTests {
    /// Frames that are no sound packets, from every kind of port: each is counted once, forwarded or dropped.
    @Suite
    struct MalformedFrameTests {
        /// The rows of `dpif-netdev/drop-show` as "port reason number".
        private func drops(_ lab: Lab) throws -> [String] {
            try lab.appctl("dpif-netdev/drop-show").split(separator: "\n").dropFirst()
                .map { $0.split(separator: " ").joined(separator: " ") }
        }

        private func count(_ direction: String, _ port: String, _ lab: Lab) throws -> Int {
            try lab.ofctl("dump-ports br0 \(port)").firstMatch(of: try Regex("\(direction) pkts=(\\d+)"))
                .flatMap { $0.output[1].substring.flatMap { Int($0) } } ?? -1
        }

        @Test("Lying headers from a veth pair and from a TAP: every frame is counted and goes its way")
        func fromKernelPorts() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: "10.0.0.1")
                let right = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                // The bridge's own device is flooded too, and takes frames only when it is up.
                try lab.inside("ip link set br0 up")
                // A flow that looks into the headers makes the parser's findings matter.
                try lab.ofctl("add-flow br0 priority=10,udp,tp_dst=2048,actions=NORMAL")
                for (sender, receiver, number) in [(left, right, UInt8(1)), (right, left, UInt8(2))] {
                    let frames = Frames.malformed(to: Frames.broadcast, from: Frames.address(number))
                    let all = frames.count * 20
                    let (received, counted) = (try receiver.received(), try count("rx", sender.name, lab))
                    try sender.inject(frames, repeated: 20)
                    #expect(
                        lab.eventually(seconds: 5) { try count("rx", sender.name, lab) == counted + all },
                        "all of \(sender.name)'s frames are counted")
                    #expect(
                        lab.eventually(seconds: 5) { try receiver.received() == received + all },
                        "their Ethernet headers are whole: all of them reach \(receiver.name)")
                }
                #expect(try drops(lab) == [])
                #expect(try left.ping("10.0.0.2", count: 5) == 5)
            }
        }

        @Test("Frames longer than a kernel port's MTU are dropped and counted there, until its MTU is raised")
        func tooLong() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                let right = try lab.addHost("right", vethOn: "br0", address: nil)
                try lab.inside("ip link set br0 up")
                try lab.inside("ip link set left mtu 9000")
                try left.run("ip link set eth0 mtu 9000")
                let received = try right.received()
                let frames = [3000, 18, 8000].map {
                    Frames.udp(to: Frames.broadcast, from: Frames.address(1), payload: $0)
                }
                try left.inject(frames, repeated: 10)
                #expect(lab.eventually(seconds: 5) { try right.received() == received + 10 })
                let counted = ["br0 mtu-exceeded 20", "right mtu-exceeded 20"]
                #expect(try drops(lab).sorted() == counted)

                try right.run("ip link set eth0 mtu 9000")
                try lab.inside("ip link set br0 mtu 9000")
                #expect(lab.eventually(seconds: 5) { try lab.vsctl("get Interface br0 mtu") == "9000" })
                // No frame is lost between the change and the moment when it is seen.
                try lab.inside("ip link set right mtu 9000")
                try left.inject(frames, repeated: 10)
                #expect(lab.eventually(seconds: 5) { try right.received() == received + 40 })
                #expect(try drops(lab).sorted() == counted)
            }
        }

        @Test("A TAP in another namespace may have any MTU there")
        func longFramesElsewhere() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                let right = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                for host in [left, right] { try host.run("ip link set \(host.interface) mtu 9000") }
                #expect(lab.eventually(seconds: 5) { try left.ping("10.0.0.2", size: 8000) == 3 })
            }
        }

        @Test("A capture of short, cut off, lying and jumbo frames: each ends where it should and is counted there")
        func fromDPDKPort() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                let good = Frames.udp(to: Frames.address(2), from: Frames.address(1))
                let short = (1...13).map { Array(good.prefix($0)) }
                let cut = Frames.ethernet(to: Frames.address(2), from: Frames.address(1), type: 0x8100, payload: [0])
                let lying = Frames.malformed(to: Frames.address(2), from: Frames.address(1))
                let long = Frames.udp(to: Frames.address(2), from: Frames.address(1), payload: 9000)
                let all = Array(repeating: short + [cut] + lying + [good, long], count: 30).flatMap { $0 }
                try Frames.writeCapture(all, to: "\(lab.folder)/bad.pcap")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                for (name, devargs) in [
                    ("null", "net_null0,no-rx=1"), ("bad", "net_pcap0,rx_pcap=\(lab.folder)/bad.pcap"),
                ] {
                    try lab.vsctl(
                        "add-port br0 \(name) -- set Interface \(name) type=dpdk options:dpdk-devargs=\(devargs)")
                    if name == "null" { try lab.appctl("fdb/add br0 null 0 02:00:00:00:00:02") }
                }
                #expect(lab.eventually(seconds: 5) { try count("rx", "bad", lab) == all.count })
                #expect(lab.eventually(seconds: 5) { try count("tx", "null", lab) == 30 * (lying.count + 1) })
                let rows = try drops(lab).sorted()
                #expect(rows == ["bad malformed \(30 * (short.count + 1))", "null mtu-exceeded 30"])
                #expect(try left.ping("10.0.0.2") == 3)
            }
        }

        @Test("drop-show names port, reason and number for what went nowhere")
        func dropTable() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                let good = Frames.udp(to: Frames.address(2), from: Frames.address(1))
                try Frames.writeCapture(
                    Array(repeating: Array(good.prefix(10)), count: 25), to: "\(lab.folder)/bad.pcap")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                let tagged = try lab.addHost("tagged", vethOn: "br0", address: nil, settings: "tag=10")
                try lab.vsctl(
                    "add-port br0 bad -- set Interface bad type=dpdk "
                        + "options:dpdk-devargs=net_pcap0,rx_pcap=\(lab.folder)/bad.pcap")
                try lab.ofctl("add-flow br0 priority=10,udp,actions=drop")
                try left.inject([good], repeated: 10)
                func frame(to destination: [UInt8], _ type: UInt16) -> [UInt8] {
                    Frames.ethernet(
                        to: destination, from: Frames.address(3), type: type,
                        payload: [0, 20, 0x88, 0xB5] + Array(repeating: 0, count: 46))
                }
                try left.inject([frame(to: [0x01, 0x80, 0xC2, 0, 0, 0x03], 0x88B5)], repeated: 7)
                try tagged.inject([frame(to: Frames.broadcast, 0x8100)], repeated: 6)
                try left.inject([frame(to: Frames.address(3), 0x88B5)], repeated: 5)
                let expected = [
                    "bad malformed 25", "left flow 10", "left no-destination 5", "left reserved-address 7",
                    "tagged vlan-mismatch 6",
                ]
                _ = lab.eventually(seconds: 5) { try drops(lab).sorted() == expected }
                #expect(try drops(lab).sorted() == expected)
            }
        }
    }
}
