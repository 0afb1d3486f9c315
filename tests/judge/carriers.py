# SPDX-License-Identifier: GPL-2.0
"""Corners of what carries packets: a trunk with roles by VLAN, tunnels of every kind, PPP, and
addresses that carry addresses."""
from struct import pack

from parts import (
    ALLOWED6, CNC, CNC6, DESTINATION, ESP, FEEDS, FRAGMENT, HOST, HOST6, LIMIT, TCP, UDP, WORLD,
    WORLD6, ZOMBIE, ZOMBIE6, ethernet, fragment6, ipv4, ipv6, pppoe, tagged, tcp, v4, v6)

GRE, IN_IPV4, IN_IPV6 = 47, 4, 41
ACCESS, NOBODY = (0x88A8, 10), (0x8100, 2000)


def udp(port, payload, sport=40000):
    return pack("!4H", sport, port, len(payload) + 8, 0) + payload


def gre(kind, payload, flags=0):
    fields = 4 * sum(bool(flags & bit) for bit in (0x8000, 0x2000, 0x1000))
    return pack("!2H", flags, kind) + bytes(fields) + payload


def vxlan(frame, flags=8):
    return udp(4789, bytes((flags,)) + bytes(7) + frame)


def gtpu(payload, flags=0x30, message=255, more=b"", length=None):
    length = len(more) + len(payload) if length is None else length
    return udp(2152, pack("!2BHI", flags, message, length, 7) + more + payload)


def l2tp(payload, flags=0, more=b"", version=2):
    return udp(1701, bytes((flags, version)) + more + bytes(4) + payload)


def on_access(packet, kind=0x0800):
    return tagged([ACCESS, (0x8100, 7)], kind, packet)


def of_kinds():
    """A tunnel of each kind, whatever may stand in its header, around (packet, EtherType)."""
    def both(name, make):
        return [(f"{name} in IPv4", lambda p, k: v4(HOST, WORLD, *make(p, k))),
                (f"{name} in IPv6", lambda p, k: v6(HOST6, WORLD6, *make(p, k)))]

    tag = [(0x88A8, 5), (0x8100, 6)]
    protocol = {0x0800: 0x21, 0x86DD: 0x57}
    return [
        *both("IP", lambda p, k: (p, IN_IPV4 if k == 0x0800 else IN_IPV6)),
        *both("GRE", lambda p, k: (gre(k, p), GRE)),
        *both("GRE with all of its fields", lambda p, k: (gre(k, p, 0xB000), GRE)),
        *both("Ethernet in GRE", lambda p, k: (gre(0x6558, ethernet(k, p), 0x2000), GRE)),
        *both("QinQ in GRE", lambda p, k: (gre(0x6558, tagged(tag, k, p)), GRE)),
        *both("VXLAN", lambda p, k: (vxlan(ethernet(k, p)), UDP)),
        *both("PPPoE in VXLAN",
              lambda p, k: (vxlan(ethernet(0x8864, pppoe(protocol[k], p))), UDP)),
        *both("GTP-U", lambda p, k: (gtpu(p), UDP)),
        *both("GTP-U with a sequence number", lambda p, k: (gtpu(p, 0x32, more=bytes(4)), UDP)),
        *both("GTP-U with two extension headers",
              lambda p, k: (gtpu(p, 0x34, more=b"\0\0\0\x85\1\0\0\xc0\1\0\0\0"), UDP)),
        *both("L2TP", lambda p, k: (l2tp(b"\xff\3\0" + bytes((protocol[k],)) + p), UDP)),
        *both("L2TP, PPP compressed", lambda p, k: (l2tp(bytes((protocol[k],)) + p), UDP)),
        *both("L2TP with an offset",
              lambda p, k: (udp(1701, b"\x02\2" + bytes(4) + b"\0\3" + bytes(3) + b"\0"
                                + bytes((protocol[k],)) + p), UDP)),
    ]


