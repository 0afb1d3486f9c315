#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""The corners of the policy, each with the verdict that was decided for it by hand.

    corners.py [DIRECTORY]    writes them as golden replays, unless the judge says otherwise
"""
import json
import os
import sys
from struct import pack

import capture
import carriers
import edges
import minimise
import zombies
from judge import expect
from parts import (
    ACK, AH, ALLOWED, ALLOWED6, CNC, CNC6, DESTINATION, ESP, FEEDS, FRAGMENT, HIP, HOP_BY_HOP, HOST,
    HOST6, LIMIT, MOBILITY, NONE, PSH_ACK, ROUTING, SHIM6, SYN, SYN_ACK, TCP, UDP, WORLD, WORLD6, ZOMBIE,
    ZOMBIE6, anew, ethernet, fragment6, interface, ipv4, ipv6, mpls, pppoe, tagged, tcp, to_world,
    v4, v6)

START = 10**18


# ---- cases: (reason, what, frame) or (reason, what, frame, seconds since the start)

def link():
    bad, bad6 = ipv4(HOST, CNC), ipv6(HOST6, CNC6)
    lists = [
        ("not_ip", "ARP", ethernet(0x0806, bytes(46))),
        ("not_ip", "LLDP", ethernet(0x88CC, bytes(46))),
        ("not_ip", "802.3, LLC", ethernet(38, bytes(46))),
        ("malformed", "less than an Ethernet header", bytes(13)),
        ("malformed", "nothing at all", b""),
        ("cnc_dst", "802.1Q", tagged([(0x8100, 100)], 0x0800, bad)),
        ("cnc_dst", "802.1ad with 802.1Q", tagged([(0x88A8, 7), (0x8100, 100)], 0x86DD, bad6)),
        ("cnc_dst", "old QinQ", tagged([(0x9100, 7), (0x8100, 100)], 0x0800, bad)),
        ("not_ip", "three tags", tagged([(0x8100, 1), (0x8100, 2), (0x8100, 3)], 0x0800, bad)),
        ("not_ip", "a third tag announced", tagged([(0x8100, 1), (0x8100, 2)], 0x8100, b"")),
        ("malformed", "a tag cut short", ethernet(0x8100, bytes(3))),
        ("cnc_dst", "PPPoE", ethernet(0x8864, pppoe(0x21, bad))),
        ("cnc_dst", "PPPoE over QinQ",
         tagged([(0x88A8, 7), (0x8100, 9)], 0x8864, pppoe(0x57, bad6))),
        ("cnc_dst", "PPPoE with padding", ethernet(0x8864, pppoe(0x21, bad) + bytes(8))),
        ("cnc_dst", "a PPP protocol of one byte", ethernet(0x8864, pppoe(0x21, bad, size=1))),
        ("cnc_dst", "the same of IPv6, with padding",
         ethernet(0x8864, pppoe(0x57, bad6, size=1) + bytes(8))),
        ("not_ip", "another of one byte", ethernet(0x8864, pppoe(0x23, bad, size=1))),
        ("malformed", "two bytes of it the other way round",
         ethernet(0x8864, pppoe(0x2100, bad))),
        ("malformed", "of one byte, payload too short for an IPv4 header",
         ethernet(0x8864, pppoe(0x21, bad, length=20, size=1))),
        ("cnc_dst", "of one byte, payload that just holds one",
         ethernet(0x8864, pppoe(0x21, bad, length=21, size=1))),
        ("malformed", "cut behind one byte", ethernet(0x8864, pppoe(0x21, b"", size=1))),
        ("not_ip", "cut behind one byte of no IP", ethernet(0x8864, pppoe(0x23, b"", size=1))),
        ("not_ip", "LCP", ethernet(0x8864, pppoe(0xC021, bytes(20)))),
        ("not_ip", "MPLS in PPPoE", ethernet(0x8864, pppoe(0x281, b"\0\1\1\x40" + bad))),
        ("not_ip", "PPPoE type 2", ethernet(0x8864, pppoe(0x21, bad, head=0x12))),
        ("not_ip", "PPPoE code", ethernet(0x8864, pppoe(0x21, bad, code=0xA7))),
        ("not_ip", "PPPoE discovery", ethernet(0x8863, pppoe(0x21, bad))),
        ("malformed", "PPPoE cut short", ethernet(0x8864, pppoe(0x21, bad)[:7])),
        ("malformed", "PPPoE payload too short for an IPv4 header",
         ethernet(0x8864, pppoe(0x21, bad, length=21))),
        ("malformed", "PPPoE payload too short for an IPv6 header",
         ethernet(0x8864, pppoe(0x57, bad6, length=41))),
        ("cnc_dst", "the IP length goes beyond the PPPoE payload, addresses do not",
         ethernet(0x8864, pppoe(0x21, bad, length=22))),
        ("malformed", "the same without a listed address",
         ethernet(0x8864, pppoe(0x21, ipv4(HOST, WORLD), length=22))),
        ("cnc_dst", "the PPPoE payload goes beyond the frame",
         ethernet(0x8864, pppoe(0x57, bad6, length=1000))),
        ("cnc_dst", "a label", mpls(1, bad)),
        ("cnc_dst", "four labels, multicast", mpls(4, bad6, 0x8848)),
        ("not_ip", "five labels", mpls(5, bad)),
        ("not_ip", "a fifth label announced", mpls(5, b"")[:-4]),
        ("not_ip", "a control word", mpls(1, b"\0\0\0\0" + bad)),
        ("not_ip", "Ethernet in MPLS, with a control word",
         mpls(2, b"\0\0\0\0" + ethernet(0x0800, bad))),
        ("not_ip", "Ethernet in MPLS, without",
         mpls(1, b"\x02\0\0\0\0\1" + ethernet(0x0800, bad)[6:])),
        ("malformed", "the same, to an address that looks like IPv4",
         mpls(1, b"\x45\0\xff\0\0\1" + ethernet(0x0800, bad)[6:])),
        ("not_ip", "802.1ah", tagged([(0x88A8, 7)], 0x88E7, bytes(4) + ethernet(0x0800, bad))),
        ("not_ip", "an E-tag", ethernet(0x893F, bytes(6) + b"\x08\0" + bad)),
        ("not_ip", "a VN-Tag", ethernet(0x8926, bytes(4) + b"\x08\0" + bad)),
        ("malformed", "a label cut short", mpls(1, b"")[:-1]),
        ("malformed", "nothing behind the label", mpls(1, b"")),
        ("cnc_dst", "a label behind two tags",
         tagged([(0x8100, 1), (0x8100, 2)], 0x8847, b"\0\1\1\x40" + bad)),
    ]
    return interface("access") + FEEDS, lists


def lengths():
    whole = v4(HOST, WORLD)
    lists = [
        ("smtp_ok", "sound", whole),
        ("smtp_ok", "with padding", whole + b"\xff" * 20),
        ("smtp_ok", "options", v4(HOST, WORLD, words=15)),
        ("malformed", "IPv6 where IPv4 is announced", ethernet(0x0800, ipv6(HOST6, CNC6))),
        ("malformed", "IPv4 where IPv6 is announced",
         ethernet(0x86DD, ipv4(HOST, CNC) + bytes(40))),
        ("malformed", "a byte of the IPv4 header missing", v4(HOST, CNC)[:33]),
        ("malformed", "a byte of the IPv6 header missing", v6(HOST6, CNC6)[:53]),
        ("cnc_dst", "just the IPv4 header", v4(HOST, CNC)[:34]),
        ("cnc_dst", "just the IPv6 header", v6(HOST6, CNC6)[:54]),
        ("malformed", "header length 4", v4(HOST, WORLD, words=4)),
        ("cnc_src", "header length 4, listed", v4(CNC, WORLD, words=4)),
        ("malformed", "total length within the header", v4(HOST, WORLD, words=6, total=23)),
        ("malformed", "total length 0", v4(HOST, WORLD, total=0)),
        ("malformed", "total length beyond the frame", v4(HOST, WORLD, total=41)),
        ("malformed", "IPv6 length beyond the frame", v6(HOST6, WORLD6, length=21)),
        ("malformed", "IPv6 length 0 and a TCP header", v6(HOST6, WORLD6, length=0)),
        ("clean", "IPv6 length 0 and no next header", v6(HOST6, WORLD6, b"", NONE)),
        ("malformed", "padding is no TCP header", v4(HOST, WORLD, total=39)),
        ("malformed", "19 bytes of TCP", v6(ZOMBIE6, WORLD6, tcp()[:19])),
        ("malformed", "TCP data offset 4", v4(ZOMBIE, WORLD, tcp(words=4))),
        ("malformed", "TCP options missing", v4(ZOMBIE, WORLD, tcp(words=6))),
        ("zombie_feed", "TCP options there", v4(ZOMBIE, WORLD, tcp(words=6, options=bytes(4)))),
        ("clean", "UDP is not checked", v4(HOST, WORLD, b"\0", UDP)),
        ("clean", "UDP to port 25", v4(ZOMBIE, WORLD, pack("!4H", 1, 25, 8, 0), UDP)),
        ("clean", "mail's way back", v4(HOST, WORLD, tcp(dport=1024))),
    ]
    return interface("access") + FEEDS, lists


def extensions():
    eight = [HOP_BY_HOP, DESTINATION, ROUTING, AH, DESTINATION, MOBILITY, HIP, SHIM6]
    lists = [("zombie_feed", f"header {kind}", to_world(ZOMBIE6, [kind]))
             for kind in sorted(set(eight))]
    lists += [
        ("zombie_feed", "eight headers", to_world(ZOMBIE6, eight)),
        ("ext_header_limit", "nine headers", to_world(ZOMBIE6, eight + [DESTINATION])),
        ("ext_header_limit", "nine headers of an allowed one", to_world(ALLOWED6, eight + [HIP])),
        ("ext_header_limit", "a ninth announced and not there",
         to_world(HOST6, eight, DESTINATION, b"")),
        ("cnc_src", "nine headers of a listed one", to_world(CNC6, eight + [HIP])),
        ("clean", "eight headers and no next", to_world(ZOMBIE6, eight, NONE, b"")),
        ("clean", "ESP ends it", to_world(ZOMBIE6, [DESTINATION], ESP)),
        ("malformed", "a header cut short", to_world(ZOMBIE6, [DESTINATION])[:61]),
        ("malformed", "a header longer than what is left",
         v6(ZOMBIE6, WORLD6, bytes((TCP, 3)) + bytes(6) + tcp(), DESTINATION)),
        ("zombie_feed", "a header of 264 bytes",
         v6(ZOMBIE6, WORLD6, bytes((TCP, 32)) + bytes(262) + tcp(), DESTINATION)),
        ("malformed", "padding is no header",
         v6(ZOMBIE6, WORLD6, bytes((TCP,)) + bytes(7) + tcp(), DESTINATION, length=7)),
        ("zombie_feed", "an atomic fragment is whole",
         v6(ZOMBIE6, WORLD6, fragment6(TCP, tcp()), FRAGMENT)),
        ("zombie_feed", "a first fragment behind options",
         v6(ZOMBIE6, WORLD6, bytes((FRAGMENT,)) + bytes(7) + fragment6(TCP, tcp(), more=1),
            DESTINATION)),
        ("zombie_fragment", "eight headers, the last of a later fragment that announces one",
         to_world(ZOMBIE6, eight[:7] + [FRAGMENT], DESTINATION)[:-28]
         + fragment6(DESTINATION, tcp(), offset=9)),
    ]
    return interface("access") + FEEDS, lists


def fragments():
    lists = []
    for n, reason in (0, "tiny_fragment"), (13, "tiny_fragment"), (14, "zombie_feed"), (
            19, "zombie_feed"), (20, "zombie_feed"):
        lists += [(reason, f"first, {n} bytes", v4(ZOMBIE, WORLD, tcp()[:n], more=1)),
                  (reason, f"first, {n} bytes, IPv6",
                   v6(ZOMBIE6, WORLD6, fragment6(TCP, tcp()[:n], more=1), FRAGMENT))]
    lists += [
        ("tiny_fragment", "whoever sent it", v4(ALLOWED, WORLD, tcp()[:8], more=1)),
        ("cnc_src", "but for C&C", v4(CNC, WORLD, tcp()[:8], more=1)),
        ("clean", "a tiny fragment of UDP", v4(ZOMBIE, WORLD, bytes(8), UDP, more=1)),
        ("malformed", "first, data offset 4", v4(ZOMBIE, WORLD, tcp(words=4), more=1)),
        ("zombie_feed", "first, options to follow", v4(ZOMBIE, WORLD, tcp(words=15), more=1)),
        ("tiny_fragment", "TCP at offset 1", v4(HOST, WORLD, bytes(16), offset=1)),
        ("tiny_fragment", "TCP at offset 1, IPv6",
         v6(ALLOWED6, WORLD6, fragment6(TCP, bytes(16), 1, 1), FRAGMENT)),
        ("fragment_later", "UDP at offset 1", v4(ZOMBIE, WORLD, bytes(16), UDP, offset=1)),
        ("fragment_later", "later", v4(HOST, WORLD, bytes(16), offset=2)),
        ("zombie_fragment", "a zombie's", v4(ZOMBIE, WORLD, bytes(16), offset=2, more=1)),
        ("zombie_fragment", "a zombie's, IPv6",
         v6(ZOMBIE6, WORLD6, fragment6(TCP, bytes(16), 2), FRAGMENT)),
        ("zombie_fragment", "a zombie's, that may be TCP",
         v6(ZOMBIE6, WORLD6, fragment6(DESTINATION, bytes(16), 1), FRAGMENT)),
        ("fragment_later", "a zombie's, that cannot be TCP",
         v6(ZOMBIE6, WORLD6, fragment6(UDP, bytes(16), 2), FRAGMENT)),
        ("cnc_dst", "later, to a listed one", v4(HOST, CNC, bytes(16), offset=2)),
        ("malformed", "later, longer than the frame",
         v4(ZOMBIE, WORLD, bytes(8), offset=2, total=60)),
        ("malformed", "a fragment header cut short",
         v6(ZOMBIE6, WORLD6, fragment6(TCP, b"", 2)[:7], FRAGMENT)),
        ("tiny_fragment", "first, an extension header announced and not there",
         v6(HOST6, WORLD6, fragment6(DESTINATION, b"", more=1), FRAGMENT)),
        ("tiny_fragment", "first, seven bytes of one",
         v6(HOST6, WORLD6, fragment6(DESTINATION, bytes(7), more=1), FRAGMENT)),
        ("tiny_fragment", "first, one longer than what is left",
         v6(ALLOWED6, WORLD6, fragment6(DESTINATION, bytes((UDP, 1)) + bytes(6), more=1),
            FRAGMENT)),
        ("tiny_fragment", "first, in the second one",
         v6(HOST6, WORLD6, fragment6(DESTINATION, bytes((AH, 0)) + bytes(6) + bytes((TCP, 4))
                                     + bytes(6), more=1), FRAGMENT)),
        ("cnc_dst", "the same to a listed one",
         v6(HOST6, CNC6, fragment6(DESTINATION, b"", more=1), FRAGMENT)),
        ("malformed", "the same, and no more to come",
         v6(HOST6, WORLD6, fragment6(DESTINATION, bytes(7)), FRAGMENT)),
        ("malformed", "cut in front of what says that it is a first fragment",
         v6(HOST6, WORLD6, bytes((FRAGMENT, 1)) + bytes(6), DESTINATION)),
        ("malformed", "first, longer than the frame",
         v6(HOST6, WORLD6, fragment6(DESTINATION, b"", more=1), FRAGMENT, length=16)),
        ("clean", "first, whole headers and no more than that",
         v6(HOST6, WORLD6, fragment6(DESTINATION, bytes((UDP, 0)) + bytes(6), more=1), FRAGMENT)),
        ("zombie_fragment", "later within first",
         v6(ZOMBIE6, WORLD6, fragment6(FRAGMENT, fragment6(TCP, bytes(16), 2), more=1), FRAGMENT)),
    ]
    return interface("access") + FEEDS, lists


def precedence():
    config = interface("upstream") + """feeds:
  - { name: wide, kind: cnc, entries: [203.0.113.0/24] }
  - { name: same, kind: cnc, entries: [203.0.113.0/24, 203.0.113.64/26, 192.0.2.7] }
  - { name: infected, kind: zombie, entries: [198.51.100.0/24, 192.0.2.7] }
  - { name: narrow, kind: zombie, entries: [198.51.100.30-198.51.100.33] }
  - { name: relays, kind: allow, entries: [203.0.113.128/25, 198.51.100.25] }
  - { name: inside, kind: cnc, entries: [203.0.113.200] }
  - { name: mx, kind: allow, entries: [192.0.2.25] }
