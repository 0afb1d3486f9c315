# SPDX-License-Identifier: GPL-2.0
"""publish.py FULL|QUICK: lists from text files to where packets are judged by them.

Prints a line a sample: publish,CASE,SUBJECT,SIZE,UNIT,ROUND,VALUE. The size is
that of the IPv4 list; a quarter as many IPv6 prefixes come with it. Kernel
memory is the growth of SUnreclaim, VmallocUsed and Percpu in /proc/meminfo.

"A load" is of an IPv4 list alone, from 10,000 prefixes to a million, and of spamweir
alone to ten million, once: what a prefix more costs.

Of spamweir it is also measured when the kernel drops what the list lists ("in force"), which
is earlier than the command's return: what is left then are the books. That is asked of the
program on the NIC itself (judged.c), of each build in the same way.

"A line more in one of twenty" is of the IPv4 list in twenty files, of which one changes. CPU
time is that of the command and its processes, which a busy machine changes less.
"""
import shutil
import sys

import lab
import subjects

ONE_LINE = "198.18.7.7\n"

class Publisher:
    """A way to publish. `publish` begins with nothing, which `clear` leaves."""

    def __init__(self, receiver, lists, entries):
        self.netns, self.lists, self.entries = receiver.name, lists, entries
        self.scratch = lab.SCRATCH / f"{self.netns}-{entries}-{self.name.replace(' ', '-')}"
        self.scratch.mkdir(parents=True)
        self.prepare()

    def measure(self, *argv):
        return lab.measure(*argv, netns=self.netns)

    def prepare(self):
        """Writes what the command reads."""

    def change(self):
        """One more line, or None if that cannot be asked for."""
        return None


class Spamweir(Publisher):
    name = "spamweir"
    binary = lab.SPAMWEIR

    def keys(self):
        keys = subjects.keys_of_lists(self.binary)
        return keys and f"{keys}, max_entries: {2 * self.entries}"

    def prepare(self):
        self._config = self.scratch / "spamweir.yaml"
        self._feed = self.scratch / "v4.txt"
        keys = self.keys()
        self._config.write_text(f"""interfaces: [ {{ name: r0, role: access }} ]
mode: enforce
feeds:
  - {{ name: v4, kind: cnc, path: {self._feed}{keys} }}
  - {{ name: v6, kind: cnc, path: {self.lists / "v6.txt"}{keys} }}
""")

    def put(self, source, more=""):
        fresh = self.scratch / "fresh"
        shutil.copy(source, fresh)
        with fresh.open("a", encoding="ascii") as file:
            file.write(more)
        fresh.rename(self._feed)

    def _command(self, verb):
        return (self.binary, verb, "-c", self._config, "--pin-dir",
                f"/sys/fs/bpf/publish-{self.netns}", "--state-dir", self.scratch / "state")

    def __call__(self, verb):
        return self.measure(*self._command(verb))

    def until_judged(self, verb, address):
        """Its cost, and the seconds until frames from a newly listed address are dropped."""
        return lab.measure_until_judged(address, *self._command(verb), netns=self.netns)

    def clear(self):
        self("unload")

    def publish(self):
        self.put(self.lists / "v4.txt", ONE_LINE)
        cost, self.in_force = self.until_judged("load", ONE_LINE.strip())
        return cost

    def republish(self):
        self.put(self.lists / "next4.txt")
        return self("reload")

    def change(self):
        self.put(self.lists / "next4.txt", ONE_LINE)
        return self("reload")


class Base(Spamweir):
    name = "base"
    binary = lab.BASE


class Nft(Publisher):
    name = "nft -f"

    def prepare(self):
        self._script = self.scratch / "nft.conf"
        with self._script.open("w", encoding="ascii") as file:
            file.write("table inet bench {\n")
            subjects.write_nft_set(file, "bad4", "ipv4_addr", self.lists / "v4.txt")
            subjects.write_nft_set(file, "bad6", "ipv6_addr", self.lists / "v6.txt")
            file.write("}\n")

    def clear(self):
        lab.run("nft", "flush", "ruleset", netns=self.netns)

    def publish(self):
        return self.measure("nft", "-f", self._script)


