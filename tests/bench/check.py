# SPDX-License-Identifier: GPL-2.0
"""check.py [--write] CSV BASELINE: has spamweir become slower than it was?

Held against the baseline are ratios to others measured in the same run, which
are good to about a third on a busy machine, and the sizes of the programs,
which are exact, but on another kernel than the baseline's mean nothing. What a
packet costs is held against packet/limit.bpf.c, which reads memory as often:
the ratio to a program that reads none is another on every machine.
"""
import csv
import os
import re
import sys

import report

RATIOS = {  # part: what spamweir is compared with, and which of the two is on top
    "packet": ("limit", False),
    "veth drop": ("nft netdev", True),
    "veth clean": ("no filter", True),
    "publish publish": ("ipset restore", False),
}
MARGIN = {"ratio": 0.35, "size": 0.03}


def kernel():
    return re.match(r"\d+\.\d+", os.uname().release)[0]


def measured(results):
    """{(kind, name): value}; of ratios more is better, of sizes less."""
    found = {}
    for part, case, size, subject in results.values:
        if subject != "spamweir":
            continue
        if part == "program":
            found["size", case] = results.median(part, case, size, subject)
        other, on_top = RATIOS.get(part) or RATIOS.get(f"{part} {case}") or (None, None)
        over, under = ("spamweir", other) if on_top else (other, "spamweir")
        value = report.ratio(results, part, case, size, over, under) if other else None
        if value is not None:
            found["ratio", f"{part} {case} {size}: {over} to {under}"] = value
    return found


def write(path, found):
    with open(path, "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["kernel", kernel(), ""])
        rows.writerows([kind, name, f"{value:.4g}" if kind == "ratio" else f"{value:.0f}"]
                       for (kind, name), value in found.items())


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        (_, version, _), *rows = csv.reader(file)
    return version, {(kind, name): float(value) for kind, name, value in rows}


def worse_by(kind, value, base):
    """As a share: 0.1 is a tenth."""
    return base / value - 1 if kind == "ratio" else value / base - 1


def compare(found, baseline, same_kernel):
    """Yields (what to say, whether that is a failure)."""
    for (kind, name), base in baseline.items():
        value = found.get((kind, name))
        if kind == "size" and not same_kernel:
            yield f"  skip  {name}: the baseline is of another kernel", False
        elif value is None:
            yield f"  FAIL  {name}: was not measured", True
        else:
            failed = worse_by(kind, value, base) > MARGIN[kind]
            yield (f"  {'FAIL' if failed else 'ok  '}  {name}: {value:.4g}, was {base:.4g} "
                   f"(worse by at most {MARGIN[kind]:.0%})"), failed


def main():
    *option, samples, path = sys.argv[1:]
    found = measured(report.read(samples))
    if option == ["--write"]:
        write(path, found)
        return
    version, baseline = read(path)
    failures = 0
    for text, failed in compare(found, baseline, version == kernel()):
        print(text)
        failures += failed
    sys.exit(f"{failures} worse than the baseline" if failures else 0)


if __name__ == "__main__":
    main()