"""
    lists = [
        ("cnc_src", "both listed", v4("203.0.113.7", "203.0.113.8")),
        ("cnc_dst", "the first of equal ones", v4(HOST, "203.0.113.8")),
        ("cnc_dst", "the longest", v4(HOST, "203.0.113.65")),
        ("allow", "cnc inside allow inside cnc is allowed", v4(HOST, "203.0.113.200")),
        ("allow", "so it may send mail", v4("203.0.113.200", HOST)),
        ("cnc_dst", "the last before the allowed", v4(HOST, "203.0.113.127")),
        ("allow", "the first allowed", v4(HOST, "203.0.113.128")),
        ("allow", "the last allowed", v4(HOST, "203.0.113.255")),
        ("cnc_src", "allowed and listed is cut", v4("203.0.113.9", "198.51.100.25")),
        ("cnc_src", "cnc before zombie", v4("192.0.2.7", WORLD)),
        ("zombie_feed", "a zombie", v4("198.51.100.29", WORLD)),
        ("zombie_feed", "a zombie by a range", v4("198.51.100.30", WORLD)),
        ("allow", "an allowed zombie", v4("198.51.100.25", WORLD)),
        ("allow", "to an allowed one", v4("198.51.100.29", "192.0.2.25")),
        ("allow", "both allowed", v4("198.51.100.25", "192.0.2.25")),
        ("clean", "a zombie's other traffic", v4("198.51.100.29", WORLD, tcp(dport=587))),
    ]
    return config, lists


def unfit():
    """Entries too wide, entries in own space, and what is listed all the same."""
    config = interface("access") + """feeds:
  - { name: home, kind: own, entries: [100.64.0.0/10, "2001:db8:18::/48"] }
  - { name: bogons, kind: cnc, entries: [100.64.0.0/10, 192.0.2.0/24, 0.0.0.0/7, "2000::/15"] }
  - { name: covers, kind: cnc, max_width: { ipv4: 0, ipv6: 0 }, entries: [96.0.0.0/4, 8.0.0.0/7] }
  - { name: within, kind: cnc, entries: [100.64.0.9, "2001:db8:18:9::/64"] }
  - name: subscribers
    kind: zombie
    may_list_own: true
    entries: [100.64.0.7, "2001:db8:18:7::/64"]
