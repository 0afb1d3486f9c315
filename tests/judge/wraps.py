# SPDX-License-Identifier: GPL-2.0
"""Packets wrapped in tunnels: mostly right, as all in frames.py is."""
import struct

PROTOCOL = {0x0800: 4, 0x86DD: 41}
# Ports by which tunnels of UDP are told, and some beside them.
UDP_PORTS = (4789, 2152, 1701, 6081, 3544, 4500, 51820, 1723, 4788, 2123)


def wrapped(maker, kind, packet):
    """(EtherType, packet) of what carries a packet of an EtherType."""
    rng = maker.rng
    make = rng.choices((in_ip, gre, udp), (4, 4, 1))[0]
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


def udp(maker, _, packet):
    rng = maker.rng
    ports = [rng.choice(UDP_PORTS), rng.choice((40000, rng.choice(UDP_PORTS)))]
    rng.shuffle(ports)
    return 17, struct.pack("!4H", *ports, len(packet) + 8 & 0xFFFF, 0) + packet
