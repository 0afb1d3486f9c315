# SPDX-License-Identifier: GPL-2.0
"""routes.py FULL|QUICK: what a change of a routing table costs beside a reload.

Prints a line a sample: routes,CASE,SUBJECT,SIZE,UNIT,ROUND,VALUE. Lists of so many prefixes
are in force, and a feed is a routing table, which the daemon follows. "CPU a change":
"reload of another list" is a `reload` of another list of that length, which "base" is for the
revision to compare with, and "reload with a line more" of the same with a line more or less;
"first route after a reload" is what the daemon takes for the first that comes by itself then, for
which it copies what is in force, "one route" for each of those behind it, both without what it
takes in a second in which nothing comes ("daemon at rest"), "one route beside 100 000" the same
where the table has so many, and "1000 routes a second" a thousandth of what it takes in a second
in which a thousand come and go. "behind": how long after the last of these a route is in force.
"""
import contextlib
import json
import os
import subprocess
import sys
import time

import lab
import publish

TABLE = 666
RATE = 1000
TICKS = os.sysconf("SC_CLK_TCK")


class Followed(publish.Spamweir):
    """With a daemon that follows a routing table."""

    def prepare(self):
        super().prepare()
        self._yaml = self.scratch / "spamweir.yaml"
        self._yaml.write_text(self._yaml.read_text() + f"""  - name: fleet
    kind: zombie
    may_list_special: true
    routes: {{ table: {TABLE}, hold: 0s }}
""")

    def _command(self, verb, *more):
        return [self.binary, verb, "-c", self._yaml, "--pin-dir",
                f"/sys/fs/bpf/publish-{self.netns}", "--state-dir", self.scratch / "state", *more]

    def start(self):
        with lab.inside(self.netns):
            self.daemon = subprocess.Popen([str(w) for w in self._command("run")],
                                           stderr=subprocess.PIPE, text=True)
        for line in self.daemon.stderr:
            if "running; SIGHUP reloads" in line:
                return

    def stop(self):
        self.daemon.terminate()
        self.daemon.communicate()

    def in_force(self):
        told = json.loads(lab.run(*self._command("status", "--json"), netns=self.netns))
        return next(feed["entries"] for feed in told["feeds"] if feed["name"] == "fleet")

    def cpu_of(self, verb):
        """Milliseconds of CPU of a command."""
        with lab.inside(self.netns):
            popen = subprocess.Popen([str(w) for w in self._command(verb)],
                                     stdout=subprocess.DEVNULL, close_fds=False)
        _, status, usage = os.wait4(popen.pid, 0)
        popen.returncode = os.waitstatus_to_exitcode(status)
        if popen.returncode:
            raise RuntimeError(f"{verb}: exit {popen.returncode}")
        return (usage.ru_utime + usage.ru_stime) * 1000

    def cpu(self):
        """Milliseconds that the daemon and its jobs have taken so far."""
        with open(f"/proc/{self.daemon.pid}/stat", encoding="ascii") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return sum(int(n) for n in fields[11:15]) * 1000 / TICKS

    def batch(self, lines):
        lab.run("ip", "-batch", "-", netns=self.netns, input="\n".join(lines) + "\n")

    def wait(self, entries):
        """Seconds until so many are in force."""
        began = time.monotonic()
        while self.in_force() != entries:
            if time.monotonic() - began > 60:
                raise RuntimeError(f"{self.in_force()} routes are in force, not {entries}")
            time.sleep(0.05)
        return time.monotonic() - began


def address(n):
    return f"192.{n >> 16 & 15}.{n >> 8 & 255}.{n & 255}"


def route(verb, n):
    return f"route {verb} blackhole {address(n)} table {TABLE} proto bird"


def at_rest(weir):
    """CPU of a second in which nothing changes; what comes every ten seconds is in it."""
    begin, before = time.monotonic(), weir.cpu()
    time.sleep(20)
    return (weir.cpu() - before) / (time.monotonic() - begin)


