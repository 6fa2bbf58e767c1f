"""MTU 9000 where memory is short: refused with need and have, the port goes on with its old MTU, others lose nothing."""

import re

from lab import eventually


def run(lab):
    if not lab.comes_up_short():
        return
    a, b = lab.hosts_ready()
    error = lab.add_device("null", "net_null0,no-rx=1")
    lab.judge(error == "[]", f"the port's row says '{error}'")
    lab.ofctl("add-flow br0 priority=9,in_port=ta,actions=null,NORMAL")
    ping = a.start("ping", "-q", "-i", "0.01", b.address)
    lab.vsctl("set Interface null mtu_request=9000", wait=20, check=False)
    eventually(20, lambda: re.search(r"netdev_dpdk\|ERR\|Failed to create memory pool for netdev null, with MTU 9000 on "
                               r"socket 0: Cannot allocate memory", lab.log), "OVS's line is not in the log")
    lab.judge("MTU 9000" in lab.interface("null", "error"), f"the row says '{lab.interface('null', 'error')}'")
    # The setting that is in the way is named, where it stands.
    cure = re.search(r"no more than 96 MiB; set --socket-limit=\d+ in other_config:dpdk-extra", lab.interface("null", "error"))
    lab.judge(cure, f"the row says '{lab.interface('null', 'error')}'")
    lab.note(f"row: '{lab.interface('null', 'error')}'")
    lab.judge(lab.interface("null", "mtu") == "1500", f"the port's MTU is {lab.interface('null', 'mtu')}")
    before = lab.statistic("null", "tx_packets")
    eventually(15, lambda: lab.statistic("null", "tx_packets") > before, "the port does not send any more")
    ping.send_signal(2)
    ping.wait(10)
    with open(ping.path) as file:
        text = file.read()
    found = re.search(r"(\d+) packets transmitted, (\d+) received", text)
    lab.judge(found and found.group(1) == found.group(2), f"other ports lost packets: {text}")
    lab.note(f"others lost {int(found.group(1)) - int(found.group(2))} of {found.group(1)}")
    lab.answers()
    lab.end_of_test()
