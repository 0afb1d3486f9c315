# SPDX-License-Identifier: GPL-2.0
"""The filters that are compared: how each is set up, and how it counts its drops.

All cut what comes from or goes to a listed address. They look at the source
first: for a listed one, as in these benchmarks, that is the least work.
"""
import os
import pathlib
import re
import struct
import subprocess

from lab import BASE, BUILD, SCRATCH, SPAMWEIR, inside, per_cpu, run
from netlink import nft_counter

XDP_DROP = 1
SHIPPED = 10000  # addresses that xdp-filter has room for


class Subject:
    drops = True  # what is listed
    passes = True  # what is clean
    holds = None  # entries at most

    def __init__(self, receiver, lists, entries):
        self.receiver, self.lists, self.entries = receiver, lists, entries
        self.scratch = SCRATCH / receiver.name
        self.scratch.mkdir(parents=True)
        self.prepare()

    def prepare(self):
        """Puts the filter in force."""

    def dropped(self):
        """Packets, by the filter's own count."""
        return 0


class Nothing(Subject):
    name = "no filter"
    drops = False


class Pass(Subject):
    name = "XDP_PASS"
    drops = False

    def prepare(self):
        self.receiver.attach("bench_pass")


class Drop(Subject):
    name = "XDP_DROP"
    passes = False

    def prepare(self):
        self.receiver.attach("bench_drop")

    def dropped(self):
        return self.receiver.ethtool("xdp_drops")


def keys_of_lists(binary):
    """These lists cover more of the Internet than any real one, and change at once:
    for a version that would have that accepted by hand."""
    config = SCRATCH / "keys.yaml"
    keys = ", max_change: off, may_list_special: true"
    config.write_text(f"feeds: [{{ name: a, kind: cnc, entries: [198.18.7.7]{keys} }}]\n")
    knows = subprocess.run([binary, "check", "-c", config], capture_output=True, check=False)
    return "" if knows.returncode else keys


class Spamweir(Subject):
    name = "spamweir"
    binary = SPAMWEIR

    def prepare(self):
        self._config = self.scratch / "spamweir.yaml"
        self.configure(self.lists / "v4.txt")
        self("load")

    def configure(self, *feeds):
        keys = keys_of_lists(self.binary)
        lines = ["interfaces: [ { name: r0, role: access } ]", "mode: enforce", "feeds:"]
        lines += [f"  - {{ name: list{n}, kind: cnc, path: {feed}, may_be_empty: true{keys} }}"
                  for n, feed in enumerate(feeds)]
        self._config.write_text("\n".join(lines) + "\n")

    def command(self, verb):
        return [self.binary, verb, "-c", str(self._config), "--pin-dir",
                f"/sys/fs/bpf/{self.receiver.name}", "--state-dir", str(self.scratch / "state")]

    def __call__(self, verb):
        return self.receiver.run(*self.command(verb))

    def dropped(self):
        found = re.findall(r'^spamweir_packets_total\{.*verdict="drop".*\} (\d+)', self("metrics"),
                           re.M)
        return sum(int(n) for n in found)


class Base(Spamweir):
    name = "base"
    binary = BASE


class XdpFilter(Subject):
    """Exact addresses only: one of each prefix. For more than it has room for,
    the size of its maps is changed in a copy of its objects."""
    name = "xdp-filter"

    def prepare(self):
        pins = pathlib.Path("/sys/fs/bpf/xdp-filter")
        self._pins = pins.with_name(f"xdp-filter-{self.receiver.name}")
        objects = self.scratch / "objects"
        objects.mkdir()
        for source in _library().glob("xdp*.o"):
            (objects / source.name).write_bytes(self._enlarged(source))
        self.receiver.run("xdp-filter", "load", "r0", "--features", "ipv4", "--policy", "allow",
                          env={**os.environ, "LIBXDP_OBJECT_PATH": str(objects)})
        run(BUILD / "fill", pins / "filter_ipv4", self.lists / "exact")
        pins.rename(self._pins)  # the next one has maps of its own

    def _enlarged(self, source):
        content = source.read_bytes()
        if self.entries <= SHIPPED or not source.name.startswith("xdpfilt"):
            return content
        shipped = struct.pack("<I", SHIPPED)
        if content.count(shipped) != 1:
            raise RuntimeError(f"{source}: where is the size of its maps?")
        return content.replace(shipped, struct.pack("<I", self.entries))

    def dropped(self):
        values = per_cpu(["pinned", str(self._pins / "xdp_stats_map")], XDP_DROP)
        return sum(int.from_bytes(value[:8], "little") for value in values)


def _library():
    for found in pathlib.Path("/usr/lib").glob("*/bpf/xdpfilt_alw_ip.o"):
        return found.parent
    raise RuntimeError("xdp-filter's objects are not where Debian has them")


NFT_CHAIN = """chain judge {{
    type filter hook {hook};
    ip saddr @bad counter name dropped drop
    ip daddr @bad counter name dropped drop
}}
}}
"""


class Nft(Subject):
    def prepare(self):
        script = self.scratch / "nft.conf"
        with script.open("w", encoding="ascii") as file:
            file.write(f"table {self.family} bench {{\ncounter dropped {{ }}\n")
            write_nft_set(file, "bad", "ipv4_addr", self.lists / "v4.txt")
            file.write(NFT_CHAIN.format(hook=self.hook))
        self.receiver.run("nft", "-f", script)

    def dropped(self):
        with inside(self.receiver.name):
            return nft_counter(self.number, "bench", "dropped")


class NftNetdev(Nft):
    name = "nft netdev"
    family, number, hook = "netdev", 5, 'ingress device "r0" priority 0'


class NftRaw(Nft):
    name = "nft raw"
    family, number, hook = "ip", 2, "prerouting priority raw"


class Ipset(Subject):
    name = "ipset raw"
    iptables = "iptables"

    def prepare(self):
        script = self.scratch / "ipset"
        with script.open("w", encoding="ascii") as file:
            write_ipset(file, "bad", "inet", self.lists / "v4.txt", self.entries)
        self.receiver.run("ipset", "restore", "-file", script)
        for direction in ("src", "dst"):
            self.receiver.run(self.iptables, "-t", "raw", "-A", "PREROUTING", "-m", "set",
                              "--match-set", "bad", direction, "-j", "DROP")

    def dropped(self):
        text = self.receiver.run(self.iptables, "-t", "raw", "-vnxL", "PREROUTING")
        return sum(int(n) for n in re.findall(r"^ *(\d+) +\d+ +DROP ", text, re.M))


def _prefixes(feed):
    with feed.open(encoding="ascii") as lines:
        for line in lines:
            yield line.rstrip()


# Line by line: a process that is started has, for the kernel, had the memory of
# the one that started it.
def write_nft_set(file, name, kind, feed):
    file.write(f"set {name} {{ type {kind}; flags interval; elements = {{ ")
    for prefix in _prefixes(feed):
        file.write(f"{prefix},")
    file.write("}; }\n")


def write_ipset(file, name, family, feed, entries):
    """With buckets for all from the start, as `ipset save` would write it."""
    buckets = 1 << (entries // 4).bit_length()
    file.write(f"create {name} hash:net family {family} hashsize {buckets} maxelem {2 * entries}\n")
    for prefix in _prefixes(feed):
        file.write(f"add {name} {prefix}\n")


ALL = (Drop, Nothing, Pass, Spamweir, *([Base] if BASE else []), XdpFilter, NftNetdev, NftRaw,
       Ipset)
