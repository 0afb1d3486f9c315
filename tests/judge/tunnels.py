# SPDX-License-Identifier: GPL-2.0
"""What a packet carries in a tunnel. Which kinds there are, by the RFCs and 3GPP; what is decided
of them stands on top of judge.py."""
import dissect
from dissect import NotCaptured, u16

GRE, ESP, IPV4_IN_IP, IPV6_IN_IP = 47, 50, 4, 41
# By the destination port; and those which go either way by either port.
TO_PORT = {4789: "vxlan", 2152: "gtpu", 6081: "geneve"}
EITHER_PORT = {1701: "l2tp", 3544: "teredo", 4500: "esp", 51820: "wireguard"}
TRANSPARENT_ETHERNET = 0x6558           # RFC 1701


class Closed(Exception):
    """Nobody can tell what is in it."""


def told(packet):
    """The kind of tunnel that a packet says it is, which was read to its end."""
    if packet.finding or packet.fragment == "later":
        return None
    if packet.proto == dissect.UDP and packet.sport is not None:
        kind = TO_PORT.get(packet.dport)
        for port, name in EITHER_PORT.items():
            if not kind and port in (packet.sport, packet.dport):
                kind = name
        return kind
    if packet.proto == IPV4_IN_IP:
        return "4in6" if packet.family == 6 else "ipip"
    if packet.proto == IPV6_IN_IP:
        return "6in4" if packet.family == 4 else "ipip"
    if packet.proto == GRE:
        data = packet.payload
        return "pptp" if len(data) >= 4 and data[1] & 7 == 1 else "gre"
    return "esp" if packet.proto == ESP else None


def look_inside(packet, opened):
    """Sets packet.tunnel, and packet.inner if something with addresses is in it. What was not
    captured of the headers inside makes it malformed."""
    try:
        if (packet.proto in (GRE, dissect.UDP) and packet.fragment != "later"
                and len(packet.payload) >= 4):
            dissect.captured(packet, 4)
        packet.tunnel = told(packet)
        if packet.fragment != "none" or packet.tunnel not in opened:
            return
        inner = dissect.new_packet(packet.at, packet.captured)
        OPEN[packet.tunnel](packet, inner)
        if inner.family:
            packet.inner = inner
            inner.tunnel = told(inner)
    except NotCaptured:
        packet.finding = "malformed"
    except Closed:
        pass


def _read(packet, inner, reader, data):
    """Has `reader` read what is inside."""
    end = inner.at + len(data)
    try:
        reader(inner, data)
    except NotCaptured:
        if inner.family:
            packet.inner = inner
        raise
    except tuple(dissect.FINDINGS) as found:
        inner.finding = dissect.FINDINGS[type(found)]
        if inner.finding == "malformed" and not inner.family and data and end > inner.captured:
            raise NotCaptured from found


def _ip(packet, inner):
    reader = dissect.ipv4 if packet.proto == IPV4_IN_IP else dissect.ipv6
    _read(packet, inner, reader, packet.payload)


def _gre(packet, inner):
    """RFC 2784, RFC 2890. What RFC 1701 had besides is not read: routing."""
    data = packet.payload
    if len(data) < 4 or data[0] & 0x40 or data[1] & 7:
        raise Closed
    size = 4 + 4 * sum(bool(data[0] & bit) for bit in (0x80, 0x20, 0x10))
    kind = u16(data, 2)
    if len(data) < size:
        raise Closed
    data = dissect.behind(inner, data, size)
    if kind == dissect.IPV4:
        _read(packet, inner, dissect.ipv4, data)
    elif kind == dissect.IPV6:
        _read(packet, inner, dissect.ipv6, data)
    elif kind == TRANSPARENT_ETHERNET:
        _read(packet, inner, dissect.ethernet, data)
    else:
        raise Closed


def _udp(packet, inner):
    """What is behind the UDP header; of the header there, 64 bytes are read, if there are."""
    if len(packet.payload) < 8:
        raise Closed
    data = dissect.behind(inner, packet.payload, 8)
    dissect.captured(inner, min(64, len(data)))
    return data


def _vxlan(packet, inner):
    """RFC 7348."""
    data = _udp(packet, inner)
    if len(data) < 8 or not data[0] & 0x08:
        raise Closed
    _read(packet, inner, dissect.ethernet, dissect.behind(inner, data, 8))


def _gtpu(packet, inner):
    """3GPP TS 29.281."""
    data = _udp(packet, inner)
    head = data[:64] + bytes(64)
    if head[0] >> 4 != 3:               # version 1, GTP and not GTP'
        raise Closed
    if head[1] != 255:                  # no G-PDU
        return
    length, size, following, extensions = u16(head, 2), 8, 0, 0
    if length + 8 > len(data):
        raise Closed
    if head[0] & 7:
        size, following = 12, head[11] if head[0] & 4 else 0
    while following:
        more = head[size] * 4 if size < 64 else 0
        extensions += 1
        if extensions > 4 or not more or size + more > 64:
            raise Closed
        size += more
        following = head[size - 1]
    if size > length + 8:
        raise Closed
    data = dissect.behind(inner, data[: length + 8], size)
    if not data:
        raise Closed
    dissect.captured(inner, 1)
    if data[0] >> 4 in (4, 6):
        _read(packet, inner, dissect.ipv4 if data[0] >> 4 == 4 else dissect.ipv6, data)


def _l2tp(packet, inner):
    """RFC 2661."""
    data = _udp(packet, inner)
    head = data[:64] + bytes(64)
    if head[0] & 0x80:                  # a control message
        return
    if head[1] & 15 != 2:
        raise Closed
    size = 6
    if head[0] & 0x40:
        if u16(head, 2) > len(data):
            raise Closed
        data = data[: u16(head, 2)]
        size += 2
    if head[0] & 0x08:
        size += 4
    if head[0] & 0x02:
        size += 2 + u16(head, size)
    if size > len(data):
        raise Closed
    _ppp(packet, inner, dissect.behind(inner, data, size))


def _ppp(packet, inner, data):
    """RFC 1661, RFC 1662: address and control may be there; the protocol has a byte or two."""
    dissect.captured(inner, min(4, len(data)))
    size = 2 if data[:2] == b"\xff\x03" else 0
    head = data[:4] + bytes(4)
    count = 1 if head[size] & 1 else 2
    protocol = int.from_bytes(head[size : size + count], "big")
    if size + count > len(data):
        raise Closed
    data = dissect.behind(inner, data, size + count)
    if protocol in (0x21, 0x57):
        _read(packet, inner, dissect.ipv4 if protocol == 0x21 else dissect.ipv6, data)


OPEN = {"vxlan": _vxlan, "gtpu": _gtpu, "l2tp": _l2tp, "4in6": _ip, "6in4": _ip, "ipip": _ip, "gre": _gre}
