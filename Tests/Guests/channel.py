"""A frontend's end of the control socket."""

import os
import socket
import struct
import time

import protocol


class Closed(Exception):
    """The switch has ended the connection."""


class Channel:
    """One connection. Whatever is asked for is sent, right or wrong."""

    def __init__(self, connection, seconds=5):
        self.connection = connection
        connection.settimeout(seconds)

    @classmethod
    def connect(cls, path, seconds=5):
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(seconds)
        end = time.monotonic() + seconds
        while True:
            try:
                connection.connect(path)
                return cls(connection, seconds)
            except BlockingIOError:
                # Too many wait to be let in.
                if time.monotonic() > end:
                    connection.close()
                    raise
                time.sleep(0.01)
            except OSError:
                connection.close()
                raise

    def raw(self, data, descriptors=()):
        """Bytes as they are."""
        try:
            socket.send_fds(self.connection, [data], list(descriptors))
        except (BrokenPipeError, ConnectionError) as error:
            raise Closed(str(error))

    def send(self, request, payload=b"", descriptors=(), flags=0):
        header = protocol.HEADER.pack(request, protocol.VERSION | flags, len(payload))
        self.raw(header + payload, descriptors)

    def receive(self):
        """The next message from the switch: its request, payload and descriptors."""
        header, descriptors = self.read(protocol.HEADER.size)
        request, _, size = protocol.HEADER.unpack(header)
        payload, _ = self.read(size) if size else (b"", [])
        return request, payload, descriptors

    def read(self, size):
        data, descriptors = b"", []
        while len(data) < size:
            try:
                part, more, _, _ = socket.recv_fds(self.connection, size - len(data), 8)
            except ConnectionError as error:
                raise Closed(str(error))
            descriptors += more
            if not part:
                raise Closed("end of file")
            data += part
        return data, descriptors

    def ask(self, request, payload=b"", descriptors=()):
        """A request that is answered by itself; the payload of the answer, descriptors closed."""
        self.send(request, payload, descriptors)
        answer, data, received = self.receive()
        for descriptor in received:
            os.close(descriptor)
        if answer != request:
            raise Closed(f"request {request} was answered by {answer}")
        return data

    def ask_word(self, request):
        return struct.unpack("<Q", self.ask(request))[0]

    def tell(self, request, payload=b"", descriptors=()):
        """A request that is answered when asked to; whether it was carried out."""
        self.send(request, payload, descriptors, protocol.NEED_REPLY)
        while True:
            answer, data, received = self.receive()
            for descriptor in received:
                os.close(descriptor)
            if answer == request:
                return struct.unpack("<Q", data[:8].ljust(8, b"\0"))[0] == 0

    def is_closed(self, seconds=2):
        """Whether the switch ends the connection within some time."""
        self.connection.settimeout(seconds)
        try:
            while self.connection.recv(65536):
                pass
            return True
        except ConnectionError:
            return True
        except TimeoutError:
            return False

    def close(self):
        self.connection.close()


class Listener:
    """The frontend's side of a port of type dpdkvhostuserclient."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            os.unlink(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.socket.bind(path)
        self.socket.listen(16)

    def accept(self, seconds=10):
        self.socket.settimeout(seconds)
        return Channel(self.socket.accept()[0])

    def close(self):
        self.socket.close()
        if os.path.exists(self.path):
            os.unlink(self.path)
