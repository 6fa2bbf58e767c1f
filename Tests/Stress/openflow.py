"""A peer that speaks OpenFlow over a socket, and what ovs-ofctl would never say."""

import socket
import struct
import time

HELLO, ERROR, ECHO_REQUEST, ECHO_REPLY = 0, 1, 2, 3
FLOW_MOD, GROUP_MOD, MULTIPART_REQUEST, BARRIER_REQUEST, BARRIER_REPLY, METER_MOD = 14, 15, 18, 20, 21, 29
ANY = 0xFFFFFFFF


def message(kind, body=b"", version=4, transaction=1):
    return struct.pack("!BBHI", version, kind, 8 + len(body), transaction) + body


def barrier_type(version):
    return 18 if version == 1 else 20


class Peer:
    """One connection; `version` is the highest that it offers."""

    def __init__(self, path, version=4, hello=True, timeout=20):
        self.version, self.buffer = version, b""
        self.socket = socket.socket(socket.AF_UNIX if isinstance(path, str) else socket.AF_INET)
        # A connect with a limit fails where one without waits for its turn.
        self.socket.connect(path)
        self.socket.settimeout(timeout)
        if hello:
            self.send(message(HELLO, version=version))
            self.receive()

    def send(self, data):
        self.socket.sendall(data)

    def receive(self):
        """The next message: its type, transaction and body; None at the end of the stream."""
        header = self.read(8)
        if header is None:
            return None
        _, kind, length, transaction = struct.unpack("!BBHI", header)
        body = self.read(length - 8)
        return None if body is None else (kind, transaction, body)

    def read(self, count):
        while len(self.buffer) < count:
            try:
                more = self.socket.recv(1 << 16)
            except (ConnectionError, BrokenPipeError):
                return None
            if not more:
                return None
            self.buffer += more
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def answers(self, transaction=77):
        """Whether an echo comes back; other messages before it are passed over."""
        self.send(message(ECHO_REQUEST, b"?", self.version, transaction))
        while True:
            reply = self.receive()
            if reply is None or reply[:2] == (ECHO_REPLY, transaction):
                return reply is not None

    def barrier(self, transaction=78):
        """Returns errors that came before the reply."""
        self.send(message(barrier_type(self.version), b"", self.version, transaction))
        errors = []
        while True:
            reply = self.receive()
            if reply is None:
                raise OSError("the connection ended")
            if reply[0] == ERROR:
                errors.append(struct.unpack("!HH", reply[2][:4]))
            if reply[1] == transaction and reply[0] == barrier_type(self.version) + 1:
                return errors

    def seconds_until_closed(self, limit):
        """How long the switch keeps the connection; None: longer than `limit` seconds."""
        begin = time.monotonic()
        self.socket.settimeout(limit)
        try:
            while self.socket.recv(1 << 16):
                pass
        except TimeoutError:
            return None
        except OSError:
            pass
        return time.monotonic() - begin

    def close(self):
        self.socket.close()


# Bodies of version 1.3

def output(port):
    return struct.pack("!HHIH6x", 0, 16, port, 0)


def group(number):
    return struct.pack("!HHI", 22, 8, number)


def apply_actions(actions):
    return struct.pack("!HH4x", 4, 8 + len(actions)) + actions


def meter(number):
    return struct.pack("!HHI", 6, 8, number)


def match(fields=b""):
    length = 4 + len(fields)
    return struct.pack("!HH", 1, length) + fields + bytes(-length % 8)


def in_port(number):
    return struct.pack("!HBBI", 0x8000, 0, 4, number)


def flow_mod(instructions, fields=b"", command=0, priority=1, table=0, flags=0, cookie=0, idle=0):
    body = struct.pack(
        "!QQBBHHHIIIH2x", cookie, 0, table, command, idle, 0, priority, ANY, ANY, ANY, flags)
    return body + match(fields) + instructions


def group_mod(number, buckets, command=0, kind=2):
    """`buckets`: action lists; `kind` 2 is indirect."""
    body = struct.pack("!HBxI", command, kind, number)
    for actions in buckets:
        body += struct.pack("!HHII4x", 16 + len(actions), 0, ANY, ANY) + actions
    return body


def meter_mod(number, rate, command=0):
    """One band that drops what exceeds `rate` packets a second, with no more burst than that."""
    return struct.pack("!HHI", command, 2 | 4, number) + struct.pack("!HHIII", 1, 16, rate, rate, 0)


def flow_statistics(table=0xFF):
    return struct.pack("!HH4x", 1, 0) + struct.pack("!B3xII4xQQ", table, ANY, ANY, 0, 0) + match()
