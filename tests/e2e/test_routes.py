# SPDX-License-Identifier: GPL-2.0
"""Feeds that are routing tables of the kernel, as BIRD and others write them."""
import json
import os
import random
import signal
import subprocess
import threading
import time

import pytest

import frames
from lab import wait_until
from weir import judged

TABLE = 666
MX, MX6 = "198.19.0.25", "2001:db8:19::25"
CONFIG = """
smtp: { limit: { access: off, upstream: off } }
feeds:
  - name: fleet
    kind: zombie
    may_list_own: true
    may_list_special: true
    routes: { table: 666%s }
  - { name: own, kind: own, entries: [198.18.0.0/16, "2001:db8:18::/48"] }
  - { name: relays, kind: allow, entries: [198.18.64.25] }
"""


def route(lab, *arguments, check=True):
    return lab.router.run("ip", *arguments, "table", TABLE, check=check)


def add(lab, prefix, *kind, proto="bird"):
    family = ["-6"] if ":" in prefix else []
    route(lab, *family, "route", "replace", *(kind or ["blackhole"]), prefix, "proto", proto)


def flush(lab):
    for family in ("-4", "-6"):
        route(lab, family, "route", "flush", check=False)


@pytest.fixture
def table(lab):
    flush(lab)
    yield TABLE
    flush(lab)


def configure(weir, more=""):
    weir.configure(CONFIG % more)


def entries(weir, feed="fleet"):
    return {f["name"]: f for f in weir.status()["feeds"]}[feed]["entries"]


def mail(source):
    return frames.tcp(source, MX6 if ":" in source else MX, 25)


def is_dropped(lab, weir, source):
    arrived, dropped = judged(weir, lab.outward, mail(source))
    assert arrived + sum(dropped.values()) == 1
    return dropped == {"zombie_feed": 1}


def test_all_that_a_table_has(lab, weir, table):
    add(lab, "198.18.64.1")
    add(lab, "198.18.64.2", "unreachable")
    add(lab, "198.18.64.3", "prohibit", proto="static")
    add(lab, "2001:db8:18:64::/64")
    route(lab, "route", "add", "198.18.64.4", "via", "198.18.129.2", "dev", "acc0", "onlink")
    lab.router.run("ip", "route", "add", "198.18.64.6", "table", TABLE,
                   "nexthop", "via", "198.18.129.2", "dev", "acc0", "onlink",
                   "nexthop", "via", "198.18.130.2", "dev", "up0", "onlink")
    add(lab, "198.18.64.5", "throw")
    route(lab, "route", "add", "blackhole", "198.18.64.1", "metric", "7", "proto", "static")
    configure(weir)
    assert "fleet" in weir("check").stdout and not weir.state.exists()
    weir("load")
    assert entries(weir) == 6
    for source in ("198.18.64.1", "198.18.64.2", "198.18.64.3", "198.18.64.4", "198.18.64.6",
                   "2001:db8:18:64::7"):
        assert is_dropped(lab, weir, source), source
    for source in ("198.18.64.5", "198.18.64.7", "2001:db8:18:65::7"):
        assert not is_dropped(lab, weir, source), source
    assert "blackhole, protocol 12" in weir("lookup", "2001:db8:18:64::7").stdout
    assert "unreachable, protocol 12" in weir("lookup", "198.18.64.2").stdout


def test_one_protocol(lab, weir, table):
    add(lab, "198.18.64.1")
    add(lab, "198.18.64.2", proto="static")
    add(lab, "198.18.64.3", proto="77")
    configure(weir, ", protocol: static")
    weir("load")
    assert [is_dropped(lab, weir, f"198.18.64.{n}") for n in (1, 2, 3)] == [False, True, False]
    configure(weir, ", protocol: 77")
    weir("reload")
    assert [is_dropped(lab, weir, f"198.18.64.{n}") for n in (1, 2, 3)] == [False, False, True]
    configure(weir, ", protocol: bird")
    weir("reload")
    assert [is_dropped(lab, weir, f"198.18.64.{n}") for n in (1, 2, 3)] == [True, False, False]


def test_reload_reads_it_again(lab, weir, table):
    configure(weir)
    weir("load")
    assert entries(weir) == 0
    add(lab, "198.18.64.1")
    assert "+1" in weir("feed", "diff", "fleet").stdout or "1 " in weir("feed", "diff").stdout
    weir("reload")
    assert is_dropped(lab, weir, "198.18.64.1")
    assert weir("check").returncode == 0


