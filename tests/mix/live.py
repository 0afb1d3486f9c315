#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""live.py MINUTES: the synthetic mix in network namespaces, as it comes: spamweir run on a
router, real SMTP servers and clients, the kernel's own TCP. Says who was listed and reported,
and when. Ends with 1 if that is not as it must be. SIGINT ends it early."""
import json
import os
import pathlib
import signal
import sys
import tempfile
import time

import detect
import mixture
import players
from lab import Lab
from weir import Weir

LISTED_S, REPORTED_S, TELL_S = 0.5, 5, 60   # how often is looked, and told
INTERFACES = """interfaces:
  - { name: acc0, role: access }
  - { name: acc1, role: access }
  - { name: up0, role: upstream }
"""
CONFIG = """
smtp: {{ ports: [25, 465, 587], limit: {{ access: off, upstream: off }} }}
feeds:
  - {{ name: botnet, kind: cnc, path: {directory}/botnet.txt }}
suspects:
  {rules}
"""


class Watch:
    """Who is listed, and who is a suspect, since when: seconds by address."""

    def __init__(self, weir):
        self._weir = weir
        self.listed, self.reported = {}, {}
        self._looks = [[0, LISTED_S, ("zombie", "list"), self.listed],
                       [0, REPORTED_S, ("suspects",), self.reported]]

    def look(self):
        """If it is time to. What is found may have been so for as long as nobody looked."""
        for look in self._looks:
            then, every, verb, found = look
            if time.monotonic() < then:
                continue
            look[0] = time.monotonic() + every
            done = self._weir.namespace.run(*self._weir.command(*verb, "--json"))
            for line in done.stdout.splitlines():
                found.setdefault(json.loads(line)["prefix"], time.monotonic())


def cpu_s(pid):
    """Of a process and those of its children it has waited for."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def resident_mib(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0


def since_first(subscribers, first, found):
    """(kind, seconds from the first try on, or None) of each that began."""
    for who in subscribers.values():
        if who.address in first:
            yield who.kind, (found[who.address] - first[who.address]
                             if who.address in found else None)


def span(seconds):
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"


def table(mix, cast, watch):
    rows = ["| kind | began | tried | messages that arrived, of those to be answered | listed "
            "(median, longest) | reported (median, longest) |", "|---|---|---|---|---|---|"]
    for kind in {**mixture.LEGITIMATE, **mixture.ZOMBIES}:
        cells = []
        for found in watch.listed, watch.reported:
            all_ = [took for of, took in since_first(mix.subscribers, cast.first, found)
                    if of == kind]
            times = sorted(took for took in all_ if took is not None)
            cells.append(f"{len(times)}/{len(all_)}" + (
                f", {span(times[len(times) // 2])}, {span(times[-1])}" if times else ""))
        tried, due, arrived = cast.counts(kind)
        rows.append(f"| {kind} | {len(all_)} | {tried} | {arrived}/{due} | {cells[0]} | "
                    f"{cells[1]} |")
    return rows


def not_as_claimed(mix, cast, watch):
    """Sentences. Nothing is asked of those that were not looked at for long enough."""
    wrong, end = [], time.monotonic()
    for kind, found, most in (("blaster", watch.listed, 3), ("slow", watch.listed, 120),
                              ("very slow", watch.reported, 3600), ("caller", watch.reported, 10)):
        for who in mix.subscribers.values():
            began = cast.first.get(who.address)
            if who.kind != kind or began is None:
                continue
            took = found.get(who.address, end) - began
            if took > most:
                wrong.append(f"{kind} {who.address}: {span(took)}, more than {span(most)}")
    legitimate = [who for who in mix.subscribers.values() if who.kind in mixture.LEGITIMATE]
    named = [who for who in legitimate
             if who.address in watch.listed or who.address in watch.reported]
    wrong += [f"{who.kind} {who.address} was taken for a zombie" for who in named
              if who.kind == "mail server" or len(named) * 1000 > len(legitimate)]
    return wrong


def play(mix, cast, watch, begun, stop):
    """Until all has been tried, or `stop` is not empty."""
    told = begun
    for connection in mix.connections:
        if connection.at >= mix.end:
            break
        while True:
            cast.tidy()
            watch.look()
            now = time.monotonic()
            if now - told > TELL_S:
                told = now
                print(f"{(now - begun) / 60:.0f} min: {len(watch.listed)} listed, "
                      f"{len(watch.reported)} reported, {cast.late:.1f} s late at most",
                      file=sys.stderr, flush=True)
            left = begun + connection.at - now
            if left <= 0 or stop:
                break
            time.sleep(min(left, 0.1))
        if stop:
            return
        cast.late = max(cast.late, -left)
        cast.try_one(connection)
    while time.monotonic() < begun + mix.end and not stop:
        cast.tidy()
        watch.look()
        time.sleep(0.1)


def main():
    minutes, stop = float(sys.argv[1]), []
    for number in signal.SIGINT, signal.SIGTERM:
        signal.signal(number, lambda number, _: stop.append(number))
    mix, lab = mixture.live(minutes), Lab()
    with tempfile.TemporaryDirectory(dir=os.environ["LAB"]) as name:
        directory = pathlib.Path(name)
        stage = players.Stage(lab, mix, directory)
        weir = Weir(lab.router, directory)
        weir.write("botnet.txt", "\n".join(mixture.CNC) + "\n")
        weir.configure(CONFIG.format(directory=directory, rules=detect.LIST), INTERFACES)
        daemon = weir.run()
        cast, watch = players.Cast(stage), Watch(weir)
        try:
            begun, before = time.monotonic(), os.times()
            play(mix, cast, watch, begun, stop)
            took = time.monotonic() - begun
            rows, wrong = table(mix, cast, watch), not_as_claimed(mix, cast, watch)
            used = os.times()
            mine = sum(used[:4]) - sum(before[:4])
            pid = daemon.popen.pid
            print(f"{took / 60:.0f} minutes, {cast.connections} connections, of them by "
                  + ", ".join(f"{n} {name}" for name, n in sorted(cast.by.items()))
                  + f"; {cast.late:.1f} s late at most.\n")
            print("\n".join(rows))
            print(f"\nThe daemon took {cpu_s(pid):.1f} s of CPU, {100 * cpu_s(pid) / took:.1f} % "
                  f"of a core, and {resident_mib(pid):.0f} MiB; what plays the mix, and looks "
                  f"twice a second, {100 * mine / took:.1f} %. Postfix handed on "
                  f"{sum(p.handed_on() for p in stage.postfix.values())} mails. Cases: "
                  f"{len(weir.json_lines('case', 'list'))}. Dropped: "
                  + ", ".join(f"{n} {reason}" for reason, n in weir.dropped().items()) + ".")
            print("\n".join(f"live: {line}" for line in wrong), file=sys.stderr)
        finally:
            cast.close()
            stage.close()
            daemon.stop()
            weir.close()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