def opened():
    lists = []
    for name, make in of_kinds():
        lists += [("cnc_dst", f"{name}, IPv4 in it", make(ipv4(HOST, CNC), 0x0800)),
                  ("cnc_src", f"{name}, IPv6 in it", make(ipv6(CNC6, HOST6), 0x86DD)),
                  ("zombie_feed", f"{name}, a zombie's", make(ipv4(ZOMBIE, WORLD), 0x0800)),
                  ("clean", f"{name}, nothing of note", make(ipv4(HOST, WORLD, tcp(dport=80)),
                                                            0x0800))]
    return lists + [
        ("cnc_src", "C&C outside, too", v6(CNC6, WORLD6, ipv4(HOST, CNC), IN_IPV4)),
        ("clean", "one in another", v4(HOST, WORLD, gre(0x0800, ipv4(HOST, WORLD, ipv4(HOST, CNC),
                                                                    IN_IPV4)), GRE)),
        ("clean", "its first fragment", v4(HOST, WORLD, ipv4(HOST, CNC), IN_IPV4, more=1)),
        ("fragment_later", "a later one", v4(HOST, WORLD, ipv4(HOST, CNC), IN_IPV4, offset=9)),
        ("cnc_dst", "a fragment in it", v4(HOST, WORLD, ipv4(HOST, CNC, bytes(9), offset=9),
                                          IN_IPV4)),
        ("tiny_fragment", "a tiny one in it", v4(HOST, WORLD, ipv4(HOST, WORLD, bytes(9), offset=1),
                                                IN_IPV4)),
        ("zombie_fragment", "a zombie's in it", v4(HOST, WORLD, ipv4(ZOMBIE, WORLD, bytes(9),
                                                                    offset=9), IN_IPV4)),
        ("malformed", "too short for what is in it",
         v4(HOST, WORLD, ipv4(HOST, WORLD, total=41), IN_IPV4)),
        ("clean", "too short for addresses", v4(HOST, WORLD, ipv4(HOST, CNC)[:19], IN_IPV4)),
        ("clean", "nothing in it", v4(HOST, WORLD, b"", IN_IPV4)),
        ("clean", "GRE with routing", v4(HOST, WORLD, gre(0x0800, ipv4(HOST, CNC), 0x4000), GRE)),
        ("clean", "PPTP's GRE", v4(HOST, WORLD, gre(0x880B, ipv4(HOST, CNC), 0x2001), GRE)),
        ("clean", "VXLAN without a number", v4(HOST, WORLD, vxlan(v4(HOST, CNC), 0), UDP)),
        ("clean", "ARP in VXLAN", v4(HOST, WORLD, vxlan(ethernet(0x0806, bytes(46))), UDP)),
        ("clean", "a GTP-U echo", v4(HOST, WORLD, gtpu(ipv4(HOST, CNC), message=1), UDP)),
        ("clean", "GTP-U longer than UDP", v4(HOST, WORLD, gtpu(ipv4(HOST, CNC), length=99), UDP)),
        ("clean", "L2TP control", v4(HOST, WORLD, l2tp(ipv4(HOST, CNC), 0x80), UDP)),
        ("clean", "L2TPv3", v4(HOST, WORLD, l2tp(b"\x21" + ipv4(HOST, CNC), version=3), UDP)),
        *(("clean", name, v4(HOST, WORLD, udp(port, ipv4(HOST, CNC)), UDP)) for port, name in (
            (6081, "Geneve"), (3544, "Teredo"), (4500, "ESP in UDP"), (51820, "WireGuard"))),
        ("clean", "ESP", v6(HOST6, WORLD6, bytes(40), ESP)),
        ("clean", "PPTP", v4(HOST, WORLD, tcp(dport=1723))),
    ]