def test_nothing_is_cut_that_must_not_be(lab, weir, table):
    add(lab, "0.0.0.0/0")
    add(lab, "::/0")
    add(lab, "198.18.0.0/16")
    add(lab, "198.18.129.1")  # this router
    add(lab, "198.18.64.25")  # a relay
    add(lab, "198.18.64.1")
    configure(weir)
    said = weir("load").stderr
    assert "wider" in said and "this router" in said, said
    assert is_dropped(lab, weir, "198.18.64.1")
    assert entries(weir) == 2, "of which the relay is allowed"
    for source in ("198.18.64.25", "198.18.65.1", "2001:db8:18:65::7"):
        assert not is_dropped(lab, weir, source), source


def ip(lab, *arguments, check=True):
    return lab.router.run("ip", *arguments, check=check)


@pytest.fixture
def policy(lab):
    yield
    for family in ("-4", "-6"):
        for number in ("100", "101", "102"):
            ip(lab, family, "route", "flush", "table", number, check=False)
        ip(lab, family, "rule", "del", "table", "100", check=False)
    ip(lab, "link", "del", "vrf0", check=False)


HOP = ("dev", "up0", "onlink")


def test_gateways_of_all_tables_by_which_it_sends(lab, weir, table, policy):
    """They must not be cut off; of a table by which nothing is sent, as of those that are lists,
    no gateway is known."""
    used, unused, six = "198.18.130.9", "198.18.130.10", "2001:db8:0:2::9"
    for address in (used, unused, f"{six}/128"):
        add(lab, address)
    ip(lab, "rule", "add", "from", "198.18.77.0/24", "table", "100")
    ip(lab, "-6", "rule", "add", "from", "2001:db8:77::/48", "table", "100")
    ip(lab, "route", "add", "203.0.113.0/24", "via", used, *HOP, "table", "100")
    ip(lab, "-6", "route", "add", "2001:db8:99::/48", "via", six, *HOP, "table", "100")
    ip(lab, "route", "add", "203.0.113.0/24", "via", unused, *HOP, "table", "101")
    configure(weir)
    said = weir("load").stderr
    assert "gateway" in said, said
    assert entries(weir) == 1, said
    assert is_dropped(lab, weir, unused) and not is_dropped(lab, weir, used)


def test_gateways_of_a_vrf(lab, weir, table, policy):
    if ip(lab, "link", "add", "vrf0", "type", "vrf", "table", "102", check=False).returncode:
        pytest.skip("this kernel has no VRFs")
    add(lab, "198.18.130.11")
    ip(lab, "route", "add", "203.0.113.0/24", "via", "198.18.130.11", *HOP, "table", "102")
    configure(weir)
    assert "gateway" in weir("load").stderr
    assert entries(weir) == 0


def test_subscribers_only_if_it_may(lab, weir, table):
    add(lab, "198.18.64.1")
    add(lab, "198.19.66.6")
    weir.configure((CONFIG % "").replace("may_list_own: true", "may_list_own: false"))
    said = weir("load").stderr
    assert "own space" in said
    assert not is_dropped(lab, weir, "198.18.64.1")
    assert entries(weir) == 1


def test_the_daemon_follows(lab, weir, table):
    configure(weir)
    daemon = weir.run()
    add(lab, "198.18.64.1")
    add(lab, "2001:db8:18:64::/64")
    wait_until(lambda: entries(weir) == 2)
    assert is_dropped(lab, weir, "198.18.64.1") and is_dropped(lab, weir, "2001:db8:18:64::1")
    route(lab, "route", "del", "blackhole", "198.18.64.1")
    wait_until(lambda: entries(weir) == 1)
    assert not is_dropped(lab, weir, "198.18.64.1")
    # A table that it does not know is nobody's business.
    generation = weir.generation()
    lab.router.run("ip", "route", "replace", "blackhole", "198.18.64.9", "table", "668")
    lab.router.run("ip", "route", "flush", "table", "668")
    add(lab, "198.18.64.2")
    wait_until(lambda: entries(weir) == 2)
    assert weir.generation() == generation + 1
    assert daemon.stop() == 0
    assert is_dropped(lab, weir, "198.18.64.2"), "the daemon's end changes nothing"


def test_the_daemon_compiles_what_has_changed_alone(lab, weir, table):
    """From its first publish on; unless the configuration has changed, too."""
    def is_change():
        """Rules are kept after the swap, their file last: the kernel knows of it before."""
        kept = weir.state / "generations" / str(weir.generation())
        wait_until(lambda: (kept / "rules").exists(), 60, "the rules are kept")
        return (kept / "rules-added").exists()

    configure(weir)
    daemon = weir.run()
    for n in (1, 2, 3):
        add(lab, f"198.18.64.{n}")
        wait_until(lambda: entries(weir) == n)
        assert is_change(), n
    configure(weir, ", hold: 2h")
    add(lab, "198.18.64.4")
    wait_until(lambda: entries(weir) == 4)
    assert not is_change()
    assert is_dropped(lab, weir, "198.18.64.4")
    add(lab, "198.18.64.5")
    wait_until(lambda: entries(weir) == 5)
    assert is_change()
    assert daemon.stop() == 0


