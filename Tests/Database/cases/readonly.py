"""Files and folders that must not be written: a clear word and status 1; the switch waits for another server."""

import json
import os
import re
import shutil
import subprocess

from server import Server, eventually

SCHEMA = {
    "name": "Still",
    "version": "1.0.0",
    "tables": {"Row": {"isRoot": True, "columns": {"number": {"type": "integer"}}}},
}
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
UNWRITABLE = {
    "read-only file system": ("Read-only file system", ()),
    "file of others": ("Permission denied", NOBODY),
    "folder of others": ("Permission denied", NOBODY),
}


def place(lab, kind, what):
    """A folder of its own for the file; sockets and logs stay where they can be written."""
    folder = f"{lab.folder}/{kind}-{what.replace(' ', '-')}"
    os.mkdir(folder)
    if what == "read-only file system":
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", folder], check=True)
        lab.endings.append(lambda: subprocess.run(["umount", "-l", folder], check=True))
    return folder


def close(folder, file, what):
    """From now on nothing can be written there."""
    if what == "read-only file system":
        subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    elif what == "file of others":
        os.chmod(folder, 0o777)
        os.chmod(file, 0o444)
    else:
        os.chmod(file, 0o666)
        os.chmod(folder, 0o555)


def refused(lab, kind, what):
    """The server ends at once, and says which file it is and why."""
    reason, prefix = UNWRITABLE[what]
    folder = place(lab, kind, what)
    server = lab.server(kind, SCHEMA, prefix=prefix)
    server.file = f"{folder}/still.db"
    server.path, server.control = f"{lab.folder}/{kind}.sock", f"{lab.folder}/{kind}.ctl"
    server.create()
    for name in os.listdir(folder):
        if "lock" in name:
            os.unlink(f"{folder}/{name}")
    with open(server.file, "rb") as file:
        before = file.read()
    close(folder, server.file, what)
    server.spawn()
    eventually(lambda: not server.lives, f"{kind}, {what}: the server does not end")
    text = server.text().splitlines()[-1] if server.text() else ""
    lab.tell(f"{kind}, {what}: {text}")
    with open(server.file, "rb") as file:
        lab.judge(file.read() == before, f"{kind}, {what}: the file was changed")
    # ovsdb-server does not know why it cannot make a lock file in a folder of others.
    lab.judge("still.db" in text and (reason in text or kind == "theirs"), f"{kind}, {what}: {text!r}")
    return server.process.returncode


class Switch:
    """The daemon with a folder of its own for each kind of file."""

    def __init__(self, lab, database):
        self.folder = f"{lab.folder}/switch"
        os.mkdir(self.folder)
        environment = {"OVS_RUNDIR": self.folder, "OVS_LOGDIR": self.folder, "OVS_DBDIR": database}
        self.log = f"{self.folder}/log"
        self.process = subprocess.Popen(
            [lab.options.vswiftd, "--pidfile", f"--log-file={self.log}", "-vconsole:off", "-vsyslog:off"],
            env=os.environ | environment)
        self.environment = os.environ | environment

    def text(self):
        try:
            with open(self.log) as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def appctl(self, *words):
        result = subprocess.run(["ovs-appctl", "-T", "5", *words], capture_output=True, text=True, env=self.environment)
        return result.stdout if result.returncode == 0 else None

    def end(self):
        self.process.terminate()
        self.process.wait(30)


def switch(lab):
    """Nothing is kept in memory alone: without its file the daemon lives, says why, and waits for another server."""
    database = place(lab, "switch", "read-only file system")
    close(database, None, "read-only file system")
    daemon = Switch(lab, database)
    lab.endings.append(daemon.process.kill)
    eventually(lambda: daemon.appctl("version"), "the daemon does not answer")
    complaint = re.search(r"\|ERR\|(.*conf\.db.*Read-only file system.*)", daemon.text())
    if lab.judge(complaint, f"the log does not tell of it: {daemon.text()[-1000:]}"):
        lab.note(f"the switch: {complaint[1].replace(daemon.folder, '...').replace(database, '...')}")
    lab.judge(not os.path.exists(f"{daemon.folder}/db.sock"), "a database is served without its file")
    with open("/usr/share/openvswitch/vswitch.ovsschema") as file:
        schema = json.load(file)
    server = Server("ours", lab.options.vswift, daemon.folder, schema)
    lab.servers.append(server)
    server.path = f"{daemon.folder}/db.sock"
    server.create()
    server.start()
    vsctl = ["ovs-vsctl", f"--db=unix:{server.path}", "-t", "30"]
    subprocess.run([*vsctl, "--no-wait", "init"], check=True)
    # It waits until the switch has taken it over.
    subprocess.run([*vsctl, "set", "Open_vSwitch", ".", "other_config:a=b"], check=True)
    daemon.end()


def run(lab):
    os.chmod(lab.folder, 0o777)
    for what in UNWRITABLE:
        if what != "read-only file system" and not shutil.which("setpriv"):
            continue
        statuses = [refused(lab, kind, what) for kind in ("ours", "theirs")]
        lab.judge(statuses == [1, 1], f"{what}: statuses {statuses}")
    switch(lab)
