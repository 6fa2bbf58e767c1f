"""What came up is not tried again at the next start; a memory that lies cannot end the daemon."""

import json
import os

from lab import expect

TOO_MUCH = "1048576"


def run(lab):
    if not lab.is_ours:
        return lab.note("not tried")
    lab.reserve(128)
    lab.launch(dpdk_socket_mem="64")
    lab.comes_up()
    lab.end_of_test()
    path = f"{lab.folder}/ovs-vswitchd.eal"
    with open(path) as file:
        record = json.load(file)
    expect("64" in record["arguments"], f"the record tells of {record['arguments']}")
    # As if it had come up with what there is not.
    record["arguments"] = [TOO_MUCH if word == "64" else word for word in record["arguments"]]
    with open(path, "w") as file:
        json.dump(record, file)
    lab.configure(dpdk_socket_mem=TOO_MUCH)
    lab.run_daemon()
    lab.is_refused(f"Not enough memory available on socket 0! Requested: {TOO_MUCH}MB")
    expect(not os.path.exists(path), "the record of what failed is still there")
    lab.answers()
    hosts = lab.hosts_ready()
    expect(hosts[0].ping(hosts[1].address) == 3, "the hosts do not reach each other")
    # Other settings come up all the same.
    lab.configure(dpdk_socket_mem="64")
    lab.comes_up()
    lab.end_of_test()
