# SPDX-License-Identifier: GPL-2.0
"""IP packets as bytes.

TCP and UDP checksums are left wrong on purpose: routers forward such packets,
and the stack behind them stays silent instead of answering.
"""
import ipaddress
import itertools
import struct
from collections import namedtuple

ICMP, TCP, UDP, FRAGMENT, ICMP6 = 1, 6, 17, 44, 58
FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10

Packet = namedtuple("Packet", "src dst data")

ANEW = 1  # as sequence number: each frame of the packet is to have one of its own
_sequence = itertools.count(1000)


def is_ipv6(address):
    return ":" in address


def packed(address):
    return ipaddress.ip_address(address).packed


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def _ipv4(src, dst, protocol, payload, offset, more):
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 4711, more << 13 | offset // 8,
                       64, protocol, 0, packed(src), packed(dst))
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def _ipv6(src, dst, protocol, payload, offset, more):
    if offset or more:
        payload = struct.pack("!BBHI", protocol, 0, offset | more, 4711) + payload
        protocol = FRAGMENT
    return struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64, packed(src),
                       packed(dst)) + payload


def ip(src, dst, protocol, payload, offset=0, more=False):
    """A packet, or the fragment at `offset` of one."""
    build = _ipv6 if is_ipv6(src) else _ipv4
    return Packet(src, dst, build(src, dst, protocol, payload, offset, more))


def tcp_segment(dport, flags=SYN, sport=40000, payload=b"", seq=ANEW):
    return struct.pack("!HHIIBBHHH", sport, dport, seq, 0, 5 << 4, flags, 1024, 1, 0) + payload


def tcp(src, dst, dport=25, flags=SYN, sport=40000, payload=b"", seq=ANEW):
    return ip(src, dst, TCP, tcp_segment(dport, flags, sport, payload, seq))


def _anew(data):
    """The packet; if it is a SYN, as that of a connection of its own."""
    protocol, at = (data[6], 40) if data[0] >> 4 == 6 else (data[9], 20)
    if protocol != TCP or data[at + 13:at + 14] != bytes([SYN]) or \
            data[at + 4:at + 8] != struct.pack("!I", ANEW):
        return data
    return data[:at + 4] + struct.pack("!I", next(_sequence)) + data[at + 8:]


def udp(src, dst, dport=9, payload=bytes(18)):
    return ip(src, dst, UDP, struct.pack("!HHHH", 40000, dport, 8 + len(payload), 1) + payload)


def ping(src, dst):
    kind, protocol = (128, ICMP6) if is_ipv6(src) else (8, ICMP)
    return ip(src, dst, protocol, struct.pack("!BBHHH", kind, 0, 1, 1, 1) + bytes(16))


def fragments(src, dst, protocol, segment):
    """First and later fragment of one packet."""
    return [ip(src, dst, protocol, segment[:32], 0, True), ip(src, dst, protocol, segment[32:], 32)]


def tcp_fragments(src, dst, dport=80):
    return fragments(src, dst, TCP, tcp_segment(dport, ACK, payload=bytes(60)))


def udp_fragments(src, dst):
    return fragments(src, dst, UDP, struct.pack("!HHHH", 40000, 9, 88, 1) + bytes(80))


def ethernet(packet, to=b"\2\0\0\0\0\2", sender=b"\2\0\0\0\0\1", tags=b""):
    """A frame; `tags` is what stands between the addresses and the EtherType."""
    ethertype = 0x86dd if packet.data[0] >> 4 == 6 else 0x0800
    return to + sender + tags + struct.pack("!H", ethertype) + _anew(packet.data)


def vlan(vid, ethertype=0x8100):
    return struct.pack("!HH", ethertype, vid)


def pppoe(packet, tags=b""):
    """A frame with the packet in a PPPoE session."""
    protocol = 0x57 if packet.data[0] >> 4 == 6 else 0x21
    session = struct.pack("!HBBHHH", 0x8864, 0x11, 0, 7, 2 + len(packet.data), protocol)
    return b"\2\0\0\0\0\2\2\0\0\0\0\1" + tags + session + packet.data
