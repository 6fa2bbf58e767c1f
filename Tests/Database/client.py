"""A client of an OVSDB server, as plain as can be: JSON over a Unix socket."""

import json
import socket

DECODER = json.JSONDecoder()


class Client:
    def __init__(self, path, timeout=30):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(timeout)
        self.socket.connect(path)
        self.text = ""
        self.pending = bytearray()
        self.number = 0
        self.notifications = []

    def send(self, method, *parameters):
        """Sends a request; gives the number by which its reply is known."""
        self.number += 1
        message = {"method": method, "params": list(parameters), "id": self.number}
        self.socket.sendall(json.dumps(message).encode())
        return self.number

    def message(self):
        while True:
            self.text = self.text.lstrip()
            if self.text:
                try:
                    value, end = DECODER.raw_decode(self.text)
                    self.text = self.text[end:]
                    return value
                except ValueError:
                    pass
            # Only where a message may end is it worth looking: some are long.
            while True:
                data = self.socket.recv(1 << 20)
                if not data:
                    raise EOFError("the server closed the connection")
                self.pending += data
                if data.endswith(b"}"):
                    break
            self.text += self.pending.decode()
            self.pending = bytearray()

    def receive(self, number):
        """The reply to request `number`; what the server tells meanwhile is kept in `notifications`."""
        while True:
            message = self.message()
            if message.get("id") is None:
                self.notifications.append(message)
            elif message.get("method") == "echo":
                self.socket.sendall(
                    json.dumps({"result": message["params"], "error": None, "id": message["id"]}).encode()
                )
            elif message["id"] == number:
                return message

    def call(self, method, *parameters):
        reply = self.receive(self.send(method, *parameters))
        if reply["error"] is not None:
            raise RuntimeError(json.dumps(reply["error"]))
        return reply["result"]

    def close(self):
        self.socket.close()