def batch(lab, lines, force=False):
    with lab.router.inside():
        subprocess.run(["ip", *["-force"] * force, "-batch", "-"], input="\n".join(lines) + "\n",
                       text=True, check=not force, capture_output=force, timeout=600)


def numbered(n):
    return f"198.18.{n >> 8 & 127}.{n & 255}"


def test_nothing_is_misjudged_while_routes_come_and_go(lab, weir, table):
    """A thousand changes a second beside a host that is in the table all the time, and one that
    never is."""
    add(lab, "198.18.120.1")
    configure(weir)
    weir.run()
    wait_until(lambda: entries(weir) == 1)
    over = threading.Event()

    def change():
        while not over.is_set():
            for verb in ("add", "del"):
                batch(lab, [f"route {verb} blackhole {numbered(n)} table {TABLE} proto bird"
                            for n in range(500, 1000)])
                over.wait(0.5)

    changing = threading.Thread(target=change)
    changing.start()
    generations, sent = set(), 0
    deadline = time.monotonic() + 600
    try:
        while len(generations) < 12 and time.monotonic() < deadline:
            lab.outward.send(*[mail("198.18.120.1")] * 50, *[mail("198.18.120.2")] * 50)
            sent += 50
            generations.add(weir.status()["generation"])
    finally:
        over.set()
        changing.join()
    assert len(generations) >= 12
    wait_until(lambda: weir.metrics().sum("packets_total", family="ipv4", interface="acc0")
               == 2 * sent)
    assert weir.metrics().by("reason", "packets_total", family="ipv4", interface="acc0") == {
        "zombie_feed": sent, "smtp_ok": sent}


def test_lost_news_are_made_good(lab, weir, table):
    """More changes than the socket holds, while the daemon does not read."""
    configure(weir)
    daemon = weir.run()
    add(lab, "198.18.90.1")
    wait_until(lambda: entries(weir) == 1)
    daemon.kill(signal.SIGSTOP)
    batch(lab, [f"route replace blackhole {numbered(n)} table {TABLE} proto bird"
                for n in range(20000)])
    batch(lab, [f"route del blackhole {numbered(n)} table {TABLE}" for n in range(0, 20000, 2)])
    daemon.kill(signal.SIGCONT)
    wait_until(lambda: entries(weir) in (10000, 10001) and entries(weir) == len(
        route(lab, "route", "show").stdout.splitlines()), 120)
    for n in (1, 19999, 7777):
        assert is_dropped(lab, weir, numbered(n)), n
    assert not is_dropped(lab, weir, numbered(7778))
    assert daemon.stop() == 0


KINDS = ("unicast", "blackhole", "unreachable", "prohibit")


def shown(lab):
    """What makes the list, by ip(8)."""
    return {route["dst"] for family in ("-4", "-6")
            for route in json.loads(route_json(lab, family)) if route.get("type", "unicast") in KINDS}


def route_json(lab, family):
    return route(lab, "-j", family, "route", "show", check=False).stdout or "[]"


def followed(weir):
    lines = (weir.state / "routes" / "fleet").read_text().splitlines()
    return {line.split()[0] for line in lines if line[0] != "#"}


def any_change(dice):
    """Of few places, so that routes stand beside, behind and in front of others."""
    pick = dice.randrange
    six = pick(2)
    place = f"2001:db8:18:{pick(4)}::/64" if six else f"198.18.64.{pick(6)}"
    hop = f"via fe80::{pick(2) + 1} dev acc0" if six else f"via 198.18.129.{pick(2) + 2} dev acc0 onlink"
    kind = dice.choice(["", "", *KINDS[1:], "throw"])
    verb = dice.choice(["add", "replace", "append", "prepend", "change", "del", "del"])
    rest = f"metric {pick(2) + 5} proto {dice.choice(['bird', 'static'])}"
    return f"route {verb} {kind} {place} {'' if kind else hop} {rest} table {TABLE}"


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_and_goes_is_followed(lab, weir, table, seed):
    """Routes of all types, one of them or several by the same prefix and metric, with one next
    hop or several: what the daemon holds is what the table has."""
    dice = random.Random(seed)
    configure(weir)
    daemon = weir.run()
    for _ in range(12):
        batch(lab, [any_change(dice) for _ in range(dice.choice([1, 2, 5, 30]))], force=True)
        wait_until(lambda: followed(weir) == shown(lab), 180,
                   lambda: f"{followed(weir)} is {shown(lab)}")
    assert daemon.stop() == 0


