# SPDX-License-Identifier: GPL-2.0
"""report.py CSV [SVG]: medians, spreads, ratios and targets of a benchmark run.

A sample is a line: part,case,subject,size,unit,round,value. Ratios compare
what was measured in one run, in turns; numbers of two runs say little.
"""
import csv
import statistics
import sys
from collections import namedtuple

BASE = {"packet": "XDP_PASS"}  # of the ratios; elsewhere spamweir
TITLES = {
    "packet": "Cost of a packet, by BPF_PROG_TEST_RUN",
    "veth": "Packets through a filter, over veth, sender and receiver on one CPU",
    "program": "Size of the loaded programs",
    "publish": "Lists from text files to where packets are judged by them",
}

Sample = namedtuple("Sample", "part case subject size unit round value")
Target = namedtuple("Target", "text part case size over under at_least at_most added",
                    defaults=(None, None, False))

MOST = 1000000


def _packet(case, size, at_most):
    return Target(f"{case}, {size} entries: spamweir to XDP_PASS", "packet", case, size,
                  "spamweir", "XDP_PASS", None, at_most)


def _added(case, other, at_least):
    """Of what is added to XDP_PASS."""
    return Target(f"{case}: what {other} adds to what spamweir does", "packet", case, MOST, other,
                  "spamweir", at_least, None, True)


def _two_cpus(case):
    return Target(f"{case} on two CPUs, to one", "packet", f"{case} on two CPUs", MOST, "spamweir",
                  None, 1.9)


TARGETS = (
    _packet("clean hot", MOST, 1.4),
    _packet("clean zipf", MOST, 1.7),
    _packet("clean cold", MOST, 2.0),
    _packet("clean cold", 100000, 1.5),
    _packet("C&C drop cold", MOST, 5.0),
    _packet("SMTP SYN cold", MOST, 8.0),
    _packet("IPv6 clean cold", MOST, 1.6),
    _packet("IPv6 C&C drop cold", MOST, 8.0),
    _added("clean cold", "LPM tries", 20),
    _added("clean hot", "xdp-filter", 3),
    _two_cpus("clean cold"),
    _two_cpus("C&C drop cold"),
    _two_cpus("SMTP SYN cold"),
    Target("drop: spamweir to nft netdev", "veth", "drop", MOST, "spamweir", "nft netdev", 4),
    Target("drop: spamweir to ipset", "veth", "drop", MOST, "spamweir", "ipset raw", 2),
    Target("drop: spamweir to xdp-filter", "veth", "drop", MOST, "spamweir", "xdp-filter", 1.5),
    Target("clean: spamweir to no filter", "veth", "clean", MOST, "spamweir", "no filter", 0.9),
    Target("publish: nft -f to spamweir", "publish", "publish", MOST, "nft -f", "spamweir", 20),
    Target("publish: ipset restore to spamweir", "publish", "publish", MOST, "ipset restore",
           "spamweir", 3),
    Target("publish: MiB of RSS", "publish", "publish RSS", MOST, "spamweir", None, None, 256),
    Target("publish: packets misjudged", "publish", "misjudged", None, "spamweir", None, None, 0),
)


class Results:
    """Values by (part, case, size, subject), in the order in which they came."""

    def __init__(self, samples):
        self.values, self.units = {}, {}
        for s in samples:
            key = (s.part, s.case, s.size, s.subject)
            self.values.setdefault(key, []).append(s.value)
            self.units[key] = s.unit

    def median(self, part, case, size, subject):
        """None if it was not measured. Size None: whichever there is."""
        for key, values in self.values.items():
            if key[:2] == (part, case) and key[3] == subject and size in (None, key[2]):
                return statistics.median(values)
        return None

    def cases(self, part):
        return dict.fromkeys(key[1:3] for key in self.values if key[0] == part)

    def subjects(self, part, case, size):
        return [key[3] for key in self.values if key[:3] == (part, case, size)]

    def largest(self, part, case):
        """The largest size that was measured, or None."""
        return max((key[2] for key in self.values if key[:2] == (part, case)), default=None)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        rows = [row for row in csv.reader(file) if len(row) == len(Sample._fields)]
    return Results(Sample(part, case, subject, int(size), unit, int(number), float(value))
                   for part, case, subject, size, unit, number, value in rows)


