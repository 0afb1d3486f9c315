# SPDX-License-Identifier: GPL-2.0
"""report.py CSV [SVG]: medians, spreads, ratios and targets of a benchmark run.

A sample is a line: part,case,subject,size,unit,round,value. Lines that begin with
# say what was measured, and beside what. Ratios compare what was measured in one run, in turns; numbers of two runs say little. For
packets they are ratios of what is added to XDP_PASS.
"""
import csv
import statistics
import sys
from collections import namedtuple

PASS, LIMIT, OURS, BASE = "XDP_PASS", "limit", "spamweir", "base"
PLAIN, UNNOTED, NOTING = "plain NIC", "unnoted", "limit with notes"
READING = "limit with a read"
TITLES = {
    "packet": "Cost of a packet, by BPF_PROG_TEST_RUN",
    "veth": "Packets through a filter, over veth, sender and receiver on one CPU",
    "program": "Size of the loaded programs",
    "load": "How long it takes to load them, for each NIC",
    "publish": "Lists from text files to where packets are judged by them",
    "routes": "CPU time of a change of a routing table, and of a reload",
    "look": "CPU time of a look at a full spamweir, while packets come in",
}

Sample = namedtuple("Sample", "part case subject size unit round value")
Target = namedtuple("Target", "part case size over under at_least at_most",
                    defaults=(None, None))

MOST = 1000000
DROPS = ("C&C drop cold", "zombie drop cold", "IPv6 C&C drop cold", "IPv6 zombie drop cold")
MAIN = ("clean hot", "clean zipf", "clean cold", *DROPS[:2], "SMTP SYN cold", "IPv6 clean hot",
        "IPv6 clean cold", *DROPS[2:], "IPv6 SMTP SYN cold")


def _two_cpus(case):
    return Target("packet", f"{case} on two CPUs", MOST, OURS, None, 1.9)


FIRST = "4aa8614a9ace"
# What was wanted beside 0.1.0.
TO_FIRST = (
    Target("packet", "clean hot", MOST, OURS, BASE, None, 0.9),
    *(Target("packet", case, MOST, OURS, BASE, None, 0.85)
      for case in (*DROPS[:2], "SMTP SYN cold")),
    Target("packet", "IPv6 zombie drop cold", MOST, OURS, BASE, None, 0.55),
    Target("look", "lookup", MOST, BASE, OURS, 20),
    *(Target("look", verb, MOST, BASE, OURS, 3) for verb in ("status", "metrics")),
    Target("publish", "first load in force", MOST, BASE, OURS, 2),
    Target("publish", "a line more in one of twenty in force", MOST, BASE, OURS, 10),
    Target("publish", "a load in force", 10 * MOST, BASE, OURS, 2),
)

# Any other revision that this is compared with may be its parent: it must not have
# become worse, within what this measures.
TO_PARENT = tuple(Target("packet", case, MOST, OURS, BASE, None, 1.05)
                  for case in (*MAIN, "SYN-ACK clean hot"))

# What notes cost, in accesses to memory that is not cached: how much longer the limit takes
# for two bits at once, if they are not. Beside that is said how much longer it takes for a line
# more, of a table as large as the ledger's of subscribers, that it waits for.
ACCESS = ("clean cold", "clean hot")
NOTES = {**dict.fromkeys(DROPS, 1), "SMTP SYN cold": 2, "IPv6 SMTP SYN cold": 2}


def _beside_plain(at_most, *cases):
    return (Target("packet", case, MOST, OURS, PLAIN, None, at_most) for case in cases)


