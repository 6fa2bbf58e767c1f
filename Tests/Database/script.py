"""Command lines of ovs-vsctl: every command, errors too, and random ones. `{Bridge:br0}` stands for the UUID of the row
of that name, `{Bridge:br0:8}` for its beginning."""

import random

LINES = r"""
show
init
list-br
list Open_vSwitch
--columns=_uuid,bridges list Open_vSwitch .
add-br br0
add-br br0
--may-exist add-br br0
add-br br1 -- set bridge br1 datapath_type=netdev fail-mode=secure
add-br v10 br0 10
add-br v10b br0 10
add-br v20 br1 20
--may-exist add-br v10 br0 10
--may-exist add-br v10 br0 11
--may-exist add-br v10 br1 10
--may-exist add-br v10
--may-exist add-br br0 br1 3
add-br x v10 5
add-br x nowhere 5
add-br x br0 4096
add-br x br0
add-br ""
list-br
--real list-br
--fake list-br
--real --fake list-br
br-exists br0
br-exists v10
br-exists nothing
br-to-vlan br0
br-to-vlan v10
br-to-vlan nothing
br-to-parent v10
br-to-parent br0
br-set-external-id br0 a b
br-set-external-id br0 c "d e"
br-set-external-id v10 a fake
br-get-external-id br0
br-get-external-id br0 a
br-get-external-id br0 zzz
br-get-external-id v10
br-get-external-id v10 a
br-set-external-id br0 a
br-set-external-id nothing a b
br-get-external-id br0
list-ports br0
list-ports br1
list-ports nothing
add-port br0 p0
add-port br0 p1 tag=5 trunks=1,2,3 other_config:x=y
add-port br0 p1
--may-exist add-port br0 p1
--may-exist add-port br1 p1
add-port br0 p2 tag=5000
add-port br0 p2 nocolumn=5
add-port br0 p2 tag
add-port br0 p2 trunks=5-9 vlan_mode=trunk
add-port v10 p3
add-port nothing p9
add-port br0 ""
add-port br0 br1
add-port br0 v20
add-bond br0 bond0 i0 i1
add-bond br0 bond1 i0 i2
add-bond br0 bond1 i2 i3 bond_mode=active-backup lacp=active
--may-exist add-bond br0 bond1 i3 i2
--may-exist add-bond br0 bond1 i3 i4
--fake-iface add-bond br0 bond2 i5 i6
add-bond br0 bond3 i7
add-bond br0 bond3 i7 a=b
add-bond br0 bond3 i7 x=y z
add-bond-iface bond0 i9
--may-exist add-bond-iface bond0 i9
--may-exist add-bond-iface bond1 i9
add-bond-iface bond0 p0
add-bond-iface nothing i10
del-bond-iface bond0 i9
del-bond-iface bond1 i0
del-bond-iface p0
del-bond-iface nothing
--if-exists del-bond-iface nothing
del-bond-iface i1
del-bond-iface i0
list-ports br0
list-ports v10
list-ifaces br0
list-ifaces br1
list-ifaces nothing
port-to-br p1
port-to-br p3
port-to-br bond0
port-to-br br0
port-to-br nothing
iface-to-br i0
iface-to-br p3
iface-to-br nothing
add-port br0 i0
add-br i0
del-port nothing
--if-exists del-port nothing
del-port br0
--if-exists del-port br0
del-port br1 p1
del-port br0 p3
del-port v10 p0
--with-iface del-port i5
--with-iface del-port nothing
--if-exists --with-iface del-port nothing
del-port br0 p2
show
get-controller br0
set-controller br0 tcp:127.0.0.1:6653
set-controller br0 tcp:127.0.0.1:6653 ssl:1.2.3.4 ptcp: unix:/x
get-controller br0
get-controller v10
set-controller v10 tcp:1.2.3.4
set-controller br0 odd
--inactivity-probe=3000 set-controller br0 tcp:127.0.0.1:6653
--inactivity-probe set-controller br0 tcp:127.0.0.1:6653
list controller
list controller br0
list Controller br1
--columns=target,inactivity_probe list controller
del-controller v10
del-controller br0
del-controller br0
del-controller nothing
get-fail-mode br0
get-fail-mode br1
get-fail-mode v20
set-fail-mode br0 standalone
set-fail-mode br0 wrong
set-fail-mode v20 secure
get-fail-mode br0
del-fail-mode br0
del-fail-mode v20
del-fail-mode nothing
get-manager
set-manager ptcp:6640 tcp:1.2.3.4:6640
--inactivity-probe=5000 set-manager ptcp:6640
set-manager odd
get-manager
list manager ptcp:6640
list manager odd
show
del-manager
del-manager
get-ssl
set-ssl /k /c /ca
get-ssl
--bootstrap set-ssl /k2 /c2 /ca2
get-ssl
list ssl .
list SSL
del-ssl
del-ssl
get-ssl
set-ssl /k /c
get-aa-mapping br0
add-aa-mapping br0 100 5
add-aa-mapping br0 200 6
add-aa-mapping v10 300 7
get-aa-mapping br0
list autoattach br0
del-aa-mapping br0 200 6
del-aa-mapping br0 200 7
add-aa-mapping br0 x 7
add-aa-mapping br0 7 x
del-aa-mapping br0 y 7
get-aa-mapping v10
get-aa-mapping nothing
add-zone-tp netdev zone=1 icmp_first=2
list-zone-tp netdev
list-dp-cap netdev
-- --id=@d create Datapath datapath_version=1 -- set Open_vSwitch . datapaths:netdev=@d
add-zone-tp netdev zone=1 icmp_first=2 icmp_reply=3
add-zone-tp netdev zone=2 icmp_first=2 icmp_reply=3
add-zone-tp netdev zone=1 icmp_first=4
--may-exist add-zone-tp netdev zone=1 icmp_first=4
list-zone-tp netdev
list CT_Timeout_Policy
del-zone-tp netdev zone=1
del-zone-tp netdev zone=1
--if-exists del-zone-tp netdev zone=1
del-zone-tp other zone=1
list-zone-tp netdev
list-zone-tp other
list-dp-cap netdev
set Datapath {Datapath:} capabilities:recirc=true
list-dp-cap netdev
list-dp-cap other
get Open_vSwitch . bridges
get open . cur_cfg next_cfg
get Bridge br0 name datapath_type other_config
get br br0 _uuid -uuid
get bridge br0 external_ids:c
get bridge br0 external_ids:none
--if-exists get bridge br0 external_ids:none
--if-exists get bridge nothing name
get bridge nothing name
get bridge br0 name:x
get bridge br0 name=x
get bridge br0 nocolumn
get bridge br0 ""
get bridge br0 d
get bridge br0 datapath-t
get bridge br0 "name
get b br0 name
get f br0 name
get nothing br0 name
get Port p1 tag trunks vlan_mode statistics
get Bridge {Bridge:br0} name
get Bridge {Bridge:br0:8} name
get Bridge {Bridge:br0:4} name
get Bridge {Bridge:br0:3} name
get Bridge {Port:p1} name
--id=@p get Port p1 -- set Bridge br0 ports=@p
--id=@q --if-exists get Port p1
--id=q get Port p1
-- --id=@p get Port p1 -- --id=@p get Port p0
list bridge br0
list bridge br1 br0
list bridge nothing
--if-exists list bridge nothing br1
--columns=name,_uuid list bridge br0
--columns=name,datapath-t,FAIL list bridge br1
--columns=name,zzz list bridge
--columns= list bridge
--columns=name list bridge
-f table --columns=name,tag,trunks list port p1
-f table list port p1
-f csv --columns=name,trunks,other_config list port p1
-f json --columns=name,trunks,other_config,tag list port p1
-f json --pretty --columns=name,trunks,other_config,tag list port p1
-f html --columns=name,trunks,_uuid,interfaces list port p1
-f table -d json --columns=name,trunks list port p1
-f list -d bare --columns=name,trunks,other_config list port p1
--bare --columns=name,trunks,other_config list port p1
--bare list port p1
-f table --no-headings --columns=name,tag list port p1
-f csv --no-headings --columns=name,tag list port p1
-f table --max-column-width=4 --columns=name,trunks list port p1
-f table --columns=name list port nothing
--columns=name list port p0 -- --columns=name list port p1
-f csv --columns=name list port p0 -- --columns=name list port p1
-f json --columns=name list port p0 -- --columns=name list port p1
--oneline list-br -- list-ports br0 -- br-get-external-id br0
--oneline init
--format=wrong show
--data=wrong show
find bridge name=br0
--columns=name find bridge name!=br0
--columns=name find port tag=5
--columns=name find port tag{>=}5
--columns=name find port trunks{>=}1,2
--columns=name find port trunks{<=}1,2,3,4
--columns=name find port trunks{=}1,2,3
--columns=name find port trunks{!=}[]
--columns=name find port trunks{>}1
--columns=name find port trunks{<}1,2,3,4
--columns=name find port trunks{in}1,2,3,9
--columns=name find port trunks{not-in}1
--columns=name find port tag>4
--columns=name find port tag<4
--columns=name find port tag>=[]
--columns=name find port tag<=6
--columns=name find port other_config:x=y
--columns=name find port other_config:x!=y
--columns=name find port other_config:x{=}[]
--columns=name find port other_config:x{!=}y
--columns=name find port other_config={x=y}
--columns=name find port name:x=y
--columns=name find port name
--columns=name find port name=
--columns=name find port
--columns=name find interface type=internal
--columns=name find port interfaces={Interface:p0}
set port p0 tag=7
set port p0 tag=[]
set port p0 tag=x
set port p0 tag=1,2
set port p0 tag=5000
set port p0 name=new
set port p0 vlan_mode=wrong
set port p0 trunks=1-3,7
set port p0 trunks=3-1
set port p0 trunks=1,1
set port p0 trunks=0-5000
set port p0 trunks=[1
set port p0 trunks=[1]x
set port p0 trunks=
set port p0 other_config={a=b
set port p0 other_config=a
set port p0 other_config=a:b
set port p0 other_config={}
set port p0 other_config=a=b,c=d
set port p0 other_config:e=f other_config:g="h i"
set port p0 'other_config:"q r"="s \"t\""'
set port p0 'other_config:u="\x"'
set port p0 'other_config:u="a'
set port p0 'other_config:u="a"b'
set port p0 'other_config:u="\u00e9\n"'
get port p0 other_config
set port p0 other_config:a=1 -- set port p0 other_config:a=2 -- get port p0 other_config
set port p0 tag:5=6
set port p0 bond_fake_iface=yes protected=1
set port p0 bond_fake_iface=perhaps
set port p0 bond_updelay=100 bond_downdelay=1.5
set port nothing tag=1
--if-exists set port nothing tag=1
set port p0 tag
set port p0
set Interface p0 options:a=1 options:b=2
add port p0 trunks 20 21
add port p0 trunks 20
add port p0 other_config new=1
add port p0 other_config new=2
add port p0 tag 9 -- list-br
add port p0 tag 9 10 -- list-br
add port p0 tag 9
add port p0 tag 10
add port p0 name x
add port p0 trunks x
add port p0 trunks 5000
add port p0 trunks 30 -- add port p0 trunks 31 -- get port p0 trunks
add port nothing trunks 5
--if-exists add port nothing trunks 5
remove port p0 trunks 20
remove port p0 trunks 99
remove port p0 other_config new
remove port p0 other_config a=2
remove port p0 other_config c=zzz
remove port p0 interfaces {Interface:p0}
remove port p0 tag 9
remove port p0 trunks x
remove port nothing trunks 1
--if-exists remove port nothing trunks 1
clear port p0 trunks other_config
clear port p0 interfaces
clear port p0 name
clear port nothing tag
--if-exists clear port nothing tag
clear port p0 zzz
create bridge name=unheld
create QoS type=linux-htb
-- --id=@q create QoS type=linux-htb other-config:max-rate=1000
-- --id=@q create QoS type=linux-htb queues=0=@k -- --id=@k create Queue other-config:min-rate=1 -- set port p0 qos=@q
list qos p0
list qos p1
--columns=other_config list Queue
set port p1 qos=@none
set port p1 qos=@q -- --id=@q create QoS type=egress-policer
-- --id=q create QoS type=x
-- --id=@q create QoS type=x -- --id=@q create QoS type=y
-- --id=@m create Mirror name=m0 select-all=1 output-port=@p -- --id=@p get port p0 -- set bridge br0 mirrors=@m
-- --id=@p get port p0 -- --id=@m create Mirror name=m0 select-all=1 output-port=@p -- set bridge br0 mirrors=@m
list mirror m0
-- --id=@n create NetFlow targets=\"1.2.3.4:5\" -- set bridge br0 netflow=@n
list netflow br0
list netflow br1
-- --id=@s create sFlow targets=\"1.2.3.4:5\" sampling=64 agent=eth0 -- set bridge br0 sflow=@s
get sflow br0 sampling agent header
-- --id=@i create IPFIX targets=\"1.2.3.4:5\" -- set bridge br1 ipfix=@i
get ipfix br1 targets
-- --id=@b get bridge br0 -- create Flow_Sample_Collector_Set id=1 bridge=@b
list flow_sample 1
get Flow_Sample_Collector_Set 1 id
-- --id=@f create Flow_Table name=t0 flow-limit=5 -- set bridge br0 flow_tables:0=@f
list flow_table t0
destroy qos nothing
destroy Flow_Sample_Collector_Set
--all destroy Flow_Sample_Collector_Set x
--all --if-exists destroy Flow_Sample_Collector_Set
--if-exists destroy Flow_Sample_Collector_Set 9
destroy Flow_Sample_Collector_Set 1
-- --id=@b get bridge br0 -- create Flow_Sample_Collector_Set id=2 bridge=@b
--all destroy Flow_Sample_Collector_Set
destroy bridge br1
destroy port p0
wait-until bridge br0
wait-until bridge br0 name=br0 datapath_type=
wait-until bridge br0 'datapath_type=""'
-t 1 wait-until bridge br0 name=br9
comment hello "two words"
comment
add-port br0 z0 -- add-port br0 z1 -- del-port z0 -- list-ports br0
add-br zz -- add-port zz z9 -- set interface z9 type=internal -- del-br zz
add-br zz -- br-exists yy
-- add-br zz
-- -- add-br zy
--may-exist -- add-br zx
add-br zw -- -- list-br
--may-exist list-br
--wrong list-br
--if-exists=5 del-br zz
--may-exist --may-exist add-br a
list-br extra
list-br --real
add-br a b c d
add-br
foo

--
-Z list-br
--n list-br
--nothing list-br
--no-wait=5 list-br
--db
-t x list-br
-t 0 list-br
-t -5 list-br
--time=5 list-br
-vwrong list-br
-vvsctl:console:off set-controller br0 odd
-vconsole:emer set-controller br0 odd2
--no-syslog set-controller br0 odd3
--dry-run add-br dry
--dry-run -- --id=@q create QoS type=dry -- set port p1 qos=@q
--no-leader-only --shuffle-remotes list-br
-V
--version
--options
set bridge br0 stp_enable=true rstp_enable=false mcast_snooping_enable=true
set bridge br0 flood_vlans=1,2 protocols=OpenFlow10,OpenFlow13
set bridge br0 protocols=OpenFlow99
set bridge br0 ports=[]
set bridge br0 controller={Bridge:br0}
set Open . external_ids:system-id=abc other_config:pmd-cpu-mask=0x6
set Open . other_config:n-dpdk-rxqs=2 -- get Open . other_config -- remove Open . other_config n-dpdk-rxqs
set Open . nothing=1
list Open .
emer-reset
show
--if-exists del-br br1
--if-exists del-br br1
del-br nothing
del-br v10
del-br br0
del-br br0
list-br
list bridge
list port
find interface
show
"""

