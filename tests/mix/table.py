#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""table.py SPAMWEIR SEEDS: a table over thresholds of who is taken for a zombie in the synthetic
mix, how soon, and who should not have been; then the same by default, over so many other mixes of
the same kinds."""
import collections
import pathlib
import sys
import tempfile

import detect
import mixture

OFF = "failures: { action: off }"
TRW = "failures: { action: list }"
# Name, servers, servers of one that is answered nearly always, failures.
ROWS = [(f"{n} servers, answered or not", n, n, OFF) for n in (4, 6, 10, 16, 32)]
ROWS += [(f"{n} servers", n, 100, OFF) for n in (4, 6, 8, 10, 16, 32)]
ROWS += [("failures alone", None, None, TRW)]
ROWS += [(f"{n} servers, failures", n, 100, TRW) for n in (4, 6, 8, 10, 16)]


def rules(servers, answered, failures):
    said = f"at_least: {servers}, answered: {answered}, action: list"
    return (f"servers: {{ {said if servers else 'action: off'} }}\n  {failures}\n"
            "  max_listed: 65536")


def span(seconds):
    for unit, size in (("h", 3600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}" if unit == "min" else f"{seconds / size:.1f} h"
    return f"{seconds:.1f} s"


def detected(count, times):
    share = f"{len(times)}/{count}"
    return f"{share}, {span(times[len(times) // 2])}, {span(times[-1])}" if times else share


def wrongly(kinds):
    """Of those that are no zombies."""
    wrong = {kind: len(times) for kind, (_, times) in kinds.items()
             if kind not in mixture.INFECTED and times}
    total = sum(count for kind, (count, _) in kinds.items() if kind not in mixture.INFECTED)
    text = ", ".join(f"{count} {kind}" for kind, count in wrong.items())
    return f"{sum(wrong.values())}/{total}" + (f": {text}" if text else "")


class Sums:
    """Of many mixes: times by kind, how many there were, and who was taken wrongly."""

    def __init__(self):
        self.count, self.times = collections.Counter(), collections.defaultdict(list)

    def add(self, kinds):
        for kind, (count, times) in kinds.items():
            name = kind if kind in mixture.INFECTED else "no zombies"
            self.count[name] += count
            self.times[name] += times

    def row(self, kind, most=None):
        times, count = sorted(self.times[kind]), self.count[kind]
        cells = [kind, f"{len(times)}/{count}",
                 f"{sum(took <= most for took in times)}/{count}, {span(most)}" if most else ""]
        cells += [span(times[len(times) // 2]), span(times[-1])] if times else ["", ""]
        return "| " + " | ".join(cells) + " |"


def by_seeds(weir, seeds):
    """By default, but that who breaks a rule is listed."""
    soon, late = Sums(), Sums()
    with tempfile.TemporaryDirectory() as directory:
        for seed in range(1, seeds + 1):
            for mix, sums in ((mixture.short(seed), soon), (mixture.long(seed), late)):
                found = detect.detections(weir, mix, pathlib.Path(directory))
                sums.add(detect.by_kind(mix, found))
    print(f"\nBy default, over {seeds} other mixes of the same kinds:\n\n"
          "| kind | found | of these within | median | longest |\n|---|---|---|---|---|")
    for sums, kind, most in ((soon, "blaster", 3), (soon, "slow", 120), (late, "very slow", 3600),
                             (late, "half answered", 3600), (soon, "caller", None)):
        print(sums.row(kind, most))
    for sums, minutes in (soon, 30), (late, 150):
        print(sums.row("no zombies").replace("no zombies", f"no zombies, {minutes} min"))


def main():
    weir, short, long = sys.argv[1], mixture.short(), mixture.long()
    print("| rule | blaster | slow | very slow | half answered | no zombies, 30 min | "
          "no zombies, 150 min |")
    print("|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as directory:
        for name, *row in ROWS:
            said, work = rules(*row), pathlib.Path(directory)
            soon = detect.by_kind(short, detect.detections(weir, short, work, said))
            late = detect.by_kind(long, detect.detections(weir, long, work, said))
            print(f"| {name} | {detected(*soon['blaster'])} | {detected(*soon['slow'])} | "
                  f"{detected(*late['very slow'])} | {detected(*late['half answered'])} | "
                  f"{wrongly(soon)} | {wrongly(late)} |", flush=True)
    callers = soon["caller"]
    print(f"\nCallers of C&C that send no mail, by any of these: {detected(*callers)}.")
    by_seeds(weir, int(sys.argv[2]))


if __name__ == "__main__":
    main()
