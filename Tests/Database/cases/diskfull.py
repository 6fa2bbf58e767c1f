"""The disk is full: a transaction is refused with an I/O error, nothing of it stays, all goes on once there is room."""

import os
import subprocess

SCHEMA = {
    "name": "Full",
    "version": "1.0.0",
    "tables": {"Text": {"isRoot": True, "columns": {"number": {"type": "integer"}, "text": {"type": "string"}}}},
}
MEGABYTES = 4


def insert(number, size=10_000):
    return {"op": "insert", "table": "Text", "row": {"number": number, "text": "x" * size}}


def fault(reply):
    """The error among the results of a transaction, if there is one."""
    return next((result for result in reply if result and "error" in result), None)


def numbers(server):
    rows = server.transact({"op": "select", "table": "Text", "where": [], "columns": ["number"]})[0]["rows"]
    return sorted(row["number"] for row in rows)


def volume(lab, kind):
    """A small file system."""
    folder = f"{lab.folder}/{kind}"
    os.mkdir(folder)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", folder], check=True)
    lab.endings.append(lambda: subprocess.run(["umount", "-l", folder], check=True))
    return folder


def fill(path, keep):
    """Takes all the room but `keep` bytes."""
    with open(path, "wb") as out:
        status = os.fstatvfs(out.fileno())
        out.write(b"x" * (status.f_bavail * status.f_bsize - keep))


def query(lab, server, expected):
    """What ovsdb-tool finds in the file."""
    tool = subprocess.run(["ovsdb-tool", "query", server.file, '["Full",{"op":"select","table":"Text","where":[]}]'],
                          capture_output=True, text=True)  # fmt: skip
    found = tool.stdout.count('"number":')
    lab.judge(tool.returncode == 0 and not tool.stderr and found == expected,
              f"{server.kind}: ovsdb-tool finds {found} rows of {expected}: {tool.stderr}")


def exercise(lab, server, ballast):
    """The error of the first transaction that does not fit."""
    for number in range(20):
        server.transact(insert(number))
    fill(ballast, 50_000)
    known, error = list(range(20)), None
    for number in range(20, 40):
        reply = server.transact(insert(number))
        if error := fault(reply):
            break
        known.append(number)
    lab.judge(error is not None, f"{server.kind}: the disk is not full")
    lab.judge(numbers(server) == known, f"{server.kind}: {numbers(server)} is there of {known}")
    query(lab, server, len(known))
    # Smaller ones may still fit, large ones do not; reads go on.
    for number in range(100, 120):
        if not fault(server.transact(insert(number, 3_000))):
            known.append(number)
    lab.judge(fault(server.transact(insert(200, 100_000))), f"{server.kind}: 100 kB fit into a full disk")
    lab.judge(numbers(server) == sorted(known), f"{server.kind}: {numbers(server)} is there of {sorted(known)}")
    os.unlink(ballast)
    reply = server.transact(insert(50))
    lab.judge(not fault(reply), f"{server.kind}: with room again: {reply}")
    known = sorted([*known, 50])
    query(lab, server, len(known))
    server.stop(kill=True)
    server.start()
    lab.judge(numbers(server) == sorted(known), f"{server.kind}: after a restart {numbers(server)} of {sorted(known)}")
    return error


def compact(lab, server, ballast):
    """There is no room for a second file: the first one stays, and goes on growing."""
    expected = numbers(server)
    fill(ballast, 20_000)
    before = os.stat(server.file).st_ino
    answer = server.appctl("ovsdb-server/compact")
    lab.tell(f"{server.kind}: compact: {answer}")
    lab.judge("No space left on device" in answer, f"{server.kind}: compact answers {answer!r}")
    lab.judge(os.stat(server.file).st_ino == before, f"{server.kind}: the file is another one")
    leftovers = [name for name in os.listdir(os.path.dirname(server.file)) if "tmp" in name.lower()]
    lab.judge(not leftovers, f"{server.kind}: {leftovers} are left")
    lab.judge(not fault(server.transact(insert(60, 100))), f"{server.kind}: nothing can be written afterwards")
    expected.append(60)
    query(lab, server, len(expected))
    os.unlink(ballast)
    answer = server.appctl("ovsdb-server/compact")
    lab.judge(os.stat(server.file).st_ino != before and not answer, f"{server.kind}: with room again: {answer!r}")
    query(lab, server, len(expected))


def run(lab):
    errors = []
    for kind in ("ours", "theirs"):
        folder = volume(lab, kind)
        server = lab.server(kind, SCHEMA, folder)
        server.create()
        server.start()
        errors.append(exercise(lab, server, f"{folder}/ballast"))
        compact(lab, server, f"{folder}/ballast")
        server.stop()
    lab.judge(errors[0].keys() == errors[1].keys() and errors[0]["error"] == errors[1]["error"]
              and errors[0]["io-error"] == errors[1]["io-error"], f"ours {errors[0]} theirs {errors[1]}")  # fmt: skip
    lab.note(f"refused: {errors[0]['error']}, {errors[0]['io-error']}")
