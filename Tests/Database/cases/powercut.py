"""The power fails: the file ends at any byte of its last record, or has others within; what was before is there."""

import os
import re
import shutil
import subprocess

from server import Failure

SCHEMA = {
    "name": "Cut",
    "version": "1.0.0",
    "tables": {"Row": {"isRoot": True, "columns": {"number": {"type": "integer"}, "text": {"type": "string"}}}},
}
HEADER = re.compile(rb"OVSDB JSON (\d+) [0-9a-f]{40}\n")
COUNT = 5


def records(data):
    """Where records begin and end."""
    places, offset = [], 0
    while offset < len(data):
        header = HEADER.match(data, offset)
        end = header.end() + int(header[1])
        places.append((offset, end))
        offset = end
    return places


def made(lab, server):
    """A file in which each record but the first inserts a row."""
    server.create()
    server.start()
    for number in range(COUNT):
        server.transact({"op": "insert", "table": "Row", "row": {"number": number, "text": f"row {number}"}})
    server.stop()
    with open(server.file, "rb") as file:
        return file.read()


def opened(server, data):
    """The numbers of the rows that are there when the file holds `data`; None when it cannot be opened."""
    with open(server.file, "wb") as file:
        file.write(data)
    open(server.log, "w").close()
    try:
        server.start()
    except Failure:
        return None
    rows = server.transact({"op": "select", "table": "Row", "where": [], "columns": ["number"]})[0]["rows"]
    return sorted(row["number"] for row in rows)


def tool(server):
    """What ovsdb-tool finds in the file: the number of rows, and its complaints."""
    result = subprocess.run(["ovsdb-tool", "query", server.file, '["Cut",{"op":"select","table":"Row","where":[]}]'],
                            capture_output=True, text=True)  # fmt: skip
    return result.stdout.count('"number":'), result.stderr


def truncations(lab, server, data, step):
    """Cuts the last record off byte by byte."""
    begin, end = records(data)[-1]
    cuts = list(range(begin, end, step))
    for cut in cuts:
        found = opened(server, data[:cut])
        if not lab.judge(found == list(range(COUNT - 1)), f"cut at {cut} of {begin}-{end}: {found}: {server.tail()}"):
            continue
        warned = "|WARN|" in server.text()
        lab.judge(warned == (cut > begin), f"cut at {cut} of {begin}-{end}: {'a' if warned else 'no'} warning")
        server.transact({"op": "insert", "table": "Row", "row": {"number": 100}})
        server.stop(kill=True)
        rows, complaint = tool(server)
        lab.judge(rows == COUNT and not complaint, f"cut at {cut}: ovsdb-tool finds {rows} rows: {complaint}")
    return len(cuts)


def head(lab, servers, data, step):
    """Cuts within the first record: that is no database any more, and the file stays as it is."""
    _, end = records(data)[0]
    for cut in [0, 1, 5, 20, *range(50, end, 40 * step), end - 1]:
        for server in servers:
            found = opened(server, data[:cut])
            server.stop(kill=True)
            lab.judge(found is None, f"{server.kind}: cut at {cut} within the schema: opens with {found}")
            lab.judge(server.process.returncode == 1, f"{server.kind}: status {server.process.returncode}")
            with open(server.file, "rb") as file:
                lab.judge(file.read() == data[:cut], f"{server.kind}: cut at {cut}: the file was changed")


def flips(lab, servers, data, step):
    """Another byte in a record: those before it are there, those behind it are not, but kept beside."""
    places = records(data)
    differences = 0
    for number, (begin, end) in list(enumerate(places))[1:]:
        for place in [*range(begin + lab.random.randrange(7), end, 7 * step), end - 1]:
            wrong = bytearray(data)
            # Not between capital and small letters, of which a sum may have both.
            wrong[place] ^= 1 << lab.random.randrange(5)
            found = []
            for server in servers:
                found.append(opened(server, bytes(wrong)))
                server.stop(kill=True)
            expected = list(range(number - 1))
            lab.judge(found[0] == expected, f"byte {place} of {begin}-{end} changed: {found[0]}: {servers[0].tail()}")
            differences += found[0] != found[1]
            folder = os.path.dirname(servers[0].file)
            kept = [name for name in os.listdir(folder) if ".damaged-" in name]
            lab.judge(bool(kept) == (number < len(places) - 1), f"byte {place} of record {number}: beside: {kept}")
            for name in kept:
                with open(f"{folder}/{name}", "rb") as file:
                    lab.judge(file.read() == bytes(wrong[begin:]), f"byte {place}: {name} is something else")
                os.unlink(f"{folder}/{name}")
            rows, complaint = tool(servers[0])
            lab.judge(rows == len(expected) and not complaint, f"byte {place}: ovsdb-tool: {rows} rows, {complaint}")
    return differences


def unfinished(lab, server, data):
    """A compaction that the power cut short leaves a file beside, which nobody needs."""
    with open(f"{server.file}.tmp", "wb") as file:
        file.write(data[: len(data) // 2])
    found = opened(server, data)
    lab.judge(found == list(range(COUNT)), f"beside an unfinished compaction: {found}")
    answer = server.appctl("ovsdb-server/compact")
    lab.judge(not answer and not os.path.exists(f"{server.file}.tmp"), f"compaction over an unfinished one: {answer}")
    server.stop(kill=True)
    lab.judge(tool(server) == (COUNT, ""), f"after the compaction ovsdb-tool: {tool(server)}")


def order(lab, server, data):
    """A compaction writes the new file, waits for the disk, renames it, and waits for the folder, in this order."""
    if not shutil.which("strace"):
        return lab.note("without strace the order of a compaction's steps was not looked at")
    opened(server, data)
    trace = f"{server.log}.trace"
    tracer = subprocess.Popen(["strace", "-f", "-y", "-qq", "-o", trace, "-e", "trace=pwrite64,fdatasync,fsync,rename",
                               "-p", str(server.process.pid)], stderr=subprocess.DEVNULL)  # fmt: skip
    lab.endings.append(tracer.kill)
    while f"TracerPid:\t{tracer.pid}" not in open(f"/proc/{server.process.pid}/status").read():
        if tracer.poll() is not None:
            return lab.note("strace may not look at the server")
    server.appctl("ovsdb-server/compact")
    server.stop()
    tracer.wait()
    with open(trace) as file:
        calls = re.findall(r"(pwrite64|fdatasync|fsync|rename)\([0-9]*[<\"]([^>\"]*)", file.read())
    steps = [name for name, what in calls if what in (f"{server.file}.tmp", lab.folder)]
    steps = [step for step, last in zip(steps, [None, *steps]) if step != last]
    lab.judge(steps[-4:] == ["pwrite64", "fdatasync", "rename", "fsync"], f"a compaction does {steps}: {calls}")


def run(lab):
    step = 1 if lab.options.scale >= 1 else 10
    servers = [lab.server(kind, SCHEMA) for kind in ("ours", "theirs")]
    data = made(lab, servers[0])
    count = truncations(lab, servers[0], data, step)
    head(lab, servers, data, step)
    differences = flips(lab, servers, data, 3 * step)
    unfinished(lab, servers[0], data)
    order(lab, servers[0], data)
    lab.note(f"{count} cuts; ovsdb-server reads another part of {differences} damaged files")
