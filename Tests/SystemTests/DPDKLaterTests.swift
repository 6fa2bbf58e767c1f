import Foundation
import Testing

extension SystemTests {
    /// `dpdk-init` turning true while bridges are at work: the daemon begins anew in place.
    @Suite
    struct DPDKLaterTests {
        @Test("DPDK comes up under traffic: nothing is lost, flows keep their counters, the process its number")
        func underTraffic() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                try lab.ofctl("add-flow br0 priority=9,icmp,nw_dst=10.0.0.2,icmp_type=8,actions=NORMAL")
                try lab.appctl("fdb/add br0 right 0 02:00:00:00:00:99")
                let pid = try #require(lab.pid(of: "ovs-vswitchd"))
                let ping = try left.startPing("10.0.0.2")
                Thread.sleep(forTimeInterval: 1)
                _ = try lab.inside(
                    ["ovs-vsctl", "-t", "30", "set", "Open_vSwitch", "."]
                        + Lab.dpdk.map { "other_config:\($0.key)=\($0.value)" })
                #expect(lab.eventually(seconds: 20) { try lab.vsctl("get Open_vSwitch . dpdk_initialized") == "true" })
                try lab.vsctl(
                    "add-port br0 null -- set Interface null type=dpdk options:dpdk-devargs=net_null0,no-rx=1")
                #expect(try lab.vsctl("get Interface null error") == "[]")
                Thread.sleep(forTimeInterval: 1)
                let result = try ping.finish()
                #expect(result.answered == result.sent)
                #expect(lab.pid(of: "ovs-vswitchd") == pid)
                #expect(
                    lab.eventually(seconds: 3) {
                        try lab.ofctl("dump-flows br0").contains("n_packets=\(result.sent), ")
                    })
                #expect(try lab.appctl("fdb/show br0").contains("02:00:00:00:00:99  static"))
            }
        }
    }
}
