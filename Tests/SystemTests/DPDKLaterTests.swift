import Foundation
import Testing

extension SystemTests {
    /// `dpdk-init` turning true while bridges are at work: the daemon begins anew in place.
    @Suite
    struct DPDKLaterTests {
        @Test("DPDK comes up under traffic: nothing is lost, flows keep counters, ports and the log settings")
        func underTraffic() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                try lab.ofctl("add-flow br0 priority=9,icmp,nw_dst=10.0.0.2,icmp_type=8,actions=NORMAL")
                try lab.appctl("fdb/add br0 right 0 02:00:00:00:00:99")
                try lab.vsctl("add-port br0 aside -- set Interface aside type=internal")
                try lab.inside("ip link set aside up")
                try lab.ofctl("mod-port br0 aside no-flood")
                try lab.vsctl("add-port br0 shut -- set Interface shut type=internal")
                try lab.inside("ip link set shut up")
                try lab.ofctl("mod-port br0 shut down")
                try lab.ofctl("set-frags br0 drop")
                try lab.ofctl("-O OpenFlow13 add-meter br0 meter=3,kbps,band=type=drop,rate=5000")
                try lab.ofctl("-O OpenFlow13 add-group br0 group_id=7,type=all,bucket=output:1")
                try lab.appctl("vlog/set bridge:file:dbg")
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
                #expect(try lab.ofctl("show br0").contains(#/\(aside\)[^(]*config: +NO_FLOOD/#))
                #expect(try lab.ofctl("show br0").contains(#/\(shut\)[^(]*config: +PORT_DOWN/#))
                #expect(try lab.appctl("vlog/list").contains(#/\nbridge +OFF +INFO +DBG\n/#))
                #expect(try lab.ofctl("get-frags br0").contains("drop"))
                #expect(try lab.ofctl("-O OpenFlow13 dump-meters br0").contains("meter=3"))
                #expect(try lab.ofctl("-O OpenFlow13 dump-groups br0").contains("group_id=7"))
                #expect(lab.log.contains("|dpdk|INFO|the daemon replaces its own image"))
                // What has been taken over is not kept for other bridges of that name.
                try lab.vsctl("del-br br0 -- add-br br1 -- set Bridge br1 datapath_type=netdev")
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                #expect(try !lab.ofctl("dump-flows br0").contains("priority=9"))
            }
        }

        @Test("Where the daemon's own database can be reached besides, it can afterwards")
        func remotes() throws {
            try Lab.run { lab in
                try lab.stopDaemon()
                try lab.killDatabase()
                try lab.startDaemon(hostsDatabase: true)
                let remote = "punix:\(lab.folder)/second.sock"
                try lab.appctl("ovsdb-server/add-remote \(remote)")
                try lab.appctl("ovsdb-server/remove-remote db:Open_vSwitch,Open_vSwitch,manager_options")
                _ = try lab.inside(
                    ["ovs-vsctl", "-t", "30", "--no-wait", "set", "Open_vSwitch", "."]
                        + Lab.dpdk.map { "other_config:\($0.key)=\($0.value)" })
                #expect(lab.eventually(seconds: 20) { try lab.vsctl("get Open_vSwitch . dpdk_initialized") == "true" })
                let remotes = try lab.appctl("ovsdb-server/list-remotes")
                #expect(remotes.contains(remote) && !remotes.contains("db:"))
                #expect(try lab.inside("ovs-vsctl --db=unix:\(lab.folder)/second.sock -t 20 list-br").isEmpty)
            }
        }
    }
}