def dslite():
    """The subscriber is outside, on access."""
    def sends(outer, inner, to=WORLD, seq=1):
        return on_access(ipv6(outer, WORLD6, ipv4(inner, to, tcp(seq=seq)), IN_IPV4), 0x86DD)

    home = "2001:db8:99:7::%x"
    return [
        ("zombie_feed", "a zombie", sends(ZOMBIE6, "192.168.1.2")),
        ("allow", "allowed", sends(ALLOWED6, ZOMBIE)),
        ("smtp_ok", "whatever its inner address is", sends(home % 1, ZOMBIE, seq=1)),
        ("smtp_ok", "another host of the same", sends(home % 2, "192.168.1.2", seq=2)),
        ("smtp_ok", "", sends(home % 3, "192.168.1.3", seq=3)),
        ("rate_limit", "a fourth", sends(home % 4, "192.168.1.4", seq=4)),
        ("smtp_ok", "sent again", sends(home % 3, "192.168.1.3", seq=3)),
        ("rate_limit", "the same, not opened yet",
         on_access(ipv6(home % 5, WORLD6, tcp(seq=5)), 0x86DD)),
        ("smtp_ok", "a neighbour", sends("2001:db8:99:8::1", "192.168.1.2", seq=6)),
        ("cnc_dst", "to a listed one", sends(home % 1, "192.168.1.2", CNC)),
        ("cnc_src", "from a listed one", sends(home % 1, CNC)),
        ("zombie_feed", "on upstream, the inner one is", v6(ZOMBIE6, WORLD6, ipv4(ZOMBIE, WORLD),
                                                           IN_IPV4)),
        ("smtp_ok", "and not the concentrator", v6(ZOMBIE6, WORLD6, ipv4(HOST, WORLD, tcp(seq=7)),
                                                  IN_IPV4)),
    ]


def trunk():
    """Upstream, but for VLAN 10, and 2000, which is nobody's."""
    four = [tcp(seq=10 + n) for n in range(4)]
    session = [on_access(pppoe(0x21, ipv4("198.51.100.60", WORLD, syn)), 0x8864) for syn in four]
    lists = [("smtp_ok", "PPPoE in QinQ, access", frame) for frame in session[:3]]
    lists += [("rate_limit", "a fourth", session[3]), ("smtp_ok", "sent again", session[0])]
    lists += [("smtp_ok", "upstream has another rate", v4("198.51.100.60", WORLD, syn))
              for syn in four]
    return lists + [
        ("not_judged", "C&C in a VLAN of nobody's", tagged([NOBODY], 0x0800, ipv4(HOST, CNC))),
        ("not_judged", "a frame that is none there", tagged([NOBODY], 0x0800, b"")),
        ("cnc_dst", "in one behind it", tagged([(0x8100, 11), NOBODY], 0x0800, ipv4(HOST, CNC))),
        ("not_judged", "in a tunnel there",
         tagged([NOBODY], 0x0800, ipv4(HOST, WORLD, ipv4(HOST, CNC), IN_IPV4))),
        ("zombie_feed", "a PPP protocol of one byte",
         on_access(pppoe(0x57, ipv6(ZOMBIE6, WORLD6), size=1), 0x8864)),
        ("cnc_dst", "a tunnel in PPPoE in QinQ",
         on_access(pppoe(0x21, ipv4(HOST, WORLD, gre(0x0800, ipv4(HOST, CNC)), GRE)), 0x8864)),
        ("not_ip", "three tags", tagged([ACCESS, ACCESS, ACCESS], 0x0800, ipv4(HOST, CNC))),
    ]


def embedded():
    return [
        ("cnc_dst", "NAT64", v6(HOST6, "64:ff9b::203.0.113.7")),
        ("cnc_dst", "a translator of our own", v6(HOST6, "2001:db8:64::203.0.113.7")),
        ("cnc_src", "6to4", v6("2002:cb00:7107::1", HOST6)),
        ("zombie_feed", "a zombie by 6to4", v6("2002:c633:6407::1", WORLD6)),
        ("smtp_ok", "nobody by 6to4", v6("2002:c633:6408::1", WORLD6)),
        ("cnc_dst", "NAT64 in a tunnel",
         v4(HOST, WORLD, ipv6(HOST6, "64:ff9b::203.0.113.7"), IN_IPV6)),
        ("cnc_src", "NAT64 around one", v6("64:ff9b::203.0.113.7", HOST6,
                                          ipv4(HOST, WORLD, b"", UDP), IN_IPV4)),
        ("tiny_fragment", "a first fragment cut in its headers",
         v6(HOST6, WORLD6, fragment6(DESTINATION, bytes((TCP, 2)) + bytes(6), more=1), FRAGMENT)),
    ]


