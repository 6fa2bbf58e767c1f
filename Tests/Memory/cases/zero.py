"""dpdk-socket-mem=0,0 reserves nothing and takes as ports come; a list that is none is refused with its value."""


def run(lab):
    lab.reserve(96)
    # Before DPDK 18.05 this was refused with "invalid parameters for --socket-mem".
    lab.launch(dpdk_socket_mem="0,0")
    if lab.comes_up():
        lab.hosts_ready()
        error = lab.add_device("null", "net_null0,no-rx=1")
        lab.judge(error == "[]", f"the port's row says '{error}'")
    lab.answers()
    lab.end_of_test()
    lab.configure(dpdk_socket_mem="64,x")
    lab.run_daemon()
    lab.is_refused(r"invalid parameters for --socket-mem; other_config:dpdk-socket-mem \(now '64,x'\).*such as 1024,0")
    lab.answers()
    lab.end_of_test()
