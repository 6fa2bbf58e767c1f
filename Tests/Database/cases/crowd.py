"""5,000 clients with a monitor each; and more clients than there are descriptors."""

import resource
import time

from client import Client
from server import eventually

COUNT = 5000
SCHEMA = {
    "name": "Crowd",
    "version": "1.0.0",
    "tables": {"Row": {"isRoot": True, "columns": {"number": {"type": "integer"}, "text": {"type": "string"}}}},
}
UPDATE = {"op": "update", "table": "Row", "where": [["number", "==", 0]]}


def monitored(server, count):
    """That many clients, each of which monitors the table."""
    clients = []
    for _ in range(count):
        client = server.client(300)
        client.call("monitor", "Crowd", None, {"Row": {"columns": ["number", "text"]}})
        clients.append(client)
    return clients


def crowd(lab, server, count):
    server.transact(
        *({"op": "insert", "table": "Row", "row": {"number": number, "text": "x" * 100}} for number in range(10)))
    before, begin = server.memory(), time.monotonic()
    clients = monitored(server, count)
    connected = time.monotonic() - begin
    each = (server.memory() - before) * 1024 / count
    begin = time.monotonic()
    server.transact(UPDATE | {"row": {"text": "y"}}, timeout=300)
    answered = time.monotonic() - begin
    for client in clients:
        text = str(client.message())
        if not lab.judge("'text': 'y'" in text, f"{server.kind}: {text}"):
            break
    told = time.monotonic() - begin
    lab.note(f"{server.kind}: {count} clients in {connected:.1f} s, {each:.1f} KiB each, a change is answered after "
             f"{answered:.2f} s and known to all after {told:.2f} s")  # fmt: skip
    for client in clients:
        client.close()
    server.transact(UPDATE | {"row": {"text": "z"}}, timeout=300)
    return each


def more_than_descriptors(lab, server):
    """Of 400 clients fewer get a connection; those are served, and the server does not spin meanwhile."""
    early = server.client()
    late, stuck = [], 0
    while len(late) < 400:
        try:
            late.append(server.client(5))
        except BlockingIOError:
            # So many wait to be accepted that the kernel takes no more: some servers take none when descriptors end.
            stuck += 1
            if stuck > 100:
                break
            time.sleep(0.02)
    early.call("echo")
    begin, used = time.monotonic(), server.processor()
    for _ in range(20):
        early.call("echo")
        time.sleep(0.1)
    share = (server.processor() - used) / (time.monotonic() - begin)
    early.call("transact", "Crowd", {"op": "insert", "table": "Row", "row": {"number": 1}})
    for client in late:
        client.close()
    eventually(lambda: connects(server), f"{server.kind}: nobody can connect any more")
    complaints = server.text().count("Too many open files")
    lab.note(f"{server.kind} without descriptors: {100 * share:.0f} % of a core, {complaints} lines in the log")
    return share, complaints


def connects(server):
    try:
        client = Client(server.path, 2)
        client.call("echo")
        client.close()
        return True
    except (OSError, EOFError):
        return False


def run(lab):
    count = int(COUNT * lab.options.scale)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 65536), hard))
    # ovsdb-server takes the limit that it is started with.
    servers = lab.both(SCHEMA)
    # The more clients ovsdb-server has, the longer another takes to connect: it takes minutes for all of them.
    each = [crowd(lab, server, number) for server, number in zip(servers, (count, count // 5))]
    lab.judge(each[0] <= 2 * each[1], f"a client costs {each[0]:.1f} KiB, with ovsdb-server {each[1]:.1f}")
    for server in servers:
        server.stop()
        server.prefix = ("prlimit", "--nofile=256:256")
        server.start()
    shares = [more_than_descriptors(lab, server) for server in servers]
    lab.judge(shares[0][0] < 0.5, f"a core is busy to {100 * shares[0][0]:.0f} % when descriptors end")
    lab.judge(1 <= shares[0][1] <= 10, f"{shares[0][1]} lines in the log when descriptors end")
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
