"""Database servers: Debian's ovsdb-server and vSwift's, with the same clients.

ovsdb-server answers before a transaction is on disk, unless its client asks it to wait; vSwift answers when it is. So each is
measured in both ways: clients that ask for it, and clients that do not, with `vswift db serve --lazy`. And with its clients
on its own core and on the other one: what they cost besides is not the server's, but who runs when is different.
"""

import functools
import json
import os
import resource
import socket
import subprocess
import time

from . import report
from .machine import CONTROL_CORE, FORWARDING_CORE, compile_program, resident_megabytes, run, wait_until

SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema"
DATABASE = "Open_vSwitch"
ROWS = 10_000
MONITORS = 200
CHANGES = 100
BIG_ROWS = 130_000
# Transactions are measured so often in each round: the disk, and who runs when, are more chance than the rest.
REPEATS = 3


class Connection:
    """JSON-RPC over a Unix socket, one request at a time; counts what else comes."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(120)
        while True:
            try:
                self.socket.connect(path)
                break
            except BlockingIOError:
                # Many come at once; the server has not yet accepted the ones before.
                time.sleep(0.002)
        self.decoder = json.JSONDecoder()
        self.text = ""
        self.updates = 0

    def call(self, method, *parameters):
        self.socket.sendall(json.dumps({"method": method, "params": parameters, "id": 1}).encode())
        while True:
            message = self.message()
            if message.get("id") == 1:
                if message["error"] is not None:
                    raise RuntimeError(message["error"])
                return message["result"]
            self.updates += 1

    def message(self):
        pieces = [self.text]
        while True:
            # A long message is put together before it is looked at.
            if pieces[-1].endswith("}") or len(pieces) == 1 and pieces[0]:
                text = "".join(pieces).lstrip()
                try:
                    value, end = self.decoder.raw_decode(text)
                    self.text = text[end:].lstrip()
                    return value
                except ValueError:
                    pieces = [text]
            data = self.socket.recv(1 << 20)
            if not data:
                raise EOFError
            pieces.append(data.decode())


class Server:
    """A database server with a file of its own. Used in a `with` block."""

    def __init__(self, name, options, folder, records=None, lazy=False):
        self.path, self.file = f"{folder}/bench.sock", f"{folder}/bench.db"
        for name_ in (self.path, self.file):
            if os.path.exists(name_):
                os.unlink(name_)
        subprocess.run(["ovsdb-tool", "create", self.file, SCHEMA], check=True)
        if records:
            with open(self.file, "ab") as file:
                file.write(records)
        program = [options.vswift, "db", "serve"] if name == "vSwift" else ["ovsdb-server"]
        self.words = program + [self.file, f"--remote=punix:{self.path}", "--unixctl=none", "-vconsole:off"]
        if lazy and name == "vSwift":
            self.words.append("--lazy")

    def __enter__(self):
        began = time.monotonic()
        self.process = subprocess.Popen(self.words, stderr=subprocess.DEVNULL)
        wait_until(self.answers, 120, "database server", interval=0.005)
        self.started = time.monotonic() - began
        return self

    def answers(self):
        try:
            return bool(Connection(self.path).call("list_dbs"))
        except OSError:
            return False

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


def transaction(is_durable):
    """One row changes, as `ovs-vsctl set` would change it."""
    operations = [{"op": "mutate", "table": DATABASE, "where": [], "mutations": [["next_cfg", "+=", 1]]}]
    return operations + [{"op": "commit", "durable": True}] * is_durable


def transactions_once(name, options, program, clients, is_durable, core):
    """Transactions a second of all clients together, which `program` runs on `core`."""
    request = json.dumps({"method": "transact", "params": [DATABASE, *transaction(is_durable)], "id": 1})
    with Server(name, options, options.inside, lazy=not is_durable) as server:
        Connection(server.path).call("transact", DATABASE, {"op": "insert", "table": DATABASE, "row": {}})
        return float(run(
            "taskset", "-c", str(core), program, server.path, str(clients), str(options.seconds), request,
            timeout=60 + options.seconds))


def fill(connection, rows):
    """Queues are the rows that live by themselves. A thousand in each transaction."""
    for start in range(0, rows, 1000):
        connection.call("transact", DATABASE, *(
            {"op": "insert", "table": "Queue", "row": {
                "external_ids": ["map", [["name", f"queue-{number}"], ["owner", "somebody"]]],
                "other_config": ["map", [["max-rate", str(number)], ["min-rate", "1000"]]]}}
            for number in range(start, start + 1000)))


def rows_once(name, options):
    """(bytes of memory a row, changes a second that 200 monitors of all rows are told of)."""
    with Server(name, options, options.inside, lazy=True) as server:
        connection = Connection(server.path)
        before = resident_megabytes(server.process.pid)
        fill(connection, ROWS)
        memory = (resident_megabytes(server.process.pid) - before) * (1 << 20) / ROWS
        monitors = [Connection(server.path) for _ in range(MONITORS)]
        for monitor in monitors:
            monitor.call("monitor_cond", DATABASE, "m", {"Queue": [{}]})
        began = time.monotonic()
        for number in range(CHANGES):
            connection.call("transact", DATABASE, {
                "op": "update", "table": "Queue", "where": [], "row": {"dscp": number % 60}}
                if number == CHANGES - 1 else
                {"op": "insert", "table": "Queue", "row": {"dscp": number % 60}})
        for monitor in monitors:
            told = 0
            while told < CHANGES - 1 + ROWS:
                message = monitor.message()
                told += len(message["params"][1].get("Queue", {}))
        return memory, CHANGES / (time.monotonic() - began)


def start_once(name, options, records):
    """(seconds until a server with a large file answers, megabytes it then has)."""
    with Server(name, options, options.inside, records=records) as server:
        return server.started, resident_megabytes(server.process.pid)


def large_file(options):
    """Records of a database of some 100 MB: made once, by the incumbent."""
    with Server("ovsdb-server", options, options.inside) as server:
        empty = os.path.getsize(server.file)
        connection = Connection(server.path)
        for start in range(0, BIG_ROWS, 10):
            connection.call("transact", DATABASE, *(
                {"op": "insert", "table": "Queue", "row": {
                    "external_ids": ["map", [[f"key-{key}", f"value {number} " + "x" * 100] for key in range(5)]]}}
                for number in range(start, min(start + 10, BIG_ROWS))))
        with open(server.file, "rb") as file:
            file.seek(empty)
            return file.read()


def measure(contenders, options):
    """The table of the part."""
    names = ["ovsdb-server", "vSwift"]
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard))
    results = {}

    def add(row, name, value):
        results.setdefault(row, {}).setdefault(name, []).append(value)

    report.progress("database: making a large file")
    records = large_file(options)
    size = len(records) >> 20
    program = compile_program("database-clients", options.inside)

    def transactions(name, clients, is_durable, core):
        row = f"transactions/s, {clients} client{'s' * (clients > 1)} " \
            + ("beside the server" if core == CONTROL_CORE else "on the other core") \
            + (", on disk before the reply" if is_durable else ", reply before the disk")
        add(row, name, transactions_once(name, options, program, clients, is_durable, core))

    def contents(name):
        memory, changes = rows_once(name, options)
        add("bytes of memory a row", name, memory)
        add(f"changes/s told to {MONITORS} monitors of {ROWS:,} rows", name, changes)

    def start(name):
        seconds, megabytes = start_once(name, options, records)
        add(f"seconds to start with a file of {size} MB", name, seconds)
        add("MB of memory then", name, megabytes)

    parts = [
        functools.partial(transactions, clients=clients, is_durable=is_durable, core=core)
        for _ in range(REPEATS) for clients in (1, 100) for is_durable in (True, False)
        for core in (CONTROL_CORE, FORWARDING_CORE)
    ]
    for number in range(options.rounds):
        # A machine is not as fast at all times: one right after the other, in either order.
        for place, measure_part in enumerate(parts + [contents, start]):
            for name in names if (number + place // (len(parts) // REPEATS)) % 2 == 0 else names[::-1]:
                report.progress(f"database: round {number + 1}, {name}")
                measure_part(name)
    rows = []
    for row, values in results.items():
        form = "{:.2f}" if "seconds" in row else "{:,.0f}"
        # Of figures taken one right after the other: the machine may be twice as fast a minute later.
        pairs = [ours / theirs for ours, theirs in zip(values["vSwift"], values["ovsdb-server"])]
        rows.append([row] + [report.spread(values[name], form) for name in names]
                    + [f"{report.median(pairs):.2f} ({min(pairs):.2f}–{max(pairs):.2f})"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return ("### Database servers: median (lowest–highest)\n\n"
            f"The server runs on core {CONTROL_CORE}; unless a row says otherwise, so do its clients.\n\n"
            + report.table(["", *names, "vSwift : ovsdb-server, one right after the other"], rows))
