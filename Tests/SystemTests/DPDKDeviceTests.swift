import Foundation
import Testing

extension SystemTests {
    /// DPDK's virtual devices as ports, in ordinary memory.
    @Suite
    struct DPDKDeviceTests {
        static let frame = Frames.udp(to: Frames.address(2), from: Frames.address(1))

        /// A port of type dpdk; its `error` must stay empty.
        private func addPort(_ name: String, _ devargs: String, on lab: Lab) throws {
            try lab.vsctl("add-port br0 \(name) -- set Interface \(name) type=dpdk options:dpdk-devargs=\(devargs)")
            #expect(try lab.vsctl("get Interface \(name) error") == "[]")
        }

        @Test("A capture crosses to the other device, and the counters say how much of it")
        func captureToCapture() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                #expect(try lab.vsctl("get Open_vSwitch . dpdk_initialized") == "true")
                let frames = (0..<200).map { Frames.udp(to: Frames.address(2), from: Frames.address(1), flow: $0) }
                try Frames.writeCapture(Array(repeating: frames, count: 50).flatMap { $0 }, to: "\(lab.folder)/in.pcap")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                try addPort("sink", "net_pcap0,tx_pcap=\(lab.folder)/out.pcap", on: lab)
                try lab.appctl("fdb/add br0 sink 0 02:00:00:00:00:02")
                try addPort("source", "net_pcap1,rx_pcap=\(lab.folder)/in.pcap", on: lab)
                #expect(
                    lab.eventually(seconds: 10) {
                        try lab.ofctl("dump-ports br0 source").contains("rx pkts=10000,")
                    })
                let table = try lab.appctl("dpif-netdev/pmd-stats-show")
                #expect(table.contains("packets received: 10000"))
                #expect(lab.eventually(seconds: 2) { try lab.ofctl("dump-ports br0 sink").contains("tx pkts=10000,") })
                try lab.vsctl("del-port sink")
                #expect(try Frames.countInCapture("\(lab.folder)/out.pcap") == 10_000)
            }
        }

        @Test("A device is released when its port goes, and can be had again")
        func release() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                for _ in 0..<3 {
                    try addPort("null", "net_null0,no-rx=1", on: lab)
                    try lab.vsctl("del-port null")
                }
            }
        }

        @Test("Bad devargs end in the row's error; other ports go on")
        func badDevargs() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                for (name, devargs) in [
                    ("nodriver", "net_nonsense0"), ("nofile", "net_pcap0,rx_pcap=/nonexistent/file.pcap"),
                    ("nocard", "0000:ff:1f.7"),
                ] {
                    _ = try lab.attempt(
                        "ovs-vsctl -t 30 add-port br0 \(name) -- set Interface \(name) type=dpdk "
                            + "options:dpdk-devargs=\(devargs)")
                    #expect(
                        lab.eventually(seconds: 5) { try lab.vsctl("get Interface \(name) error").count > 5 },
                        "\(name) has an error")
                }
                #expect(try left.ping("10.0.0.2") == 3)
                try addPort("null", "net_null0,no-rx=1", on: lab)
            }
        }

        @Test("Packets longer than the output port takes are dropped and counted there")
        func oversized() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", vethOn: "br0", address: nil)
                try lab.inside("ip link set left mtu 9000")
                try left.run("ip link set eth0 mtu 9000")
                try addPort("null", "net_null0,no-rx=1", on: lab)
                try lab.appctl("fdb/add br0 null 0 02:00:00:00:00:02")
                let long = Frames.udp(to: Frames.address(2), from: Frames.address(1), payload: 3000)
                try left.inject([long, Self.frame], repeated: 10)
                #expect(lab.eventually(seconds: 5) { try lab.ofctl("dump-ports br0 null").contains("tx pkts=10,") })
                #expect(
                    lab.eventually(seconds: 15) {
                        try lab.vsctl("get Interface null statistics:ovs_tx_mtu_exceeded_drops") == "10"
                    })
            }
        }

        @Test("dpdk-init turned true later brings DPDK up beside running bridges")
        func lateStart() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2") == 3)
                let settings = Lab.dpdk.map { "other_config:\($0)=\($1)" }
                try lab.inside(["ovs-vsctl", "-t", "30", "set", "Open_vSwitch", "."] + settings)
                #expect(lab.eventually(seconds: 10) { try lab.vsctl("get Open_vSwitch . dpdk_initialized") == "true" })
                #expect(try left.ping("10.0.0.2") == 3)
                try addPort("null", "net_null0,no-rx=1", on: lab)
            }
        }

        @Test("DPDK that refuses to start says so; bridges of kernel ports work, the daemon lives")
        func refused() throws {
            let configuration = ["dpdk-init": "true", "dpdk-extra": "--no-such-option"]
            try Lab.run(configuration: configuration) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2") == 3)
                #expect(try lab.vsctl("get Open_vSwitch . dpdk_initialized") == "false")
            }
        }
    }
}
