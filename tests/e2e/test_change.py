# SPDX-License-Identifier: GPL-2.0
"""Small changes of lists, which are put in force without reading what has not changed."""
import ipaddress
import random

import pytest

import frames
from test_attach import one_interface
from weir import judged

FEEDS = {"nets": "cnc", "more": "cnc", "bots": "zombie", "good": "allow"}
CONFIG = "feeds:\n" + "".join(
    f"  - {{ name: {name}, kind: {kind}, path: {name}.txt, max_change: off, may_be_empty: true }}\n"
    for name, kind in FEEDS.items())


CLASSES = {
    "none": "",
    "classes": """\
  - { name: slow, kind: limit, limit: { rate: 1/h, burst: 3 }, path: slow.txt, max_change: off }
  - { name: shut, kind: limit, limit: closed, path: shut.txt, max_change: off }
""",
    "gateways": """\
  - { name: slow, kind: limit, limit: { rate: 1/h, burst: 3 }, path: slow.txt, max_change: off }
  - { name: shut, kind: limit, limit: closed, path: shut.txt, max_change: off }
  - { name: gates, kind: protect, limit: { rate: 2/h, burst: 2 }, entries: [198.20.1.0/25] }
""",
}


class Lists:
    """What the files list: some addresses and networks of two families, near each other."""

    def __init__(self, weir, seed, more=()):
        self.weir, self.dice = weir, random.Random(seed)
        self.of = {name: {self.draw() for _ in range(30)} for name in [*FEEDS, *more]}
        for name in self.of:
            self.write(name)

    def draw(self):
        pick = self.dice.randrange
        if pick(3):
            address = f"198.{19 + pick(3)}.{pick(4)}.{pick(256)}"
            return ipaddress.ip_network(f"{address}/{pick(20, 33)}", strict=False)
        return ipaddress.ip_network(f"2a00:{pick(3):x}:{pick(3):x}::{pick(9):x}/{pick(32, 129)}",
                                    strict=False)

    def write(self, name):
        self.weir.write(f"{name}.txt", "".join(f"{net}\n" for net in sorted(
            self.of[name], key=lambda net: (net.version, net))))

    def edit(self):
        """Changes one of them: returns what came and what went."""
        name = self.dice.choice(list(self.of))
        before = set(self.of[name])
        for net in self.dice.sample(sorted(before, key=str), min(3, len(before))):
            self.of[name].discard(net)
        self.of[name] |= {self.draw() for _ in range(3)}
        self.write(name)
        return before ^ self.of[name]

    def feed(self, kinds, address):
        """That of the longest prefix; of equal ones, the one named first."""
        found = [(-net.prefixlen, place, name) for place, (name, kind) in enumerate(FEEDS.items())
                 if kind in kinds for net in self.of[name]
                 if net.version == address.version and address in net]
        return min(found)[2] if found else None

    def expected(self, address):
        if self.feed({"allow"}, address):
            return None
        return self.feed({"cnc"}, address)


def check(lists, nets):
    for net in nets:
        for address in {net[0], net[-1], net[0] - 1, net[-1] + 1}:
            told = lists.weir.json("lookup", str(address))
            listed = told["reason"] == "cnc_src"
            assert listed == bool(lists.expected(address)), (address, told)
            if listed:
                assert told["feed"] == lists.expected(address), (address, told)


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG, one_interface("acc0"))
    lists = Lists(weir, 7)
    weir("load")
    return lists


def test_whatever_changes_is_judged_as_listed(loaded):
    weir = loaded.weir
    for turn in range(8):
        changed = loaded.edit()
        weir("reload")
        assert (weir.pins / "spare").exists(), turn  # it was a small change
        check(loaded, sorted(changed, key=str)[:4])
    assert weir.generation() == 9
    weir("unload")
    assert not weir.pins.exists()


def what_is_told(weir, addresses):
    """Of each: all but what hangs on when it was asked."""
    told = {}
    for address in addresses:
        found = weir.json("lookup", address)
        for key in ("generation", "bucket", "ledger", "conduct", "live"):
            found.pop(key, None)
        for match in found["matches"]:
            match.pop("age_seconds", None)
        told[address] = found
    return told


