# SPDX-License-Identifier: GPL-2.0
"""Three routers and two reflectors, by scripts/fleet as it stands: what `make demo-fleet`
shows of forty."""
import contextlib
import re
import subprocess

import pytest

import frames
from lab import wait_until
from many import FLEET, LIES, MX, Fleet, Reflector, blast, lie


@pytest.fixture(scope="module")
def fleet(tmp_path_factory, routing):
    routing("bird")
    made = Fleet(3, [Reflector, Reflector], tmp_path_factory.mktemp("many"), routing)
    yield made
    made.close()


def mail(source):
    return frames.tcp(source, MX)


def listed(router, source):
    return "fleet" in [match["feed"] for match in router.weir.json("lookup", source)["matches"]]


def drops(router):
    return router.weir.dropped().get("zombie_feed", 0)


def test_whom_one_finds_all_hold(fleet):
    """By what it does, without anybody's command, and wherever it goes next."""
    source = "198.18.1.9"
    assert len(fleet.spread(mail(source), None, at=1, first=blast(source))) == 2
    there = fleet.router(3)
    before = drops(there)
    with fleet.subscribers.inside():
        fleet.paths[3].send(mail(source))
    wait_until(lambda: drops(there) > before, 60)
    # IPv6 hosts are found by their /64.
    fleet.router(2).weir("zombie", "add", "2001:db8:18:64::7")
    fleet.spread(frames.tcp("2001:db8:18:64::9", "2001:db8:19::25"), lambda: None)


def test_what_is_blocked_at_one(fleet):
    """It is cut off at all, whatever the protocol; and not any more when it is lifted."""
    packet = frames.udp("198.18.1.8", "203.0.113.7")
    fleet.spread(packet, lambda: fleet.router(2).weir("block", "add", "203.0.113.7") and None)
    wait_until(lambda: all(fleet.router(n).entries("blocks") == 1 for n in (1, 3)), 120)
    fleet.router(2).weir("block", "del", "203.0.113.7")
    wait_until(lambda: fleet.router(1).entries("blocks") == fleet.router(3).entries("blocks") == 0,
               120)


def test_a_reflector_dies_and_a_router_comes_back(fleet):
    fleet.reflectors[0].end_bird()
    source = "198.18.2.9"
    fleet.spread(mail(source), lambda: fleet.router(2).weir("zombie", "add", source) and None)
    known = fleet.router(3).entries()
    fleet.reboot(3)
    wait_until(lambda: fleet.router(3).entries() == known, 120)
    fleet.spread(mail(source), lambda: None)


def test_sessions_flap_and_daemons_are_killed(fleet):
    """What is known stays so, whatever of it is not in BIRD's hands just then; and what comes
    meanwhile is learned when it is over."""
    finder, other = fleet.router(1), fleet.router(2)
    source, late = "198.18.3.1", "198.18.3.2"
    finder.weir("zombie", "add", source)
    wait_until(lambda: listed(other, source), 120)
    before = drops(other)
    with contextlib.closing(fleet.paths[2].count({(source, MX)})) as arrived:
        for n in range(6):
            finder.say("restart", "reflector2")
            other.say("restart", "reflector2")
            fleet.paths[2].send(mail(source))
            if n == 2:
                other.end_bird()
                other.kill_weir()
            if n == 4:
                finder.weir("zombie", "add", late)
                other.start_bird(fleet.neighbours())
                other.start_weir(other.weir)
                other.wait_weir()
        wait_until(lambda: drops(other) >= before + 6 or
                   arrived.total, 60)
        assert not arrived.total, "one passed"
    wait_until(lambda: listed(other, late), 120)
    assert listed(other, source)


def test_a_router_that_lies(fleet):
    """It says what it likes to a reflector, which passes on hosts in own space alone."""
    liar, other = fleet.router(1), fleet.router(2)
    known, blocked = other.entries(), other.entries("blocks")
    lie(liar)
    wait_until(lambda: other.entries() == known + 2, 120)
    assert other.entries("blocks") == blocked
    told = "".join(fleet.reflectors[1].say("show", "route", "table", table)
                   for table in ("fleet4", "fleet6"))
    said = set(re.findall(r"route (\S+) blackhole", LIES))
    assert {lie for lie in said if lie in told} == {"198.18.3.33/32", "2001:db8:18:33::/64"}, told


def simulate(*arguments):
    return subprocess.run(["/usr/bin/python3", FLEET / "simulate.py", *arguments], check=False,
                          capture_output=True, text=True)


def test_the_simulation_says_the_same_twice():
    """Of the same inputs, all of which it prints; what is larger takes longer."""
    said = simulate("--routers=40", "--entries=10000", "--seconds=10").stdout
    assert said == simulate("--routers=40", "--entries=10000", "--seconds=10").stdout
    assert re.search(r"^  entries +10,000 ", said, re.M)

    def median(text):
        return float(re.search(r"^  median ([\d.]+) s", text, re.M).group(1))
    assert 0 < median(said) < median(simulate("--routers=40", "--seconds=10").stdout)
    assert simulate("--router=40").returncode != 0
