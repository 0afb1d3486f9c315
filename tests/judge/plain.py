# SPDX-License-Identifier: GPL-2.0
"""Plain packets: Ethernet, an IP header without options, TCP; and the same with one thing out of
the ordinary. A datapath may take a shorter way for the plain ones, and must know them."""
import struct

TCP = 6
FLAGS = (2, 2, 2, 2, 0x42, 0xC2, 0x0A, 3, 6, 0x12, 0x10, 0x18, 0x11, 4, 0x14, 0, 0xFF)
SIZES = (0, 0, 0, 1, 6, 8, 26, 500)
# Where a buffer, or what a driver surely puts in the first one, ends.
EDGES = (60, 64, 1514, 1518, 1536, 3520, 4096, 7616, 9014)


def near_port(rng, ports):
    """An SMTP port, or one that a careless comparison takes for it."""
    port = rng.choice(ports)
    if rng.random() < 0.6:
        return port
    return rng.choice((port + 1, port - 1, port + 64, port - 64, port + 64 * rng.randrange(1024),
                       port ^ 1 << rng.randrange(16), port >> 8 | port << 8, 0, 65535, 443,
                       rng.randrange(65536))) & 0xFFFF


# What clients say first, and what is nearly that.
COMMANDS = (b"MAIL FROM:<>\r\n", b"mail from:<> SIZE=9\r\n", b"Mail From: <>", b"MAIL FROM:<>",
            b"MAIL FROM:  <>\r\n", b"MAIL FROM:<a@b.example>\r\n", b"MAIL FROM:<", b"MAIL",
            b"RSET\r\nMAIL FROM:<>\r\n", b"EHLO a.example\r\n")


def command(rng):
    return rng.choice(COMMANDS) if rng.random() < 0.3 else b""


def tcp(rng, ports, body=b"", words=5, flags=None):
    flags = rng.choice(FLAGS) if flags is None else flags
    source = rng.choice((40000, 25, rng.choice(ports), rng.randrange(65536)))
    return struct.pack("!2H2I2B3H", source, near_port(rng, ports), rng.randrange(1 << 32), 0,
                       words << 4 | rng.choice((0, 0, 1, 15)), flags, 65535, 0, 0) + body


class Plain:
    """Of one packet, the fields; out of the ordinary is what one method of ODD does to them."""

    def __init__(self, rng, ports, family, addresses):
        self.rng, self.family, self.addresses = rng, family, addresses
        self.kind = 0x0800 if family == 4 else 0x86DD
        self.payload = tcp(rng, ports, command(rng) + rng.randbytes(rng.choice(SIZES)))
        self.proto, self.version = TCP, family
        self.words, self.options = 5, b""
        self.flags = rng.choice((0, 0x4000))        # do not fragment
        self.longer = 0                             # than it is, the length says
        self.padding = b""
        self.cut = 0

    def opening(self, port):
        """A SYN to this port."""
        source = self.rng.randrange(1024, 65536)
        self.payload = struct.pack("!2H2I2B3H", source, port, 1, 0, 0x50, 2, 65535, 0, 0)

    def bytes(self):
        addresses = b"".join(self.addresses)
        if self.family == 4:
            total = 20 + len(self.options) + len(self.payload) + self.longer
            head = struct.pack("!2B3H2BH", self.version << 4 | self.words, self.rng.randrange(256),
                               total & 0xFFFF, self.rng.randrange(65536), self.flags,
                               self.rng.choice((0, 1, 64)), self.proto, 0)
        else:
            length = len(self.options) + len(self.payload) + self.longer
            head = struct.pack("!IH2B", self.version << 28 | self.rng.randrange(1 << 28),
                               length & 0xFFFF, self.proto, self.rng.choice((0, 1, 64)))
        frame = self.rng.randbytes(12) + struct.pack("!H", self.kind) + head + addresses
        frame += self.options + self.payload + self.padding
        return frame[: len(frame) - self.cut]

    # ---- out of the ordinary

    def header_length(self):
        self.words = self.rng.choice((0, 4, 6, 6, 7, 15))
        if self.rng.random() < 0.7:
            self.options = bytes(max(self.words - 5, 0) * 4)

    def fragment_bits(self):
        bits = (0x8000, 0x2000, 0xA000, 0x6000, 1, 2, 0x2001, 0x4001, 0x1FFF, 0x1000, 0x100)
        self.flags = self.rng.choice(bits)

    def lengths(self):
        self.longer = self.rng.choice((1, -1, 2, -6, -20, -len(self.payload), 0x8000,
                                       -len(self.payload) - 20, self.rng.randrange(-40, 40)))

    def padded(self):
        self.padding = self.rng.choice((bytes(6), self.rng.randbytes(self.rng.randrange(1, 20)),
                                        self.payload))
        if self.rng.random() < 0.3:
            self.longer = self.rng.choice((1, len(self.padding), len(self.padding) + 1, -1))

    def shortened(self):
        self.cut = self.rng.randrange(1, 60)

    def data_offset(self):
        words = self.rng.choice((0, 1, 4, 6, 7, 8, 15))
        room = self.rng.choice((0, 1, 4, words * 4 - 21, words * 4 - 20, 40))
        head = bytearray(self.payload[:20])
        head[12] = words << 4
        self.payload = bytes(head) + bytes(max(room, 0))

    def short_tcp(self):
        self.payload = self.payload[: self.rng.choice((0, 2, 4, 13, 14, 19))]
        if self.rng.random() < 0.4:
            self.padding = bytes(20)

    def protocol(self):
        self.proto = self.rng.choice((17, 1, 58, 0, 4, 5, 7, 41, 43, 44, 50, 51, 59, 60, 70, 132,
                                      134, 135, 139, 140, 255))

    def other_version(self):
        self.version = self.rng.choice((0, 4, 5, 6, 12, 15))

    def other_kind(self):
        self.kind = self.rng.choice((0x0800, 0x86DD, 0x0801, 0x0008, 0xDD86, 0x86DC, 0x0806,
                                     0x8100, 0x8864, 0x8847))

    def sized(self):
        """To the edge of a buffer, or a byte to its sides."""
        size = self.rng.choice(EDGES) + self.rng.choice((-1, 0, 0, 1))
        missing = max(0, size - len(self.bytes()))
        if self.rng.random() < 0.6:
            self.payload += bytes(missing)
        else:
            self.padding = bytes(missing)
        if self.rng.random() < 0.2:
            self.longer = self.rng.choice((-1, 1))

    ODD = (header_length, fragment_bits, lengths, padded, shortened, data_offset, short_tcp,
           protocol, other_version, other_kind, sized)

    def odd(self):
        self.rng.choice(self.ODD)(self)
