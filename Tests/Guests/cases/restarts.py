"""The switch ends, in order or not, and comes back to guests that wait for it, which then go; over and over (--rounds)."""

import os
import signal
import time

from lab import expect
from lasting import Lasting

PATIENCE = 60


def begin(lab):
    lab.start()
    lab.bridge()
    sockets = [f"{lab.folder}/{name}.sock" for name in ("one", "two")]
    for name, path in zip(("v1", "v2"), sockets):
        lab.vsctl(f"add-port br0 {name} -- set Interface {name} type=dpdkvhostuserclient "
                  f"options:vhost-server-path={path}")
    return sockets


def run(lab):
    sockets = begin(lab)
    gaps, lost = [], 0
    for turn in range(lab.rounds):
        pair = Lasting(*sockets)
        try:
            expect(pair.wait(PATIENCE), f"round {turn}: nothing flows")
            pair.gap.value = 0
            if turn % 2:
                lab.wait_gone(lab.kill(signal.SIGKILL), PATIENCE)
            else:
                lab.leave(cleanup=False, seconds=PATIENCE)
            lab.start_daemon("--overwrite-pidfile")
            pid = lab.pid()
            expect(pair.wait(PATIENCE), f"round {turn}: nothing flows after the switch has come back")
            missing, twice, gap = pair.finish()
            expect(twice == 0, f"round {turn}: {twice} frames came twice")
            gaps.append(gap)
            lost += missing
        finally:
            # Both at once: they live in one process.
            pair.end()
        for path in sockets:
            os.unlink(path)
        time.sleep(lab.random.random() / 5)
        expect(os.path.exists(f"/proc/{pid}") and lab.appctl("version"), f"round {turn}: the switch died with its guests")
    lab.healthy(None, pid)
    lab.leave()
    return f"{lab.rounds} restarts, {min(gaps):.1f} to {max(gaps):.1f} s without packets, {lost / lab.rounds:.0f} lost each"