TARGETS = (
    *_beside_plain(1.2, "clean hot in a VLAN of a trunk", "clean cold in a VLAN of a trunk",
                   "clean cold in QinQ and PPPoE of a trunk"),
    *_beside_plain(1.1, *(f"{what} where tunnels are opened" for what in (
        "clean hot", "clean cold", "UDP clean hot", "UDP clean cold"))),
    *_beside_plain(2.2, "clean hot in 4in6", "clean cold in 4in6"),
    Target("load", "a NIC", None, OURS, None, None, 1),
    Target("load", "a NIC with tunnels and VLANs", None, OURS, None, None, 1),
    *(Target("packet", case, MOST, OURS, LIMIT, None, 1.3) for case in DROPS),
    *(Target("packet", case, MOST, OURS, NOTING, None, 1.3) for case in NOTES),
    Target("packet", "clean cold", MOST, "LPM tries", OURS, 20),
    Target("packet", "clean hot", MOST, "xdp-filter", OURS, 3),
    _two_cpus("clean cold"),
    _two_cpus("C&C drop cold"),
    _two_cpus("SMTP SYN cold"),
    Target("veth", "drop", MOST, OURS, BASE, 0.95),
    Target("veth", "clean usual", MOST, OURS, BASE, 0.95),
    Target("veth", "drop", MOST, OURS, "nft netdev", 4),
    Target("veth", "drop", MOST, OURS, "ipset raw", 2),
    Target("veth", "drop", MOST, OURS, "xdp-filter", 1.5),
    Target("veth", "clean", MOST, OURS, "no filter", 0.9),
    Target("veth", "clean usual", MOST, OURS, PASS, 0.92),
    Target("publish", "publish", MOST, OURS, BASE, None, 1.1),
    Target("publish", "publish RSS", MOST, OURS, BASE, None, 1.1),
    Target("publish", "publish", MOST, "nft -f", OURS, 20),
    Target("publish", "publish", MOST, "ipset restore", OURS, 3),
    Target("publish", "publish RSS", MOST, OURS, None, None, 256),
    Target("routes", "CPU a change", MOST, BASE, "one route", 10),
    Target("routes", "CPU a change", MOST, "reload of another list", "one route", 10),
    Target("routes", "CPU a change", MOST, "reload of another list", "1000 routes a second", 10),
    Target("routes", "CPU a change", MOST, "1000 routes a second", None, None, 0.5),
    Target("routes", "behind", MOST, "1000 routes a second", None, None, 2),
    Target("publish", "misjudged", None, OURS, None, None, 0),
)


class Results:
    """Values by (part, case, size, subject), in the order in which they came."""

    def __init__(self, samples, said=()):
        self.values, self.units = {}, {}
        self.said = dict(line.removeprefix("# ").split(" ", 1) for line in said)
        for s in samples:
            key = (s.part, s.case, s.size, s.subject)
            self.values.setdefault(key, {})[s.round] = s.value
            self.units[key] = s.unit

    def rounds(self, part, case, size, subject):
        """{round: value}. Size None: whichever there is."""
        for key, values in self.values.items():
            if key[:2] == (part, case) and key[3] == subject and size in (None, key[2]):
                return values
        return {}

    def median(self, part, case, size, subject):
        """None if it was not measured."""
        values = self.rounds(part, case, size, subject)
        return statistics.median(values.values()) if values else None

    def added(self, part, case, size, subject):
        """{round: value}: to XDP_PASS if it is packets that were measured."""
        values = self.rounds(part, case, size, subject)
        if part != "packet" or self.units.get((part, case, size, subject)) == "ratio":
            return values
        bare = self.rounds(part, case, size, PASS)
        return {n: value - bare[n] for n, value in values.items() if n in bare}

    def cases(self, part):
        return dict.fromkeys(key[1:3] for key in self.values if key[0] == part)

    def subjects(self, part, case, size):
        return [key[3] for key in self.values if key[:3] == (part, case, size)]

    def largest(self, part, case):
        """The largest size that was measured, or None."""
        return max((key[2] for key in self.values if key[:2] == (part, case)), default=None)


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        lines = file.read().splitlines()
    rows = [row for row in csv.reader(lines) if len(row) == len(Sample._fields)]
    return Results((Sample(part, case, subject, int(size), unit, int(number), float(value))
                    for part, case, subject, size, unit, number, value in rows),
                   [line for line in lines if line.startswith("# ")])


