"""Random, cut-off, over-long and mistyped messages on every kind of connection; errors or a closed connection, no crash."""

import json
import os
import select
import socket
import struct
import subprocess
import time

from lab import eventually, expect
from openflow import (ERROR, FLOW_MOD, GROUP_MOD, HELLO, METER_MOD, MULTIPART_REQUEST, Peer, apply_actions, flow_mod,
                      flow_statistics, group, group_mod, in_port, message, meter, meter_mod, output)


def run(lab):
    lab.start(dpdk=False)
    lab.bridge()
    pair = lab.pair()
    lab.vsctl(f"set-controller br0 punix:{lab.folder}/br0.passive ptcp:16653:127.0.0.1")
    lab.vsctl("set-fail-mode br0 standalone")
    eventually(5, lambda: "passive" in lab.inside(f"ls {lab.folder}"), "the passive controller's socket is not there")
    pid, counts = lab.pid(), {"errors": 0, "closed": 0, "messages": 0}
    samples = {version: valid(lab, version) for version in range(1, 7)}
    good, end = Peer(f"{lab.folder}/br0.mgmt"), time.monotonic() + lab.seconds
    while time.monotonic() < end:
        version = lab.random.randint(1, 6)
        path = f"{lab.folder}/{lab.random.choice(['br0.mgmt', 'br0.passive'])}"
        damage(lab, path, version, samples[version], counts)
        unixctl(lab)
        expect(good.answers(), "another connection does not answer")
        expect(lab.pid() == pid and lab.latency() < 3, "the daemon is gone or slow")
    hellos(lab)
    controller(lab)
    # What noise may have installed goes; the bridge is as it was then.
    lab.ofctl("-O OpenFlow13 del-flows br0")
    lab.ofctl("-O OpenFlow13 del-groups br0")
    lab.vsctl("del-controller br0")
    for port in ("ta", "tb"):
        for flag in ("up", "flood", "forward", "receive"):
            lab.ofctl(f"mod-port br0 {port} {flag}")
    lab.ofctl("set-frags br0 normal")
    lab.ofctl("add-flow br0 priority=0,actions=normal")
    eventually(10, lambda: pair[0].ping(pair[1].address, 1) == 1, "the two hosts do not reach each other")
    expect(lab.pid() == pid, "the daemon is another process than before")
    expect(lab.resident() < 400, f"{lab.resident():.0f} MiB resident")
    lab.leave()
    return ", ".join(f"{count} {name}" for name, count in counts.items()) + f", {lab.seconds:.0f} s"


def valid(lab, version):
    """Messages that ovs-ofctl sends of this version, caught by a listener that plays the switch."""
    messages = [message(kind, bytes(lab.random.randrange(0, 64)), version) for kind in range(0, 36)]
    if version == 4:
        messages += [
            message(FLOW_MOD, flow_mod(apply_actions(output(2)), in_port(1))),
            message(FLOW_MOD, flow_mod(meter(1) + apply_actions(group(1)), in_port(1))),
            message(GROUP_MOD, group_mod(1, [output(1), output(2)], kind=1)),
            message(METER_MOD, meter_mod(1, 10)), message(MULTIPART_REQUEST, flow_statistics()),
        ]
    flows = [
        "table=1,priority=5,tcp,nw_src=10.0.0.0/8,tp_dst=80,actions=mod_nw_dst:1.2.3.4,dec_ttl,output:1",
        "actions=learn(table=2,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        "actions=multipath(eth_src,50,modulo_n,4,0,NXM_NX_REG0[]),bundle(eth_src,0,active_backup,ofport,members:1,2)",
        "ip6,ipv6_dst=::1/64,actions=clone(set_field:5->reg0,resubmit(,3)),push:NXM_NX_REG0[],pop:NXM_NX_REG1[]",
        "actions=controller(userdata=01.02.03,pause,meter_id=1),note:01.02.03.04,conjunction(1,1/2)",
        "actions=write_metadata:1/0xff,goto_table:7",
    ]
    versions = {1: "OpenFlow10", 2: "OpenFlow11", 3: "OpenFlow12", 4: "OpenFlow13", 5: "OpenFlow14", 6: "OpenFlow15"}
    path = f"{lab.folder}/catch-{version}"
    for flow in flows:
        messages += caught(lab, path, version, ["-O", versions[version], "add-flow", f"unix:{path}", flow])
    if version > 1:
        messages += caught(lab, path, version, [
            "-O", versions[version], "add-group", f"unix:{path}",
            "group_id=3,type=select,bucket=weight:5,actions=output:1,bucket=weight:9,actions=output:2"])
    messages += caught(lab, path, version, [
        "-O", versions[version], "packet-out", f"unix:{path}", "in_port=1 packet=" + "00" * 60 + " actions=table"])
    messages += caught(lab, path, version, ["-O", versions[version], "dump-flows", f"unix:{path}"])
    messages += caught(lab, path, version, ["-O", versions[version], "dump-table-features", f"unix:{path}"])
    if version >= 5:
        messages += caught(lab, path, version, ["-O", versions[version], "--bundle", "add-flow", f"unix:{path}", flows[0]])
    return messages


