/// Flows as `ovs-ofctl add-flows` reads them, and how Open vSwitch 3.1's own switch shows them afterwards.
enum GoldenFlows {
    /// What NXM and version 1.3 can say.
    static let all = [
        "priority=1,actions=drop",
        "in_port=1,actions=output:2",
        "in_port=1,dl_vlan=10,actions=normal",
        "dl_vlan=10,dl_vlan_pcp=3,actions=flood",
        "vlan_tci=0x1000/0x1000,priority=7,actions=all",
        "vlan_tci=0,actions=LOCAL",
        "dl_vlan_pcp=5,actions=1",
        "dl_src=00:11:22:33:44:55,actions=in_port",
        "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=flood",
        "dl_type=0x88cc,actions=drop",
        "arp,arp_op=1,arp_spa=10.0.0.1,arp_tpa=10.0.0.0/24,arp_sha=00:00:00:00:00:01,"
            + "arp_tha=00:00:00:00:00:02,actions=normal",
        "rarp,actions=normal",
        "ip,nw_src=10.0.0.0/8,nw_dst=192.168.1.1,actions=2",
        "ip,nw_dst=10.0.0.0/255.0.255.0,actions=2",
        "ip,nw_tos=0x20,nw_ecn=1,nw_ttl=64,actions=2",
        "ip,nw_proto=47,actions=2",
        "ip,nw_frag=later,actions=drop",
        "ip,nw_frag=not_later,actions=2",
        "tcp,tp_src=80,tp_dst=0x1f90,actions=2",
        "tcp,tcp_flags=+syn-ack,actions=2",
        "tcp,tcp_flags=0x12,actions=3",
        "udp,tp_dst=53,actions=1,2",
        "udp,tp_dst=0x10/0xfff0,actions=1,2",
        "sctp,tp_dst=5000,actions=1",
        "icmp,icmp_type=8,icmp_code=0,actions=1",
        "ipv6,ipv6_src=fe80::/10,ipv6_dst=2001:db8::1,actions=1",
        "ipv6,ipv6_label=0x12345,actions=1",
        "tcp6,tp_dst=443,actions=1",
        "icmp6,icmp_type=128,actions=1",
        "icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1,nd_sll=00:00:00:00:00:09,actions=1",
        "icmp6,icmp_type=136,icmp_code=0,nd_target=fe80::/64,nd_tll=00:00:00:00:00:09,actions=1",
        "metadata=0x1234,reg0=5,reg3=0x10/0xf0,actions=1",
        "table=3,cookie=0xabc,idle_timeout=100,hard_timeout=200,priority=0,send_flow_rem,actions=2",
        "table=253,actions=drop",
    ]