"""
    lists = [
        ("clean", "own space itself", v4("100.64.0.1", "198.51.100.1", b"", UDP)),
        ("cnc_dst", "the rest of that list", v4("100.64.0.1", "192.0.2.1")),
        ("clean", "wider than own space", v4("100.64.0.1", "96.0.0.1", b"", UDP)),
        ("clean", "wider than max_width", v4("100.64.0.1", "1.0.0.1", b"", UDP)),
        ("cnc_dst", "as wide as max_width allows", v4("100.64.0.1", "9.0.0.1")),
        ("clean", "within own space", v4("100.64.0.1", "100.64.0.9", b"", UDP)),
        ("clean", "within own space, IPv6", v6("2001:db8:18::1", "2001:db8:18:9::1", b"", UDP)),
        ("clean", "wider than the default of IPv6", v6("2001:db8:18::1", "2000::1", b"", UDP)),
        ("zombie_feed", "own space that may be listed", v4("100.64.0.7", "198.51.100.1")),
        ("zombie_feed", "the same, IPv6", v6("2001:db8:18:7::1", "2001:db8:ffff::1")),
    ]
    return config, lists


def limit():
    ok, over = "smtp_ok", "rate_limit"
    syn, syn6 = v4(HOST, WORLD), v6("2001:db8:99::1", WORLD6)
    lists = [
        (ok, "a burst of three", syn, 0), (ok, "", syn, 0), (ok, "", syn, 0),
        (over, "and no more", syn, 0.5),
        (ok, "ACK takes none", v4(HOST, WORLD, tcp(ACK)), 0.5),
        (ok, "nor does SYN with ACK", v4(HOST, WORLD, tcp(SYN_ACK)), 0.5),
        (over, "a microsecond early", syn, 0.999999),
        (ok, "an interval later", syn, 1),
        (over, "", syn, 1),
        (ok, "one interval each", syn, 2),
        (over, "time going back", syn, 1.5),
        (ok, "another source", v4("198.51.100.98", WORLD), 1.5),
        (ok, "a /64 is a source", syn6, 2), (ok, "", v6("2001:db8:99::2", WORLD6), 2),
        (ok, "", v6("2001:db8:99:0:ffff::", WORLD6), 2),
        (over, "", v6("2001:db8:99::4", WORLD6), 2),
        (ok, "the next /64", v6("2001:db8:99:1::1", WORLD6), 2),
        (ok, "full again after three", syn, 5), (ok, "", syn, 5), (ok, "", syn, 5),
        (over, "", syn, 5),
        (over, "a first fragment takes one, too", v4(HOST, WORLD, tcp()[:14], more=1), 5.5),
        (over, "SYN with FIN", v4(HOST, WORLD, tcp(SYN | 1)), 5.5),
        ("clean", "another port", v4(HOST, WORLD, tcp(dport=587)), 5.5),
    ]
    lists += [("allow", "allowed: no limit", v4(ALLOWED, WORLD), 6)] * 5
    lists += [("zombie_feed", "zombies take none", v4(ZOMBIE, WORLD), 6)] * 2
    return interface("access") + LIMIT % "access" + FEEDS, anew(lists)


def again():
    """What is sent again. LIMIT: a token a second, three at most."""
    ok, over = "smtp_ok", "rate_limit"
    syn, other, third = (v4(HOST, WORLD, tcp(seq=n)) for n in (7, 8, 9))
    syn6, elsewhere = v6(HOST6, WORLD6, tcp(seq=7)), v4(HOST, "198.51.100.77", tcp(seq=7))
    # As Linux 6.5 and later sends it to somebody who does not answer.
    lists = [(ok, f"after {t} s", syn, t) for t in (0, 1, 2, 3, 4, 5, 7, 11, 19, 36, 68)]
    lists += [
        (ok, "and that took one token", other, 68), (ok, "", third, 68),
        (ok, "another port", v4(HOST, WORLD, tcp(seq=7, sport=1025)), 68),
        (over, "another sequence number", v4(HOST, WORLD, tcp(seq=10)), 68),
        (over, "another destination", elsewhere, 68),
        (ok, "that passed before", syn, 68), (ok, "", other, 68.5), (ok, "", third, 68.9),
        (over, "asks again, in vain", elsewhere, 68.999999),
        (ok, "asks again", elsewhere, 69),
        (ok, "and has passed", elsewhere, 69),
        (over, "the other asks, too", v4(HOST, WORLD, tcp(seq=10)), 69),
        (ok, "with more flags", v4(HOST, WORLD, tcp(SYN | 1, seq=7)), 69),
        (ok, "as a first fragment", v4(HOST, WORLD, tcp(seq=7)[:14], more=1), 69),
        (ok, "IPv6", syn6, 69), (ok, "", v6(HOST6, WORLD6, tcp(seq=8)), 69),
        (ok, "", v6(HOST6, WORLD6, tcp(seq=9)), 69), (ok, "that passed before", syn6, 69),
        (over, "no token left", v6(HOST6, WORLD6, tcp(seq=10)), 69),
        ("zombie_feed", "zombies are told anew", v4(ZOMBIE, WORLD, tcp(seq=7)), 69),
        (ok, "two minutes after the last", syn, 189),
        (ok, "full again", v4(HOST, WORLD, tcp(seq=20)), 400),
        (ok, "", v4(HOST, WORLD, tcp(seq=21)), 400), (ok, "", v4(HOST, WORLD, tcp(seq=22)), 400),
        (over, "later than two minutes", syn, 400),
        (ok, "a millisecond later than that is another", v4(HOST, WORLD, tcp(seq=20)), 520.001),
        (ok, "", v4(HOST, WORLD, tcp(seq=30)), 520.001),
        (ok, "", v4(HOST, WORLD, tcp(seq=31)), 520.001),
        (over, "so that no token is left", v4(HOST, WORLD, tcp(seq=21)), 520.001),
        (ok, "time going back", v4(HOST, WORLD, tcp(seq=30)), 519),
    ]
    return interface("access") + LIMIT % "access" + FEEDS, lists


def bounces():
    """What protected destinations are told. The first takes one a second, two at most; the
    second none; the third's feed is on trial."""
    ok, over = "smtp_ok", "bounce"
    gateway, gateway6, closed, trial = "192.0.2.25", "2001:db8:25::25", "192.0.2.26", "192.0.2.27"

    def says(text, seq=1, flags=PSH_ACK, **rest):
        return tcp(flags, seq=seq, **rest) + text

    null = b"MAIL FROM:<>\r\n"
    lists = [
        (ok, "the first", v4(HOST, gateway, says(null, 1))),
        (ok, "another host's", v4(WORLD, gateway, says(null, 1))),
        (over, "over the rate", v4(HOST, gateway, says(null, 2))),
        (over, "sent again", v4(HOST, gateway, says(null, 2)), 30),
        (ok, "another", v4(HOST, gateway, says(null, 3)), 30),
        (over, "the same for two minutes", v4(HOST, gateway, says(null, 2)), 150),
        (ok, "and not longer", v4(HOST, gateway, says(null, 2)), 270.001),
        ("allow", "an allowed source", v4(ALLOWED, closed, says(null)), 300),
        ("zombie_feed", "a zombie", v4(ZOMBIE, closed, says(null)), 300),
        (ok, "to nobody", v4(HOST, WORLD, says(null)), 300),
        (over, "any case", v4(HOST, closed, says(b"mAiL fRoM:<> SIZE=1\r\n")), 300),
        (over, "a space", v4(HOST, closed, says(b"MAIL FROM: <>\r\n")), 300),
        (over, "no more than that", v4(HOST, closed, says(b"MAIL FROM:<>")), 300),
        (ok, "two spaces", v4(HOST, closed, says(b"MAIL FROM:  <>\r\n")), 300),
        (ok, "a sender", v4(HOST, closed, says(b"MAIL FROM:<a@b.example>\r\n")), 300),
        (ok, "cut short", v4(HOST, closed, says(b"MAIL FROM:<")), 300),
        (ok, "behind another command", v4(HOST, closed, says(b"RSET\r\n" + null)), 300),
        (over, "behind TCP options", v4(HOST, closed, says(null, words=8, options=bytes(12))), 300),
        (ok, "behind IP options", v4(HOST, closed, says(null), words=6), 300),
        (ok, "a first fragment", v4(HOST, closed, says(null), more=1), 300),
        (ok, "an open", v4(HOST, closed, says(null, flags=SYN)), 300),
        (ok, "a reset", v4(HOST, closed, says(null, flags=ACK | 4)), 300),
        (over, "on trial", v4(HOST, trial, says(null)), 300),
        (over, "IPv6", v6(HOST6, gateway6, says(null)), 300),
        (over, "in PPPoE over QinQ",
         tagged([(0x88A8, 7), (0x8100, 9)], 0x8864, pppoe(0x57, ipv6(HOST6, gateway6, says(null)))),
         300),
    ]
    feeds = FEEDS + f"""  - {{ name: mx, kind: protect, entries: [{gateway}],
      bounces: {{ rate: 1/s, burst: 2 }} }}
  - {{ name: shut, kind: protect, entries: [{closed}, "{gateway6}"], bounces: off }}
  - {{ name: trial, kind: protect, entries: [{trial}], mode: monitor, bounces: off,
      limit: {{ rate: 1/s, burst: 1 }} }}
"""
    return interface("access") + "smtp: { limit: { access: off } }\n" + feeds, lists