def caught(lab, path, version, words):
    """What a client sends to a switch that says hello and nothing more but replies to barriers."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(1)
    listener.settimeout(5)
    child = subprocess.Popen(["ovs-ofctl", "-t", "1", *words], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, env=lab.environment)
    result, buffer = [], b""
    try:
        connection, _ = listener.accept()
        connection.settimeout(2)
        connection.sendall(message(HELLO, version=version))
        while more := connection.recv(65536):
            buffer += more
            while len(buffer) >= 8 and len(buffer) >= (length := struct.unpack("!H", buffer[2:4])[0]) >= 8:
                one, buffer = buffer[:length], buffer[length:]
                if one[1] != HELLO:
                    result.append(one)
                if one[1] == (18 if version == 1 else 20):
                    connection.sendall(struct.pack("!BBH", version, one[1] + 1, 8) + one[4:8])
    except OSError:
        pass
    child.kill()
    child.wait()
    listener.close()

    os.unlink(path)
    return result


def damage(lab, path, version, samples, counts):
    """One connection that says two hundred damaged things."""
    choose = lab.random
    try:
        peer = Peer(path, version, timeout=10)
        for _ in range(200):
            data = bytearray(choose.choice(samples))
            what = choose.randrange(6)
            if what == 0:
                data = data[:8] + bytes(choose.randrange(256) for _ in range(choose.randrange(0, 200)))
            elif what == 1:
                data = data[:choose.randrange(8, len(data) + 1)]
            elif what == 2:
                data += bytes(choose.randrange(256) for _ in range(choose.choice([1, 4, 8, 64, 60_000])))
            elif what == 3:
                data[1] = choose.randrange(256)
            for _ in range(choose.randrange(0, 5)):
                at = choose.randrange(4, len(data))
                data[at] = choose.choice([0, 1, 2, 4, 8, 0x7F, 0x80, 0xFF, choose.randrange(256)])
            if choose.randrange(50) == 0:
                data[0] = choose.randrange(256)
            data = data[:65535]
            struct.pack_into("!H", data, 2, len(data))
            counts["messages"] += 1
            counts["errors"] += exchange(peer, bytes(data))
        if choose.randrange(2):
            # A length below the header's ends the connection.
            peer.send(struct.pack("!BBHI", version, 2, choose.randrange(8), 1))
            expect(peer.seconds_until_closed(5) is not None, "a connection without end of messages stays open")
            counts["closed"] += 1
        peer.close()
    except (ConnectionError, BrokenPipeError):
        counts["closed"] += 1


def exchange(peer, data):
    """Sends, and reads what comes meanwhile: neither end may wait for the other. Returns how many errors there were."""
    errors, end = 0, time.monotonic() + 20
    peer.socket.setblocking(False)
    while data or select.select([peer.socket], [], [], 0)[0]:
        expect(time.monotonic() < end, "the switch neither reads nor writes")
        readable, writable, _ = select.select([peer.socket], [peer.socket] if data else [], [], 1)
        if readable:
            more = peer.socket.recv(1 << 16)
            if not more:
                raise ConnectionError
            peer.buffer += more
        if writable:
            data = data[peer.socket.send(data):]
    peer.socket.settimeout(10)
    while len(peer.buffer) >= 8:
        length = struct.unpack("!H", peer.buffer[2:4])[0]
        if len(peer.buffer) < length:
            break
        errors += peer.buffer[1] == ERROR
        peer.buffer = peer.buffer[length:]
    return errors


def hellos(lab):
    """Every first message but a good hello ends the connection, soon or after a while."""
    peers = []
    for data in [b"\0" * 8, message(2), message(0, version=0), b"\xff" * 64, struct.pack("!BBHI", 1, 0, 4, 0),
                 b"GET / HTTP/1.1\r\n\r\n"]:
        for path in (f"{lab.folder}/br0.mgmt", f"{lab.folder}/br0.passive"):
            peers.append((data, Peer(path, hello=False)))
            peers[-1][1].send(data)
    for data, peer in peers:
        expect(peer.seconds_until_closed(15) is not None, f"a connection stays open after {data!r}")
        peer.close()


def controller(lab):
    """A controller to which the switch connects, and which answers with noise, again and again."""
    path = f"{lab.folder}/noisy"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen(8)
    listener.settimeout(15)
    lab.vsctl(f"set-controller br0 unix:{path} -- set Controller br0 max_backoff=1000")
    for turn in range(4):
        connection, _ = listener.accept()
        try:
            if turn % 2:
                connection.sendall(message(HELLO))
            connection.sendall(bytes(lab.random.randrange(256) for _ in range(4000)))
            connection.recv(100)
        except OSError:
            pass
        connection.close()
    listener.close()


def unixctl(lab):
    """Noise on the control socket."""
    path = f"{lab.folder}/ovs-vswitchd.{lab.pid()}.ctl"
    choose = lab.random
    request = json.dumps({"method": choose.choice(["version", "ofproto/trace", "nothing", "fdb/show"]),
                          "params": choose.choice([[], [1], [None], {}, ["br0", "\u0000"], [["x"] * 50]]), "id": 0})
    for data in [request.encode(), request.encode()[:choose.randrange(len(request))], b"[" * 5000, b"\xff\xfe{",
                 bytes(choose.randrange(256) for _ in range(300)), b'{"method":' + b"9" * 100_000]:
        client = socket.socket(socket.AF_UNIX)
        client.settimeout(3)
        client.connect(path)
        try:
            client.sendall(data)
            client.shutdown(socket.SHUT_WR)
            while client.recv(65536):
                pass
        except OSError:
            pass
        client.close()
