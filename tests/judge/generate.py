#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Random cases: a policy with its feeds, and a capture that runs into it.

    generate.py SEED DIRECTORY [PACKETS]    write case.yaml, its feeds, case.pcap or case.pcapng
"""
import ipaddress
import json
import os
import random
import sys

import capture
from frames import Maker, chance

BITS = {4: 32, 6: 128}
MAKE = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}
# Where prefixes nest and meet: lengths around the edges of words, tables and defaults.
LENGTHS = {4: (8, 9, 12, 15, 16, 17, 20, 23, 24, 25, 26, 28, 30, 31, 32, 32, 32),
           6: (16, 20, 24, 28, 29, 31, 32, 33, 40, 47, 48, 49, 56, 63, 64, 65, 72, 96, 112, 120,
               126, 127, 128, 128)}
ROOTS = {4: ("198.18.0.0", "198.19.255.0", "0.0.0.0", "255.255.255.0", "10.64.0.0", "100.64.0.0"),
         6: ("2001:db8::", "2001:db8:ffff::", "::", "ffff::", "2001:db8:0:1::", "fe80::")}
RATES = ("1/s", "2/s", "10/s", "250/s", "1000/s", "30/min", "7/min", "600/min", "1/min", "60/h",
         "13/h", "100/d", "1/d")
SPAN = 11      # days that a capture lasts at most; see "time" on top of judge.py
UNITS = {"s": 1, "min": 60, "h": 3600, "d": 86400}


class Case:
    """What is drawn depends on nothing but the seed and the hosts, {4: [address], 6: [address]}."""

    def __init__(self, seed, directory, hosts=None):
        self.rng = random.Random(seed)
        self.directory = directory
        self.ports = [25]
        self.interval = 1.0
        self.config = os.path.join(directory, "case.yaml")
        self.hosts = hosts or {4: [], 6: []}

    def write(self, packets=2000):
        """The path of the capture."""
        os.makedirs(self.directory, exist_ok=True)
        self.policy()
        for family in 4, 6:
            self.rng.shuffle(self.hosts[family])
            del self.hosts[family][60:]
        return self.packets(packets)

    def packets(self, count):
        maker = Maker(self.rng, self.hosts, self.ports)
        frames = [maker.frame() for _ in range(count)]
        return self.capture(self.clocked(frames))

    # ---- clock and file

    def clocked(self, frames):
        rng = self.rng
        steps = rng.choice(((0,), (0, 1e-6, 1e-3), (0.01, 0.1, 1), (0, 0.5, 1, 2), (60, 3600),
                            (0, 0.001, 1, 3600, 86400)))
        disorder = rng.choice((0, 0, 0.05, 0.3))
        now = rng.choice((0, 1, 10**9, 1_790_000_000)) * 10**9 + rng.randrange(10**9)
        end = now + SPAN * 86400 * 10**9
        for frame in frames:
            step = rng.choice(steps) * rng.choice((0, 1, 1, rng.random(), rng.random() * 2))
            if chance(rng, 0.1):
                step = self.interval * rng.choice((0.5, 0.99, 1.01, 2, self.whole()))
                step += rng.choice((0, 0, 1e-6, -1e-6))
            now = min(now + int(step * 10**9), end)
            early = rng.choice((1e-6, 1e-3, 0.1, 10)) * rng.random() if chance(rng, disorder) else 0
            yield max(0, now - int(early * 10**9)), frame

    def whole(self):
        """1 where the interval is one of whole microseconds, and so the edge can be met."""
        return 1 if (self.interval * 10**6).is_integer() else 3

    def capture(self, packets):
        rng = self.rng
        order, lost = rng.choice("<<>"), rng.choice((0, 0, 0, 1400))
        if chance(rng, 0.5):
            path = os.path.join(self.directory, "case.pcap")
            capture.write_pcap(path, packets, chance(rng, 0.5), order, lost)
        else:
            path = os.path.join(self.directory, "case.pcapng")
            resolution = rng.choice((6, 6, 9, 9, 3, 7, 0x80 | 10, 0x80 | 20))
            capture.write_pcapng(path, packets, resolution, order, lost, rng.choice((1, 1, 3)),
                                 rng.choice((0, 0, -86400)))
        return path

    # ---- policy

    def policy(self):
        rng = self.rng
        role = rng.choice(("access", "upstream"))
        lines = [f"interfaces: [{{ name: lab0, role: {role} }}]"]
        if chance(rng, 0.25):
            lines.append(f"mode: {rng.choice(('monitor', 'enforce'))}")
        if not chance(rng, 0.1):
            lines += self.smtp()
        lines.append("feeds:")
        kinds = rng.choices(("cnc", "zombie", "allow", "own"), (3, 3, 2, 1), k=rng.choice((1, 3, 6, 9)))
        feeds = [self.feed(n, kind) for n, kind in enumerate(kinds)]
        with open(self.config, "w", encoding="utf-8") as file:
            file.write("\n".join(lines + feeds) + "\n")
        for family in 4, 6:
            self.hosts[family] += [self.near(family) for _ in range(8)]

    def smtp(self):
        rng = self.rng
        lines = ["smtp:"]
        if chance(rng, 0.3):
            self.ports = rng.choice(([25], [25, 587], [1, 25, 465, 587, 2525, 24, 6400, 65535]))
            lines.append(f"  ports: {self.ports}")
        if chance(rng, 0.4):
            lines.append(f"  ipv6_source_prefix: {rng.choice((16, 48, 56, 63, 64, 65, 96, 128))}")
        if chance(rng, 0.9):
            lines += ["  limit:", f"    access: {self.limit()}", f"    upstream: {self.limit()}"]
        return lines if len(lines) > 1 else []

    def limit(self):
        rng = self.rng
        if chance(rng, 0.08):
            return "off"
        rate = rng.choice(RATES)
        count, unit = rate.split("/")
        self.interval = UNITS[unit] / int(count)
        most = int(86400 / self.interval)
        burst = min(rng.choice((1, 1, 2, 3, 5, 10, 30)), most)
        return f"{{ rate: {rate}, burst: {burst} }}"

    def near(self, family):
        """An address where prefixes are likely."""
        rng = self.rng
        root = int(MAKE[family](rng.choice(ROOTS[family])))
        return root | rng.randrange(1 << rng.choice((1, 2, 4, 8, 9, 16)))

    def feed(self, n, kind):
        rng = self.rng
        keys = [f"name: {kind}{n}", f"kind: {kind}"]
        if kind in ("cnc", "zombie") and chance(rng, 0.5):
            keys.append(f"may_list_own: {rng.choice(('true', 'true', 'false'))}")
        if chance(rng, 0.15):
            keys.append(rng.choice(("max_width: 0", "max_width: { ipv6: 0 }", "max_width: 16",
                                    "max_width: { ipv4: 24, ipv6: 48 }", "max_width: { ipv4: 32 }")))
        entries = [self.entry() for _ in range(rng.choice((1, 2, 5, 12, 40)))]
        if chance(rng, 0.5):
            return self.in_file(keys, n, entries)
        texts = ", ".join(json.dumps(self.text(*entry)) for entry in entries)
        return f"  - {{ {', '.join(keys)}, entries: [{texts}] }}"

    def entry(self):
        """(family, first, last); addresses at and beside its ends come into the capture."""
        rng = self.rng
        family = rng.choice((4, 6))
        address = self.near(family)
        if self.hosts[family] and chance(rng, 0.5):
            address = rng.choice(self.hosts[family])
        length = rng.choice(LENGTHS[family])
        if chance(rng, 0.03):
            length = rng.randrange(BITS[family] + 1)
        mask = (1 << BITS[family] - length) - 1
        first, last = address & ~mask, address | mask
        if chance(rng, 0.1):
            first, last = address, min(address + rng.randrange(300), (1 << BITS[family]) - 1)
        for host in first, last, first - 1, last + 1, address, rng.randint(first, last):
            if 0 <= host < 1 << BITS[family]:
                self.hosts[family].append(host)
        return family, first, last

    def text(self, family, first, last):
        make = MAKE[family]
        size = last - first + 1
        if size & (size - 1) or first & (size - 1):
            return f"{make(first)}-{make(last)}"
        if size == 1 and chance(self.rng, 0.9):
            return str(make(first))
        return f"{make(first)}/{BITS[family] - size.bit_length() + 1}"

    def in_file(self, keys, n, entries):
        rng = self.rng
        prefixes = [entry for entry in entries if "-" not in self.text(*entry)]
        v4 = [entry for entry in prefixes if entry[0] == 4 and entry[1] & 255 == 0
              and entry[2] - entry[1] >= 255]
        single = [entry for entry in prefixes if entry[1] == entry[2]]
        forms = [("plain", self.plain, entries)]
        forms += [("drop", self.drop, prefixes), ("ndjson", self.ndjson, prefixes)] if prefixes else []
        forms += [("dshield", self.dshield, v4)] if v4 else []
        forms += [("ipsum", self.ipsum, single)] * 3 if single else []
        form, write, chosen = rng.choice(forms)
        name = f"feed{n}.txt"
        with open(os.path.join(self.directory, name), "w", encoding="utf-8", newline="") as file:
            file.write(write(chosen, keys))
        keys += [f"path: {name}", "may_be_empty: true"]     # max_width may leave nothing of it
        if "min_count" in " ".join(keys) or chance(rng, 0.6):
            keys.append(f"format: {form}")
        return f"  - {{ {', '.join(keys)} }}"

    def plain(self, entries, _):
        rng = self.rng
        lines = rng.choice(([], ["# a list", ""], ["; a list", "// of addresses"]))
        for entry in entries:
            lines.append(self.text(*entry) + rng.choice(("", "", "", " ", "\t# why", " ; why", " // x")))
        return rng.choice(("\n", "\n", "\r\n")).join(lines + [""])

    def drop(self, entries, _):
        rows = [f"{self.prefix(entry)} ; SBL{n + 1000}" for n, entry in enumerate(entries)]
        return "\n".join(["; Spamhaus DROP List", "; Expires: never"] + rows) + "\n"

    def ndjson(self, entries, _):
        slash = self.rng.choice(("/", "\\/"))
        rows = [f'{{"cidr":"{self.prefix(entry).replace("/", slash)}","sblid":"SBL{n}","rir":"arin"}}'
                for n, entry in enumerate(entries)]
        body = "\n".join(rows) + "\n"
        return body + json.dumps({"type": "metadata", "timestamp": 1_790_000_000,
                                  "size": len(body), "records": len(rows)}) + "\n"

    def prefix(self, entry):
        text = self.text(*entry)
        return text if "/" in text else f"{text}/{BITS[entry[0]]}"

    def dshield(self, entries, _):
        rows = []
        for family, first, last in entries:
            length = 33 - (last - first + 1).bit_length()
            rows.append("\t".join((str(MAKE[family](first)), str(MAKE[family](last)), str(length),
                                   "77", "SOME NET", "XX", "abuse@example.net")))
        head = ["#", "# block list", "Start\tEnd\tNetmask\tAttacks\tName\tCountry\temail"]
        return "\n".join(head + rows) + "\n"

    def ipsum(self, entries, keys):
        if chance(self.rng, 0.7):
            keys.append(f"min_count: {self.rng.choice((1, 2, 3, 5))}")
        rows = [f"{MAKE[entry[0]](entry[1])}\t{self.rng.choice((5, 3, 3, 2, 1, 10))}"
                for entry in entries]
        return "\n".join(["# IP\tnumber of (black)lists"] + rows) + "\n"


def main():
    seed, directory = sys.argv[1:3]
    packets = int(sys.argv[3]) if len(sys.argv) > 3 else 2000
    print(Case(seed, directory).write(packets))


if __name__ == "__main__":
    main()
