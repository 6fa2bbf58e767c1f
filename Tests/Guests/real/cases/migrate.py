"""A guest moves to another QEMU and port while it receives: every page that the switch writes is moved, too."""

from lab import expect
from migration import Migration


def run(lab):
    migration = Migration(lab, {})
    migration.talk()
    state = migration.move()
    log = lab.log
    expect("VHOST_USER_SET_LOG_BASE" in log, "QEMU has not asked for a log of written pages")
    size, lost = migration.check()
    lab.leave()
    return (f"{state['ram']['dirty-sync-count']} rounds over the memory, {state['downtime']} ms of standstill; "
            f"{size >> 10} KiB received meanwhile, {lost} pings lost")
