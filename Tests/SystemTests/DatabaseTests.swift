import Foundation
import Testing

extension SystemTests {
    /// The database as the daemon sees it, and what goes back into it.
    @Suite
    struct DatabaseTests {
        @Test("A database that dies and returns changes nothing in forwarding, and is followed again")
        func databaseRestart() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.reaches("10.0.0.2"))
                let ping = try left.startPing("10.0.0.2")
                try lab.killDatabase()
                Thread.sleep(forTimeInterval: 2)
                try lab.startDatabase()
                try lab.vsctl("add-port br0 late -- set Interface late type=internal")
                #expect(try Int(lab.vsctl("get Interface late ofport")) ?? -1 > 0)
                let result = try ping.finish()
                #expect(result.sent >= 20 && result.sent - result.answered <= 1)
                #expect(result.longestGapSeconds < 0.5)
            }
        }

        @Test("Status comes back: versions, types, and the columns of an interface")
        func status() throws {
            try Lab.run(configuration: Lab.dpdk) { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let host = try lab.addHost("left", vethOn: "br0", address: nil)
                #expect(try lab.vsctl("get Open_vSwitch . datapath_types").contains("netdev"))
                for type in ["internal", "tap", "dpdk", "patch"] {
                    #expect(try lab.vsctl("get Open_vSwitch . iface_types").contains(type))
                }
                #expect(try !lab.vsctl("get Open_vSwitch . ovs_version").contains("[]"))
                #expect(try lab.vsctl("get Bridge br0 datapath_id").firstMatch(of: /"[0-9a-f]{16}"/) != nil)
                #expect(
                    lab.eventually(seconds: 5) {
                        try lab.vsctl("get Interface left admin_state link_state mtu") == "up\nup\n1500"
                    })
                #expect(try lab.vsctl("get Interface left error") == "[]")
                try host.inject([Frames.udp(to: Frames.broadcast, from: Frames.address(1))], repeated: 10)
                #expect(
                    lab.eventually(seconds: 15) { try lab.vsctl("get Interface left statistics:rx_packets") == "10" },
                    "statistics follow within stats-update-interval")
            }
        }

        @Test("Rows that cannot be carried out say why, and the others work")
        func badRows() throws {
            try Lab.run { lab in
                try lab.vsctl("add-br br0 -- set Bridge br0 datapath_type=netdev")
                let left = try lab.addHost("left", internalOn: "br0", address: "10.0.0.1")
                // ovs-vsctl complains on standard error about each of these and returns 0.
                _ = try lab.attempt("ovs-vsctl -t 20 add-port br0 absent")
                _ = try lab.attempt(
                    "ovs-vsctl -t 20 add-port br0 odd -- set Interface odd type=internal mtu_request=100 "
                        + "-- add-port br0 mute -- set Interface mute type=no-such-type")
                _ = try lab.attempt(
                    "ovs-vsctl -t 20 add-port br0 nopeer -- set Interface nopeer type=patch")
                for name in ["absent", "mute", "nopeer"] {
                    #expect(
                        lab.eventually(seconds: 5) { try lab.vsctl("get Interface \(name) error").count > 5 },
                        "\(name) has an error")
                    #expect(try Int(lab.vsctl("get Interface \(name) ofport")) ?? -1 == -1)
                }
                _ = try lab.attempt(
                    "ovs-vsctl -t 20 set Open_vSwitch . other_config:max-idle=-99999999999999999999 "
                        + "other_config:pmd-cpu-mask=zzz other_config:stats-update-interval=no")
                _ = try lab.attempt("ovs-vsctl -t 20 set Bridge br0 other_config:mac-aging-time=-5 flood_vlans=4095")
                _ = try lab.addHost("right", internalOn: "br0", address: "10.0.0.2")
                #expect(try left.ping("10.0.0.2", count: 5) >= 4)
                // A device that appears later is taken in.
                try lab.inside("ip link add absent type veth peer name absent-peer")
                try lab.vsctl("del-port absent -- add-port br0 absent")
                #expect(try lab.vsctl("get Interface absent error") == "[]")
            }
        }

        @Test("One device in two rows: one of them gets it, the other an error")
        func oneDeviceTwice() throws {
            try Lab.run { lab in
                for bridge in ["br0", "br1"] {
                    try lab.vsctl("add-br \(bridge) -- set Bridge \(bridge) datapath_type=netdev")
                }
                try lab.inside("ip link add twin type veth peer name twin-peer")
                try lab.vsctl("add-port br0 twin")
                #expect(try lab.vsctl("get Interface twin error") == "[]")
                // ovs-vsctl refuses the second row by itself; the raw transaction does not.
                let transaction = """
                    ["Open_vSwitch",{"op":"insert","table":"Interface","row":{"name":"twin"},"uuid-name":"i"},\
                    {"op":"insert","table":"Port","row":{"name":"second","interfaces":["named-uuid","i"]},\
                    "uuid-name":"p"},{"op":"mutate","table":"Bridge","where":[["name","==","br1"]],\
                    "mutations":[["ports","insert",["set",[["named-uuid","p"]]]]]}]
                    """
                let answer = try Command.run(
                    [
                        "ip", "netns", "exec", lab.namespace, "ovsdb-client", "transact",
                        "unix:\(lab.folder)/db.sock", transaction,
                    ])
                // The schema forbids two Interfaces of one name: the database itself refuses.
                #expect(answer.text.contains("constraint violation") || answer.status == 0)
                #expect(try lab.vsctl("get Interface twin error") == "[]")
            }
        }
    }
}
