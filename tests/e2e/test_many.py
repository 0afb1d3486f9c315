# SPDX-License-Identifier: GPL-2.0
"""Three routers and two reflectors, by scripts/fleet as it stands: what `make demo-fleet`
shows of forty."""
import contextlib
import re
import subprocess

import pytest

import frames
from lab import wait_until
from many import FLEET, MX, Fleet, GoBgp, OpenBgpd, Reflector, blast


@pytest.fixture(scope="module")
def fleet(tmp_path_factory, tool):
    tool("bird")
    made = Fleet(3, [Reflector, Reflector], tmp_path_factory.mktemp("many"), tool)
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
    assert all(router.entries("blocks") == 1 for router in (fleet.router(1), fleet.router(3)))
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


LIES = """
protocol static lies4 {
	ipv4 { table fleet4; };
	route 0.0.0.0/0 blackhole;
	route 198.18.0.0/16 blackhole;
	route 198.18.255.25/32 blackhole;
	route 198.51.100.202/32 blackhole;
	route 203.0.112.0/20 blackhole;
	route 198.18.3.33/32 blackhole;
}
"""


def lie(router):
    config = router.directory / "bird.conf"
    config.write_text(config.read_text() + LIES)
    assert "Reconfigur" in router.say("configure")


def test_a_router_that_lies(fleet):
    """It says what it likes to a reflector, which passes on hosts in own space alone."""
    liar, other = fleet.router(1), fleet.router(2)
    known, blocked = other.entries(), other.entries("blocks")
    lie(liar)
    wait_until(lambda: other.entries() == known + 1, 120)
    assert other.entries("blocks") == blocked
    told = fleet.reflectors[1].say("show", "route", "table", "fleet4")
    assert "198.18.3.33/32" in told
    assert not [lie for lie in re.findall(r"route (\S+) blackhole", LIES)[:-1] if lie in told], told


@pytest.fixture(params=[GoBgp, OpenBgpd])
def other_fleet(request, tmp_path, tool):
    for name in ("bird", "gobgpd", "openbgpd/run"):
        tool(name)
    made = Fleet(2, [request.param], tmp_path, tool)
    yield made
    made.close()


def test_other_reflectors(other_fleet):
    """GoBGP and OpenBGPD in the place of BIRD: what comes of a lie is what a router of the
    fleet may say."""
    liar, other = other_fleet.routers
    liar.weir("zombie", "add", "198.18.1.7")
    liar.weir("zombie", "add", "2001:db8:18:64::7")
    wait_until(lambda: other.entries() == 2, 120)
    lie(liar)
    wait_until(lambda: other.entries() == 3, 120)
    learned = other.say("show", "route", "table", "fleet4", "where", "source = RTS_BGP")
    assert "198.18.1.7/32" in learned and "198.18.3.33/32" in learned
    # Those that the reflector has passed on and this router refused would be counted there.
    refused = other.say("show", "protocols", "all", "reflector1")
    assert re.findall(r"Import updates: +(\d+) +(\d+) +(\d+) ", refused)[0][1:] == ("0", "0")
    liar.weir("zombie", "del", "198.18.1.7")
    wait_until(lambda: other.entries() == 2, 120)


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