    /// `ovs-ofctl --no-stats dump-flows` of ``all`` over version 1.0 with NXM, sorted.
    static let shownByNXM = [
        "arp,arp_spa=10.0.0.1,arp_tpa=10.0.0.0/24,arp_op=1,arp_sha=00:00:00:00:00:01,"
            + "arp_tha=00:00:00:00:00:02 actions=NORMAL",
        "cookie=0xabc, table=3, idle_timeout=100, hard_timeout=200, priority=0 actions=output:2",
        "dl_dst=01:00:00:00:00:00/01:00:00:00:00:00 actions=FLOOD",
        "dl_src=00:11:22:33:44:55 actions=IN_PORT",
        "dl_type=0x88cc actions=drop",
        "dl_vlan=10,dl_vlan_pcp=3 actions=FLOOD",
        "dl_vlan_pcp=5 actions=output:1",
        "icmp,icmp_type=8,icmp_code=0 actions=output:1",
        "icmp6,icmp_type=128 actions=output:1",
        "icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1,nd_sll=00:00:00:00:00:09 actions=output:1",
        "icmp6,icmp_type=136,icmp_code=0,nd_target=fe80::/64,nd_tll=00:00:00:00:00:09 actions=output:1",
        "in_port=1 actions=output:2",
        "in_port=1,dl_vlan=10 actions=NORMAL",
        "ip,nw_dst=10.0.0.0/255.0.255.0 actions=output:2",
        "ip,nw_frag=later actions=drop",
        "ip,nw_frag=not_later actions=output:2",
        "ip,nw_proto=47 actions=output:2",
        "ip,nw_src=10.0.0.0/8,nw_dst=192.168.1.1 actions=output:2",
        "ip,nw_tos=32,nw_ecn=1,nw_ttl=64 actions=output:2",
        "ipv6,ipv6_label=0x12345 actions=output:1",
        "ipv6,ipv6_src=fe80::/10,ipv6_dst=2001:db8::1 actions=output:1",
        "priority=1 actions=drop",
        "priority=7,vlan_tci=0x1000/0x1000 actions=ALL",
        "rarp actions=NORMAL",
        "reg0=0x5,reg3=0x10/0xf0,metadata=0x1234 actions=output:1",
        "sctp,tp_dst=5000 actions=output:1",
        "table=253, actions=drop",
        "tcp,tcp_flags=+syn-ack actions=output:2",
        "tcp,tcp_flags=syn|ack actions=output:3",
        "tcp,tp_src=80,tp_dst=8080 actions=output:2",
        "tcp6,tp_dst=443 actions=output:1",
        "udp,tp_dst=0x10/0xfff0 actions=output:1,output:2",
        "udp,tp_dst=53 actions=output:1,output:2",
        "vlan_tci=0x0000 actions=LOCAL",
    ]

    /// The same over version 1.3, which tells the flags too and has no word for a whole TCI.
    static var shownBy13: [String] {
        shownByNXM.map { line in
            switch line {
            case "cookie=0xabc, table=3, idle_timeout=100, hard_timeout=200, priority=0 actions=output:2":
                "cookie=0xabc, table=3, idle_timeout=100, hard_timeout=200, send_flow_rem priority=0 actions=output:2"
            case "vlan_tci=0x0000 actions=LOCAL":
                "vlan_tci=0x0000/0x1fff actions=LOCAL"
            default:
                line
            }
        }
    }

    /// What version 1.0's own match can say.
    static let version10 = [
        "priority=1,actions=drop",
        "in_port=1,actions=output:2",
        "in_port=1,dl_vlan=10,actions=normal",
        "dl_vlan=10,dl_vlan_pcp=3,actions=flood",
        "vlan_tci=0,actions=LOCAL",
        "dl_vlan_pcp=5,actions=1",
        "dl_src=00:11:22:33:44:55,actions=in_port",
        "dl_type=0x88cc,actions=drop",
        "rarp,actions=normal",
        "ip,nw_src=10.0.0.0/8,nw_dst=192.168.1.1,actions=2",
        "ip,nw_proto=47,actions=2",
        "tcp,tp_src=80,tp_dst=0x1f90,actions=2",
        "udp,tp_dst=53,actions=1,2",
        "sctp,tp_dst=5000,actions=1",
        "icmp,icmp_type=8,icmp_code=0,actions=1",
    ]

    static let shownBy10 = [
        "dl_src=00:11:22:33:44:55 actions=IN_PORT",
        "dl_type=0x88cc actions=drop",
        "dl_vlan=10,dl_vlan_pcp=3 actions=FLOOD",
        "dl_vlan_pcp=5 actions=output:1",
        "icmp,icmp_type=8,icmp_code=0 actions=output:1",
        "in_port=1 actions=output:2",
        "in_port=1,dl_vlan=10 actions=NORMAL",
        "ip,nw_proto=47 actions=output:2",
        "ip,nw_src=10.0.0.0/8,nw_dst=192.168.1.1 actions=output:2",
        "priority=1 actions=drop",
        "rarp actions=NORMAL",
        "sctp,tp_dst=5000 actions=output:1",
        "tcp,tp_src=80,tp_dst=8080 actions=output:2",
        "udp,tp_dst=53 actions=output:1,output:2",
        "vlan_tci=0x0000 actions=LOCAL",
    ]
}