def carriers():
    config = """interfaces:
  - { name: lab0, role: upstream, vlans: { 10: access, 20-29: upstream, 2000: none } }
tunnels: [4in6, 6in4, ipip, gre, vxlan, gtpu, l2tp]
nat64: ["2001:db8:64::/96"]
""" + LIMIT % "access" + FEEDS
    return config, opened() + dslite() + trunk() + embedded()


def conduct():
    """Connections on a trunk, sent again, answered, refused and over the limit, also by DS-Lite; and
    who is dropped for what, last by whom. A SYN-ACK that nobody asked for counts for nobody."""
    config = """interfaces: [{ name: lab0, role: upstream, vlans: { 10: access } }]
tunnels: [4in6]
""" + LIMIT % "access" + FEEDS
    lite, aftr = "2001:db8:99:7::1", WORLD6
    lists = [("smtp_ok", "opens", on_access(ipv4(HOST, WORLD, tcp(seq=n)))) for n in range(3)]
    lists += [("rate_limit", "over the limit", on_access(ipv4(HOST, WORLD, tcp(seq=3)))),
              ("smtp_ok", "sent again", on_access(ipv4(HOST, WORLD, tcp(seq=0))))]

    def back(src, dst, flags, seq=9, wrap=lambda packet: ethernet(0x0800, packet)):
        return wrap(ipv4(src, dst, tcp(flags, 1024, sport=25, seq=seq)))

    lists += [("clean", what, back(WORLD, HOST, *how)) for what, *how in (
        ("answered", 18), ("answered, sequence number 0", 18, 0), ("refused", 20, 0),
        ("reset later", 20), ("reset without ACK", 4, 0), ("data", 24))]
    lists += [("clean", "answers unasked", back(WORLD, ZOMBIE, 18)),
              ("clean", "a subscriber answers", back(HOST, WORLD, 18, 9, on_access)),
              ("clean", "a subscriber refuses", back(HOST, WORLD, 20, 0, on_access)),
              ("smtp_ok", "opens from the Internet", v4(WORLD, HOST, tcp(seq=20))),
              ("clean", "and is answered", back(HOST, WORLD, 18, 9, on_access)),
              ("clean", "and refused", back(HOST, WORLD, 20, 0, on_access))]
    lists += [("smtp_ok", "opens by DS-Lite", on_access(
                  ipv6(lite, aftr, ipv4("192.168.1.2", WORLD, tcp(seq=30)), IN_IPV4), 0x86DD)),
              ("clean", "is answered there", back(WORLD, "192.168.1.2", 18, 9, lambda packet: v6(
                  aftr, lite, packet, IN_IPV4))),
              ("smtp_ok", "opens to a mapped address", on_access(
                  ipv6(HOST6, "::ffff:192.0.2.1", tcp(seq=40)), 0x86DD)),
              ("clean", "which does not answer as IPv4", v6(
                  "::ffff:192.0.2.1", HOST6, tcp(18, 1024, sport=25)))]
    return config, lists + [
        ("zombie_feed", "dropped", on_access(ipv4(ZOMBIE, WORLD))),
        ("cnc_dst", "for another reason", on_access(ipv4(ZOMBIE, CNC))),
        ("zombie_feed", "and again", on_access(ipv4(ZOMBIE, "192.0.2.9"))),
        ("cnc_src", "a receiver", v4(CNC, HOST)),
        ("cnc_src", "by DS-Lite", v6(aftr, lite, ipv4(CNC, "192.168.1.2"), IN_IPV4)),
        ("zombie_feed", "a remote zombie", v6(ZOMBIE6, HOST6))]


CASES = {"carriers": carriers, "conduct": conduct}
