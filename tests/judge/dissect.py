# SPDX-License-Identifier: GPL-2.0
"""One frame, read as the RFCs say. Slow and plain on purpose: what a header is, is written
where it is read. What was decided where the RFCs leave room stands on top of judge.py."""
from types import SimpleNamespace

from capture import wire_of

VLAN_TAGS = (0x8100, 0x88A8, 0x9100)    # IEEE 802.1Q: C-tag, S-tag; S-tag before the standard
PPPOE_SESSION = 0x8864                  # RFC 2516
MPLS = (0x8847, 0x8848)                 # RFC 3032, RFC 5332
IPV4, IPV6 = 0x0800, 0x86DD
PPP_IPV4, PPP_IPV6 = 0x0021, 0x0057     # RFC 1332, RFC 5072

TCP, UDP = 6, 17
HOP_BY_HOP, ROUTING, FRAGMENT, AH, DESTINATION = 0, 43, 44, 51, 60
MOBILITY, HIP, SHIM6 = 135, 139, 140
EXTENSIONS = (HOP_BY_HOP, ROUTING, FRAGMENT, AH, DESTINATION, MOBILITY, HIP, SHIM6)
AH_LEAST = 8                            # all that its length field can say
MOST_VLANS, MOST_LABELS, MOST_EXTENSIONS = 2, 4, 8

SYN, RST, ACK = 2, 4, 16


class NotIp(Exception):
    pass


class Malformed(Exception):
    pass


class ExtensionLimit(Exception):
    pass


class TinyFragment(Exception):
    pass


class NotCaptured(Exception):
    pass


def u16(data, at):
    return data[at] << 8 | data[at + 1]


FINDINGS = {NotIp: "not_ip", Malformed: "malformed", ExtensionLimit: "ext_header_limit",
            TinyFragment: "tiny_fragment", NotCaptured: "malformed"}


def new_packet(at, end):
    """at: where in the frame it begins; end: of what was captured."""
    return SimpleNamespace(finding=None, vlan=[], family=None, src=None, dst=None, proto=None,
                           sport=None, dport=None, flags=0, seq=None, fragment=None, payload=None,
                           tunnel=None, inner=None, said=b"", attempt=None, at=at, captured=end)


def dissect(frame):
    """What the frame says. finding is None, or why reading ended early, as a reason's name. Of one
    that was not captured whole, headers are read as far as they were, and nothing else is."""
    packet = new_packet(0, len(frame))
    try:
        ethernet(packet, bytes(frame) + bytes(wire_of(frame) - len(frame)))
    except tuple(FINDINGS) as found:
        packet.finding = FINDINGS[type(found)]
    return packet


def captured(packet, size):
    """A header that is in the frame may not be in the capture."""
    if packet.at + size > packet.captured:
        raise NotCaptured


def _need(data, count):
    if len(data) < count:
        raise Malformed


def _need_in_chain(data, count, fragment):
    """RFC 7112: a first fragment has all headers of the chain."""
    if len(data) < count and fragment == "first":
        raise TinyFragment
    _need(data, count)


def behind(packet, data, size):
    """What follows a header of this size; packet.at is where in the frame."""
    packet.at += size
    return data[size:]


def ethernet(packet, frame):
    _need(frame, 14)
    captured(packet, 14)
    kind, rest = u16(frame, 12), behind(packet, frame, 14)
    while kind in VLAN_TAGS:
        if len(packet.vlan) == MOST_VLANS:
            raise NotIp
        _need(rest, 4)
        captured(packet, 4)
        packet.vlan.append(u16(rest, 0) & 0xFFF)
        kind, rest = u16(rest, 2), behind(packet, rest, 4)
    if kind == PPPOE_SESSION:
        _pppoe(packet, rest)
    elif kind in MPLS:
        _mpls(packet, rest)
    elif kind == IPV4:
        ipv4(packet, rest)
    elif kind == IPV6:
        ipv6(packet, rest)
    else:
        raise NotIp


