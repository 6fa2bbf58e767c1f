"""The files of hugepages are root's, and the daemon is not: DPDK is refused by that name, other ports switch."""

from switch import EXTRA


def run(lab):
    lab.reserve(128)
    lab.start_database()
    lab.configure(f"{EXTRA} --legacy-mem --no-shconf", dpdk_socket_mem="64")
    lab.command("chown", "-R", "nobody", lab.folder)
    # What OVS's own service unit leaves to a user of its own.
    capabilities = "+net_admin,+net_raw,+net_broadcast,+ipc_lock,+sys_nice"
    lab.run_daemon([
        "sh", "-c", "mkdir -p /dev/hugepages && mount -t hugetlbfs -o pagesize=2M,mode=0700 none /dev/hugepages && "
        f"exec setpriv --reuid nobody --clear-groups --inh-caps {capabilities} --ambient-caps {capabilities} \"$0\" \"$@\""])
    lab.is_refused("Failed to lock hugepage directory!; the daemon has no permission to use the hugetlbfs at /dev/hugepages")
    lab.answers()
    if lab.lives:
        hosts = lab.hosts_ready()
        lab.judge(hosts[0].ping(hosts[1].address) == 3, "the hosts do not reach each other")
    lab.end_of_test()
