"""The words of vhost-user (QEMU's docs/interop/vhost-user) and of virtio 1.2 that the frontend uses."""

import struct

HEADER = struct.Struct("<III")
VERSION, REPLY, NEED_REPLY = 1, 4, 8

GET_FEATURES, SET_FEATURES, SET_OWNER, RESET_OWNER, SET_MEM_TABLE = 1, 2, 3, 4, 5
SET_LOG_BASE, SET_LOG_FD = 6, 7
SET_VRING_NUM, SET_VRING_ADDR, SET_VRING_BASE, GET_VRING_BASE = 8, 9, 10, 11
SET_VRING_KICK, SET_VRING_CALL, SET_VRING_ERR = 12, 13, 14
GET_PROTOCOL_FEATURES, SET_PROTOCOL_FEATURES, GET_QUEUE_NUM, SET_VRING_ENABLE = 15, 16, 17, 18
SEND_RARP, NET_SET_MTU, SET_SLAVE_REQ_FD, IOTLB_MSG = 19, 20, 21, 22
GET_CONFIG, SET_CONFIG = 24, 25
POSTCOPY_ADVISE, POSTCOPY_LISTEN, POSTCOPY_END = 28, 29, 30
GET_INFLIGHT_FD, SET_INFLIGHT_FD, SET_STATUS, GET_STATUS = 31, 32, 39, 40
LAST_REQUEST = 44

NET_F_MRG_RXBUF, NET_F_CTRL_VQ, NET_F_MQ = 1 << 15, 1 << 17, 1 << 22
F_LOG_ALL, F_INDIRECT, F_EVENT_IDX, F_PROTOCOL, F_VERSION_1, F_PACKED = (
    1 << 26, 1 << 28, 1 << 29, 1 << 30, 1 << 32, 1 << 34)
PROTOCOL_MQ, PROTOCOL_LOG, PROTOCOL_ACK, PROTOCOL_STATUS = 1 << 0, 1 << 1, 1 << 3, 1 << 16

NO_FD = 1 << 8

DESC_NEXT, DESC_WRITE, DESC_INDIRECT = 1, 2, 4
DESC_AVAIL, DESC_USED = 1 << 7, 1 << 15
DESC = struct.Struct("<QIHH")
"""The header before each frame, as VERSION_1 has it."""
NET_HEADER = 12


def regions(table):
    """The payload of SET_MEM_TABLE of (guest address, size, user address, offset into the file)."""
    return struct.pack("<II", len(table), 0) + b"".join(struct.pack("<QQQQ", *entry) for entry in table)


def state(index, number):
    return struct.pack("<II", index, number)


def addresses(index, desc, avail, used, flags=0, log=0):
    return struct.pack("<IIQQQQ", index, flags, desc, used, avail, log)


def word(value):
    return struct.pack("<Q", value & 0xFFFFFFFFFFFFFFFF)