def ratios(results, part, case, size, over, under):
    """Of each round in which both were measured, sorted: as `packet` found them,
    which compares turn by turn, or else from what the rounds say."""
    found = results.rounds(part, case, size, f"{over} to {under}")
    if found:
        return sorted(found.values())
    found = results.rounds(part, case, size, f"{under} to {over}")
    if found:
        return sorted(1 / value for value in found.values())
    above, below = (results.added(part, case, size, subject) for subject in (over, under))
    return sorted(above[n] / below[n] for n in above if below.get(n, 0) > 0)


def ratio(results, part, case, size, over, under):
    """Their median, or None."""
    found = ratios(results, part, case, size, over, under)
    return statistics.median(found) if found else None


def _number(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}"


def _spread(values):
    return f"{_number(min(values))}..{_number(max(values))}" if len(values) > 1 else ""


def _beside(results, part, case, size, subject):
    """How it stands to spamweir, or for packets what it adds to XDP_PASS."""
    if part == "packet":
        values = results.added(part, case, size, subject).values()
        is_time = results.units[part, case, size, subject] == "ns" and subject != PASS
        return f"+{_number(statistics.median(values))}" if values and is_time else ""
    factor = ratio(results, part, case, size, subject, OURS)
    return f"x{factor:.3g}" if factor is not None and subject != OURS else ""


def _row(results, part, case, size, subject):
    values = results.values[part, case, size, subject]
    unit = results.units[part, case, size, subject]
    return (f"    {subject:<18}{_number(statistics.median(values.values())):>12} {unit:<12}"
            f"{_spread(values.values()):>20}{_beside(results, part, case, size, subject):>12}")


def table(results):
    for part, title in TITLES.items():
        cases = results.cases(part)
        if not cases:
            continue
        yield f"== {title} =="
        last = "adds" if part == "packet" else f"to {OURS}"
        yield f"    {'':<18}{'median':>12} {'':<12}{'spread':>20}{last:>12}"
        for case, size in cases:
            yield f"  {case}, {size} entries" if size else f"  {case}"
            for subject in results.subjects(part, case, size):
                yield _row(results, part, case, size, subject)
        yield ""


def _compared_row(results, part, case, size):
    def median(subject):
        values = results.added(part, case, size, subject).values()
        return _number(statistics.median(values)) if values else ""

    def middle(found, digits):
        return f"{statistics.median(found):.{digits}f}" if found else ""

    to_base, to_limit = (ratios(results, part, case, size, OURS, s) for s in (BASE, LIMIT))
    name = f"{case}, {size}" if size else case
    spread = f"{to_base[0]:.2f}..{to_base[-1]:.2f}" if len(to_base) > 1 else ""
    return (f"    {name:<36}{median(OURS):>9}{median(BASE):>9}{middle(to_base, 3):>9}{spread:>13}"
            f"{median(LIMIT):>9}{middle(to_limit, 2):>9}")


def compared(results):
    """This tree, the other build and the limit, a line each case."""
    yield "== This tree beside BASE and beside the limit (packet/limit.bpf.c) =="
    yield (f"    {'':<36}{'this':>9}{'base':>9}{'ratio':>9}{'spread':>13}{'limit':>9}"
           f"{'ratio':>9}")
    for part in TITLES:
        rows = [(case, size) for case, size in results.cases(part)
                if {OURS} < {OURS, BASE, LIMIT} & {*results.subjects(part, case, size)}]
        if rows:
            yield f"  {part}: ns added to {PASS}" if part == "packet" else f"  {part}"
        for case, size in rows:
            yield _compared_row(results, part, case, size)
    yield ""


def access(results):
    """{round: ns} of one access to memory that is not cached."""
    cold, hot = (results.added("packet", case, MOST, LIMIT) for case in ACCESS)
    return {n: cold[n] - hot[n] for n in cold if cold[n] > hot.get(n, cold[n])}


def read_more(results):
    """{round: ns} of one line more that is waited for, of a table of the ledger's size."""
    reading, limit = (results.added("packet", DROPS[0], MOST, s) for s in (READING, LIMIT))
    return {n: reading[n] - limit[n] for n in reading if reading[n] > limit.get(n, reading[n])}