@pytest.mark.parametrize("classes", CLASSES)
def test_small_changes_end_where_a_whole_compile_begins(weir, classes):
    """Limits by class, live zombies and protected destinations stand beside what changes."""
    weir.configure(CONFIG + CLASSES[classes], one_interface("acc0"))
    lists = Lists(weir, 11, [] if classes == "none" else ["slow", "shut"])
    weir("load")
    nets = sorted({net for of in lists.of.values() for net in of if net.version == 4}, key=str)
    live = [str(net[-1] + 1) for net in nets
            if not lists.feed({"cnc", "zombie", "allow"}, net[-1] + 1)][::5][:5]
    for address in live:
        weir("zombie", "add", address, "--for", "1h")
    changed = set()
    for _ in range(5):
        changed |= lists.edit()
        weir("reload")
    assert (weir.pins / "spare").exists() == (classes != "gateways")
    ask = sorted({str(address) for net in sorted(changed, key=str)[:14]
                  for address in (net[0], net[-1], net[-1] + 1)} | set(live))
    told = what_is_told(weir, ask)
    seen = {found["reason"] for found in told.values()}
    assert "zombie_live" in seen and len(seen) > 3, seen
    weir("load")
    assert not (weir.pins / "spare").exists()
    assert what_is_told(weir, ask) == told


def test_packets_are_judged_by_it(lab, loaded):
    weir = loaded.weir
    frame = frames.udp("198.18.1.1", "198.19.66.6")
    for listed in (True, False, True):
        loaded.of["nets"] = {ipaddress.ip_network("198.19.66.6")} if listed else set()
        loaded.write("nets")
        weir("reload")
        assert judged(weir, lab.outward, frame) == ((0, {"cnc_dst": 1}) if listed else (1, {}))


def test_the_operators_lists_are_changes_too(loaded):
    weir = loaded.weir
    weir("block", "add", "203.0.113.1")  # the list is new: all is read
    weir("block", "add", "203.0.113.2")
    assert (weir.pins / "spare").exists()
    weir("block", "del", "203.0.113.1")
    assert [weir.json("lookup", f"203.0.113.{n}")["reason"] for n in (1, 2)] == ["clean", "cnc_src"]


def test_what_else_changes_is_read_whole(loaded):
    weir = loaded.weir
    loaded.edit()
    weir("reload")
    assert (weir.pins / "spare").exists()
    weir.configure(CONFIG + "# the same\n", one_interface("acc0"))
    weir("reload")
    assert not (weir.pins / "spare").exists()
    loaded.edit()
    weir("reload")
    weir("load")
    assert not (weir.pins / "spare").exists()


def test_a_change_is_gone_back_to(loaded):
    weir = loaded.weir
    kept = {}
    for generation in (2, 3, 4):
        changed = loaded.edit()
        weir("reload")
        kept[generation] = {name: set(nets) for name, nets in loaded.of.items()}, changed
    newest, oldest = kept[4][1], kept[2]
    weir("rollback", "2")
    loaded.of = {name: set(nets) for name, nets in oldest[0].items()}
    check(loaded, sorted(newest | oldest[1], key=str)[:8])


def test_changes_are_counted(loaded):
    weir = loaded.weir
    fresh = {ipaddress.ip_network(f"203.0.113.{n}") for n in range(3)}
    gone = set(sorted(loaded.of["nets"], key=str)[:2])
    loaded.of["nets"] = (loaded.of["nets"] - gone) | fresh
    loaded.write("nets")
    weir("reload")
    told = {feed["name"]: feed for feed in weir.json_lines("history")[0]["feeds"]}
    assert told["nets"]["entries"] == len(loaded.of["nets"])
    assert (told["nets"]["added"], told["nets"]["removed"]) == (3, 2)
    assert told["bots"]["added"] == told["bots"]["removed"] == 0


def test_what_finds_no_place_is_read_whole(loaded):
    weir = loaded.weir
    many = {ipaddress.ip_network(f"198.{high}.{net}.{last}")
            for high in (20, 21, 22) for net in range(256) for last in (3, 9)}
    loaded.of["nets"] |= many
    loaded.write("nets")
    weir("reload")
    assert not (weir.pins / "spare").exists()
    check(loaded, sorted(many, key=str)[::300] + sorted(set().union(*loaded.of.values()) - many,
                                                        key=str)[::9])
    loaded.of["nets"] -= many
    loaded.write("nets")
    weir("reload")
    assert (weir.pins / "spare").exists()
    check(loaded, sorted(many, key=str)[::300])