def silence():
    """A source that was silent for days has a full bucket."""
    day = 86400
    lists = []
    for n, days in enumerate((0, 1, 8, 17.5, 28.5, 40.5)):
        lists += [(reason, f"day {days}", v4(HOST, WORLD), days * day + n)
                  for reason in ("smtp_ok", "smtp_ok", "smtp_ok", "rate_limit")]
    return interface("access") + LIMIT % "access", anew(lists)


def monitor():
    _, lists = fragments()
    lists = lists[:4] + [
        ("cnc_src", "", v4(CNC, WORLD)), ("cnc_dst", "", v6(HOST6, CNC6)),
        ("zombie_feed", "", v4(ZOMBIE, WORLD)), ("allow", "", v4(ALLOWED, WORLD)),
        ("zombie_fragment", "", v4(ZOMBIE, WORLD, bytes(8), offset=3)),
        ("ext_header_limit", "", to_world(HOST6, [DESTINATION] * 9)),
        ("smtp_ok", "", v4(HOST, WORLD)), ("smtp_ok", "", v4(HOST, WORLD)),
        ("smtp_ok", "", v4(HOST, WORLD)), ("rate_limit", "", v4(HOST, WORLD)),
    ]
    lists[-4:] = anew(lists[-4:])
    return interface("upstream") + "mode: monitor\n" + LIMIT % "upstream" + FEEDS, lists


