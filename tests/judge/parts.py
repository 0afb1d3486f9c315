# SPDX-License-Identifier: GPL-2.0
"""What the corners are made of: a policy with one of each, and headers, which are sound unless an
argument says otherwise."""
import ipaddress
from struct import pack

SYN, ACK, SYN_ACK, PSH_ACK = 2, 16, 18, 24
TCP, UDP = 6, 17
HOP_BY_HOP, ROUTING, FRAGMENT, ESP, AH, NONE, DESTINATION, MOBILITY, HIP, SHIM6 = (
    0, 43, 44, 50, 51, 59, 60, 135, 139, 140)

CNC, ZOMBIE, ALLOWED, HOST, WORLD = ("203.0.113.7", "198.51.100.7", "198.51.100.25",
                                     "198.51.100.99", "192.0.2.1")
CNC6, ZOMBIE6, ALLOWED6, HOST6, WORLD6 = ("2001:db8:bad::7", "2001:db8:1::7", "2001:db8:25::1",
                                          "2001:db8:99::1", "2001:db8:ffff::1")

FEEDS = f"""feeds:
  - {{ name: bad, kind: cnc, entries: [{CNC}, "{CNC6}"] }}
  - {{ name: infected, kind: zombie, entries: [{ZOMBIE}, "{ZOMBIE6}"] }}
  - {{ name: relays, kind: allow, entries: [{ALLOWED}, "{ALLOWED6}"] }}
"""
LIMIT = "smtp: { limit: { %s: { rate: 1/s, burst: 3 } } }\n"


def interface(role):
    return f"interfaces: [{{ name: lab0, role: {role} }}]\n"


def tcp(flags=SYN, dport=25, words=5, options=b"", sport=1024, seq=1):
    return pack("!2H2I2B3H", sport, dport, seq, 0, words << 4, flags, 65535, 0, 0) + options


def ipv4(src, dst, payload=None, proto=TCP, words=5, total=None, offset=0, more=0, version=4):
    payload = tcp() if payload is None else payload
    options = bytes(max(words - 5, 0) * 4)
    total = 20 + len(options) + len(payload) if total is None else total
    first, position = version << 4 | words, more << 13 | offset
    return pack("!2B3H2BH", first, 0, total, 1, position, 64, proto, 0) + (
        ipaddress.ip_address(src).packed + ipaddress.ip_address(dst).packed + options + payload)


def ipv6(src, dst, payload=None, kind=TCP, length=None, version=6):
    payload = tcp() if payload is None else payload
    length = len(payload) if length is None else length
    return pack("!I H2B", version << 28, length, kind, 64) + (
        ipaddress.ip_address(src).packed + ipaddress.ip_address(dst).packed + payload)


def chain(kinds, last, payload):
    """(first header, bytes): extension headers of eight bytes, AH of sixteen."""
    kinds = list(kinds) + [last]
    data = b""
    for kind, following in zip(kinds, kinds[1:], strict=False):
        data += bytes((following, 2)) + bytes(14) if kind == AH else bytes((following,)) + bytes(7)
    return kinds[0], data + payload


def fragment6(following, payload, offset=0, more=0):
    return pack("!2BHI", following, 0, offset << 3 | more, 1) + payload


def ethernet(kind, payload):
    return bytes(12) + pack("!H", kind) + payload


def v4(*arguments, **options):
    return ethernet(0x0800, ipv4(*arguments, **options))


def v6(*arguments, **options):
    return ethernet(0x86DD, ipv6(*arguments, **options))


def to_world(src, kinds, last=TCP, payload=None):
    first, data = chain(kinds, last, tcp() if payload is None else payload)
    return v6(src, WORLD6, data, first)


def tagged(tags, kind, payload):
    for tpid, tag in reversed(tags):
        kind, payload = tpid, pack("!2H", tag, kind) + payload
    return ethernet(kind, payload)


def pppoe(protocol, payload, head=0x11, code=0, length=None, size=2):
    """size: of the protocol, in bytes."""
    length = len(payload) + size if length is None else length
    return pack("!2B2H", head, code, 1, length) + protocol.to_bytes(size, "big") + payload


def mpls(labels, payload, kind=0x8847):
    return ethernet(kind, b"".join(pack("!I", (16 + n) << 12 | (n == labels - 1) << 8 | 64)
                                   for n in range(labels)) + payload)


def anew(lists):
    """The lines of a case, each packet with a sequence number of its own."""
    def numbered(n, frame):
        at = 14 + (20 if frame[14] >> 4 == 4 else 40) + 4
        return frame[:at] + n.to_bytes(4, "big") + frame[at + 4:]

    return [(reason, what, numbered(n, frame), *rest)
            for n, (reason, what, frame, *rest) in enumerate(lists)]