class Ipset(Publisher):
    name = "ipset restore"

    def prepare(self):
        self._script = self.scratch / "ipset"
        with self._script.open("w", encoding="ascii") as file:
            subjects.write_ipset(file, "bad4", "inet", self.lists / "v4.txt", self.entries)
            subjects.write_ipset(file, "bad6", "inet6", self.lists / "v6.txt", self.entries // 4)

    def clear(self):
        lab.run("ipset", "destroy", netns=self.netns)

    def publish(self):
        return self.measure("ipset", "restore", "-file", self._script)

    def change(self):
        return self.measure("ipset", "add", "bad4", ONE_LINE.strip())


class Lpm(Publisher):
    name = "LPM trie"

    def prepare(self):
        self._pins = [f"/sys/fs/bpf/lpm{family}-{self.netns}" for family in (4, 6)]

    def clear(self):
        lab.run("rm", "-f", *self._pins)

    def publish(self):
        return self.measure(lab.BUILD / "lpm", self.lists / "v4.txt", self.lists / "v6.txt",
                            *self._pins)


class Samples:
    def __init__(self, entries):
        self._entries = entries

    def __call__(self, case, subject, unit, number, value):
        print(f"publish,{case},{subject},{self._entries},{unit},{number},{value:.5g}", flush=True)


def measure_round(publishers, number, patience, sample):
    for publisher in publishers if number % 2 else reversed(publishers):
        before = patience and lab.kernel_memory(patience)
        cost = publisher.publish()
        held = patience and lab.kernel_memory(patience) - before
        sample("first load", publisher.name, "s", number, cost.seconds)
        sample("CPU of a first load", publisher.name, "s", number, cost.cpu)
        if isinstance(publisher, Spamweir):
            sample("first load in force", publisher.name, "s", number, publisher.in_force)
        if isinstance(publisher, Spamweir):
            cost = publisher.republish()
        sample("publish", publisher.name, "s", number, cost.seconds)
        sample("publish RSS", publisher.name, "MiB", number, cost.mib)
        if patience:
            sample("kernel memory", publisher.name, "MiB", number, held)
        changed = publisher.change()
        if changed:
            sample("one line more", publisher.name, "s", number, changed.seconds)
        publisher.clear()


def verify_return(weir, receiver):
    """When `reload` returns, its list is in force: for the very next packet."""
    frames = 4096
    for source, more, expected in (("/dev/null", ONE_LINE, frames),
                                   (weir.lists / "v4.txt", "", 0)):
        weir.put(source, more)
        weir("reload")
        before = sum(receiver.arrived())
        receiver.send(weir.lists / "listed.keys", frames)
        got = lab.settled(lambda: sum(receiver.arrived()), before + expected, 0.2) - before
        if got != expected:
            raise RuntimeError(f"after a reload {got} of {frames} packets arrived, not {expected}")
    lab.log("  verified: lists are in force when reload returns")


def count_misjudged(lists, entries, publishes, sample):
    """Under full load, half of it listed before and after every publish, half clean."""
    receiver = lab.Receiver()
    weir = Spamweir(receiver, lists, entries)
    weir.publish()
    verify_return(weir, receiver)
    before = receiver.arrived()
    taken_before, _ = receiver.received()
    load = receiver.start(lists / "mixed.keys", 0xffffffff, 240000)
    for n in range(publishes):
        weir.put(lists / ("next4.txt", "v4.txt")[n % 2])
        weir("reload")
    sent, ns = load.stop()
    clean, listed = sent - sent // 2, sent // 2
    arrived = lab.settled(receiver.arrived, [before[0] + clean, before[1]])
    lost, passed = before[0] + clean - arrived[0], arrived[1] - before[1]
    taken, refused = receiver.received()
    lab.log(f"  {publishes} publishes: {clean} clean packets, {lost} lost; {listed} listed ones, "
            f"{passed} passed; {sent * 1e3 / ns:.2f} Mpps")
    if refused or taken - taken_before != sent or lost < 0:
        lab.log(f"void: the NIC took {taken - taken_before} of {sent}")
    else:
        sample("misjudged", weir.name, "packets", 1, lost + passed)
        sample("judged meanwhile", weir.name, "packets", 1, sent)
    weir.clear()


FEEDS = 20


class Twenty(Spamweir):
    """The IPv4 list in as many files."""

    def prepare(self):
        with (self.lists / "v4.txt").open(encoding="ascii") as file:
            lines = file.readlines()
        self._feed, self._text = self.scratch / "0", "".join(lines[::FEEDS])
        for n in range(FEEDS):
            (self.scratch / str(n)).write_text("".join(lines[n::FEEDS]))
        self._config = self.scratch / "spamweir.yaml"
        keys = self.keys()
        feeds = "\n".join(f"  - {{ name: list{n}, kind: cnc, path: {self.scratch / str(n)}{keys} }}"
                          for n in range(FEEDS))
        self._config.write_text("interfaces: [ { name: r0, role: access } ]\nmode: enforce\n"
                                f"feeds:\n{feeds}\n")

    def change(self, number):
        fresh, address = self.scratch / "fresh", f"198.18.{number}.7"
        fresh.write_text(f"{self._text}{address}\n")
        fresh.rename(self._feed)
        cost, self.in_force = self.until_judged("reload", address)
        return cost


class TwentyOfBase(Twenty):
    name = "base"
    binary = lab.BASE


def measure_twenty(lists, entries, rounds, sample):
    kinds = (Twenty, *([TwentyOfBase] if lab.BASE else []))
    twenties = [kind(lab.Receiver(), lists, entries) for kind in kinds]
    for twenty in twenties:
        twenty("load")
        twenty.change(0)  # the first one copies the tables, those after it write into the copy
    for number in range(1, rounds + 1):
        for twenty in twenties if number % 2 else reversed(twenties):
            cost = twenty.change(number)
            sample("a line more in one of twenty", twenty.name, "s", number, cost.seconds)
            sample("CPU of a line more in one of twenty", twenty.name, "s", number, cost.cpu)
            sample("a line more in one of twenty in force", twenty.name, "s", number,
                   twenty.in_force)
    for twenty in twenties:
        twenty.clear()


SIZES = (10000, 100000, 1000000, 10000000)
OTHERS_HOLD = 1000000


def measure_sizes(quick):
    receiver = lab.Receiver()
    for entries in SIZES[:2] if quick else SIZES:
        many = entries > OTHERS_HOLD
        sample = Samples(entries)
        lists = lab.lists(entries, 1)
        kinds = (Spamweir, *([Base] if lab.BASE else []), *(() if many else (Nft, Ipset)))
        publishers = [kind(receiver, lists, entries) for kind in kinds]
        for number in range(1, 2 if many else 3):
            for publisher in publishers:
                cost = publisher.publish()
                sample("a load", publisher.name, "s", number, cost.seconds)
                sample("CPU of a load", publisher.name, "s", number, cost.cpu)
                if isinstance(publisher, Spamweir):
                    sample("a load in force", publisher.name, "s", number, publisher.in_force)
                sample("a load RSS", publisher.name, "MiB", number, cost.mib)
                publisher.clear()


def main():
    quick = sys.argv[1] == "quick"
    entries, rounds, publishes, patience = (100000, 3, 10, 0) if quick else (1000000, 2, 50, 3)
    lists = lab.lists(entries, entries // 4)
    sample = Samples(entries)
    lab.make_shared_ends()
    receiver = lab.Receiver()
    kinds = (Spamweir, *([Base] if lab.BASE else []), Nft, Ipset, Lpm)
    publishers = [kind(receiver, lists, entries) for kind in kinds]
    for number in range(1, rounds + 1):
        lab.log(f"  round {number} of {rounds}")
        measure_round(publishers, number, patience, sample)
    measure_twenty(lists, entries, 5 if quick else 15, sample)
    count_misjudged(lists, entries, publishes, sample)
    measure_sizes(quick)


if __name__ == "__main__":
    main()