def trial():
    """Feeds on trial lift nothing that is enforced behind them, and have tokens of their own."""
    later, quick = bytes(16), "198.51.100.60"
    config = interface("access") + """smtp: { limit: { access: { rate: 1/s, burst: 3 } } }
feeds:
  - { name: bad, kind: cnc, entries: [203.0.113.7] }
  - { name: bad-tried, kind: cnc, mode: monitor, entries: [203.0.113.64/26, 198.51.100.40] }
  - { name: infected, kind: zombie, entries: [198.51.100.7, 198.51.100.40] }
  - { name: infected-tried, kind: zombie, mode: monitor, entries: [198.51.100.128/25] }
  - { name: closed-tried, kind: limit, mode: monitor, limit: closed, entries: [198.51.100.50] }
  - { name: slow-tried, kind: limit, mode: monitor, limit: { rate: 1/s, burst: 1 },
      entries: [198.51.100.60] }
  - { name: free-tried, kind: limit, mode: monitor, limit: off, entries: [198.51.100.61] }
  - { name: gateway-tried, kind: protect, mode: monitor, limit: { rate: 1/s, burst: 1 },
      entries: [192.0.2.26] }
  - { name: relay, kind: allow, to: true, entries: [192.0.2.25] }
"""
    lists = [
        ("cnc_src", "on trial, to nobody listed", v4("203.0.113.65", WORLD, b"", UDP)),
        ("cnc_dst", "on trial, from nobody listed", v4(HOST, "203.0.113.65", b"", UDP)),
        ("cnc_dst", "on trial, to one that is enforced", v4("203.0.113.65", CNC, b"", UDP)),
        ("cnc_src", "from one that is enforced", v4(CNC, "203.0.113.65", b"", UDP)),
        ("cnc_src", "both on trial", v4("203.0.113.65", "203.0.113.66", b"", UDP)),
        ("zombie_feed", "a zombie to one on trial", v4(ZOMBIE, "203.0.113.65")),
        ("zombie_feed", "a zombie that is on trial as C&C", v4("198.51.100.40", WORLD)),
        ("cnc_src", "its other traffic", v4("198.51.100.40", WORLD, tcp(dport=80))),
        ("zombie_fragment", "its fragments", v4("198.51.100.40", WORLD, later, offset=2)),
        ("tiny_fragment", "made to hide the header", v4(HOST, "203.0.113.65", later, offset=1)),
        ("cnc_dst", "broken behind its addresses", v4(HOST, "203.0.113.65", tcp(words=4))),
        ("zombie_feed", "on trial", v4("198.51.100.129", WORLD)),
        ("zombie_feed", "on trial, to the relay", v4("198.51.100.129", "192.0.2.25")),
        ("zombie_fragment", "on trial, fragments", v4("198.51.100.129", WORLD, later, offset=2)),
        ("cnc_dst", "on trial, to C&C", v4("198.51.100.129", CNC)),
    ]
    syns = [("zombie_feed", "on trial, within its role's rate", "198.51.100.130", WORLD)] * 3 + [
        ("rate_limit", "on trial, over it", "198.51.100.130", WORLD)] + [
        ("smtp_closed", "on trial, within its role's rate", "198.51.100.50", WORLD)] * 3 + [
        ("rate_limit", "on trial, over it", "198.51.100.50", WORLD),
        ("smtp_ok", "the first token of either", quick, WORLD),
        ("rate_limit", "over what is on trial", quick, WORLD),
        ("rate_limit", "again", quick, WORLD),
        ("rate_limit", "over its role's", quick, WORLD)] + [
        ("smtp_ok", "unlimited on trial", "198.51.100.61", WORLD)] * 3 + [
        ("rate_limit", "its role is limited", "198.51.100.61", WORLD),
        ("smtp_ok", "the first token of the gateway", HOST, "192.0.2.26"),
        ("protect_limit", "over what it takes on trial", HOST, "192.0.2.26"),
        ("protect_limit", "again", HOST, "192.0.2.26"),
        ("rate_limit", "over the source's rate", HOST, "192.0.2.26"),
    ]
    lists += anew([(reason, what, v4(*ends)) for reason, what, *ends in syns])
    return config, lists


