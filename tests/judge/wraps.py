# SPDX-License-Identifier: GPL-2.0
"""Packets wrapped in tunnels: mostly right, as all in frames.py is."""
import struct

PROTOCOL = {0x0800: 4, 0x86DD: 41}
# Ports by which tunnels of UDP are told, and some beside them.
UDP_PORTS = (4789, 2152, 1701, 6081, 3544, 4500, 51820, 1723, 4788, 2123)


def wrapped(maker, kind, packet):
    """(EtherType, packet) of what carries a packet of an EtherType."""
    rng = maker.rng
    make = rng.choices((in_ip, gre, udp), (4, 4, 4))[0]
    carried = make(maker, kind, packet)
    outer = rng.choice((0x0800, 0x86DD))
    packet = maker.ipv4(carried) if outer == 0x0800 else maker.ipv6(carried)
    if rng.random() < 0.7:      # nobody's addresses, so that what is inside decides
        first, last = (12, 20) if outer == 0x0800 else (8, 40)
        packet = packet[:first] + rng.randbytes(last - first) + packet[last:]
    if rng.random() < 0.1:
        return wrapped(maker, outer, packet)
    return outer, packet


def in_ip(maker, kind, packet):
    proto = PROTOCOL[kind]
    if maker.rng.random() < 0.03:
        proto = 45 - proto
    return proto, packet


def gre(maker, kind, packet):
    """RFC 2784, RFC 2890, and sometimes RFC 2637."""
    rng = maker.rng
    flags = rng.choice((0, 0, 0x20, 0x30, 0x80, 0xB0, 0x10, 0x40, rng.randrange(256))) << 8
    if rng.random() < 0.1:
        flags |= rng.choice((1, 2, 8, 0x80, rng.randrange(256)))
    fields = 4 * sum(bool(flags & bit) for bit in (0x8000, 0x2000, 0x1000))
    if rng.random() < 0.3:
        kind, packet = 0x6558, maker.link(kind, packet)
    if rng.random() < 0.05:
        kind = rng.choice((0, 0x880B, 0x8847, 0x88BE, 0x0800, 0x86DD, 0x6558))
    return 47, struct.pack("!2H", flags, kind) + rng.randbytes(fields) + packet


def udp(maker, kind, packet):
    rng = maker.rng
    port, payload = rng.choice((vxlan, gtpu, l2tp))(maker, kind, packet)
    ports = [40000, port]
    if rng.random() < 0.1:
        ports = [rng.choice(UDP_PORTS), rng.choice((40000, rng.choice(UDP_PORTS)))]
    if rng.random() < 0.1:
        ports.reverse()
    return 17, struct.pack("!4H", *ports, len(payload) + 8 & 0xFFFF, 0) + payload


def vxlan(maker, kind, packet):
    flags = 8 if maker.rng.random() < 0.95 else maker.rng.randrange(256)
    return 4789, bytes((flags,)) + maker.rng.randbytes(7) + maker.link(kind, packet)


def gtpu(maker, _, packet):
    rng = maker.rng
    flags = 0x30 | rng.choice((0, 0, 1, 2, 4, 4, 7))
    more = b""
    if flags & 7:
        more = rng.randbytes(3)
        for _ in range(rng.choice((0, 1, 1, 2, 3, 5)) if flags & 4 else 0):
            words = rng.choice((1, 1, 2, 4))
            more += bytes((rng.choice((0x85, 0xC0, 0x20)), words)) + rng.randbytes(words * 4 - 2)
        more += bytes((0,)) if rng.random() < 0.95 else rng.randbytes(1)
    length = len(more) + len(packet)
    if rng.random() < 0.1:
        flags = rng.choice((flags ^ 1 << rng.randrange(8), 0x10, 0x48))
        length += rng.choice((-1, 1, 0, 0))
    message = 255 if rng.random() < 0.95 else rng.choice((1, 2, 26, 254))
    return 2152, struct.pack("!BBHI", flags, message, length & 0xFFFF, 7) + more + packet


def l2tp(maker, kind, packet):
    rng = maker.rng
    protocol = {0x0800: 0x21, 0x86DD: 0x57}[kind]
    if rng.random() < 0.05:
        protocol = rng.choice((0xC021, 0x8021, 0x2145, 0x0057, 0x0021))
    ppp = struct.pack("!H", protocol)
    if protocol < 256 and rng.random() < 0.3:
        ppp = ppp[1:]
    body = rng.choice((b"", b"\xff\x03", b"\xff\x03")) + ppp + packet
    flags = rng.choice((0, 0x40, 0x4A, 0x02, 0x08, 0x48, 0x42, rng.randrange(256)))
    offset = rng.choice((0, 0, 1, 5, 60)) if flags & 2 else 0
    more = rng.randbytes(4) + (rng.randbytes(4) if flags & 8 else b"")
    more += struct.pack("!H", offset) + bytes(offset) if flags & 2 else b""
    length = 4 + len(more) + len(body)
    if rng.random() < 0.1:
        length += rng.choice((-1, 1, -length, 6))
    head = struct.pack("!H", max(0, length) & 0xFFFF) if flags & 0x40 else b""
    version = 2 if rng.random() < 0.97 else rng.choice((0, 1, 3))
    return 1701, bytes((flags, version)) + head + more + body
