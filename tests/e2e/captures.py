# SPDX-License-Identifier: GPL-2.0
"""Capture files, written by hand: (time in ns, frame) each."""
import struct

ETHERNET, PPP, RAW_OLD, PPP_HDLC, PPP_ETHER, RAW_IP, SLL = 1, 9, 12, 50, 51, 101, 113
PPP_PPPD, PPP_WITH_DIR, IPV4, IPV6, SLL2 = 166, 204, 228, 229, 276
INCOMING, OUTGOING = 1, 2  # as epb_flags has them
LITTLE, BIG = "<", ">"


def wire_of(frame):
    return getattr(frame, "wire", len(frame))


class Snapped(bytes):
    """The start of a frame."""

    def __new__(cls, frame, size):
        self = super().__new__(cls, frame[:size])
        self.wire = len(frame)
        return self


def pcap(packets, link=ETHERNET, nanoseconds=True, order=LITTLE):
    magic, unit = (0xa1b23c4d, 1) if nanoseconds else (0xa1b2c3d4, 1000)
    out = struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, 65535, link)
    for when, frame in packets:
        seconds, rest = divmod(when, 10**9)
        out += struct.pack(order + "IIII", seconds, rest // unit, len(frame),
                           wire_of(frame)) + frame
    return out


class Pcapng:
    """Blocks of a file, one method a kind of block."""

    def __init__(self, order=LITTLE):
        self.data = b""
        self.section(order)

    def pack(self, form, *values):
        return struct.pack(self.order + form, *values)

    def block(self, kind, body):
        body += bytes(-len(body) % 4)
        size = self.pack("I", len(body) + 12)
        self.data += self.pack("I", kind) + size + body + size
        return self

    def option(self, code, value):
        return self.pack("HH", code, len(value)) + value + bytes(-len(value) % 4)

    def section(self, order):
        self.order = order
        return self.block(0x0a0d0d0a, self.pack("IHHq", 0x1a2b3c4d, 1, 0, -1))

    def interface(self, link=ETHERNET, snap=65535, resolution=None, offset=None, name="eth0"):
        options = self.option(2, name.encode())
        if resolution is not None:
            options += self.option(9, bytes([resolution]))
        if offset is not None:
            options += self.option(14, self.pack("q", offset))
        return self.block(1, self.pack("HHI", link, 0, snap) + options + bytes(4))

    def _packet(self, head, when, frame, direction):
        body = head + self.pack("IIII", when >> 32, when & 0xffffffff, len(frame),
                                wire_of(frame)) + frame + bytes(-len(frame) % 4)
        if direction is not None:
            body += self.option(1, b"a comment") + self.option(2, self.pack("I", direction))
            body += bytes(4)
        return body

    def enhanced(self, frame, when=0, interface=0, direction=None):
        """`when` is in the interface's units."""
        head = self.pack("I", interface)
        return self.block(6, self._packet(head, when, frame, direction))

    def obsolete(self, frame, when=0, interface=0, direction=None):
        head = self.pack("HH", interface, 0xffff)
        return self.block(2, self._packet(head, when, frame, direction))

    def simple(self, frame):
        return self.block(3, self.pack("I", wire_of(frame)) + frame)

    def other(self, size=12):
        """A block that holds no packet."""
        return self.block(0x0bad, bytes(size))


def pcapng(packets, link=ETHERNET, order=LITTLE):
    out = Pcapng(order).interface(link, resolution=9)
    for when, frame in packets:
        out.enhanced(frame, when)
    return out.data
