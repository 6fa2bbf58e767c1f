"""Strings of 100 MB: stored, sent, monitored and found again after a restart, while others are answered."""

import threading
import time

MEGABYTES = 100
ROWS = 3
SCHEMA = {
    "name": "Huge",
    "version": "1.0.0",
    "tables": {
        "Text": {"isRoot": True, "columns": {"number": {"type": "integer"}, "text": {"type": "string"}}},
    },
}


class Other(threading.Thread):
    """A client that wants no more than a sign of life; `worst` is how long one took, in seconds."""

    def __init__(self, server):
        super().__init__()
        self.server, self.isOver, self.worst, self.count = server, False, 0, 0

    def run(self):
        client = self.server.client(300)
        while not self.isOver:
            begin = time.monotonic()
            client.call("echo")
            self.worst = max(self.worst, time.monotonic() - begin)
            self.count += 1
            time.sleep(0.01)
        client.close()


def exercise(lab, server, megabytes):
    before = server.memory()
    other = Other(server)
    other.start()
    begin = time.monotonic()
    client, watcher = server.client(300), server.client(300)
    watcher.call("monitor", "Huge", None, {"Text": {"columns": ["number", "text"]}})
    for number in range(ROWS):
        text = chr(97 + number) * (megabytes << 20)
        row = {"number": number, "text": text}
        reply = client.call("transact", "Huge", {"op": "insert", "table": "Text", "row": row})
        lab.judge("uuid" in reply[0], f"{server.kind}: {str(reply)[:200]}")
        told = watcher.message()["params"][1]["Text"]
        lab.judge([row["new"]["text"] for row in told.values()] == [text], f"{server.kind}: the monitor tells others")
        lab.tell(f"{server.kind}: row {number} after {time.monotonic() - begin:.1f} s, {server.memory():.0f} MiB")
    rows = client.call("transact", "Huge", {"op": "select", "table": "Text", "where": [["number", "==", 1]]})[0]["rows"]
    lab.judge([row["text"] for row in rows] == ["b" * (megabytes << 20)], f"{server.kind}: another text comes back")
    other.isOver = True
    other.join()
    client.close()
    watcher.close()
    seconds = time.monotonic() - begin
    lab.note(f"{server.kind}: {seconds:.1f} s, another client waits {other.worst:.2f} s at most ({other.count} times), "
             f"memory {before:.0f}, at most {server.memory('VmHWM'):.0f}, then {server.memory():.0f} MiB")  # fmt: skip
    server.stop(kill=True)
    server.start(120)
    count = len(server.transact({"op": "select", "table": "Text", "where": [], "columns": ["number"]})[0]["rows"])
    lab.judge(count == ROWS, f"{server.kind}: {count} rows after a restart")
    return other.worst
    return other.worst, server.memory("VmHWM")


def run(lab):
    megabytes = max(1, int(MEGABYTES * lab.options.scale))
    servers = lab.both(SCHEMA)
    ours, theirs = (exercise(lab, server, megabytes) for server in servers)
    # Other programs have the processor, too.
    lab.judge(ours <= max(2, 3 * theirs), f"others waited {ours:.2f} s, with ovsdb-server {theirs:.2f} s")
