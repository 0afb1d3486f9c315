#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""demo.py TOOLS [ROUTERS [ENTRIES]]: forty routers, one knowledge.

In a lab of network namespaces; run by scripts/demo-fleet.sh. The environment has SPAMWEIR, the
binary. Exits 1 if anything that must happen does not.
"""
import contextlib
import os
import pathlib
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "tests" / "e2e"))

import frames  # noqa: E402
from lab import wait_until  # noqa: E402
from many import MX, Fleet, Reflector, blast  # noqa: E402

BEGAN = time.monotonic()
GIB = 1 << 30


def say(text):
    print(f"{time.monotonic() - BEGAN:6.1f} s  {text}", flush=True)


def memory():
    with open("/proc/meminfo", encoding="ascii") as file:
        found = dict(line.split(":") for line in file)
    return int(found["MemAvailable"].split()[0]) * 1024


def figures(seconds):
    return f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"


class Demo:
    def __init__(self, tools, routers, entries):
        self.routers, self.entries = routers, entries
        self.failed = 0
        self.before = memory()
        self._made = tempfile.TemporaryDirectory(dir=os.environ["LAB"])
        say(f"{routers} routers, two reflectors: namespaces, spamweir and BIRD in each")
        self.fleet = Fleet(routers, [Reflector] * 2, pathlib.Path(self._made.name),
                           lambda name: pathlib.Path(tools) / name,
                           lambda text: say(f"  {text}: up"))

    def expect(self, what, holds):
        say(f"  {'ok' if holds else 'FAILED'}  {what}")
        self.failed += not holds

    def target(self, what, seconds, median, worst):
        over = statistics.median(seconds) > median or max(seconds) > worst
        say(f"  {'over' if over else 'ok'}  {what}: {figures(seconds)} of {len(seconds)}"
            f" (wanted: {median} s, {worst} s)")

    def number(self, wanted):
        return (wanted - 1) % self.routers + 1

    def fill(self):
        each = self.entries // self.routers
        say(f"{each * self.routers} live zombies, {each} found at each router")
        for router in self.fleet.routers:
            lines = "".join(f"198.18.{router.number}.{n % 250 + 1}\n" if n < 250 else
                            f"198.18.{100 + router.number}.{n % 250 + 1}\n" for n in range(each))
            router.weir.write("found", lines)
        # At once, so that what others learn comes in few pieces.
        adding = [router.weir.start("zombie", "add", "--file", router.weir.directory / "found")
                  for router in self.fleet.routers]
        self.expect("entered", not any(process.wait() for process in adding))
        wanted = each * (self.routers - 1)
        wait_until(lambda: all(r.entries() == wanted for r in self.fleet.routers), 120,
                   lambda: f"{[r.entries() for r in self.fleet.routers]} are {wanted}")
        say("  all routers hold what all others have found")
        self.known = wanted

    def roam(self):
        here, there = self.number(7), self.number(23)
        say(f"a subscriber of router {here} begins to send spam; then he goes to router {there}")
        source = "198.18.200.7"
        path = self.fleet.paths.pop(there)
        seconds = self.fleet.spread(frames.tcp(source, MX), None, at=here, first=blast(source))
        self.fleet.paths[there] = path
        wait_until(lambda: path.router.entries() == self.known + 1, 30)
        with contextlib.closing(path.count({(source, MX)})) as arrived:
            before = path.router.weir.dropped().get("zombie_feed", 0)
            path.send(frames.tcp(source, MX))
            wait_until(lambda: arrived.total or
                       path.router.weir.dropped().get("zombie_feed", 0) > before, 30)
            self.expect(f"held at router {there} from his first SYN", not arrived.total)
        return list(seconds.values())

    def listed(self, seconds):
        """Some more, at other routers."""
        for n in range(1, 8):
            source = f"198.18.201.{n}"
            seconds += self.fleet.spread(frames.tcp(source, MX), None,
                                         at=self.number(5 * n), first=blast(source)).values()
        self.target("from the SYN that crosses the line to dropped at all others", seconds, 1, 3)

    def block(self):
        at = self.number(5)
        say(f"`spamweir block add 203.0.113.7` at router {at}")

        def add():
            began = time.monotonic()
            self.fleet.router(at).weir("block", "add", "203.0.113.7", "--why", "orders bots")
            return began
        seconds = self.fleet.spread(frames.udp("198.18.250.1", "203.0.113.7"), add)
        self.target("from the command to cut off at all", list(seconds.values()), 1, 3)

    def kill_reflector(self):
        say("one of the two reflectors dies")
        self.fleet.reflectors[0].end_bird()
        source = "198.18.202.1"
        seconds = self.fleet.spread(frames.tcp(source, MX), None, at=self.number(31),
                                    first=blast(source))
        self.target("the next one is held all the same", list(seconds.values()), 1, 3)
        dropped = self.fleet.spread(frames.tcp("198.18.1.1", MX), time.monotonic)
        self.expect("what was known still is, at all", len(dropped) == self.routers)

    def reboot(self):
        number = self.number(11)
        router = self.fleet.router(number)
        known = router.entries()
        say(f"router {number} is gone: namespace, processes and all that was pinned; and comes back")
        began = time.monotonic()
        self.fleet.reboot(number)
        wait_until(lambda: router.entries() == known, 120)
        say(f"  ok  it holds all {known} again, {time.monotonic() - began:.1f} s after it went")
        self.expect("and its own", len(router.weir.json_lines("zombie", "list")) >=
                    self.entries // self.routers)

    def run(self):
        self.fill()
        self.listed(self.roam())
        self.block()
        self.kill_reflector()
        self.reboot()
        used = (self.before - memory()) / GIB
        took = time.monotonic() - BEGAN
        self.expect(f"{used:.1f} GiB of memory in all (wanted: under 8)", used < 8)
        say(f"demo-fleet: {'FAILED' if self.failed else 'all as expected'}, in {took:.0f} s on "
            f"{os.cpu_count()} CPUs")
        return self.failed


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    many = [int(n) for n in sys.argv[2:]] + [40, 10000][len(sys.argv) - 2:]
    sys.exit(1 if Demo(sys.argv[1], *many).run() else 0)
