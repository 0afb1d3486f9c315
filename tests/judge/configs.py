# SPDX-License-Identifier: GPL-2.0
"""Random policies, of several shapes: what they list meets, nests and repeats."""
import json
import os
from types import SimpleNamespace

import lists
from frames import chance
from lists import BITS, MAKE

# Lengths around the edges of words, tables and defaults.
EDGES = {4: (8, 9, 12, 15, 16, 17, 20, 23, 24, 25, 26, 28, 30, 31, 32, 32, 32),
         6: (16, 20, 24, 28, 29, 31, 32, 33, 40, 47, 48, 49, 56, 63, 64, 65, 72, 96, 112, 120,
             126, 127, 128, 128)}
EVERY = {4: range(33), 6: range(129)}
ROOTS = {4: ("198.18.0.0", "198.19.255.0", "0.0.0.0", "255.255.255.0", "10.64.0.0", "100.64.0.0"),
         6: ("2001:db8::", "2001:db8:ffff::", "::", "ffff::", "2001:db8:0:1::", "fe80::",
             "::ffff:198.18.0.0", "2001:db7:ffff:ffff:ffff:ffff:ffff:0", "2001:db9::",
             "2000:ffff:ffff:ffff:ffff:ffff:ffff:0", "2001:0:ffff:ffff:8000::")}


def shape(weight, feeds=(1, 3, 6, 9), entries=(1, 2, 5, 12, 40), lengths=EDGES, roots=ROOTS,
          near=(1, 2, 4, 8, 9, 16), unbounded=0.03, hosts=60, kinds=(6, 6, 4, 2, 3, 2)):
    """feeds, entries: how many; near: bits in which addresses differ from a root; unbounded: how
    often a feed takes entries of any width; hosts: how many are in the capture; kinds: how many
    feeds are cnc, zombie, allow, own, limit, protect."""
    return SimpleNamespace(weight=weight, feeds=feeds, entries=entries, lengths=lengths,
                           roots=roots, near=near, unbounded=unbounded, hosts=hosts, kinds=kinds)


SHAPES = {
    "mixed": shape(8),
    "every length": shape(3, lengths=EVERY, unbounded=0.4),
    "wide": shape(2, entries=(1, 2, 5), lengths={4: range(10), 6: range(36)}, unbounded=0.9),
    # Many feeds within one /24, and on both sides of the border between two /32s.
    "crowded": shape(3, feeds=(12, 30, 60), entries=(2, 5, 20),
                     lengths={4: range(24, 33), 6: (33, 48, 63, 64, 65, 127, 128)},
                     roots={4: ("198.18.7.0",), 6: ("2001:db8:ffff:ffff::", "2001:db9::")},
                     near=(8, 8, 9), hosts=300, kinds=(9, 9, 1, 1, 1, 1)),
    "neighbours": shape(2, feeds=(3, 9), entries=(200,), lengths={4: range(23, 26), 6: (32, 33)},
                        roots={4: ("198.18.0.0",), 6: ("2001:db8::",)}, near=(16, 17), hosts=300,
                        kinds=(9, 9, 1, 1, 1, 1)),
    "large": shape(2, feeds=(2, 4), entries=(1500,), near=(16, 20, 24, 28),
                   kinds=(9, 9, 2, 2, 2, 1)),
    "many feeds": shape(1, feeds=(255,), entries=(1, 2)),
    "no feeds": shape(1, feeds=(0,)),
}
RATES = ("1/s", "2/s", "10/s", "250/s", "1000/s", "30/min", "7/min", "600/min", "1/min", "60/h",
         "13/h", "100/d", "1/d")
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}
BURSTS = (1, 1, 1, 2, 2, 3, 5, 10, 30, 100, 1000, 100000)
# What suspects get through who are slowed: also at rates that others have, with another burst.
SLOW = ("closed", "{ rate: 6/min, burst: 3 }", "{ rate: 20/h, burst: 1 }", "{ rate: 3/s, burst: 40 }",
        "{ rate: 60/h, burst: 3 }", "{ rate: 30/min, burst: 2 }", "{ rate: 1/s, burst: 10 }")
