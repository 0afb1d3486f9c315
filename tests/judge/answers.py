# SPDX-License-Identifier: GPL-2.0
"""What comes back to those who open SMTP connections: SYN-ACKs, and RSTs of all kinds."""
from struct import pack

from dissect import ACK, RST, SYN, TCP, dissect
from tunnels import look_inside

IPV4_IN_IP = 4
# Flags, and whether the sequence number is 0, as it is of a RST that answers a SYN.
KINDS = ((SYN | ACK, False),) * 4 + ((RST | ACK, True),) * 2 + (
    (SYN | ACK, True), (RST | ACK, False), (RST, True), (SYN | RST | ACK, True), (SYN | ACK | 8, False))


def answer(rng, frame, vids):
    """To a frame that opens a connection, on a VLAN of the other role if there is one; None to any
    other. vids: {role: [VID]} of the trunk."""
    packet = dissect(frame)
    if not packet.finding and packet.fragment == "none":
        look_inside(packet, {"4in6"})
    ends = packet.inner or packet
    if ends.finding or ends.proto != TCP or ends.fragment != "none" or ends.flags & (SYN | ACK) != SYN:
        return None
    flags, is_zero = rng.choice(KINDS)
    seq = 0 if is_zero else rng.randrange(1, 1 << 32)
    segment = pack("!2H2I2B3H", ends.dport, ends.sport, seq, 1, 0x50, flags, 65535, 0, 0)
    kind, payload = _ip(ends.family, ends.dst, ends.src, TCP, segment)
    if packet.inner:
        kind, payload = _ip(6, packet.dst, packet.src, IPV4_IN_IP, payload)
    others = vids.get(rng.choice(("access", "upstream")))
    if others and rng.random() < 0.8:
        kind, payload = 0x8100, pack("!2H", rng.choice(others), kind) + payload
    return bytes(12) + pack("!H", kind) + payload


def _ip(family, src, dst, proto, payload):
    """(EtherType, packet)"""
    if family == 4:
        return 0x0800, pack("!2B3H2BH2I", 0x45, 0, 20 + len(payload), 1, 0, 64, proto, 0, src,
                            dst) + payload
    return 0x86DD, pack("!IH2B", 6 << 28, len(payload), proto, 64) + (
        src.to_bytes(16, "big") + dst.to_bytes(16, "big") + payload)
