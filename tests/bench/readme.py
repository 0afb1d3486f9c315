# SPDX-License-Identifier: GPL-2.0
"""readme.py [--check] CSV README: writes what was measured into the README.

Blocks there begin with a line <!-- bench: NAME --> and end with <!-- /bench -->. One of
which nothing was measured stays as it is. --check writes nothing, and fails if a block
says something else than the measurements do.
"""
import re
import sys

import report
from report import BASE, DROPS, LIMIT, MOST, OURS, PASS

SHORT = 100000
LPM, FILTER = "LPM tries", "xdp-filter"

PACKETS = (
    ("clean, one pair of addresses", "clean hot", MOST),
    ("clean, Zipf over 262,144 addresses", "clean zipf", MOST),
    ("clean, any addresses", "clean cold", MOST),
    ("clean, any addresses, 100,000 prefixes", "clean cold", SHORT),
    ("to a listed address: dropped", DROPS[0], MOST),
    ("mail of a listed zombie: dropped", DROPS[1], MOST),
    ("new SMTP connection, any of a million sources", "SMTP SYN cold", MOST),
    ("IPv6 clean, any addresses", "IPv6 clean cold", MOST),
    ("IPv6 to a listed address: dropped", DROPS[2], MOST),
    ("IPv6 mail of a listed zombie: dropped", DROPS[3], MOST),
    ("IPv6 new SMTP connection", "IPv6 SMTP SYN cold", MOST),
)

LISTS = (
    ("dropped over veth, Mpps", "veth", "drop",
     (OURS, FILTER, "ipset raw", "nft netdev", "XDP_DROP")),
    ("forwarded over veth, Mpps", "veth", "clean",
     (OURS, FILTER, "ipset raw", "nft netdev", "no filter")),
    ("from text files to enforced, s", "publish", "publish",
     (OURS, None, "ipset restore", "nft -f", None)),
    ("peak memory of that, MiB", "publish", "publish RSS",
     (OURS, None, "ipset restore", "nft -f", None)),
)


def number(value):
    if value is None:
        return ""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 1.95 else f"{value:.2g}"


def row(*cells):
    return "| " + " | ".join(cells) + " |"


def table(head, rows):
    return [row(*head), "|" + "---|" * len(head), *(row(*cells) for cells in rows)]


def measured(results):
    said = results.said.get("of")
    return [f"These are figures of {said}."] if said else None


def packets(results):
    subjects = [s for s in (PASS, LIMIT, OURS, BASE, LPM, FILTER)
                if results.median("packet", "clean cold", MOST, s) is not None]
    names = {PASS: "`XDP_PASS`", LIMIT: "the limit", BASE: "0.1.0"}
    return table(["one packet, by test run, ns", *(names.get(s, s) for s in subjects)],
                 ([name, *(number(results.median("packet", case, size, s)) for s in subjects)]
                  for name, case, size in PACKETS))


def beside(results):
    """Only what was measured beside 0.1.0 says how that has changed."""
    if not report.is_beside_first(results):
        return None
    wanted = {target.case: f"{target.at_most:g}" for target in report.TO_FIRST
              if target.part == "packet"}

    def ratio(case, size, under):
        found = report.ratio(results, "packet", case, size, OURS, under)
        return "" if found is None else f"{found:.2f}"

    return table(["what spamweir adds to `XDP_PASS`", "to 0.1.0", "wanted", "to the limit"],
                 ([name, ratio(case, size, BASE), wanted.get(case, ""), ratio(case, size, LIMIT)]
                  for name, case, size in PACKETS if size == MOST))


def lists(results):
    return table(["a million prefixes", OURS, FILTER, "ipset", "nft netdev", "nothing"],
                 ([name, *(number(s and results.median(part, case, MOST, s)) for s in subjects)]
                  for name, part, case, subjects in LISTS))


def misjudged(results):
    wrong = results.median("publish", "misjudged", None, OURS)
    judged = results.median("publish", "judged meanwhile", None, OURS)
    if judged is None:
        return None
    return [f"Of {judged / 1e6:.0f} million packets under full load, while lists were published "
            f"again and again, {wrong:.0f} were misjudged."]


SIZES = (10000, 100000, MOST, 10 * MOST)
SPEEDS = (1, 10, 25, 100)  # Gbit/s
BETWEEN = 24  # bytes of a frame that the program does not see: preamble, FCS and gap


def sizing(results):
    def of(case, size):
        return number(results.median("publish", case, size, OURS))

    return table(["IPv4 prefixes", "from files to enforced, s", "the command's memory, MiB",
                  "the kernel's, with a quarter as many of IPv6, MiB"],
                 ([f"{size:,}", of("a load", size), of("a load RSS", size),
                   of("kernel memory", size)] for size in SIZES))


def shares(results):
    """Of a core, beside what an empty program takes."""
    def added(case):
        ours, empty = (results.median("packet", case, MOST, s) for s in (OURS, PASS))
        return (ours - empty) * 1e-9

    def cores(gbit, frame, case):
        return number(gbit * 1e9 / 8 / (frame + BETWEEN) * added(case))

    return table(["NIC, full in one direction", "packets of 512 bytes, million/s",
                  "cores for those, clean", "cores if they are the smallest, clean",
                  "cores if they are the smallest and all dropped"],
                 ([f"{gbit} Gbit/s", number(gbit * 1e3 / 8 / (512 + BETWEEN)),
                   cores(gbit, 512, "clean cold"), cores(gbit, 60, "clean cold"),
                   cores(gbit, 60, DROPS[0])] for gbit in SPEEDS))


BLOCKS = {"sizing": sizing, "shares": shares, "measured": measured, "packets": packets, "beside": beside, "lists": lists,
          "misjudged": misjudged}


def rewritten(text, results):
    def block(match):
        lines = BLOCKS[match[1]](results)
        return match[0] if lines is None else "\n".join(
            [f"<!-- bench: {match[1]} -->", *lines, "<!-- /bench -->"])

    return re.sub(r"<!-- bench: (\w+) -->\n.*?<!-- /bench -->", block, text, flags=re.S)


def main():
    *option, samples, path = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        text = file.read()
    fresh = rewritten(text, report.read(samples))
    if option == ["--check"]:
        sys.exit(f"{path}: its tables are not those of {samples}; type: {sys.argv[0]} "
                 f"{samples} {path}" if fresh != text else 0)
    with open(path, "w", encoding="utf-8") as file:
        file.write(fresh)


if __name__ == "__main__":
    main()
