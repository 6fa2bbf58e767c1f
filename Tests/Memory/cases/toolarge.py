"""dpdk-socket-mem beyond all there is: refused with both figures; comes up once mended, without a restart by hand."""


def run(lab):
    lab.reserve(128)
    lab.launch(dpdk_socket_mem="1048576")
    lab.is_refused(r"Not enough memory available on socket 0! Requested: 1048576MB, available: \d+MB; "
                   r"node 0: requested 1048576 MiB, available \d+ MiB.*nr_hugepages")
    if lab.lives:
        hosts = lab.hosts_ready()
        error = lab.add_device("null", "net_null0", seconds=5)
        lab.judge("DPDK did not start: Not enough memory" in error, f"the port's row says '{error}'")
        lab.configure(dpdk_socket_mem="64")
        lab.comes_up()
        lab.judge(lab.root("statistics:dpdk_error") == "" or "no key" in lab.root("statistics:dpdk_error"),
                  "the row tells of an error that is over")
        lab.judge(hosts[0].ping(hosts[1].address) == 3, "the hosts do not reach each other any more")
        lab.judge(lab.interface("null", "error") == "[]", f"the port's row says {lab.interface('null', 'error')}")
        lab.answers()
    lab.end_of_test()
