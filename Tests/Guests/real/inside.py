"""A switch in a machine of its own."""


class Inside:
    """A database in the machine's /run/ovs, and the daemon once it is started; the machine's shell is in that folder."""

    def __init__(self, machine, binary):
        self.machine, self.binary = machine, binary
        for name in ("RUN", "DB", "LOG", "SYSCONF"):
            machine.run(f"export OVS_{name}DIR=/run/ovs")
        machine.run(
            "mkdir /run/ovs; cd /run/ovs; ip link set lo up; "
            "ovsdb-tool create conf.db /usr/share/openvswitch/vswitch.ovsschema; "
            "ovsdb-server conf.db --remote=punix:/run/ovs/db.sock --pidfile --detach --no-chdir --log-file "
            "-vconsole:off 2> /dev/null; "
            "ovs-vsctl --no-wait init", 120)

    def configure(self, **settings):
        """Keys of other_config, with underscores for their hyphens."""
        words = " ".join(f"other_config:{key.replace('_', '-')}='{value}'" for key, value in settings.items())
        self.machine.run(f"ovs-vsctl --no-wait set Open_vSwitch . {words}", 60)

    def start(self):
        self.machine.run("rm -f ovs-vswitchd.log /dev/hugepages/rtemap_*")
        self.machine.run(
            f"bash -c 'exec -a ovs-vswitchd \"$0\" \"$@\"' {self.binary} --pidfile --detach --no-chdir --log-file "
            "-vconsole:off 2> stderr || { cat stderr; tail -n 20 ovs-vswitchd.log; false; }", 180)

    def stop(self, how=""):
        self.machine.run(f"ovs-appctl -T 20 exit {how}; while [ -e ovs-vswitchd.pid ]; do sleep 0.2; done", 60)

    def vsctl(self, words, check=True):
        return self.machine.run(f"ovs-vsctl -t 100 {words}", 120, check).strip().strip('"')

    def log(self):
        return self.machine.run("cat ovs-vswitchd.log")