def test_a_table_that_is_too_full(lab, weir, table):
    """Then its last list stays, and this is said; until it is less full."""
    configure(weir)
    weir.config.write_text(weir.config.read_text().replace(
        "kind: zombie", "kind: zombie\n    max_entries: 100"))
    add(lab, "198.18.64.1")
    daemon = weir.run()
    assert is_dropped(lab, weir, "198.18.64.1")
    batch(lab, [f"route add blackhole {numbered(n)} table {TABLE} proto bird" for n in range(200)])
    wait_until(lambda: feed_ok(weir) == 0, 180)
    assert is_dropped(lab, weir, "198.18.64.1")
    assert not is_dropped(lab, weir, numbered(7))
    batch(lab, [f"route del blackhole {numbered(n)} table {TABLE}" for n in range(150)])
    wait_until(lambda: feed_ok(weir) == 1, 180)
    assert is_dropped(lab, weir, numbered(199)) and not is_dropped(lab, weir, numbered(7))
    assert daemon.stop() == 0


@pytest.mark.parametrize("now", [40, 500])
def test_a_table_that_changes_too_much(lab, weir, table, now):
    """Its last list stays, if `max_change` is said, until somebody accepts what it has become, or
    it is what it was; one that loses or wins less is followed meanwhile as any."""
    def change(before, after):
        """All at once, for the daemon."""
        verb = "add" if after > before else "del"
        daemon.kill(signal.SIGSTOP)
        batch(lab, [f"route {verb} blackhole {numbered(n)} table {TABLE} proto bird"
                    for n in range(min(before, after), max(before, after))])
        daemon.kill(signal.SIGCONT)

    configure(weir)
    weir.config.write_text(weir.config.read_text().replace("kind: zombie", "kind: zombie\n    max_change: 2"))
    daemon = weir.run()
    change(0, 150)
    wait_until(lambda: entries(weir) == 150, 180)
    change(150, 200)
    wait_until(lambda: entries(weir) == 200, 180)
    change(200, now)
    wait_until(lambda: feed_ok(weir) == 0, 180)
    assert is_dropped(lab, weir, numbered(199)) and not is_dropped(lab, weir, numbered(201))
    shown = weir("feed", "list").stdout
    # The kernel has room for no more of it where paths are long: `check` says all.
    assert f"has {now} entries" in shown and "has 200 (max_change" in shown, shown
    change(now, 200)
    wait_until(lambda: feed_ok(weir) == 1, 180)
    change(200, now)
    wait_until(lambda: feed_ok(weir) == 0, 180)
    weir("feed", "update", "fleet", "--accept")
    wait_until(lambda: feed_ok(weir) == 1 and entries(weir) == now, 180)
    assert is_dropped(lab, weir, numbered(201)) == (now > 201)
    assert daemon.stop() == 0


def test_devices_take_their_routes_along(lab, weir, table):
    """The kernel tells nobody of the IPv4 routes of a device that goes down."""
    lab.router.run("ip", "link", "add", "gone0", "type", "veth", "peer", "name", "gone1")
    try:
        lab.router.run("ip", "link", "set", "gone0", "up")
        route(lab, "route", "add", "198.18.64.1", "dev", "gone0")
        add(lab, "198.18.64.2")
        configure(weir)
        daemon = weir.run()
        assert entries(weir) == 2
        lab.router.run("ip", "link", "set", "gone0", "down")
        wait_until(lambda: entries(weir) == 1)
        assert not is_dropped(lab, weir, "198.18.64.1")
        assert is_dropped(lab, weir, "198.18.64.2")
        assert daemon.stop() == 0
    finally:
        lab.router.run("ip", "link", "del", "gone0", check=False)


def feed_ok(weir):
    return weir.metrics()["feed_ok", (("feed", "fleet"),)]


def test_an_empty_table_is_held(lab, weir, table):
    add(lab, "198.18.64.1")
    configure(weir, ", hold: 1h")
    daemon = weir.run()
    assert feed_ok(weir) == 1
    flush(lab)
    wait_until(lambda: feed_ok(weir) == 0)
    assert is_dropped(lab, weir, "198.18.64.1")
    shown = weir("feed", "list").stdout
    assert "routing table 666 is empty since" in shown and "(hold)" in shown
    assert any("is empty since" in line for line in weir.partly("reload"))
    # The session comes back.
    add(lab, "198.18.64.1")
    wait_until(lambda: feed_ok(weir) == 1)
    assert is_dropped(lab, weir, "198.18.64.1")
    assert daemon.stop() == 0


