"""The database hangs, dies and comes back under load; forwarding does not notice."""

import os
import re
import signal
import time

from lab import BROADCAST, address, eventually, expect, udp


def run(lab):
    lab.start()
    lab.bridge()
    pair = lab.pair()
    pid = lab.pid()
    lab.vsctl(lab.device("src", lab.replay([udp(BROADCAST, address(5))])))
    ping = pair[0].start("ping", "-i", "0.1", "-W", "1", "10.9.0.2")
    database = lab.kill(signal.SIGSTOP, "ovsdb-server")
    time.sleep(max(7, lab.seconds / 2))
    expect(lab.latency() < 1, "control is blocked by a database that hangs")
    size = lab.resident()
    os.kill(database, signal.SIGCONT)
    eventually(15, lambda: lab.vsctl("get Open_vSwitch . cur_cfg") != "", "no answer from the database")
    for number in range(3):
        lab.wait_gone(lab.kill(signal.SIGKILL, "ovsdb-server"))
        try:
            os.remove(f"{lab.folder}/db.sock")
        except OSError:
            pass
        time.sleep(lab.random.random())
        lab.start_database()
        lab.vsctl(f"add-port br0 tx{number} -- set Interface tx{number} type=internal")
    lab.children.remove(ping)
    ping.send_signal(signal.SIGINT)
    ping.wait(5)
    with open(ping.path) as file:
        text = file.read()
    found = re.search(r"([\d.]+)% packet loss", text)
    lost = float(found.group(1)) if found else 100
    expect(lost < 5, f"{lost} % of pings lost: {text[-200:]}")
    lab.healthy(pair, pid)
    lab.leave()
    return f"{lost} % of pings lost, {size:.0f} MiB while the database hung"