def ratio(results, part, case, size, over, under, added=False):
    above, below = (results.median(part, case, size, s) for s in (over, under))
    if above is None or not below:
        return None
    base = results.median(part, case, size, BASE[part]) if added else 0
    return (above - base) / (below - base)


def _number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _row(results, part, case, size, subject):
    key = (part, case, size, subject)
    values = sorted(results.values[key])
    base = BASE.get(part, "spamweir")
    factor = ratio(results, part, case, size, subject, base)
    spread = f"{_number(values[0])}..{_number(values[-1])}" if len(values) > 1 else ""
    factor = f"x{factor:.3g}" if factor is not None and subject != base else ""
    return (f"    {subject:<18}{_number(statistics.median(values)):>12} {results.units[key]:<12}"
            f"{spread:>20}{factor:>12}")


def table(results):
    for part, title in TITLES.items():
        cases = results.cases(part)
        if not cases:
            continue
        yield f"== {title} =="
        base = "to " + BASE.get(part, "spamweir")
        yield f"    {'':<18}{'median':>12} {'':<12}{'spread':>20}{base:>12}"
        for case, size in cases:
            yield f"  {case}, {size} entries" if size else f"  {case}"
            for subject in results.subjects(part, case, size):
                yield _row(results, part, case, size, subject)
        yield ""


def check(results, target):
    """(value, whether it is met), or None if that was not measured."""
    if target.under:
        value = ratio(results, target.part, target.case, target.size, target.over, target.under,
                      target.added)
    else:
        value = results.median(target.part, target.case, target.size, target.over)
    if value is None:
        return None
    met = target.at_least is None or value >= target.at_least
    return value, met and (target.at_most is None or value <= target.at_most)


def verdicts(results):
    yield "== Targets =="
    for target in TARGETS:
        wanted = (f"at least {target.at_least:g}" if target.at_least is not None
                  else f"at most {target.at_most:g}")
        found = check(results, target)
        if found is None:
            yield f"  -     {target.text}: {wanted}; not measured at this size"
        else:
            yield f"  {'pass' if found[1] else 'MISS'}  {target.text}: {found[0]:.3g} ({wanted})"


CHARTS = (
    ("veth", "drop", "Listed traffic dropped, million packets a second (more is better)"),
    ("veth", "clean", "Clean traffic forwarded, million packets a second (more is better)"),
    ("publish", "publish", "Publishing, seconds (less is better)"),
)
LEFT, WIDTH, STEP, BAR = 150, 420, 22, 14
OURS, OTHERS, TEXT = "#2f81f7", "#8b949e", "#7d8590"  # seen on white and on black


def _chart(results, chart, size, top):
    part, case, title = chart
    subjects = [s for s in results.subjects(part, case, size) if s != "XDP_DROP"]
    values = [results.median(part, case, size, s) for s in subjects]
    yield (f'<text x="0" y="{top + 12}" font-weight="bold">{title}, '
           f'{size:,} IPv4 entries</text>')
    for n, (subject, value) in enumerate(sorted(zip(subjects, values), key=lambda p: -p[1])):
        y = top + 22 + n * STEP
        width = max(1, round(WIDTH * value / max(values), 1))
        colour = OURS if subject == "spamweir" else OTHERS
        yield f'<text x="{LEFT - 8}" y="{y + 11}" text-anchor="end">{subject}</text>'
        yield f'<rect x="{LEFT}" y="{y}" width="{width}" height="{BAR}" rx="2" fill="{colour}"/>'
        yield f'<text x="{LEFT + width + 6}" y="{y + 11}">{value:.3g}</text>'
    yield len(subjects) * STEP + 44


def svg(results):
    body, top = [], 0
    for chart in CHARTS:
        size = results.largest(*chart[:2])
        if size:
            *lines, height = _chart(results, chart, size, top)
            body += lines
            top += height
    return "\n".join([f'<svg xmlns="http://www.w3.org/2000/svg" width="{LEFT + WIDTH + 60}" '
                      f'height="{top}" font-family="sans-serif" font-size="12" fill="{TEXT}">',
                      *body, "</svg>", ""])


def main():
    results = read(sys.argv[1])
    print("\n".join([*table(results), *verdicts(results)]))
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(svg(results))


if __name__ == "__main__":
    main()
