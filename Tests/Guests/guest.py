"""A guest's network device as a well-behaved frontend drives it."""

import struct
import time

import protocol
from channel import Channel, Listener
from memory import Memory
from protocol import F_PACKED, F_PROTOCOL, F_VERSION_1, NET_F_CTRL_VQ, NET_F_MQ, NET_F_MRG_RXBUF
from rings import PackedRing, SplitRing


class Guest:
    """Attaches to a socket of the switch's (`listener` None) or waits for the switch at one of its own."""

    def __init__(self, path=None, listener=None, pairs=1, size=256, packed=False, seconds=10):
        self.channel = listener.accept(seconds) if listener else Channel.connect(path, seconds)
        self.pairs, self.size, self.packed = pairs, size, packed
        self.kind = PackedRing if packed else SplitRing
        self.rings = []
        self.memory = None

    # The steps of a start, to be taken one by one by those who stop in between

    def negotiate(self, extra=0):
        channel = self.channel
        self.offered = channel.ask_word(protocol.GET_FEATURES)
        self.features = F_PROTOCOL | F_VERSION_1 | NET_F_MRG_RXBUF | extra
        if self.pairs > 1:
            self.features |= NET_F_MQ | NET_F_CTRL_VQ
        if self.packed:
            self.features |= F_PACKED
        self.features &= self.offered
        self.protocols = channel.ask_word(protocol.GET_PROTOCOL_FEATURES)
        self.protocols &= protocol.PROTOCOL_MQ | protocol.PROTOCOL_ACK | protocol.PROTOCOL_LOG
        channel.send(protocol.SET_PROTOCOL_FEATURES, protocol.word(self.protocols))
        self.most_pairs = channel.ask_word(protocol.GET_QUEUE_NUM)
        channel.send(protocol.SET_OWNER)
        channel.send(protocol.SET_FEATURES, protocol.word(self.features))
        return self

    def share(self, memory=None):
        # Rings of buffers of 2 KiB, and what describes them.
        size = max(4, 2 * self.pairs * (self.size * 2 + 64) // 1024 + 1) << 20
        self.memory = memory or self.memory or Memory(size)
        self.channel.send(protocol.SET_MEM_TABLE, protocol.regions([self.memory.region]), [self.memory.descriptor])
        return self

    def make_rings(self):
        base = 0
        for index in range(2 * self.pairs):
            ring = self.kind(self.memory, index, self.size, base)
            base = ring.end
            self.rings.append(ring)
        return self

    def start_ring(self, ring, base=None):
        channel = self.channel
        channel.send(protocol.SET_VRING_NUM, protocol.state(ring.index, ring.size))
        channel.send(protocol.SET_VRING_BASE, protocol.state(ring.index, ring.first_base if base is None else base))
        channel.send(protocol.SET_VRING_ADDR, protocol.addresses(
            ring.index, ring.user(ring.desc), ring.user(ring.avail), ring.user(ring.used)))
        channel.send(protocol.SET_VRING_CALL, protocol.word(ring.index), [ring.call])
        channel.send(protocol.SET_VRING_KICK, protocol.word(ring.index), [ring.kick])

    def enable(self, ring, on=True):
        self.channel.send(protocol.SET_VRING_ENABLE, protocol.state(ring.index, 1 if on else 0))

    def start(self):
        """All of it."""
        self.negotiate()
        self.share()
        self.make_rings()
        for ring in self.rings:
            self.start_ring(ring)
        for ring in self.rings:
            self.enable(ring)
        # The answer tells that all before it has been done.
        self.channel.ask_word(protocol.GET_FEATURES)
        return self

    def resume(self, channel):
        """Goes on over another connection with the memory and the rings as they are, as QEMU does."""
        self.channel = channel
        self.negotiate()
        self.share()
        for ring in self.rings:
            # What the last switch did not tell to have used is taken as untouched.
            self.start_ring(ring, ring.done)
        for ring in self.rings:
            self.enable(ring)
        self.channel.ask_word(protocol.GET_FEATURES)

    def stop_ring(self, ring):
        """The index where the switch has stopped."""
        return struct.unpack("<II", self.channel.ask(protocol.GET_VRING_BASE, protocol.state(ring.index, 0)))[1]

    def restart(self):
        """Stops all rings, begins them anew."""
        for ring in self.rings:
            self.stop_ring(ring)
        for ring in self.rings:
            ring.start()
            self.start_ring(ring)
        self.channel.ask_word(protocol.GET_FEATURES)

    # Packets

    def send(self, frame, pair=0):
        return self.rings[2 * pair + 1].send(frame)

    def receive(self, pair=None):
        pairs = range(self.pairs) if pair is None else [pair]
        return [frame for pair in pairs for frame in self.rings[2 * pair].receive()]

    def wait(self, count, seconds=5):
        """The frames that come until there are `count` or the time is over."""
        frames, end = [], time.monotonic() + seconds
        while len(frames) < count and time.monotonic() < end:
            frames += self.receive()
            time.sleep(0.001)
        return frames

    def close(self):
        self.channel.close()
        for ring in self.rings:
            ring.close()
        if self.memory:
            self.memory.close()


__all__ = ["Guest", "Listener"]
