"""Capture files of 64-byte UDP frames (60 bytes and the checksum that the wire adds), one frame a flow."""

import os
import struct

DESTINATION = "02:00:00:00:00:02"
SOURCE = "02:00:00:00:00:01"


def _header_checksum(header):
    total = sum(struct.unpack("!10H", header))
    total = (total & 0xFFFF) + (total >> 16)
    return ~(total + (total >> 16)) & 0xFFFF


def frame(flow):
    """Flow number `flow`: addresses and ports of its own, the same two MACs for all."""
    source, destination = 0x0A000000 + flow, 0x14000000 + flow
    header = struct.pack("!BBHHHBBHII", 0x45, 0, 46, 0, 0, 64, 17, 0, source, destination)
    header = header[:10] + struct.pack("!H", _header_checksum(header)) + header[12:]
    ports = struct.pack("!HHHH", 1024 + flow % 60000, 1024 + flow * 7 % 60000, 26, 0)
    ethernet = bytes.fromhex((DESTINATION + SOURCE).replace(":", "")) + b"\x08\x00"
    return ethernet + header + ports + bytes(18)


def write(folder, flows, first=0):
    """Writes the capture for that many flows, numbered from `first` on, once; returns its path.

    Few flows are repeated up to 4,096 frames, so that the device's ring of prepared frames is not the measured thing.
    """
    path = os.path.join(folder, f"udp-{first}-{flows}.pcap")
    if not os.path.exists(path):
        frames = [frame(flow) for flow in range(first, first + flows)]
        repeats = max(1, 4096 // flows)
        with open(path, "wb") as file:
            file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 1))
            body = b"".join(struct.pack("<IIII", 0, 0, len(one), len(one)) + one for one in frames)
            file.write(body * repeats)
    return path