MOST_OWN = 12           # entries of one feed of own space: each is held against all others


class Config:
    """Written to DIRECTORY/case.yaml, with its feeds beside it. hosts, {4: [address], 6:
    [address]}, gains the addresses at and beside the ends of what is listed."""

    def __init__(self, rng, directory, hosts, suspects, modes):
        """suspects: a generator for their rules, so that all else stays as it was; None: none. modes:
        the same for the modes of NICs."""
        self.rng, self.directory, self.hosts, self.modes = rng, directory, hosts, modes
        self.rules = suspects_of(suspects)
        self.path = os.path.join(directory, "case.yaml")
        self.shape = rng.choices(list(SHAPES.values()), [s.weight for s in SHAPES.values()])[0]
        self.ports = [25]
        self.translators = [("64:ff9b::", 96), ("2002::", 16)]
        self.source_prefix = 64
        self.interval, self.burst = 1.0, 10
        self.vids = {}          # of roles, some

    def write(self):
        rng = self.rng
        roles = rng.sample(("access", "upstream"), rng.choice((1, 1, 2)))   # the first is judged
        if self.rules:      # are of subscribers
            roles = ["access", *roles[1:]] if roles[0] == "access" else ["access", "upstream"]
        nics = ", ".join(f"{{ name: lab{n}, role: {role}{self.vlans()}{self.mode()} }}"
                         for n, role in enumerate(roles))
        lines = [f"interfaces: [{nics}]"]
        if chance(rng, 0.25):
            lines.append(f"mode: {rng.choice(('monitor', 'enforce'))}")
        if chance(rng, 0.4):
            kinds = ("4in6", "6in4", "ipip", "gre", "vxlan", "gtpu", "l2tp")
            lines.append(f"tunnels: [{', '.join(rng.sample(kinds, rng.choice((0, 1, 4, 7, 7))))}]")
        if not chance(rng, 0.1):
            lines += self.smtp()
        lines += self.rules
        if chance(rng, 0.4):
            lines.append(self.nat64())
        kinds = rng.choices(("cnc", "zombie", "allow", "own", "limit", "protect"), self.shape.kinds,
                            k=rng.choice(self.shape.feeds))
        kinds = [kind for n, kind in enumerate(kinds) if kind != "limit" or n < 60]
        if len(kinds) > 60:     # see `says` below
            kinds = [kind for kind in kinds if kind != "protect"]
        if chance(rng, 0.2):
            kinds = [kind for kind in kinds if kind != "cnc"]       # none is touched
        # Of very many feeds not every way in which they overlap can be told apart.
        self.says = (([],) if len(kinds) > 100 else
                     ([], [], ["to: false"], ["to: true"], ["even_zombies: true", "to: true"]))
        feeds = [self.feed(n, kind) for n, kind in enumerate(kinds)]
        lines += ["feeds:"] + feeds if feeds else rng.choice(([], ["feeds: []"]))
        with open(self.path, "w", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
        for family in 4, 6:
            self.hosts[family] += [self.near(family) for _ in range(8)]

    def mode(self):
        return self.modes.choice(("", "", "", "", ", mode: enforce", ", mode: monitor"))

    def vlans(self):
        """Roles for VLANs that frames.py has, mostly."""
        rng = self.rng
        if chance(rng, 0.5):
            return ""
        bounds = sorted(rng.sample((1, 2, 7, 9, 99, 100, 101, 500, 1000, 2047, 2048, 4000, 4093), 6))
        roles = [rng.choice(("access", "upstream", "none")) for _ in range(3)]
        for low, role in zip(bounds[::2], roles):
            self.vids.setdefault(role, []).append(low + 1)
        pairs = [f"{low + 1}-{high}: {role}"
                 for low, high, role in zip(bounds[::2], bounds[1::2], roles)]
        return f", vlans: {{ {', '.join(pairs)} }}"

    def nat64(self):
        rng = self.rng
        self.translators += [(rng.choice(("2001:db8:64::", "2001:db8:64:ff00::", "2001:db9::")), bits)
                             for bits in rng.sample((32, 40, 48, 56, 64, 96), rng.randint(1, 3))]
        nets = [lists.prefix((6, *span)) for span in
                (lists.span(int(MAKE[6](net)), bits) for net, bits in self.translators[2:])]
        return "nat64: [" + ", ".join(f'"{net}"' for net in nets) + "]"

    def carrier(self, address):
        """An address of IPv6 that carries this one of IPv4."""
        net, bits = self.rng.choice(self.translators)
        data = bytearray(lists.span(int(MAKE[6](net)), bits)[0].to_bytes(16, "big"))
        places = [at for at in range(bits // 8, 16) if bits in (16, 96) or at != 8]
        for place, byte in zip(places, address.to_bytes(4, "big")):
            data[place] = byte
        if bits < 96 and chance(self.rng, 0.3):
            data[15] = self.rng.randrange(256)
        return int.from_bytes(data, "big")

    def smtp(self):
        rng = self.rng
        lines = ["smtp:"]
        if chance(rng, 0.4):
            self.ports = rng.choice(([587], [25, 587], [25, 89], [64, 128],
                                     [1, 25, 465, 587, 2525, 24, 6400, 65535],
                                     rng.sample(range(1, 65536), rng.choice((3, 8)))))
            lines.append(f"  ports: {self.ports}")
        if chance(rng, 0.4):
            self.source_prefix = rng.choice((16, 48, 56, 63, 64, 65, 96, 127, 128,
                                             rng.randint(16, 128)))
            lines.append(f"  ipv6_source_prefix: {self.source_prefix}")
        if chance(rng, 0.9):
            roles = rng.sample(("access", "upstream"), rng.choice((1, 2, 2, 2)))
            lines += ["  limit:"] + [f"    {role}: {self.limit()}" for role in roles]
        return lines if len(lines) > 1 else []

    def limit(self):
        rng = self.rng
        if chance(rng, 0.08):
            return "off"
        rate = rng.choice(RATES)
        count, unit = rate.split("/")
        self.interval = round(UNITS[unit] / int(count), 6)
        self.burst = min(rng.choice(BURSTS), 86400 * int(count) // UNITS[unit])
        return f"{{ rate: {rate}, burst: {self.burst} }}"

    def bounces(self):
        return f"bounces: {self.limit()}"

    def near(self, family):
        """An address where prefixes are likely."""
        rng = self.rng
        root = int(MAKE[family](rng.choice(self.shape.roots[family])))
        return (root + rng.randrange(1 << rng.choice(self.shape.near))) % (1 << BITS[family])

    def feed(self, n, kind):
        rng = self.rng
        keys = [f"name: {kind}{n}", f"kind: {kind}"]
        if kind in ("cnc", "zombie") and chance(rng, 0.5):
            keys.append(f"may_list_own: {rng.choice(('true', 'true', 'false'))}")
        if kind == "limit":
            keys.append(f"limit: {'closed' if chance(rng, 0.3) else self.limit()}")
        if kind == "protect":
            limit = "off"
            while limit == "off":
                limit = self.limit()
            keys += rng.choice(([f"limit: {limit}"], [f"limit: {limit}", self.bounces()],
                                [self.bounces()]))
        if kind in ("cnc", "zombie", "limit", "protect") and chance(rng, 0.3):
            keys.append(f"mode: {rng.choice(('monitor', 'monitor', 'enforce'))}")
        if kind == "allow":
            keys += rng.choice(self.says)
        width = "{ ipv4: 16, ipv6: 17 }" if chance(rng, 0.04) else ""
        if chance(rng, self.shape.unbounded):
            width = "{ ipv4: 0, ipv6: 0 }"
        elif chance(rng, 0.1):
            width = rng.choice(("0", "{ ipv6: 0 }", "16", "{ ipv4: 17 }"))
        if width:
            keys.append(f"max_width: {width}")
        count = rng.choice(self.shape.entries)
        if kind == "own":
            count = min(count, MOST_OWN)
        entries = []
        for _ in range(count):
            entries.append(rng.choice(entries) if entries and chance(rng, 0.03) else self.entry())
        in_file, inline = rng.choice(((entries, []), ([], entries), (entries[::2], entries[1::2])))
        if in_file:
            body, more = lists.file_of(rng, in_file)
            with open(os.path.join(self.directory, f"feed{n}.txt"), "w", encoding="utf-8",
                      newline="") as file:
                file.write(body)
            # max_width may leave nothing of it
            keys += [f"path: feed{n}.txt", "may_be_empty: true"] + more
        if inline:
            texts = ", ".join(json.dumps(lists.text(rng, entry)) for entry in inline)
            keys.append(f"entries: [{texts}]")
        return f"  - {{ {', '.join(keys)} }}"

    def entry(self):
        """(family, first, last)"""
        rng = self.rng
        family = rng.choice((4, 6))
        address = self.near(family)
        if family == 6 and chance(rng, 0.1):
            address = self.carrier(self.near(4))
        if self.hosts[family] and chance(rng, 0.5):
            address = rng.choice(self.hosts[family])
        length = rng.choice(self.shape.lengths[family])
        if chance(rng, 0.03):
            length = rng.choice(EVERY[family])
        mask = (1 << BITS[family] - length) - 1
        first, last = address & ~mask, address | mask
        if chance(rng, 0.1):
            first, last = address, self.end_of_range(family, address)
        for host in first, last, first - 1, last + 1, address, rng.randint(first, last):
            if 0 <= host < 1 << BITS[family]:
                self.hosts[family].append(host)
            if family == 6 and lists.is_mapped(host):
                self.hosts[4].append(host & 0xFFFFFFFF)
            if family == 4 and 0 <= host < 1 << 32 and chance(rng, 0.3):
                self.hosts[6].append(self.carrier(host))
        return family, first, last

    def end_of_range(self, family, first):
        """Within the /24, or beyond it, or beyond a /32 of IPv6."""
        bits = self.rng.choice((3, 8, 9, 17) if family == 4 else (3, 9, 64, 97, 100))
        last = min(first + self.rng.randrange(1 << bits), (1 << BITS[family]) - 1)
        return last if lists.is_mapped(first) == lists.is_mapped(last) else first


def suspects_of(rng):
    """Lines, of at least one rule by which somebody is slowed or listed."""
    if not rng:
        return []
    several = rng.choice((1, 2, 3, 6, 10, 20, 40))
    keys = {"servers": f"at_least: {several}, answered: {several + rng.choice((0, 2, 30))}",
            "failures": rng.choice(("theta0: 0.8", "theta0: 0.9, theta1: 0.3", "alpha: 0.1, beta: 0.1",
                                    "theta1: 0.05, alpha: 0.001")),
            "silent": f"at_least: {rng.choice((1, 2, 5, 20))}",
            "contact": f"within: {rng.choice(('1m', '1h', '1d'))}"}
    names = rng.sample(list(keys), rng.choice((1, 1, 2, 4)))
    lines = ["suspects:"]
    for n, name in enumerate(names):
        action = rng.choice(("list", "slow") if n == 0 else ("off", "report", "slow", "list"))
        lines.append(f"  {name}: {{ {keys[name]}, action: {action} }}")
    for key, values in (("limit", SLOW), ("for", ("1m", "10m", "1h", "1d", "30d")),
                        ("max_listed", (1, 2, 5, 1000, 65536)), ("servers_too", ("true", "false"))):
        if chance(rng, 0.6):
            lines.append(f"  {key}: {rng.choice(values)}")
    return lines
