# SPDX-License-Identifier: GPL-2.0
"""Corners of who behaves like a zombie: who is listed or slowed for it, at which SYN, and who never
is. Times are clear of all for which suspects.py has several answers."""
from carriers import on_access, udp
from parts import (
    ALLOWED, CNC, FEEDS, HOST, SYN_ACK, TCP, UDP, WORLD, ethernet, ipv4, ipv6, tcp)

TRUNK = "interfaces: [{ name: lab0, role: upstream, vlans: { 10: access } }]\n"
LITE, AFTR = "2001:db8:99:7::1", "2001:db8:ffff::1"


def opens(host, n, to=None):
    """The n-th connection of a subscriber, to a server of its own."""
    return on_access(ipv4(host, to or f"192.0.2.{n}", tcp(seq=n)))


def flood(host, start, reason="smtp_ok", to=None):
    """Eight SYNs at once."""
    return [(reason, f"{host}, SYN {n}", opens(host, n, to), start + n / 100) for n in range(1, 9)]


def answered(host, server, at, flags=SYN_ACK, seq=9):
    return ("clean", f"{host} is answered", ethernet(0x0800, ipv4(
        server, host, tcp(flags, 1024, sport=25, seq=seq))), at)


def listed():
    config = TRUNK + """tunnels: [4in6]
smtp: { limit: { access: off } }
suspects: { failures: { action: list }, contact: { action: list }, for: 10m }
""" + FEEDS
    blaster, server, sender, caller, refused = (f"198.51.100.{n}" for n in (61, 62, 63, 64, 65))
    lists = flood(blaster, 0)
    lists += [("smtp_ok", "not for a second", opens(blaster, 9), 0.5),
              ("smtp_ok", "for a second", opens(blaster, 10), 3),
              ("zombie_live", "is listed", opens(blaster, 11), 3),
              ("zombie_live", "a SYN that had passed", opens(blaster, 10), 3.1),
              ("zombie_live", "from elsewhere", ethernet(0x0800, ipv4(blaster, HOST)), 3.2),
              ("zombie_live", "to an address that carries one", on_access(ipv6(
                  "2002:c633:643d::1", AFTR, tcp(seq=1)), 0x86DD), 3.2),
              ("zombie_fragment", "a later fragment", on_access(ipv4(
                  blaster, WORLD, bytes(8), TCP, offset=9)), 3.3),
              ("clean", "not SMTP", on_access(ipv4(blaster, WORLD, tcp(dport=80))), 3.3),
              ("cnc_dst", "C&C first", on_access(ipv4(blaster, CNC)), 3.4)]
    lists += [("clean", "answers itself", on_access(ipv4(server, WORLD, tcp(SYN_ACK, 1024, sport=25))),
               4), *flood(server, 4), ("smtp_ok", "a mail server", opens(server, 9), 8)]
    lists += flood(ALLOWED, 10, "allow") + [("allow", "an allowed one", opens(ALLOWED, 9), 13)]
    lists += flood(sender, 20) + [answered(sender, f"192.0.2.{n}", 20.5) for n in range(1, 9)]
    lists += [("smtp_ok", "one that is answered", opens(sender, 9), 23)]
    lists += flood(refused, 30) + [answered(refused, f"192.0.2.{n}", 30.5, 20, 0) for n in range(1, 9)]
    lists += [("smtp_ok", "one that is refused", opens(refused, 9), 33),
              ("zombie_live", "is listed", opens(refused, 10), 34)]
    lists += flood(HOST, 40, to=WORLD) + [
        ("smtp_ok", "one dead server is one contact", opens(HOST, 9, WORLD), 43)]
    lists += [("cnc_dst", "calls", on_access(ipv4(caller, CNC, udp(53, b""), UDP)), 50),
              ("smtp_ok", "the first SYN", opens(caller, 1), 60),
              ("zombie_live", "is listed", opens(caller, 2), 60)]
    lite = [on_access(ipv6(LITE, AFTR, ipv4("192.168.1.2", to, tcp(seq=n)), 4), 0x86DD)
            for n, to in enumerate((CNC, WORLD, WORLD))]
    lists += [("cnc_dst", "calls by DS-Lite", lite[0], 70), ("smtp_ok", "", lite[1], 71),
              ("zombie_live", "is listed by its outer address", lite[2], 72)]
    return config, lists + [
        ("zombie_live", "the last moment", opens(blaster, 12), 602.9),
        ("smtp_ok", "the time is over", opens(blaster, 13), 603.1),
        ("smtp_ok", "not again in this window", opens(blaster, 14), 606),
        *flood(blaster, 1500), ("smtp_ok", "in the next", opens(blaster, 9), 1503),
        ("zombie_live", "is listed again", opens(blaster, 10), 1504),
        # Windows begin 1427, 3626 and 5825 s after the start.
        ("cnc_dst", "calls again, two windows after it was listed", on_access(ipv4(
            caller, CNC, udp(53, b""), UDP)), 5800),
        ("smtp_ok", "the first SYN, in the next", opens(caller, 3), 5827),
        ("zombie_live", "is listed again", opens(caller, 4), 5828)]


