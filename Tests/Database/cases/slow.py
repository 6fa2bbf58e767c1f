"""Clients that never read, send half a request or half a TLS handshake, or say nothing: bounded, and dropped."""

import json
import socket
import subprocess
import time

from server import eventually

ROWS, TURNS, SIZE, WINDOW = 1000, 10, 10_000, 20
SCHEMA = {
    "name": "Slow",
    "version": "1.0.0",
    "tables": {"Text": {"isRoot": True, "columns": {"number": {"type": "integer"}, "text": {"type": "string"}}}},
}
# So long, in seconds, silence is borne, and that nothing is read.
PROBE, READING = 5, 60


def rows(server):
    found = server.transact({"op": "select", "table": "Text", "where": [], "columns": ["number", "text"]})[0]["rows"]
    return {row["number"]: row["text"] for row in found}


def change(turn, number):
    text = f"{turn}-{number}-".ljust(SIZE, "x")
    return {"op": "update", "table": "Text", "where": [["number", "==", number]], "row": {"text": text}}


def unread(lab, server):
    """A monitor's updates of 100 MB in all are not read; later the client knows all the same what there is."""
    writer, idle = server.client(), server.client()
    writer.call(
        "transact", "Slow", *({"op": "insert", "table": "Text", "row": {"number": number}} for number in range(ROWS)))
    known = {}

    def learn(tables):
        for uuid, row in tables.get("Text", {}).items():
            known[uuid] = row["new"]

    learn(idle.call("monitor", "Slow", None, {"Text": {"columns": ["number", "text"]}}))
    before = server.memory()
    for turn in range(TURNS):
        for first in range(0, ROWS, WINDOW):
            # Several at once, so that one wait for the disk serves them.
            sent = [writer.send("transact", "Slow", change(turn, number)) for number in range(first, first + WINDOW)]
            for number in sent:
                writer.receive(number)
    grown = server.memory() - before
    begin = time.monotonic()
    messages, received = 0, rows(server)
    while {row["number"]: row["text"] for row in known.values()} != received:
        learn(idle.message()["params"][1])
        messages += 1
    lab.note(f"{server.kind}: {ROWS * TURNS} updates unread cost {grown:.0f} MiB and come as {messages}")
    lab.judge(time.monotonic() - begin < 30, f"{server.kind}: it took {time.monotonic() - begin:.0f} s to catch up")
    writer.close()
    idle.close()
    return grown


def port(server, scheme):
    """A port on which the server listens as well."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number = probe.getsockname()[1]
    server.words = (*server.words, f"--remote={scheme}:{number}:127.0.0.1")
    return number


def connect(number):
    return socket.create_connection(("127.0.0.1", number))


def certificates(folder):
    """A key with a certificate that it has signed itself."""
    key, certificate = f"{folder}/key.pem", f"{folder}/cert.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
                    "-days", "2", "-subj", "/CN=vswift"], check=True, capture_output=True)  # fmt: skip
    return (f"--private-key={key}", f"--certificate={certificate}", f"--ca-cert={certificate}")


def is_dropped(server, peer):
    return f":{peer.getsockname()[1]}: no response to inactivity probe" in server.text()


def never_reading(number):
    """A client that wants to know everything, and reads nothing."""
    peer = connect(number)
    peer.sendall(json.dumps(
        {"method": "monitor", "params": ["Slow", None, {"Text": {"columns": ["text"]}}], "id": 1}).encode())
    return peer


def silent(lab, server, plain, tls):
    """Peers that fell silent in the middle of something are asked, and dropped when they do not answer."""
    peers = {"without a word": connect(plain), "half a request": connect(plain), "half a handshake": connect(tls),
             "no handshake": connect(tls)}  # fmt: skip
    peers["half a request"].sendall(b'{"method":"transact","params":["Slow",{"op":"ins')
    peers["half a handshake"].sendall(bytes([22, 3, 1, 2, 0, 1, 0]))
    for what, peer in peers.items():
        if "handshake" in what and server.kind == "theirs":
            # ovsdb-server 3.1 waits for ever.
            continue
        eventually(lambda: is_dropped(server, peer), f"{server.kind}: {what}: still connected", 4 * PROBE)
    for peer in peers.values():
        peer.close()
    # One who answers stays.
    lively = server.client(40)
    lively.socket.close()
    lively.socket = connect(plain)
    lively.socket.settimeout(2 * PROBE)
    asked = eventually(lively.message, f"{server.kind}: nobody is asked for a sign of life")
    lab.judge(asked["method"] == "echo", f"{server.kind}: {asked}")
    lively.close()


def run(lab):
    ours, theirs = servers = [lab.server(kind, SCHEMA) for kind in ("ours", "theirs")]
    words = certificates(lab.folder)
    ports = []
    for server in servers:
        server.create()
        server.words = words
        ports.append((port(server, "ptcp"), port(server, "pssl")))
        server.start()
    grown = [unread(lab, ours)]
    peer, begin = never_reading(ports[0][0]), time.monotonic()
    grown.append(unread(lab, theirs))
    lab.judge(grown[0] <= max(1.5 * grown[1], 64),
              f"unread updates cost {grown[0]:.0f} MiB, with ovsdb-server {grown[1]:.0f}")
    for server, (plain, tls) in zip(servers, ports):
        silent(lab, server, plain, tls)
    # Whoever is busy is not gone; ovsdb-server 3.1 waits for ever here as well.
    eventually(lambda: is_dropped(ours, peer), "ours: never reading: still connected", 90)
    lab.judge(time.monotonic() - begin > READING, f"never reading: dropped after {time.monotonic() - begin:.0f} s")
    lab.note("silent peers are dropped by both; in TLS handshakes, and when they never read, by ours only")
