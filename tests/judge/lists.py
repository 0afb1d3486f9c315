# SPDX-License-Identifier: GPL-2.0
"""Feeds as their publishers write them. An entry is (family, first, last)."""
import ipaddress
import json

BITS = {4: 32, 6: 128}
MAKE = {4: ipaddress.IPv4Address, 6: ipaddress.IPv6Address}


# No entries: each is left out, and one in four lines does not make a feed unfit.
NONSENSE = ("example.net", "198.18.0.256", "198.18.0", "198.18.0.0/33", "2001:db8::/129", "::1::",
            "198.18.0.9-198.18.0.1", "198.18.0.1-::1", "::ffff:198.18.0.0/95", "198.018.0.1",
            "198.18.0.1/", "-", "25")


def text(rng, entry):
    """One of the ways to write it."""
    family, first, last = entry
    if not is_prefix(entry):
        return f"{MAKE[family](first)}-{MAKE[family](last)}"
    if first == last and rng.random() < 0.9:
        return address(rng, family, first)
    host = rng.randint(first, last) if rng.random() < 0.1 else first
    return f"{address(rng, family, host)}/{length(entry)}"


def address(rng, family, number):
    made = MAKE[family](number)
    return made.exploded.upper() if rng.random() < 0.05 else str(made)


def is_mapped(number):
    """Whether this address of IPv6 stands for one of IPv4."""
    return number >> 32 == 0xFFFF


def is_prefix(entry):
    _, first, last = entry
    size = last - first + 1
    return not size & (size - 1) and not first & (size - 1)


def span(address, bits):
    """(first, last) of the IPv6 prefix."""
    mask = (1 << 128 - bits) - 1
    return address & ~mask, address | mask


def length(entry):
    family, first, last = entry
    return BITS[family] - (last - first + 1).bit_length() + 1


def prefix(entry):
    return f"{MAKE[entry[0]](entry[1])}/{length(entry)}"


def file_of(rng, entries):
    """(text, keys of the feed), with those of the entries that the format can hold."""
    prefixes = [entry for entry in entries if is_prefix(entry)]
    nets = [entry for entry in prefixes
            if entry[0] == 4 and entry[1] & 255 == 0 and entry[2] - entry[1] >= 255]
    single = [entry for entry in prefixes if entry[1] == entry[2]]
    forms = [("plain", _plain, entries)]
    if prefixes:
        forms += [("drop", _drop, prefixes), ("ndjson", _ndjson, prefixes)]
    forms += [("dshield", _dshield, nets)] if nets else []
    forms += [("ipsum", _ipsum, single)] * 3 if single else []
    form, write, chosen = rng.choice(forms)
    keys = []
    if form == "ipsum" and rng.random() < 0.7:
        keys.append(f"min_count: {rng.choice((1, 2, 3, 5))}")
    if keys or rng.random() < 0.6:
        keys.append(f"format: {form}")
    return write(rng, chosen), keys


def _plain(rng, entries):
    lines = rng.choice(([], ["# a list", ""], ["; a list", "// of addresses"]))
    for entry in entries:
        lines.append(text(rng, entry) + rng.choice(("", "", "", " ", "\t# why", " ; why", " // x")))
    some = min(3, len(entries) // 3)
    if some and all(is_prefix(entry) and length(entry) > 23 for entry in entries) and \
       rng.random() < 0.5:
        lines[-1:] = rng.sample(NONSENSE, rng.randint(1, some)) + lines[-1:]
    return rng.choice(("\n", "\n", "\r\n")).join(lines + [""])


def _drop(_, entries):
    rows = [f"{prefix(entry)} ; SBL{n + 1000}" for n, entry in enumerate(entries)]
    return "\n".join(["; Spamhaus DROP List", "; Expires: never"] + rows) + "\n"


def _ndjson(rng, entries):
    slash = rng.choice(("/", "\\/"))
    cidrs = [prefix(entry).replace("/", slash) for entry in entries]
    rows = [f'{{"cidr":"{cidr}","sblid":"SBL{n}","rir":"arin"}}' for n, cidr in enumerate(cidrs)]
    body = "\n".join(rows) + "\n"
    return body + json.dumps({"type": "metadata", "timestamp": 1_790_000_000,
                              "size": len(body), "records": len(rows)}) + "\n"


def _dshield(_, entries):
    rows = []
    for family, first, last in entries:
        rows.append("\t".join((str(MAKE[family](first)), str(MAKE[family](last)),
                               str(length((family, first, last))), "77", "SOME NET", "XX",
                               "abuse@example.net")))
    head = ["#", "# block list", "Start\tEnd\tNetmask\tAttacks\tName\tCountry\temail"]
    return "\n".join(head + rows) + "\n"


def _ipsum(rng, entries):
    rows = [f"{MAKE[entry[0]](entry[1])}\t{rng.choice((5, 3, 3, 2, 1, 10))}" for entry in entries]
    return "\n".join(["# IP\tnumber of (black)lists"] + rows) + "\n"