NAMES = ["br0", "br1", "br2", "p0", "p1", "p2", "i0", "i1", "i2", "v5", "nothing"]
VALUES = ["1", "5", "4095", "4096", "-1", "x", "[]", "{}", '""', "true", "false", "yes", "1,2", "1-3", "a=b", "a=1,c=d"]
TABLES = ["Bridge", "bridge", "Port", "port", "Interface", "iface", "open", "Mirror", "QoS", "Controller", "b", "P"]
COLUMNS = [
    "name", "tag", "trunks", "other_config", "external-ids", "fail_mode", "type", "options", "ports", "stp", "mtu_request",
    "vlan_mode", "o", "datapath_type", "other_config:a", "external_ids:c", "options:x", "qos", "zzz", "interfaces",
]  # fmt: skip
RELATIONS = ["=", "!=", "<", ">", "<=", ">=", "{=}", "{!=}", "{<=}", "{>=}", "{in}", "{not-in}"]


class Randomly:
    """Makes command lines, most of them sensible."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def line(self):
        words = []
        for number in range(self.random.choice([1, 1, 1, 2, 3])):
            words += (["--"] if number else []) + self.command()
        return words

    def command(self):
        pick = self.random.choice
        bridge, port = pick(NAMES[:3]), pick(NAMES)
        exist = pick([[], [], ["--may-exist"]])
        absent = pick([[], [], ["--if-exists"]])
        setting = f"{pick(COLUMNS)}={pick(VALUES)}"
        # Options of a command that follow another's words need a "--" before them, which `line` puts there.
        return pick(
            [
                lambda: exist + ["add-br", pick(NAMES)],
                lambda: exist + ["add-br", pick(["v5", "v6"]), bridge, pick(["5", "6"])],
                lambda: absent + ["del-br", bridge],
                lambda: exist + ["add-port", bridge, port] + pick([[], [setting], ["tag=5"]]),
                lambda: exist + ["add-bond", bridge, port, pick(NAMES), pick(NAMES)],
                lambda: exist + ["add-bond-iface", port, pick(NAMES)],
                lambda: absent + ["del-bond-iface", pick(NAMES)],
                lambda: absent + pick([[], ["--with-iface"]]) + ["del-port", port],
                lambda: absent + ["del-port", bridge, port],
                lambda: [pick(["list-ports", "list-ifaces", "br-to-vlan", "br-to-parent", "get-fail-mode"]), port],
                lambda: [pick(["port-to-br", "iface-to-br", "br-exists", "get-controller"]), port],
                lambda: ["set-controller", bridge, pick(["tcp:1.2.3.4", "ssl:1.2.3.4:5", "ptcp:"])],
                lambda: absent + ["set", pick(TABLES), port, setting],
                lambda: absent + ["set", pick(TABLES[:6]), port, "other_config:a=" + pick(VALUES)],
                lambda: absent + ["add", pick(TABLES), port, pick(COLUMNS), pick(VALUES)],
                lambda: absent + ["remove", pick(TABLES), port, pick(COLUMNS), pick(VALUES)],
                lambda: absent + ["clear", pick(TABLES), port, pick(COLUMNS)],
                lambda: absent + ["get", pick(TABLES), port, pick(COLUMNS)],
                lambda: ["--columns=name", "find", pick(TABLES[:6]), pick(COLUMNS) + pick(RELATIONS) + pick(VALUES)],
                lambda: ["show"],
            ]
        )()
