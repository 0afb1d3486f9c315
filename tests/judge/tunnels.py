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
        if inner.finding == "malformed" and not inner.family and end > inner.captured:
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


OPEN = {"4in6": _ip, "6in4": _ip, "ipip": _ip, "gre": _gre}