def one_by_one(weir, changes, rest, held=0):
    """CPU of the first, and of each behind it, where the table has so many."""
    begin, spent = time.monotonic(), [weir.cpu()]
    for n in range(held, held + changes + 1):
        weir.batch([route("add", n)])
        time.sleep(1)  # so that each is by itself
        weir.wait(n + 1)
        spent.append(weir.cpu() - rest * (time.monotonic() - begin))
    return spent[1] - spent[0], (spent[-1] - spent[1]) / changes


def stream(weir, first, seconds):
    """CPU of one change of a thousand a second."""
    before, begin = weir.cpu(), time.monotonic()
    with lab.inside(weir.netns):
        popen = subprocess.Popen(["ip", "-batch", "-"], stdin=subprocess.PIPE, text=True)
    for tenth in range(10 * seconds):
        at = first + tenth * RATE // 20
        lines = [route("add", at + n) for n in range(RATE // 20)]
        lines += [route("del", at + n - RATE // 20) for n in range(RATE // 20)] \
            if tenth else [route("add", at - n - 1) for n in range(RATE // 20)]
        popen.stdin.write("\n".join(lines) + "\n")
        popen.stdin.flush()
        time.sleep(max(0.0, begin + (tenth + 1) / 10 - time.monotonic()))
    popen.stdin.close()
    popen.wait()
    return (weir.cpu() - before) / (RATE * seconds)


def flush(weir):
    lab.run("ip", "route", "flush", "table", TABLE, netns=weir.netns)
    weir.wait(0)


LAST = 65535  # a route that stays


def behind(weir, entries):
    """Seconds until one is in force that comes after so many are to be."""
    weir.batch([route("add", LAST)])
    return weir.wait(entries + 1)


def main():
    quick = sys.argv[1] == "quick"
    entries = 100000 if quick else 1000000
    many = 10000 if quick else 100000
    changes, seconds, rounds = (5, 5, 3) if quick else (20, 60, 3)
    lists = lab.lists(entries, entries // 4)
    lab.make_shared_ends()
    receiver = lab.Receiver()
    weir = Followed(receiver, lists, entries)
    weir.put(lists / "v4.txt")
    weir.start()
    base = publish.Base(lab.Receiver(), lists, entries) if lab.BASE else None
    if base:
        base.publish()

    def sample(case, subject, unit, number, value):
        print(f"routes,{case},{subject},{entries},{unit},{number},{value:.5g}", flush=True)

    with contextlib.closing(contextlib.ExitStack()) as end:
        end.callback(weir.stop)
        for number in range(1, rounds + 1):
            source = lists / ("next4.txt", "v4.txt")[(number - 1) % 2]
            weir.put(source)
            sample("CPU a change", "reload of another list", "ms", number, weir.cpu_of("reload"))
            weir.put(source, publish.ONE_LINE)
            sample("CPU a change", "reload with a line more", "ms", number, weir.cpu_of("reload"))
            if base:
                base.put(source)
                sample("CPU a change", base.name, "ms", number, base("reload").cpu * 1000)
            rest = at_rest(weir)
            sample("CPU a change", "daemon at rest", "ms", number, rest)
            first, each = one_by_one(weir, changes, rest)
            sample("CPU a change", "first route after a reload", "ms", number, first)
            sample("CPU a change", "one route", "ms", number, each)
            sample("CPU a change", "1000 routes a second", "ms", number,
                   stream(weir, 100000, seconds))
            sample("behind", "1000 routes a second", "s", number,
                   behind(weir, changes + 1 + RATE // 10))
            flush(weir)
            weir.batch([route("add", n) for n in range(many)])
            weir.wait(many)
            _, each = one_by_one(weir, changes, rest, many)
            sample("CPU a change", f"one route beside {many:,}".replace(",", " "), "ms", number, each)
            flush(weir)
    weir.clear()
    if base:
        base.clear()


if __name__ == "__main__":
    main()
