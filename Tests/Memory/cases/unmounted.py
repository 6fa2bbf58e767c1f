"""Files of hugepages are asked for and no hugetlbfs is mounted: the command that mends it is named, and it does mend it."""

from switch import EXTRA


def run(lab):
    lab.reserve(128)
    # Without files (--in-memory, what we and OVS ask for) no mount is needed.
    lab.launch(EXTRA, dpdk_socket_mem="64")
    lab.comes_up()
    lab.end_of_test()
    lab.configure(f"{EXTRA} --legacy-mem --file-prefix=vss", dpdk_socket_mem="64")
    lab.run_daemon()
    lab.is_refused("no hugetlbfs is mounted for pages of 2048 kB: mount it with 'mount -t hugetlbfs -o pagesize=2048K none "
                   "/dev/hugepages'")
    lab.answers()
    if lab.lives:
        # As the line says, in the daemon's own view of the file system.
        lab.command("nsenter", "-m", "-t", str(lab.pid()), "sh", "-c",
                    "mkdir -p /dev/hugepages; mount -t hugetlbfs -o pagesize=2048K none /dev/hugepages")
        lab.comes_up(30)
        lab.hosts_ready()
        error = lab.add_device("null", "net_null0")
        lab.judge(error == "[]", f"with a mount the port's row says '{error}'")
    lab.end_of_test()
