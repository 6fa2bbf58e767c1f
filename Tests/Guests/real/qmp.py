"""QEMU's own control socket (QMP)."""

import json
import socket

from lab import Failure


class QMP:
    """To be had with the words of `words(path)` on QEMU's command line."""

    @staticmethod
    def words(path):
        return ["-qmp", f"unix:{path},server=on,wait=off"]

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(60)
        self.socket.connect(path)
        self.file = self.socket.makefile("r")
        self.file.readline()
        self.run("qmp_capabilities")

    def run(self, command, **arguments):
        """The command's answer; what else QEMU tells is passed over."""
        self.socket.sendall(json.dumps({"execute": command, "arguments": arguments}).encode() + b"\n")
        while line := self.file.readline():
            answer = json.loads(line)
            if "error" in answer:
                raise Failure(f"QEMU: {command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]
        raise Failure(f"QEMU: {command}: no answer")

    def close(self):
        self.file.close()
        self.socket.close()
