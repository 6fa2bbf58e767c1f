"""A guest moves before its memory does (vhost-postcopy-support): the switch waits for the pages that are not there yet."""

import time

from lab import expect
from migration import Migration


def run(lab):
    # With more pairs of queues QEMU 7.2 asks for a page server for each, and there is only one for a device.
    migration = Migration(lab, {"vhost-postcopy-support": "true"}, queues=1)
    migration.talk()

    def begin(source):
        # Some of the memory first, then the guest, then the rest.
        time.sleep(2)
        source.run("migrate-start-postcopy")
    state = migration.move(["postcopy-ram"], begin)
    for word in ("POSTCOPY_ADVISE", "POSTCOPY_LISTEN", "POSTCOPY_END"):
        expect(f"VHOST_USER_{word}" in lab.log, f"QEMU has not said {word}")
    expect(state["ram"].get("postcopy-requests", 0) > 0, "nothing of the memory came after the guest")
    size, lost = migration.check()
    lab.leave()
    return (f"{state['ram']['postcopy-requests']} pages were asked for, {state['downtime']} ms of standstill; "
            f"{size >> 10} KiB received meanwhile, {lost} pings lost")
