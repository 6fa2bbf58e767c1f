"""Random, truncated and mutated requests, and nesting without end: answers and closings equal those of ovsdb-server."""

import json
import select
import socket
import sys
import time

from answers import plain
from mutator import CHOSEN, Mutator, bottomless
from schema import SCHEMA

COUNT = 3000
PROBE = {"method": "echo", "params": ["probe"], "id": "probe"}


def comparable(reply, data):
    """What is null may as well be missing: RFC 7047 wants it there, ovsdb-server leaves it out of errors. What is wrong
    with a schema each says in its own words, and ovsdb-server writes numbers with 15 digits. Names of rows that the
    server has chosen are its own."""
    if "schema" in str(reply.get("error")):
        reply["error"] = reply["error"]["error"]
    return plain(reply, data)


def is_known(data):
    """ovsdb-server 3.1 does not count the parameters of `monitor`: it ends over two of them and ignores the fourth."""
    try:
        request = json.loads(data)
        return request["method"] == "monitor" and len(request["params"]) != 3
    except (ValueError, TypeError, KeyError):
        return False


def blames_another(ours, theirs):
    """Whether both refuse the same operation, for another of its faults: the members of an object have no order."""
    if len(ours) != len(theirs) or not all(isinstance(replies[0].get("result"), list) for replies in (ours, theirs)):
        return False
    ours, theirs = ours[0]["result"], theirs[0]["result"]
    index = next((index for index, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]), None)
    return (index is not None and len(ours) == len(theirs) and ours[index + 1 :] == theirs[index + 1 :]
            and all("error" in (results[index] or {}) for results in (ours, theirs)))  # fmt: skip


class Exchange:
    """A connection over which bytes go, with a request behind them that tells whether the server still listens."""

    def __init__(self, server, data):
        self.server = server
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(server.path)
        self.socket.setblocking(False)
        self.left = data + json.dumps(PROBE).encode()
        self.text, self.isOver, self.isClosed = b"", False, False

    def step(self):
        """Sends and receives what goes at once."""
        try:
            while self.left:
                self.left = self.left[self.socket.send(self.left[: 1 << 18]) :]
        except BlockingIOError:
            pass
        except OSError:
            self.left = b""
        try:
            while data := self.socket.recv(1 << 18):
                self.text += data
            self.isClosed = True
        except BlockingIOError:
            pass
        except OSError:
            self.isClosed = True
        self.isOver = self.isClosed or b'"id":"probe"' in self.text

    def result(self, data):
        """What was answered, in a form to compare, and how it ended."""
        values, text = [], self.text.decode(errors="surrogateescape")
        decoder = json.JSONDecoder()
        while text:
            try:
                value, end = decoder.raw_decode(text)
            except ValueError:
                values.append(text)
                break
            values.append(comparable(value, data))
            text = text[end:].lstrip()
        return values, "closed" if self.isClosed else "kept" if self.isOver else "silent"


def converse(servers, data, seconds=20):
    """Sends `data` to both servers; what came of it. When both are silent, they are so together."""
    exchanges = [Exchange(server, data) for server in servers]
    end, quiet = time.monotonic() + seconds, None
    while not all(exchange.isOver for exchange in exchanges):
        for exchange in exchanges:
            exchange.step()
        now = time.monotonic()
        if now > end:
            break
        if any(exchange.isOver or exchange.left for exchange in exchanges):
            quiet = None
        elif quiet is None:
            quiet = now
        elif now - quiet > 0.1:
            break
        waiting = [exchange for exchange in exchanges if not exchange.isOver]
        if waiting:
            select.select(
                [exchange.socket for exchange in waiting], [e.socket for e in waiting if e.left], [], 0.02)
    results = [exchange.result(data) for exchange in exchanges]
    for exchange in exchanges:
        exchange.socket.close()
    return results


def run(lab):
    sys.setrecursionlimit(5000)
    servers = lab.both(SCHEMA)
    mutator = Mutator(lab.random)
    count = int(COUNT * lab.options.scale)
    inputs = CHOSEN + list(bottomless()) + [mutator.bytes() for _ in range(count)]
    endings, deaths, others = {}, 0, 0
    for data in inputs:
        (ours, ours_end), (theirs, theirs_end) = converse(servers, data)
        if ours_end != theirs_end:
            time.sleep(0.5)
        endings[ours_end] = endings.get(ours_end, 0) + 1
        if not servers[1].lives:
            # ovsdb-server 3.1 does not survive everything; see Documentation/compatibility.md.
            lab.tell(f"theirs ended over {data[:300]}: {servers[1].tail(1)}")
            deaths += 1
            servers[1].start()
        elif ours and theirs and ours_end == theirs_end and blames_another(ours, theirs):
            others += 1
        elif (ours != theirs or ours_end != theirs_end) and not is_known(data):
            lab.judge(False, f"{data[:400]}\n          ours   {ours_end} {json.dumps(ours)[:900]}"
                             f"\n          theirs {theirs_end} {json.dumps(theirs)[:900]}")  # fmt: skip
        if "transact" in str(data) and "error" not in str(ours):
            for server in servers:
                server.clear()
        if not lab.judge(servers[0].lives, f"ended over {data[:300]}: {servers[0].tail()}"):
            servers[0].start()
    lab.judge(others <= len(inputs) / 100, f"{others} requests were refused for another reason")
    told = ", ".join(f"{number} {ending}" for ending, number in sorted(endings.items()))
    lab.note(f"{len(inputs)} inputs ({told}), ovsdb-server ended {deaths} times, {lab.peaks(servers)}")