def _pppoe(packet, data):
    _need(data, 7)
    captured(packet, 7)
    protocol = 1 if data[6] & 1 else 2  # bytes: RFC 1661, 2 and 6.5
    _need(data, 6 + protocol)
    captured(packet, 6 + protocol)
    if data[0] != 0x11 or data[1] != 0:
        raise NotIp
    length, data = u16(data, 4), behind(packet, data, 6)
    kind = int.from_bytes(data[:protocol], "big")
    cut = length > len(data)
    data = behind(packet, data[:length], protocol)     # what is behind the payload is padding
    if kind == PPP_IPV4:
        ipv4(packet, data, cut)
    elif kind == PPP_IPV6:
        ipv6(packet, data, cut)
    else:
        raise NotIp


def _mpls(packet, data):
    labels = 0
    bottom = False
    while not bottom:
        if labels == MOST_LABELS:
            raise NotIp
        _need(data, 4)
        captured(packet, 4)
        labels += 1
        bottom = bool(data[2] & 1)
        data = behind(packet, data, 4)
    _need(data, 1)
    captured(packet, 1)
    version = data[0] >> 4
    if version == 4:
        ipv4(packet, data)
    elif version == 6:
        ipv6(packet, data)
    else:
        raise NotIp


def ipv4(packet, data, cut=False):
    """RFC 791. cut: a header in front of it promised more than there is."""
    _need(data, 20)
    captured(packet, 20)
    if data[0] >> 4 != 4:
        raise Malformed
    packet.family = 4
    packet.src = int.from_bytes(data[12:16], "big")
    packet.dst = int.from_bytes(data[16:20], "big")
    header, total = (data[0] & 15) * 4, u16(data, 2)
    if cut or header < 20 or total < header or total > len(data):
        raise Malformed
    more, offset = bool(data[6] & 0x20), u16(data, 6) & 0x1FFF
    packet.fragment = "later" if offset else "first" if more else "none"
    packet.proto = data[9]
    packet.bare = header == 20
    _upper(packet, behind(packet, data[:total], header), offset)


def ipv6(packet, data, cut=False):
    """RFC 8200."""
    _need(data, 40)
    captured(packet, 40)
    if data[0] >> 4 != 6:
        raise Malformed
    packet.family = 6
    packet.src = int.from_bytes(data[8:24], "big")
    packet.dst = int.from_bytes(data[24:40], "big")
    kind, length = data[6], u16(data, 4)
    data = behind(packet, data, 40)
    if cut or length > len(data):
        raise Malformed
    data = data[:length]

    fragment = "none"
    offset = 0
    seen = 0
    while kind in EXTENSIONS:
        if seen == MOST_EXTENSIONS:
            raise ExtensionLimit
        seen += 1
        _need_in_chain(data, 8, fragment)
        captured(packet, 8)
        following = data[0]
        if kind == FRAGMENT:
            size = 8
            offset = u16(data, 2) >> 3
            if offset:
                fragment = "later"
            elif data[3] & 1:
                fragment = "first"
        elif kind == AH:                # RFC 4302: in words of four, less two
            size = (data[1] + 2) * 4
            if size < AH_LEAST:
                raise Malformed
        else:
            size = (data[1] + 1) * 8
        _need_in_chain(data, size, fragment)
        kind, data = following, behind(packet, data, size)
        if fragment == "later":
            break
    packet.fragment, packet.proto = fragment, kind
    packet.bare = seen == 0
    _upper(packet, data, offset)


def _upper(packet, data, offset):
    """data is what the IP length leaves behind the IP headers."""
    packet.payload = data
    if packet.fragment == "later":
        if packet.proto == TCP and offset == 1:
            raise TinyFragment
        return
    if packet.proto in (TCP, UDP) and len(data) >= 4 and packet.at + 4 <= packet.captured:
        packet.sport, packet.dport = u16(data, 0), u16(data, 2)
    if packet.proto == TCP:
        _tcp(packet, data)


def _tcp(packet, data):
    """RFC 9293."""
    if packet.fragment == "first":
        if len(data) < 14:
            raise TinyFragment
    else:
        _need(data, 20)
    captured(packet, 14)
    header = (data[12] >> 4) * 4
    if header < 20 or (packet.fragment == "none" and header > len(data)):
        raise Malformed
    packet.flags, packet.seq = data[13], bytes(data[4:8])
    if packet.at + header < packet.captured:
        packet.said = bytes(data[header:packet.captured - packet.at])


def may_be_tcp(packet):
    """Of a later fragment: whether its first fragment can hold TCP, for all that is known."""
    if packet.family == 4:
        return packet.proto == TCP
    return packet.proto == TCP or packet.proto in EXTENSIONS