CASES = {"link": link, "lengths": lengths, "extensions": extensions, "fragments": fragments,
         "precedence": precedence, "unfit-entries": unfit, "limit": limit, "again": again,
         "bounces": bounces,
         "limit-after-silence": silence, "monitor": monitor, "trial": trial} | edges.CASES | carriers.CASES | zombies.CASES


def main():
    to = sys.argv[1] if len(sys.argv) > 1 else minimise.GOLDEN
    os.makedirs(to, exist_ok=True)
    failed = 0
    for name, make in CASES.items():
        config, lists = make()
        stem = os.path.join(to, name)
        packets = [(START + int((rest[0] if rest else 0) * 10**6) * 1000, frame)
                   for _, _, frame, *rest in lists]
        capture.write_pcap(stem + ".pcap", packets)
        with open(stem + ".yaml", "w", encoding="utf-8") as file:
            file.write(config)
        expected = expect(stem + ".pcap", stem + ".yaml")
        for (reason, what, *_), line in zip(lists, expected, strict=False):
            if reason != line["reason"]:
                failed += 1
                print(f"{name}: {what}: {reason} was decided, the judge says {line}")
        with open(stem + ".expected.jsonl", "w", encoding="utf-8") as file:
            file.writelines(json.dumps(line) + "\n" for line in expected)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
