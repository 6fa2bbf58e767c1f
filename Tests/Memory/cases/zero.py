"""dpdk-socket-mem=0,0: refused with the value and what it should be."""


def run(lab):
    lab.reserve(64)
    lab.launch(dpdk_socket_mem="0,0")
    lab.is_refused(r"invalid parameters for --socket-mem; other_config:dpdk-socket-mem \(now '0,0'\).*such as 1024,0")
    lab.answers()
    lab.end_of_test()
