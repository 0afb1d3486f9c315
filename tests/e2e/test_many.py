# SPDX-License-Identifier: GPL-2.0
"""Three routers and two reflectors, by scripts/fleet as it stands: what `make demo-fleet`
shows of forty."""
import pytest

import frames
from lab import wait_until
from many import MX, Fleet, blast


@pytest.fixture(scope="module")
def fleet(tmp_path_factory, tool):
    tool("bird")
    made = Fleet(3, 2, tmp_path_factory.mktemp("many"), tool)
    yield made
    made.close()


def mail(source):
    return frames.tcp(source, MX)


def drops(router):
    return router.weir.dropped()


def test_whom_one_finds_all_hold(fleet):
    """By what it does, without anybody's command, and wherever it goes next."""
    source = "198.18.1.9"
    assert len(fleet.spread(mail(source), None, at=1, first=blast(source))) == 2
    there = fleet.router(3)
    before = drops(there)
    with fleet.subscribers.inside():
        fleet.paths[3].send(mail(source))
    wait_until(lambda: drops(there)["zombie_feed"] > before["zombie_feed"], 60)
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


def test_a_router_that_lies(fleet):
    """It says what it likes to a reflector, which passes on hosts in own space alone."""
    liar, other = fleet.router(1), fleet.router(2)
    known, blocked = other.entries(), other.entries("blocks")
    config = liar.directory / "bird.conf"
    config.write_text(config.read_text() + """
protocol static lies4 {
	ipv4 { table fleet4; };
	route 0.0.0.0/0 blackhole;
	route 198.18.0.0/16 blackhole;
	route 198.18.255.25/32 blackhole;
	route 198.51.100.202/32 blackhole;
	route 203.0.112.0/20 blackhole;
	route 198.18.3.33/32 blackhole;
}
""")
    assert "Reconfigur" in liar.say("configure")
    wait_until(lambda: other.entries() == known + 1, 120)
    assert other.entries("blocks") == blocked
    told = fleet.reflectors[1].say("show", "route", "table", "fleet4")
    assert "198.18.3.33/32" in told
    for lie in ("0.0.0.0/0", "198.18.0.0/16", "198.18.255.25/32", "198.51.100.202/32",
                "203.0.112.0/20"):
        assert lie not in told, told
