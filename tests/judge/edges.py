# SPDX-License-Identifier: GPL-2.0
"""More corners: edges of tables, of buffers, and of what is plain."""
from struct import pack

from parts import (
    ACK, ALLOWED, CNC, DESTINATION, FEEDS, FRAGMENT, HOST, HOST6, LIMIT, SYN, TCP, UDP, WORLD,
    WORLD6, ZOMBIE, ZOMBIE6, anew, ethernet, fragment6, interface, ipv4, ipv6, pppoe, tcp, v4, v6)


def options(following, size):
    """Destination options of this size, header and all."""
    return bytes((following, size // 8 - 1)) + bytes(size - 2)


def buffers():
    """Frames of more than one buffer. The test run shows the program the first 3,520 bytes."""
    first = 3520 - 14 - 40      # what it shows of IPv6 behind its header
    most = options(DESTINATION, 2048)

    def behind(size, last=TCP, payload=b""):
        rest = size - 2048
        return v6(ZOMBIE6, WORLD6, most + options(last, rest) + (payload or tcp()) + bytes(600),
                  DESTINATION)

    big, jumbo = bytes(3600), bytes(8900)
    lists = [
        ("zombie_feed", "a large frame", v4(ZOMBIE, WORLD, tcp() + jumbo)),
        ("zombie_feed", "a large frame, IPv6", v6(ZOMBIE6, WORLD6, tcp() + big)),
        ("cnc_dst", "a large frame to a listed one", v4(HOST, CNC, tcp() + jumbo)),
        ("malformed", "a byte missing", v4(ZOMBIE, WORLD, tcp() + jumbo)[:-1]),
        ("malformed", "a byte missing, IPv6", v6(ZOMBIE6, WORLD6, tcp() + big)[:-1]),
        ("zombie_feed", "padding in the second buffer", v4(ZOMBIE, WORLD) + jumbo),
        ("zombie_feed", "length ends in the second buffer", v4(ZOMBIE, WORLD, tcp() + big) + b"\0"),
        ("malformed", "PPPoE, a byte missing",
         ethernet(0x8864, pppoe(0x21, ipv4(ZOMBIE, WORLD, tcp() + jumbo)))[:-1]),
        ("malformed", "IP longer than PPPoE says, and there",
         ethernet(0x8864, pppoe(0x21, ipv4(ZOMBIE, WORLD, tcp() + big), length=3600)) + jumbo),
        ("zombie_feed", "the largest packet", v4(ZOMBIE, WORLD, tcp() + bytes(65495))),
        ("clean", "UDP", v4(ZOMBIE, WORLD, bytes(8000), UDP)),
        ("zombie_fragment", "a later fragment", v4(ZOMBIE, WORLD, jumbo, offset=2)),
        ("zombie_feed", "flags in the first buffer", behind(first - 18)),
        ("zombie_feed", "flags behind it", behind(first - 10)),
        ("zombie_feed", "TCP behind it", behind(first + 6)),
        ("zombie_feed", "an extension header within it",
         behind(first - 26, DESTINATION, options(TCP, 8) + tcp())),
        ("clean", "an extension header half behind it",
         behind(first - 2, FRAGMENT, fragment6(UDP, bytes(8)))),
        ("clean", "neither behind it", behind(first + 6, UDP, bytes(8))),
        ("zombie_fragment", "a fragment header within it",
         behind(first - 10, FRAGMENT, fragment6(TCP, bytes(8), 2))),
    ]
    return interface("access") + FEEDS, lists


def neighbours(feeds, kind, entries):
    return "".join(f"  - {{ name: {kind}{n}, kind: {kind}, entries: [{entries(n)}] }}\n"
                   for n in range(feeds))


def leaf():
    """More feeds in one /24 than a few exceptions can tell, and whole /24s around it."""
    config = interface("access") + "feeds:\n" + neighbours(
        14, "cnc", lambda n: f"203.0.113.{n * 16}/28, 203.0.{n}.0/24")
    config += neighbours(3, "zombie", lambda n: f"198.51.100.{n * 4}/30, 198.51.{n}.0/24")
    config += "  - { name: hole, kind: allow, entries: [203.0.113.36, 198.51.1.0/25] }\n"
    lists = [("cnc_dst", f"feed {n}, {last}", v4(HOST, f"203.0.113.{n * 16 + last}"))
             for n in range(14) for last in (0, 15)]
    lists += [("cnc_dst", f"/24 {n}", v4(HOST, f"203.0.{n}.{n}")) for n in range(14)]
    lists += [
        ("cnc_dst", "before the allowed", v4(HOST, "203.0.113.35")),
        ("clean", "allowed", v4(HOST, "203.0.113.36", bytes(8), UDP)),
        ("cnc_dst", "behind the allowed", v4(HOST, "203.0.113.37")),
        ("clean", "the rest of the /24", v4(HOST, "203.0.113.224", bytes(8), UDP)),
        ("clean", "the /24 before", v4(HOST, "203.0.112.0", bytes(8), UDP)),
        ("clean", "the /24 behind", v4(HOST, "203.0.114.0", bytes(8), UDP)),
        ("zombie_feed", "in one of three", v4("198.51.100.7", WORLD)),
        ("zombie_feed", "in the last of three", v4("198.51.100.11", WORLD)),
        ("smtp_ok", "in none", v4("198.51.100.12", WORLD)),
        ("allow", "the allowed half", v4("198.51.1.127", WORLD)),
        ("zombie_feed", "the other half", v4("198.51.1.128", WORLD)),
    ]
    return config, lists


def wide():
    """The widest there are, with holes, and what only just crosses a border."""
    config = interface("access") + """feeds:
  - { name: all, kind: zombie, max_width: { ipv4: 0, ipv6: 0 }, entries: [0.0.0.0/0, "::/0"] }
  - { name: half, kind: zombie, max_width: { ipv4: 1, ipv6: 1 },
      entries: [128.0.0.0/1, "8000::/1"] }
  - { name: holes, kind: allow, max_width: { ipv4: 0, ipv6: 0 },
      entries: [198.18.0.0/15, 255.255.255.255, "2001:db8::/31", "2001:d00:8000::/33",
                "ffff::/16"] }
  - { name: borders, kind: cnc, max_width: { ipv4: 0, ipv6: 0 },
      entries: [198.17.255.255-198.20.0.0, "2001:db7:ffff::/47", "2001:dba::-2001:dba:0:0:8000::",
                "fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::/15"] }
"""
    udp = pack("!4H", 53, 53, 8, 0)

    def sends(reason, source):
        make, to = (v6, "2600::1") if ":" in source else (v4, "9.9.9.9")
        return (reason, source, make(source, to))

    def receives(reason, destination):
        make, source = (v6, "2600::1") if ":" in destination else (v4, "9.9.9.9")
        return (reason, destination, make(source, destination, udp, UDP))

    lists = [sends("zombie_feed", source) for source in (
        "0.0.0.0", "127.255.255.255", "128.0.0.0", "255.255.255.254", "198.17.255.254", "::",
        "7fff:ffff::", "8000::", "2001:cff:ffff::", "2001:d00:7fff:ffff::1", "2001:d01::",
        "2001:db7:fffd:ffff::", "fffe:ffff:ffff:ffff:ffff:ffff:ffff:fffe")]
    lists += [sends("allow", source) for source in (
        "198.18.0.0", "198.19.255.255", "255.255.255.255", "2001:db8::", "2001:db9:ffff::1",
        "2001:d00:8000::", "2001:d00:ffff::", "ffff::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")]
    lists += [receives("cnc_dst", destination) for destination in (
        "198.17.255.255", "198.20.0.0", "2001:db7:fffe::", "2001:db7:ffff:ffff::", "2001:dba::",
        "2001:dba:0:0:8000::", "fffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2002::", "2003:ffff::")]
    lists += [receives("clean", destination) for destination in (
        "198.18.0.0", "198.19.255.255", "198.20.0.1", "2001:db7:fffd:ffff::", "2001:db8::",
        "2001:db9:ffff:ffff::", "2001:dba:0:0:8000::1", "2001:ffff:ffff::", "2004::")]
    return config, lists


def plain():
    """Packets that are nearly plain, and ports that are nearly SMTP."""
    config = interface("access") + "smtp: { ports: [25, 1000] }\n" + FEEDS
    lists = [("zombie_feed", f"port {port}", v4(ZOMBIE, WORLD, tcp(dport=port)))
             for port in (25, 1000)]
    lists += [("clean", f"port {port}", v4(ZOMBIE, WORLD, tcp(dport=port)))
              for port in (24, 26, 89, 25 + 64 * 64, 0x1900, 25 + 32768, 999, 1064, 936, 0xE803, 0)]
    lists += [("clean", "from port 25", v4(ZOMBIE, WORLD, pack("!2H", 25, 80) + tcp()[4:])),
              ("smtp_ok", "ACK", v4(HOST, WORLD, tcp(ACK))),
              ("smtp_ok", "an unlisted source", v6(HOST6, WORLD6)),
              ("allow", "an allowed one", v4(ALLOWED, WORLD))]
    lists += [(reason, f"fragment word {word:#x}", whole[:20] + pack("!H", word) + whole[22:])
              for whole in (v4(ZOMBIE, WORLD),)
              for reason, word in (
                  ("zombie_feed", 0x4000), ("zombie_feed", 0x8000), ("zombie_feed", 0x2000),
                  ("tiny_fragment", 1), ("zombie_fragment", 0x100), ("zombie_fragment", 0x1000),
                  ("zombie_fragment", 0x5FFF))]
    lists += [("zombie_feed", f"data offset {words}",
               v4(ZOMBIE, WORLD, tcp(words=words, options=bytes(words * 4 - 20))))
              for words in (5, 6, 15)]
    lists += [("malformed", f"data offset {words} without room",
               v6(ZOMBIE6, WORLD6, tcp(words=words))) for words in (0, 1, 4, 6, 15)]
    lists += [
        ("malformed", "a byte of options missing",
         v4(ZOMBIE, WORLD, tcp(words=6, options=bytes(3)) + b"", total=43) + b"\0"),
        ("malformed", "the length a byte short", v4(ZOMBIE, WORLD, total=39) + bytes(6)),
        ("malformed", "the length a byte long", v4(ZOMBIE, WORLD, total=41)),
        ("zombie_feed", "the length takes in padding", v4(ZOMBIE, WORLD, total=46) + bytes(6)),
        ("zombie_feed", "IPv6, padding", v6(ZOMBIE6, WORLD6) + bytes(6)),
        ("malformed", "IPv6, the length a byte short", v6(ZOMBIE6, WORLD6, length=19) + bytes(6)),
        ("malformed", "IPv6, the length a byte long", v6(ZOMBIE6, WORLD6, length=21)),
        ("malformed", "options promised, not there", v4(ZOMBIE, WORLD)[:14] + b"\x46"
         + v4(ZOMBIE, WORLD)[15:]),
        ("malformed", "version 5", v4(ZOMBIE, WORLD, version=5)),
        ("clean", "protocol 7", v4(ZOMBIE, WORLD, proto=7)),
        ("clean", "protocol 70, which is 6 modulo 64", v6(ZOMBIE6, WORLD6, kind=70)),
        ("not_ip", "EtherType the other way round", ethernet(0x0008, ipv4(ZOMBIE, WORLD))),
        ("not_ip", "EtherType 0x0801", ethernet(0x0801, ipv4(ZOMBIE, WORLD))),
        ("not_ip", "EtherType 0x86dc", ethernet(0x86DC, ipv6(ZOMBIE6, WORLD6))),
    ]
    return config, lists


def source_prefix():
    """IPv6 sources by /57, and a burst of one."""
    config = interface("upstream") + (
        "smtp: { ipv6_source_prefix: 57, ports: [2525], "
        "limit: { upstream: { rate: 2/s, burst: 1 } } }\n")
    syn = tcp(SYN, 2525)

    def sends(reason, source, seconds=0):
        return reason, source, v6(source, WORLD6, syn), seconds

    lists = [
        sends("smtp_ok", "2001:db8:0:1::1"), sends("rate_limit", "2001:db8:0:1::1"),
        sends("rate_limit", "2001:db8::"), sends("rate_limit", "2001:db8:0:7f:ffff::"),
        sends("smtp_ok", "2001:db8:0:80::"), sends("smtp_ok", "2001:db8:1::"),
        ("smtp_ok", "IPv4", v4(HOST, WORLD, syn), 0),
        ("smtp_ok", "the same as IPv6", v6("::ffff:" + HOST, WORLD6, syn), 0),
        ("rate_limit", "IPv4 again", v4(HOST, WORLD, syn), 0.4),
        ("clean", "port 25 is not one of them", v4(HOST, WORLD, tcp()), 0.4),
        sends("rate_limit", "2001:db8:0:1::1", 0.499999), sends("smtp_ok", "2001:db8:0:2::1", 0.5),
        sends("rate_limit", "2001:db8:0:3::1", 0.5),
    ]
    return config, anew(lists)


def great_burst():
    config = interface("access") + LIMIT.replace("3 }", "100 }") % "access"
    lists = [("smtp_ok", "", v4(HOST, WORLD), 0)] * 100
    lists += [("rate_limit", "the hundred and first", v4(HOST, WORLD), 0.999999)]
    lists += [("smtp_ok", "ten more", v4(HOST, WORLD), 10)] * 10
    lists += [("rate_limit", "and no more", v4(HOST, WORLD), 10)]
    return config, anew(lists)


def mapped():
    """IPv4 addresses written as IPv6 ones. In packets of IPv6 they are not those of IPv4."""
    config = interface("access") + """feeds:
  - { name: bad, kind: cnc, entries: ["::ffff:203.0.113.0/120", "::fffe:ffff:fff0/124"] }
  - { name: infected, kind: zombie, entries: ["::ffff:198.51.100.0/121"] }
  - { name: few, kind: zombie, entries: ["::FFFF:C633:6407-::ffff:198.51.100.8"] }
"""
    lists = [
        ("cnc_dst", "IPv4", v4(HOST, CNC)),
        ("smtp_ok", "IPv6", v6(HOST6, "::ffff:" + CNC)),
        ("cnc_dst", "just before the mapped ones", v6(HOST6, "::fffe:ffff:ffff")),
        ("zombie_feed", "the first of a prefix", v4("198.51.100.0", WORLD)),
        ("zombie_feed", "the last of a range", v4("198.51.100.8", WORLD)),
        ("smtp_ok", "behind the prefix", v4("198.51.100.128", WORLD)),
        ("smtp_ok", "a source of IPv6", v6("::ffff:198.51.100.7", WORLD6)),
    ]
    return config, lists


def carried():
    """IPv4 addresses in those of IPv6: the examples of RFC 6052, 2.4, and 6to4."""
    config = interface("upstream") + """nat64: ["2001:db8::/32", "2001:db8:100::/40", "2001:db8:122::/48",
        "2001:db8:122:300::/56", "2001:db8:122:344::/64", "2001:db8:122:344::/96"]
feeds:
  - { name: bad, kind: cnc, entries: [192.0.2.33] }
  - { name: bad6, kind: cnc, entries: ["2002:c633:6407::/48", "64:ff9b::cb00:7119"] }
  - { name: trial, kind: cnc, mode: monitor, entries: ["64:ff9b::c000:221"] }
  - { name: infected, kind: zombie, entries: [198.51.100.7, "64:ff9b::c633:6463"] }
  - { name: relays, kind: allow, to: true, entries: [203.0.113.25, "2002:c633:6463::/48"] }
  - { name: lifted, kind: allow, to: false, entries: ["64:ff9b::c633:6407"] }
  - { name: gateway, kind: protect, limit: { rate: 1/min, burst: 2 }, entries: [203.0.113.99] }
  - { name: slow, kind: limit, limit: { rate: 1/min, burst: 1 }, entries: [203.0.113.98] }
"""
    udp = pack("!4H", 53, 53, 8, 0)

    def receives(reason, destination, what=""):
        return reason, f"{destination} {what}", v6("2600::1", destination, udp, UDP)

    def sends(reason, source, to="2600::1", what=""):
        return reason, f"{source} {what}", v6(source, to)

    lists = [receives("cnc_dst", destination) for destination in (
        "2001:db8:c000:221::", "2001:db8:1c0:2:21::", "2001:db8:122:c000:2:2100::",
        "2001:db8:122:3c0:0:221::", "2001:db8:122:344:c0:2:2100::", "2001:db8:122:344::192.0.2.33",
        "64:ff9b::192.0.2.33", "2002:c000:221::1", "2002:c000:221:ffff:ffff::",
        "2001:db8:c000:221:ff::", "2001:db8:c000:221:0:ffff::1")]
    lists += [receives("clean", destination) for destination in (
        "2001:db8:c000:222::", "2001:db8:1c0:2:2200::", "64:ff9b::192.0.2.34", "2002:c000:222::",
        "64:ff9b:0:0:0:1:c000:221", "64:ff9a::192.0.2.33", "2003:c000:221::",
        "::ffff:192.0.2.33", "2001:db8:122:344:0:0:c000:222")]
    lists += [
        ("cnc_src", "a source", v6("64:ff9b::192.0.2.33", WORLD6)),
        ("clean", "not the other way round", v4("198.51.100.99", "203.0.113.9", udp, UDP)),
        sends("smtp_ok", "64:ff9b::198.51.100.8"),
        sends("zombie_feed", "2001:db8:c633:6407::"),
        sends("allow", "64:ff9b::198.51.100.7", what="allowed as IPv6"),
        sends("cnc_src", "2002:c633:6407::1", what="listed as IPv6"),
        sends("allow", "2002:c633:6463::1", what="allowed as IPv6"),
        sends("zombie_feed", "64:ff9b::198.51.100.99", what="by its own feed"),
        receives("clean", "64:ff9b::203.0.113.25", "allowed as IPv4, listed as IPv6"),
        sends("allow", "64:ff9b::203.0.113.25"),
        sends("allow", "2600::1", "2002:cb00:7119::1", "to who is allowed as IPv4"),
        ("zombie_fragment", "later fragments, too",
         v6("2001:db8:c633:6407::", WORLD6, fragment6(TCP, bytes(8), 2), FRAGMENT)),
        ("smtp_ok", "protected, by whichever address", v4("198.51.100.1", "203.0.113.99", tcp(seq=1))),
        ("smtp_ok", "", v6("2600::1", "64:ff9b::203.0.113.99", tcp(seq=2))),
        ("protect_limit", "", v6("2600:1::1", "2002:cb00:7163::1", tcp(seq=3))),
        ("protect_limit", "", v4("198.51.100.2", "203.0.113.99", tcp(seq=4))),
        ("smtp_ok", "a class", v6("2001:db8:122:344::203.0.113.98", WORLD6, tcp(seq=5))),
        ("rate_limit", "", v6("2001:db8:122:344::203.0.113.98", WORLD6, tcp(seq=6))),
        ("smtp_ok", "and that of its prefix", v6("2002:cb00:7162::1", WORLD6, tcp(seq=7))),
    ]
    return config, lists


CASES = {"carried": carried, "buffers": buffers, "leaf": leaf, "wide": wide, "plain": plain,
         "source-prefix": source_prefix, "great-burst": great_burst, "mapped": mapped}
