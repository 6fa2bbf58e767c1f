"""The Python IDL of Open vSwitch (python3-openvswitch) against a database server."""

import json
import signal
import subprocess
import time

import ovs.db.idl
import ovs.poller

DATABASE = "Open_vSwitch"


class Follower:
    """An IDL and what is expected of it."""

    def __init__(self, at, schema, faults, tables=None):
        helper = ovs.db.idl.SchemaHelper(schema)
        if tables is None:
            helper.register_all()
        for table in tables or ():
            helper.register_table(table)
        self.idl, self.faults = ovs.db.idl.Idl(at, helper), faults

    def wait(self, condition, what, others=()):
        end = time.monotonic() + 30
        while not condition():
            if time.monotonic() > end:
                return self.faults.append(f"IDL: {what}")
            poller = ovs.poller.Poller()
            for follower in (self, *others):
                follower.idl.run()
                follower.idl.wait(poller)
            poller.timer_wait(100)
            poller.block()

    def connected(self):
        self.wait(lambda: self.idl.has_ever_connected() and len(self.idl.tables[DATABASE].rows) == 1, "does not connect")

    def values(self):
        """What rows say, each once: who asks again after a lost connection may have been heard the first time."""
        return sorted({row.dscp[0] for row in self.idl.tables["Queue"].rows.values() if row.dscp})

    def insert(self, dscp):
        """Makes a row; again, as long as there is no server."""
        end = time.monotonic() + 30
        while True:
            transaction = ovs.db.idl.Transaction(self.idl)
            row = transaction.insert(self.idl.tables["Queue"])
            row.dscp = dscp
            row.external_ids = {"made": "by the IDL"}
            status = transaction.commit_block()
            if status == ovs.db.idl.Transaction.SUCCESS:
                return
            if status != ovs.db.idl.Transaction.TRY_AGAIN or time.monotonic() > end:
                return self.faults.append(f"IDL: {status} {transaction.get_error()}")
            self.idl.run()
            time.sleep(0.05)


def faults(server, schema, folder):
    """What is wrong; `server` can be stopped and started."""
    found = []
    for test in (follows, restarts, conditions, locks, conversion):
        test(server, schema, folder, found)
    return found


def empty(server):
    # QoS rows hold Queue rows.
    operations = [{"op": "delete", "table": table, "where": []} for table in ("QoS", "Queue")]
    subprocess.run(
        ["ovsdb-client", "transact", server.at, json.dumps([DATABASE, *operations])], check=True, capture_output=True)


def follows(server, schema, folder, found):
    empty(server)
    follower = Follower(server.at, schema, found)
    follower.connected()
    follower.insert(11)
    follower.wait(lambda: follower.values() == [11], "does not see its row")
    follower.idl.close()


def restarts(server, schema, folder, found):
    """The server is killed and comes again: what was there is there, what came meanwhile is told, nothing twice."""
    empty(server)
    follower, other = Follower(server.at, schema, found), Follower(server.at, schema, found)
    follower.connected()
    other.connected()
    follower.insert(1)
    follower.wait(lambda: follower.values() == other.values() == [1], "does not see its row", [other])
    server.stop(signal.SIGKILL)
    server.start()
    other.insert(2)
    follower.wait(lambda: follower.values() == other.values() == [1, 2], "does not come back to a new server", [other])
    # The same server, which knows what the follower has not heard of.
    follower.idl.force_reconnect()
    other.insert(3)
    follower.wait(lambda: follower.values() == other.values() == [1, 2, 3], "does not come back", [other])
    follower.idl.close()
    other.idl.close()


def conditions(server, schema, folder, found):
    """Rows come and go as the condition changes, also when the server went meanwhile."""
    empty(server)
    maker = Follower(server.at, schema, found)
    maker.connected()
    for value in range(5):
        maker.insert(value)
    follower = Follower(server.at, schema, found, [DATABASE, "Queue"])
    follower.idl.cond_change("Queue", [["dscp", "==", 3]])
    follower.connected()
    follower.wait(lambda: follower.values() == [3], "a condition is not heeded")
    follower.idl.cond_change("Queue", [["dscp", "==", 3], ["dscp", "==", 4]])
    follower.wait(lambda: follower.values() == [3, 4], "a wider condition is not heeded")
    server.stop(signal.SIGKILL)
    follower.idl.cond_change("Queue", [["dscp", "==", 1]])
    server.start()
    follower.wait(lambda: follower.values() == [1], "a condition changed without a server is not heeded")
    follower.idl.close()
    maker.idl.close()


def locks(server, schema, folder, found):
    """One of two has the lock; the other gets it when the first goes, and writes only then."""
    owner, second = (Follower(server.at, schema, found, [DATABASE, "Queue"]) for _ in range(2))
    owner.idl.set_lock("mine")
    owner.wait(lambda: owner.idl.has_lock, "does not get the lock")
    second.idl.set_lock("mine")
    second.wait(lambda: second.idl.is_lock_contended, "is not told that somebody has the lock", [owner])
    transaction = ovs.db.idl.Transaction(second.idl)
    transaction.insert(second.idl.tables["Queue"])
    status = transaction.commit_block()
    if status not in (ovs.db.idl.Transaction.NOT_LOCKED, ovs.db.idl.Transaction.TRY_AGAIN):
        found.append(f"IDL: writes without the lock: {status}")
    owner.idl.close()
    second.wait(lambda: second.idl.has_lock, "does not get the lock of one that has gone")
    second.insert(7)
    second.idl.close()


def conversion(server, schema, folder, found):
    """The database gets another schema and its own again under a client. The IDL 3.1 does not heed being told that its
    monitor has ended, at no server: it goes on once it connects anew."""
    empty(server)
    follower = Follower(server.at, schema, found)
    follower.connected()
    follower.insert(5)
    with open(schema) as file:
        changed = json.load(file)
    changed["tables"]["Queue"]["columns"]["colour"] = {"type": "string"}
    with open(f"{folder}/changed", "w") as file:
        json.dump(changed, file)
    for path in (f"{folder}/changed", schema):
        subprocess.run(["ovsdb-client", "convert", server.at, path], check=True)
        follower.idl.force_reconnect()
        expected = follower.values() + [len(follower.values()) + 5]
        follower.insert(expected[-1])
        follower.wait(lambda: follower.values() == expected, "does not follow after a conversion")
    follower.idl.close()