def filling(weir):
    return weir.state / "routes" / "fleet.filling"


def date(file, seconds):
    """As if it had been written so long ago."""
    then = file.stat().st_mtime - seconds
    os.utime(file, (then, then))


def test_a_table_that_fills_again(lab, weir, table):
    """One route after the other: what has not come back yet is held beside those that have, for a
    minute, whatever the table says meanwhile."""
    for n in (1, 2, 3):
        add(lab, f"198.18.64.{n}")
    add(lab, "2001:db8:18:64::/64")
    configure(weir, ", hold: 1h")
    daemon = weir.run()
    flush(lab)
    wait_until(lambda: feed_ok(weir) == 0)
    add(lab, "198.18.64.2", "unreachable")
    wait_until(lambda: feed_ok(weir) == 1)
    add(lab, "198.18.64.4")
    wait_until(lambda: entries(weir) == 5)
    assert "unreachable" in weir("lookup", "198.18.64.2").stdout
    for source in ("198.18.64.1", "198.18.64.3", "198.18.64.4", "2001:db8:18:64::7"):
        assert is_dropped(lab, weir, source), source
    # The minute is over.
    date(filling(weir), 61)
    add(lab, "198.18.64.5")
    wait_until(lambda: entries(weir) == 3)
    assert not is_dropped(lab, weir, "198.18.64.1")
    assert not filling(weir).exists()
    assert daemon.stop() == 0


def test_a_fill_ends_by_itself(lab, weir, table):
    add(lab, "198.18.64.1")
    configure(weir, ", hold: 1h")
    daemon = weir.run()
    flush(lab)
    wait_until(lambda: feed_ok(weir) == 0)
    add(lab, "198.18.64.2")
    wait_until(lambda: feed_ok(weir) == 1)
    date(filling(weir), 55)
    add(lab, "198.18.64.3")
    wait_until(lambda: is_dropped(lab, weir, "198.18.64.3"))
    wait_until(lambda: not is_dropped(lab, weir, "198.18.64.1"))
    assert entries(weir) == 2
    assert daemon.stop() == 0


@pytest.mark.parametrize("hold", ["1h", "0s"])
def test_what_went_while_nobody_followed(lab, weir, table, hold):
    """A routing daemon that starts with this one may still be about to write it again."""
    for n in (1, 2):
        add(lab, f"198.18.64.{n}")
    configure(weir, f", hold: {hold}")
    assert weir.run().stop() == 0
    route(lab, "route", "del", "blackhole", "198.18.64.1")
    daemon = weir.run()
    assert is_dropped(lab, weir, "198.18.64.1") == (hold == "1h")
    assert is_dropped(lab, weir, "198.18.64.2")
    if hold == "1h":
        date(filling(weir), 61)
        add(lab, "198.18.64.3")
        wait_until(lambda: is_dropped(lab, weir, "198.18.64.3"))
        assert not is_dropped(lab, weir, "198.18.64.1")
    assert daemon.stop() == 0


def test_a_hold_ends(lab, weir, table):
    add(lab, "198.18.64.1")
    configure(weir, ", hold: 3s")
    daemon = weir.run()
    flush(lab)
    wait_until(lambda: entries(weir) == 0)
    wait_until(lambda: feed_ok(weir) == 1)
    assert not is_dropped(lab, weir, "198.18.64.1")
    # Without one, at once; and a reboot is no reason to forget.
    configure(weir, ", hold: 1h")
    add(lab, "198.18.64.1")
    weir("reload")
    assert daemon.stop() == 0
    weir.reboot()
    flush(lab)
    weir.partly("load")
    assert is_dropped(lab, weir, "198.18.64.1")
    configure(weir, ", hold: 0s")
    weir("reload")
    assert entries(weir) == 0


def test_what_cannot_be_written_is_said(lab, weir, table):
    add(lab, "198.18.64.1")
    configure(weir)
    weir("load")
    file = weir.state / "routes" / "fleet"
    file.unlink()
    file.mkdir()  # in the way
    add(lab, "198.18.64.2")
    said = weir.partly("reload")
    assert any("routes" in line for line in said), said
    assert is_dropped(lab, weir, "198.18.64.1") and not is_dropped(lab, weir, "198.18.64.2")
    file.rmdir()
    weir("reload")
    assert is_dropped(lab, weir, "198.18.64.2")
