# SPDX-License-Identifier: GPL-2.0
"""Random frames: mostly right, often at the edge of being right, sometimes broken."""
import struct

import wraps
from plain import FLAGS, TCP, Plain, command, near_port

SIZE = {4: 4, 6: 16}    # of addresses
DATA_SIZES = (0, 0, 0, 1, 7, 8, 30, 500)
EXTENSIONS = (0, 43, 51, 60, 135, 139, 140)
OTHER_UPPER = (1, 2, 4, 17, 17, 17, 33, 41, 47, 50, 58, 59, 89, 103, 132, 132, 136, 137, 253, 255)
NOT_IP = (0x0806, 0x88CC, 0x8863, 0x9000, 0x88E5, 0x9100, 0x9200, 0x22F0, 0x0026, 0x05FF, 0x0600,
          0xFFFF)


def chance(rng, probability):
    return rng.random() < probability


class Maker:
    """hosts: {4: [address], 6: [address]} as numbers; ports: where SMTP goes; plain: how many of
    the frames are as in plain.py; flood: how many of those open connections; sources: how many
    hosts do."""

    def __init__(self, rng, hosts, ports, plain, flood, sources):
        self.rng, self.hosts, self.ports = rng, hosts, ports
        self.plain, self.flood = plain, flood
        self.flooding = rng.choice((4, 6))
        size = SIZE[self.flooding]
        self.sources = [hosts[self.flooding][0].to_bytes(size, "big")]
        self.sources += [rng.randbytes(size) for _ in range(sources - 1)]

    def frame(self):
        return self.plain_frame() if chance(self.rng, self.plain) else self.any_frame()

    def plain_frame(self):
        rng = self.rng
        family = rng.choice((4, 6))
        plain = Plain(rng, self.ports, family, (self.address(family), self.address(family)))
        if chance(rng, self.flood):
            plain = Plain(rng, self.ports, self.flooding,
                          (rng.choice(self.sources), self.address(self.flooding)))
            plain.opening(rng.choice(self.ports))
        elif chance(rng, 0.5):
            plain.odd()
        return plain.bytes()

    def any_frame(self):
        rng = self.rng
        if chance(rng, 0.03):
            frame = self.ethernet(rng.choice(NOT_IP), rng.randbytes(rng.choice((0, 1, 28, 46))))
        else:
            kind, packet = self.ip()
            if chance(rng, 0.25):
                kind, packet = wraps.wrapped(self, kind, packet)
            frame = self.link(kind, packet)
        if chance(rng, 0.07):
            frame = frame[: rng.randrange(len(frame) + 1)]
        elif chance(rng, 0.2):
            frame += self.padding(frame)
        if chance(rng, 0.06):
            frame = self.mutated(frame)
        return frame

    def padding(self, frame):
        """Up to the least length of Ethernet, or a few bytes, or what looks like a header."""
        rng = self.rng
        return rng.choice((bytes(max(0, 60 - len(frame))), rng.randbytes(rng.randrange(9)),
                           self.tcp(), rng.randbytes(6)))

    def mutated(self, frame):
        frame = bytearray(frame)
        for _ in range(self.rng.choice((1, 1, 1, 2, 5))):
            if frame:
                frame[self.rng.randrange(12 if len(frame) > 12 else 0, len(frame))] = (
                    self.rng.choice((0, 1, 2, 4, 6, 8, 0x11, 0x20, 0x45, 0x60, 0xFF,
                                     self.rng.randrange(256))))
        return bytes(frame)

    # ---- what is in front of IP

    def link(self, kind, packet):
        rng = self.rng
        if chance(rng, 0.12):
            kind, packet = self.mpls(packet)
            if chance(rng, 0.05):
                kind, packet = self.pppoe(0x0281, packet)
        elif chance(rng, 0.2):
            kind, packet = self.pppoe({0x0800: 0x21, 0x86DD: 0x57}[kind], packet)
        elif chance(rng, 0.01):
            kind = 0x0800 + 0x86DD - kind
        for _ in range(rng.choices((0, 1, 2, 3), (50, 25, 22, 3))[0]):
            tag = rng.choice((0, 1, 100, 4094, 4095, rng.randrange(65536)))
            packet = struct.pack("!2H", tag, kind) + packet
            kind = rng.choices((0x8100, 0x88A8, 0x9100, 0x9200), (60, 30, 8, 2))[0]
        return self.ethernet(kind, packet)

    def ethernet(self, kind, payload):
        return self.rng.randbytes(12) + struct.pack("!H", kind) + payload

    def mpls(self, packet):
        rng = self.rng
        count = rng.choice((1, 1, 2, 3, 4, 4, 5))
        bottom = count - 1 if chance(rng, 0.95) else rng.randrange(-1, count)
        labels = b"".join(struct.pack("!I", rng.choice((0, 2, 16, rng.randrange(1 << 20))) << 12
                                      | rng.randrange(8) << 9 | (n == bottom) << 8
                                      | rng.randrange(256)) for n in range(count))
        if chance(rng, 0.05):
            packet = rng.randbytes(4) + packet      # a control word, RFC 4385
        return rng.choice((0x8847, 0x8848)), labels + packet

    def pppoe(self, protocol, packet):
        rng = self.rng
        if chance(rng, 0.04):
            protocol = rng.choice((0xC021, 0x8021, 0x8057, 0x0283, 0x2145, 0x0057, 0x0021))
        length = len(packet) + 2
        if chance(rng, 0.08):
            length = rng.choice((0, 1, 2, 21, 22, 41, 42, 43, length - 1, length + 1, 65535))
        head = 0x11 if chance(rng, 0.98) else rng.choice((0x10, 0x01, 0x12, 0x21, 0))
        code = 0 if chance(rng, 0.98) else rng.choice((9, 0xA7, 1))
        field = struct.pack("!H", protocol)
        if chance(rng, 0.15):
            field = field[1:]
            length = length - 1 if length == len(packet) + 2 else length
        return 0x8864, struct.pack("!2B2H", head, code, rng.randrange(65536), length) + (
            field + packet)

    # ---- IP

    def ip(self):
        return (0x0800, self.ipv4()) if chance(self.rng, 0.5) else (0x86DD, self.ipv6())

    def fragment(self):
        """(offset in words of eight, more): of all kinds."""
        rng = self.rng
        return rng.choice(((0, 0), (0, 1), (0, 1), (1, 0), (1, 1), (2, 0), (2, 1),
                           (rng.randrange(8192), rng.randrange(2)), (8191, 1), (8191, 0)))

    def protocol(self):
        return TCP if chance(self.rng, 0.75) else self.rng.choice(OTHER_UPPER)

    def ipv4(self, carried=None):
        """carried: (protocol, payload)."""
        rng = self.rng
        proto = self.protocol() if chance(rng, 0.97) else rng.choice(EXTENSIONS + (44,))
        offset, more = self.fragment() if chance(rng, 0.05 if carried else 0.25) else (0, 0)
        payload = self.upper(proto, offset or more)
        if carried:
            proto, payload = carried
        words = 5 if chance(rng, 0.8) else rng.randrange(5, 16)
        options = rng.randbytes((words - 5) * 4)
        total = words * 4 + len(payload)
        if chance(rng, 0.04):
            words = rng.choice((0, 4, 5, 6, 15))
        if chance(rng, 0.05):
            total = rng.choice((0, 19, 20, 33, 34, 39, 40, total - 1, total + 1, 65535))
        version = 4 if chance(rng, 0.99) else rng.choice((0, 5, 6, 15))
        flags = rng.choice((0, 2, 2, 4)) << 13 | more << 13 | offset
        return struct.pack("!BBHHHBBH", version << 4 | words, rng.randrange(256), total,
                           rng.randrange(65536), flags, 64, proto, 0) + (
            self.address(4) + self.address(4) + options + payload)

    def ipv6(self, carried=None):
        rng = self.rng
        proto = carried[0] if carried else self.protocol()
        chain = []
        if chance(rng, 0.45):
            chain = [rng.choice(EXTENSIONS) for _ in range(rng.choice((0, 1, 1, 2, 3, 7, 8, 9)))]
        fragmented = False
        for _ in range(rng.choice((1, 1, 1, 2)) if chance(rng, 0.1 if carried else 0.4) else 0):
            chain.insert(rng.randrange(len(chain) + 1), 44)
        kinds = chain + [proto]
        parts = []
        for kind, following in zip(chain, kinds[1:], strict=True):
            part, is_fragment = self.extension(kind, following)
            fragmented |= is_fragment
            parts.append(part)
        payload = b"".join(parts) + (carried[1] if carried else self.upper(proto, fragmented))
        length = len(payload)
        if chance(rng, 0.05):
            length = rng.choice((0, 7, 8, 13, 14, 19, 20, max(0, length - 1), length + 1, 65535))
        version = 6 if chance(rng, 0.99) else rng.choice((0, 4, 5, 7))
        first = version << 28 | rng.randrange(1 << 28)
        return struct.pack("!IHBB", first, length, kinds[0], 64) + (
            self.address(6) + self.address(6) + payload)

    def extension(self, kind, following):
        """The header, and whether it says that this is a fragment."""
        rng = self.rng
        if kind == 44:
            offset, more = self.fragment()
            word = offset << 3 | rng.choice((0, 0, 2, 6)) | more
            return (struct.pack("!BBHI", following, rng.choice((0, 0, 255)), word,
                                rng.randrange(1 << 32)), bool(offset or more))
        if kind == 51:
            size = rng.choice((1, 1, 2, 3, 4, 4, 5, 0))
            return bytes((following, size)) + self.options((size + 2) * 4 - 2), False
        size = rng.choice((0, 0, 0, 1, 2, 8)) if chance(rng, 0.97) else rng.choice((31, 128, 255))
        return bytes((following, size)) + self.options((size + 1) * 8 - 2), False

    def options(self, size):
        return bytes(size) if chance(self.rng, 0.6) else self.rng.randbytes(size)

    def address(self, family):
        rng = self.rng
        if chance(rng, 0.02):
            return rng.randbytes(SIZE[family])
        hosts = self.hosts[family]
        if chance(rng, 0.5):
            hosts = hosts[:5]           # some are busier than others, and so run out of tokens
        return rng.choice(hosts).to_bytes(SIZE[family], "big")

    # ---- what is behind IP

    def upper(self, proto, is_fragment):
        rng = self.rng
        if proto != TCP and not chance(rng, 0.2):
            if proto in (17, 132, 33):
                head = struct.pack("!2H", rng.choice((53, 25, 40000)),
                                   rng.choice((rng.choice(self.ports), 53, 443)))
                return head + rng.randbytes(rng.choice((0, 4, 4, 20)))
            return rng.randbytes(rng.choice(DATA_SIZES))
        payload = self.tcp()
        if is_fragment and chance(rng, 0.5):
            payload = payload[: rng.choice((0, 1, 8, 12, 13, 14, 15, 16, 19, 20, 24, 40))]
        elif chance(rng, 0.04):
            payload = payload[: rng.randrange(24)]
        return payload

    def tcp(self):
        rng = self.rng
        words = rng.choice((5, 5, 5, 6, 8, 10, 15))
        size = rng.choice(DATA_SIZES)
        if chance(rng, 0.01):
            size = rng.choice((1400, 3420 + rng.randrange(100), 8900, 20000))
        body = rng.randbytes((words - 5) * 4) + command(rng) + rng.randbytes(size)
        if chance(rng, 0.04):
            words = rng.choice((0, 4, 5, 6, 15))
        port = rng.choice(self.ports) if chance(rng, 0.5) else near_port(rng, self.ports)
        sport = rng.choice((25, 1024, rng.choice(self.ports), rng.randrange(65536)))
        offset = words << 4 | rng.choice((0, 0, 1, 15))
        return struct.pack("!2H2I2B3H", sport, port, rng.randrange(1 << 32), rng.randrange(1 << 32),
                           offset, rng.choice(FLAGS), 65535, 0, 0) + body