def in_accesses(results, case, noting=OURS, without=UNNOTED):
    """What notes add to a packet, in such accesses; None if that was not measured."""
    one = access(results)
    noting, without = (results.added("packet", case, MOST, s) for s in (noting, without))
    found = [(noting[n] - without[n]) / one[n] for n in without if n in one and n in noting]
    return statistics.median(found) if found else None


def noted(results):
    one, line = access(results), read_more(results)
    if not one:
        return
    yield (f"== What the ledger, conduct and memory of SYNs add, in uncached accesses of "
           f"{_number(statistics.median(one.values()))} ns ==")
    if line:
        yield (f"  (a line more of a table of the ledger's size, waited for: "
               f"{_number(statistics.median(line.values()))} ns)")
    for case, at_most in NOTES.items():
        value, least = in_accesses(results, case), in_accesses(results, case, NOTING, LIMIT)
        if value is not None:
            met = "pass" if value <= at_most else "MISS"
            beside = "" if least is None else f"; {NOTING} {least:.2f}"
            yield f"  {met}  {case}: {value:.2f} (at most {at_most}){beside}"
    yield ""


def check(results, target):
    """(value, whether it is met), or None if that was not measured."""
    measure = ratio if target.under else Results.median
    value = measure(results, *target[:5 if target.under else 4])
    if value is None:
        return None
    met = target.at_least is None or value >= target.at_least
    return value, met and (target.at_most is None or value <= target.at_most)


def _describe(results, target):
    unit = results.units.get((target.part, target.case, target.size, target.over), "")
    what = f"to {target.under}" if target.under else unit
    what = f"{target.over} {what}".rstrip()
    return f"{target.part}: {target.case}: {what}"


def is_beside_first(results):
    return results.said.get("beside", "").startswith(FIRST)


def verdicts(results):
    """Of what was measured at all: without BASE none is held against it."""
    measured = {(key[0], key[3]) for key in results.values} | {
        (key[0], None) for key in results.values}
    yield "== Targets =="
    for target in (*(TO_FIRST if is_beside_first(results) else TO_PARENT), *TARGETS):
        wanted = (f"at least {target.at_least:g}" if target.at_least is not None
                  else f"at most {target.at_most:g}")
        found = check(results, target)
        text = _describe(results, target)
        if found is not None:
            yield f"  {'pass' if found[1] else 'MISS'}  {text}: {found[0]:.3g} ({wanted})"
        elif {(target.part, target.over), (target.part, target.under)} <= measured:
            yield f"  -     {text}: {wanted}; not measured at this size"


CHARTS = (
    ("veth", "drop", "Listed traffic dropped, million packets a second (more is better)"),
    ("veth", "clean", "Clean traffic forwarded, million packets a second (more is better)"),
    ("publish", "publish", "Publishing, seconds (less is better)"),
)
LEFT, WIDTH, STEP, BAR = 150, 420, 22, 14
BLUE, GREY, TEXT = "#2f81f7", "#8b949e", "#7d8590"  # seen on white and on black


def _chart(results, chart, size, top):
    part, case, title = chart
    subjects = [s for s in results.subjects(part, case, size) if s not in ("XDP_DROP", BASE)]
    values = [results.median(part, case, size, s) for s in subjects]
    yield (f'<text x="0" y="{top + 12}" font-weight="bold">{title}, '
           f'{size:,} IPv4 entries</text>')
    for n, (subject, value) in enumerate(sorted(zip(subjects, values), key=lambda p: -p[1])):
        y = top + 22 + n * STEP
        width = max(1, round(WIDTH * value / max(values), 1))
        colour = BLUE if subject == OURS else GREY
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
    full = set(results.cases("veth"))
    print("\n".join([*(table(results) if full else ()), *compared(results), *noted(results),
                     *verdicts(results)]))
    if len(sys.argv) > 2:
        with open(sys.argv[2], "w", encoding="utf-8") as file:
            file.write(svg(results))


if __name__ == "__main__":
    main()
