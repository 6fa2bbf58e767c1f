import Testing

extension SystemTests {
    /// Frames that are no sound packets, from every kind of port.
    @Suite
    struct MalformedFrameTests {
        @Test("Lying headers from a packet socket: every frame is counted, the switch goes on")
        func fromKernelPort() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: "10.0.0.1")
                let right = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                // A flow that looks into the headers makes the parser's findings matter.
                try lab.ofctl("add-flow br0 priority=10,udp,tp_dst=2048,actions=NORMAL")
                let frames = Frames.malformed(to: Frames.broadcast, from: Frames.address(1))
                try left.inject(frames, repeated: 20)
                #expect(
                    lab.eventually(seconds: 5) {
                        let text = try lab.ofctl("dump-ports br0 left")
                        let count = text.firstMatch(of: /rx pkts=(\d+)/).flatMap { Int($0.1) } ?? 0
                        return count >= frames.count * 20
                    })
                _ = right
                #expect(try left.ping("10.0.0.2", count: 5) == 5)
            }
        }

        @Test("Frames shorter than an Ethernet header from a DPDK port are dropped and counted")
        func fromDPDKPort() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                let good = Frames.udp(to: Frames.address(2), from: Frames.address(1))
                let short = (1...13).map { Array(good.prefix($0)) }
                let cut = Frames.ethernet(to: Frames.address(2), from: Frames.address(1), type: 0x8100, payload: [0])
                let rest = Frames.malformed(to: Frames.address(2), from: Frames.address(1))
                let all = short + [cut] + rest + [good]
                try Frames.writeCapture(all, to: "\(lab.folder)/bad.pcap")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                for (name, devargs) in [
                    ("null", "net_null0,no-rx=1"), ("bad", "net_pcap0,rx_pcap=\(lab.folder)/bad.pcap,infinite_rx=1"),
                ] {
                    try lab.vsctl(
                        "add-port br0 \(name) -- set Interface \(name) type=dpdk options:dpdk-devargs=\(devargs)")
                    if name == "null" { try lab.appctl("fdb/add br0 null 0 02:00:00:00:00:02") }
                }
                func count(_ direction: String, _ port: String) throws -> Int {
                    try lab.ofctl("dump-ports br0 \(port)").firstMatch(of: try Regex("\(direction) pkts=(\\d+)"))
                        .flatMap { $0.output[1].substring.flatMap { Int($0) } } ?? -1
                }
                #expect(lab.eventually(seconds: 10) { try count("tx", "null") > 10_000 })
                // Of those with broken upper headers a switch may forward some, of the short ones none.
                let forwarded = try count("tx", "null")
                let received = try count("rx", "bad")
                #expect(forwarded * all.count <= received * (all.count - short.count))
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
                try lab.vsctl(
                    "add-port br0 bad -- set Interface bad type=dpdk "
                        + "options:dpdk-devargs=net_pcap0,rx_pcap=\(lab.folder)/bad.pcap")
                try lab.ofctl("add-flow br0 priority=10,udp,actions=drop")
                try left.inject([good], repeated: 10)
                #expect(
                    lab.eventually(seconds: 5) {
                        let table = try lab.appctl("dpif-netdev/drop-show")
                        return table.contains("bad") && table.contains("malformed") && table.contains("25")
                            && table.contains("left") && table.contains("flow") && table.contains("10")
                    })
            }
        }
    }
}