def slowed():
    config = TRUNK + """smtp: { limit: { access: { rate: 600/min, burst: 100 } } }
suspects: { silent: { at_least: 3, action: slow }, contact: { action: list }, max_listed: 2 }
""" + FEEDS + "  - { name: mute, kind: limit, limit: closed, entries: [198.51.100.74] }\n"
    slow, closed, third = "198.51.100.71", "198.51.100.74", "198.51.100.73"
    lists = flood(slow, 0, to=WORLD) + [
        ("smtp_ok", "for a second", opens(slow, 9, WORLD), 3),
        *[("smtp_ok", "three more at once", opens(slow, n), 3.1) for n in (10, 11, 12)],
        ("rate_limit", "and no fourth", opens(slow, 13), 3.2),
        ("smtp_ok", "a SYN that had passed", opens(slow, 9, WORLD), 4),
        ("rate_limit", "not yet", opens(slow, 13), 13),
        ("smtp_ok", "one in ten seconds", opens(slow, 13), 13.2),
        ("rate_limit", "and no more", opens(slow, 14), 13.2)]
    lists += flood(closed, 40, "smtp_closed", WORLD) + [
        ("smtp_closed", "closed ones too", opens(closed, 9, WORLD), 43),
        ("smtp_closed", "stays closed", opens(closed, 10, WORLD), 100)]
    lists += flood(third, 110, to=WORLD) + [
        ("smtp_ok", "one too many", opens(third, 9, WORLD), 113),
        ("smtp_ok", "is not slowed", opens(third, 10), 113),
        ("smtp_ok", "", opens(third, 11), 113), ("smtp_ok", "", opens(third, 12), 113),
        ("smtp_ok", "", opens(third, 13), 113)]
    return config, lists


def alike():
    """Of two limits that are alike the one with fewer tokens counts."""
    config = TRUNK + """smtp: { limit: { access: { rate: 6/min, burst: 20 } } }
suspects: { silent: { at_least: 3, action: slow }, limit: { rate: 6/min, burst: 3 } }
""" + FEEDS + "  - { name: few, kind: limit, limit: { rate: 6/min, burst: 1 }, entries: [198.51.100.76] }\n"
    many, few = "198.51.100.75", "198.51.100.76"
    lists = flood(many, 0, to=WORLD) + [
        ("smtp_ok", "for a second", opens(many, 9, WORLD), 3),
        ("rate_limit", "nine have been taken", opens(many, 10, WORLD), 3.1),
        ("rate_limit", "more than two are due", opens(many, 10, WORLD), 69),
        ("smtp_ok", "two are", opens(many, 10, WORLD), 71)]
    lists += flood(few, 100, "rate_limit", WORLD)
    lists[-8] = ("smtp_ok", *lists[-8][1:])
    return config, lists + [
        ("rate_limit", "for a second", opens(few, 9, WORLD), 103),
        ("smtp_ok", "its own one is there again", opens(few, 10, WORLD), 111),
        ("rate_limit", "and no other", opens(few, 11, WORLD), 112)]


def monitored():
    """Nothing is dropped, and so all count as passed."""
    config, lists = listed()
    first, then = "198.51.100.81", "198.51.100.82"
    calls = [on_access(ipv4(host, CNC, udp(53, b""), UDP)) for host in (first, then)]
    called = [ethernet(0x0800, ipv4(CNC, host, udp(53, b""), UDP)) for host in (first, then)]
    return config + "mode: monitor\n", lists[:13] + [
        ("cnc_dst", "calls", calls[0], 10), ("cnc_src", "is answered", called[0], 10),
        ("cnc_dst", "again", calls[0], 11), ("smtp_ok", "the first SYN", opens(first, 1), 12),
        ("zombie_live", "is listed", opens(first, 2), 13),
        ("cnc_src", "is called", called[1], 20), ("cnc_dst", "answers", calls[1], 20),
        ("smtp_ok", "the first SYN", opens(then, 1), 22),
        ("smtp_ok", "is not listed", opens(then, 2), 23)]


def limited():
    """What is dropped here, nobody can have answered."""
    config = TRUNK + """smtp: { limit: { access: { rate: 1/h, burst: 3 } } }
suspects: { failures: { action: list } }
""" + FEEDS
    lists = flood(HOST, 0)
    lists[3:] = [("rate_limit", *rest) for _, *rest in lists[3:]]
    return config, lists + [("rate_limit", "three have failed", opens(HOST, 9), 3),
                            ("rate_limit", "still", opens(HOST, 10), 6)]


CASES = {"listed": listed, "slowed": slowed, "listed-limited": limited, "listed-monitor": monitored,
         "slowed-alike": alike}
