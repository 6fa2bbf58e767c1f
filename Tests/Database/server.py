"""A process that serves a database: ours or Debian's ovsdb-server."""

import json
import os
import subprocess
import time

from client import Client


class Failure(Exception):
    """Something did not hold."""


def eventually(condition, what, seconds=20):
    """Waits until `condition` gives something true, and gives that."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise Failure(what)
        time.sleep(0.02)
    return value


class Server:
    """`kind` is "ours" or "theirs"; the file is made from `schema` unless it is there."""

    def __init__(self, kind, program, folder, schema, words=(), prefix=()):
        self.kind, self.program, self.words, self.prefix = kind, program, words, prefix
        self.file, self.path, self.log = f"{folder}/{kind}.db", f"{folder}/{kind}.sock", f"{folder}/{kind}.log"
        self.control, self.schema = f"{folder}/{kind}.ctl", f"{folder}/{kind}.schema"
        self.database, self.table_names = schema["name"], list(schema["tables"])
        self.process = None
        with open(self.schema, "w") as out:
            json.dump(schema, out)

    def create(self):
        if os.path.exists(self.file):
            os.unlink(self.file)
        subprocess.run(["ovsdb-tool", "create", self.file, self.schema], check=True)

    def spawn(self):
        """Starts the process, without waiting for anything."""
        words = [*self.prefix, self.program]
        words += ["db", "serve"] if self.kind == "ours" else []
        words += [f"--unixctl={self.control}", "-vsyslog:off", f"--remote=punix:{self.path}", *self.words, self.file]
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(words, stdout=log, stderr=log)

    def start(self, seconds=30):
        self.spawn()
        eventually(self.listens, f"{self.kind}: the server does not listen", seconds)
        return self

    def listens(self):
        if self.process.poll() is not None:
            raise Failure(f"{self.kind}: the server ended with status {self.process.returncode}: {self.tail()}")
        try:
            Client(self.path).close()
            return True
        except OSError:
            return False

    @property
    def lives(self):
        return self.process is not None and self.process.poll() is None

    def client(self, timeout=60):
        return Client(self.path, timeout)

    def transact(self, *operations, timeout=60):
        """Carries out a transaction over a connection of its own; the results."""
        client = self.client(timeout)
        try:
            return client.call("transact", self.database, *operations)
        finally:
            client.close()

    def clear(self):
        """Deletes all rows."""
        self.transact(*({"op": "delete", "table": table, "where": []} for table in self.table_names))

    def appctl(self, *words, seconds=30):
        """What a command answers, an error included."""
        result = subprocess.run(
            ["ovs-appctl", "-t", self.control, *words], capture_output=True, text=True, timeout=seconds)
        return (result.stdout + result.stderr).strip()

    def memory(self, field="VmRSS"):
        """In MiB; VmHWM is the most that it ever was."""
        with open(f"/proc/{self.process.pid}/status") as file:
            return next(int(line.split()[1]) for line in file if line.startswith(field)) / 1024

    def processor(self):
        """The seconds of processor time that it has used."""
        with open(f"/proc/{self.process.pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def text(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def tail(self, lines=5):
        return " / ".join(self.text().splitlines()[-lines:])

    def stop(self, kill=False):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.kill() if kill else self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
