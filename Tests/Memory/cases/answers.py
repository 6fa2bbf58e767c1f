"""Control answers all the time while 2 GiB are mapped: at the start, at the next one, and when DPDK comes later."""

MEGABYTES = 2048


def begin_again(lab):
    lab.inside("ovs-appctl -T 20 exit", check=False)
    lab.daemon.wait(30)
    lab.run_daemon()
    lab.comes_up(120)
    lab.answers()


def run(lab):
    lab.reserve(MEGABYTES)
    lab.launch(dpdk_socket_mem=str(MEGABYTES))
    lab.comes_up(120)
    lab.answers()
    # What came up is known: the second start does not try it first.
    begin_again(lab)
    lab.end_of_test()
    # DPDK is wished for when the switch is at work.
    lab.vsctl("clear Open_vSwitch . other_config", wait=0)
    lab.run_daemon()
    lab.settle(lambda: lab.prober.answers > 0, 30, "no answer without DPDK")
    hosts = lab.hosts_ready()
    lab.configure(dpdk_socket_mem=str(MEGABYTES))
    lab.comes_up(120)
    lab.answers()
    lab.healthy(hosts)
    lab.end_of_test()
