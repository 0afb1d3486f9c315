# SPDX-License-Identifier: GPL-2.0
"""What one router finds out, others enforce: scripts/fleet/ as it stands, with real daemons.

    :found: fleet0 -- fleet1 :router: which is the lab's
"""
import itertools
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

import frames
from lab import Namespace, wait_until
from weir import Weir, judged

FLEET = pathlib.Path(__file__).parents[2] / "scripts" / "fleet"
HERE, THERE = "192.0.2.9", "192.0.2.10"
KNOWS = """
smtp: { limit: { access: off, upstream: off } }
feeds:
  - { name: fleet, kind: zombie, may_list_own: true, routes: { table: 666, hold: 1h } }
  - { name: own, kind: own, entries: [198.18.0.0/16, "2001:db8:18::/48"] }
"""
FINDS = """
interfaces: [{ name: fleet0, role: access }]
announce: { table: 667, what: [zombie_live] }
"""
SITE = """
log stderr all;
router id %(id)s;
define FLEET_AS = 64496;
define ROUTER = %(number)s;
define OWN4 = [ 198.18.0.0/16+ ];
define OWN6 = [ 2001:db8:18::/48+ ];
define NEVER4 = [ 198.18.64.25/32 ];
define NEVER6 = [ 2001:db8:18:25::/64 ];
define FOUND6 = 64;
define FLEET_MOST = 10000;
define BLOCKED4 = 32;
define BLOCKED6 = 64;
"""


class Bird:
    """BIRD as scripts/fleet has it, or by another configuration."""

    def __init__(self, namespace, directory, tool, address, neighbour, number, config=None):
        directory.mkdir(exist_ok=True)
        self._namespace, self._directory, self._tool = namespace, directory, tool
        (directory / "bird.conf").write_text(config or (FLEET / "bird.conf").read_text())
        shutil.copy(FLEET / "filters.conf", directory)
        (directory / "site.conf").write_text(SITE % {"id": address, "number": number})
        (directory / "neighbours.conf").write_text(
            f"protocol bgp peer1 from fleet {{ source address {address}; "
            f"neighbor {neighbour} as FLEET_AS; }}\n")
        self.popen = None
        self.start()

    def start(self, *arguments):
        self.popen = self._namespace.start(
            self._tool("bird"), "-f", "-c", self._directory / "bird.conf", "-s",
            self._directory / "ctl", "-P", self._directory / "pid", *arguments,
            stdout=subprocess.DEVNULL, stderr=(self._directory / "log").open("a"))

    def say(self, *words):
        return self._namespace.run(self._tool("birdc"), "-s", self._directory / "ctl", *words,
                                   check=False).stdout

    def is_up(self):
        return "Established" in self.say("show", "protocols", "peer1")

    def end(self, number=signal.SIGTERM):
        if self.popen.poll() is None:
            self.popen.send_signal(number)
        self.popen.wait(30)


def frr_version(tool, directory):
    said = subprocess.run([tool("frr/run"), directory, "zebra", "--version"], check=True,
                          capture_output=True, text=True).stdout
    return int(re.match(r"zebra version (\d+)", said)[1])


class Frr:
    """FRR as scripts/fleet has it, of this place and these neighbours."""

    def __init__(self, namespace, directory, tool, neighbour, name="frr.conf", text=None):
        directory.mkdir()
        config = text or (FLEET / name).read_text()
        for there, here in (("198.51.100.1 ", f"{neighbour} "), ("198.51.100.25/32", "198.18.64.25/32"),
                            ("198.51.100.0/24", "198.18.0.0/16"),
                            ("2001:db8:25::/64", "2001:db8:18:25::/64"),
                            ("2001:db8::/32", "2001:db8:18::/48")):
            assert text or there in config or name != "frr.conf"
            config = config.replace(there, here)
        (directory / "frr.conf").write_text(config)
        (directory / "vtysh.conf").write_text("username root nopassword\n")
        self._run = [tool("frr/run"), directory]
        self._namespace, self._directory, self._popen = namespace, directory, []
        daemons = ["zebra", "staticd", "bgpd"]
        if frr_version(tool, directory) >= 10:
            daemons.insert(0, "mgmtd")
        for daemon in daemons:
            self._popen.append(namespace.start(
                *self._run, daemon, "-u", "root", "-g", "root", "-P", "0", "--log",
                f"file:{directory}/{daemon}.log", stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL))
            wait_until((directory / f"{daemon}.vty").exists)
        self.say("-b")

    def say(self, *words):
        return self._namespace.run(*self._run, "vtysh", "--config_dir", self._directory, *words,
                                   check=False).stdout

    def end(self, _=None):
        """In peace, so that zebra takes its routes out of the router's tables."""
        for popen in reversed(self._popen):
            popen.terminate()
            popen.wait(30)


class Fleet:
    def __init__(self, lab, weir, directory, tool):
        subprocess.run(["ip", "netns", "add", "found"], check=True)
        self.found = Namespace("found")
        self.lab, self.weir, self._directory, self._tool = lab, weir, directory, tool
        self.finder = Weir(self.found, directory)
        self._birds = []
        lab.router.run("ip", "link", "add", "fleet1", "type", "veth", "peer", "name", "fleet0",
                       "netns", "found")
        self.found.run("ip", "link", "set", "lo", "up")
        for namespace, nic, address in ((self.found, "fleet0", HERE),
                                        (lab.router, "fleet1", THERE)):
            namespace.run("ip", "address", "add", f"{address}/30", "dev", nic)
            namespace.run("ip", "link", "set", nic, "up")

    def bird(self, here, config=None):
        address, other = (HERE, THERE) if here else (THERE, HERE)
        bird = Bird(self.found if here else self.lab.router, self._directory / f"bird{here}",
                    self._tool, address, other, 7 if here else 23, config)
        self._birds.append(bird)
        return bird

    def frr(self):
        frr = Frr(self.lab.router, self._directory / "frr", self._tool, HERE)
        self._birds.append(frr)
        return frr

    def frr_that_tells(self, name):
        frr = Frr(self.found, self._directory / "frr", self._tool, THERE, name)
        self._birds.append(frr)
        return frr

    def both(self):
        pair = self.bird(True), self.bird(False)
        wait_until(lambda: all(bird.is_up() for bird in pair), 120, "the session is up")
        return pair

    def close(self):
        for bird in self._birds:
            bird.end(signal.SIGKILL)
        self.finder.close()
        for family, table in itertools.product(("-4", "-6"), ("666", "668")):
            self.lab.router.run("ip", family, "route", "flush", "table", table, check=False)
        self.lab.router.run("ip", "link", "del", "fleet1", check=False)
        subprocess.run(["ip", "netns", "del", "found"], check=True)


@pytest.fixture
def fleet(lab, weir, tmp_path, routing):
    routing("bird")
    directory = tmp_path / "found"
    directory.mkdir()
    made = Fleet(lab, weir, directory, routing)
    yield made
    made.close()


def is_dropped(fleet, source):
    target = "2001:db8:19::25" if ":" in source else "198.19.0.25"
    _, dropped = judged(fleet.weir, fleet.lab.outward, frames.tcp(source, target, 25))
    return dropped == {"zombie_feed": 1}


def refusals(bird, told, refused):
    """Once BIRD has heard so many routes of its peer, of which it has refused so many."""
    def says():
        return bird.say("show", "protocols", "all", "peer1")

    wait_until(lambda: re.search(rf"Import updates: +{told} +0 +{refused} ", says()), 120, says)


def entries(fleet):
    return {f["name"]: f for f in fleet.weir.status()["feeds"]}["fleet"]["entries"]


def test_from_router_to_router(fleet):
    """Found at one, in its table 667, by BGP, in table 666 of the other, and dropped there."""
    fleet.finder.configure(FINDS, interfaces="")
    fleet.finder("load")
    fleet.weir.configure(KNOWS)
    daemon = fleet.weir.run()
    here, there = fleet.both()
    fleet.finder("zombie", "add", "198.18.64.1")
    fleet.finder("zombie", "add", "2001:db8:18:64::7")
    wait_until(lambda: entries(fleet) == 2, 120)
    assert is_dropped(fleet, "198.18.64.1") and is_dropped(fleet, "2001:db8:18:64::9")
    assert not is_dropped(fleet, "198.18.64.2")
    shown = there.say("show", "route", "table", "fleet4", "all")
    for said in ("(65535,666)", "(65535,65281)", "(64496, 666, 1)", "(64496, 667, 7)"):
        assert said in shown, shown
    fleet.finder("zombie", "del", "198.18.64.1")
    wait_until(lambda: entries(fleet) == 1, 120)
    assert not is_dropped(fleet, "198.18.64.1") and is_dropped(fleet, "2001:db8:18:64::9")

    # Killed, BIRD is expected back, here and there; what it has put into the kernel stays.
    here.end(signal.SIGKILL)
    there.end(signal.SIGKILL)
    assert is_dropped(fleet, "2001:db8:18:64::9")
    here.start()
    there.start()
    fleet.finder("zombie", "add", "198.18.64.3")
    wait_until(lambda: entries(fleet) == 2, 120)
    assert is_dropped(fleet, "198.18.64.3") and is_dropped(fleet, "2001:db8:18:64::9")

    # The router that has found them is gone for good: the last state is held.
    here.end()
    wait_until(lambda: fleet.weir.metrics()["feed_ok", (("feed", "fleet"),)] == 0, 120)
    assert is_dropped(fleet, "198.18.64.3")
    assert daemon.stop() == 0


POISON = """
protocol static poison4 {
	ipv4 { table fleet4; };
	route 0.0.0.0/0 blackhole;
	route 198.18.0.0/16 blackhole;
	route 198.18.64.25/32 blackhole;
	route 203.0.113.7/32 blackhole;
	route 198.18.64.1/32 blackhole;
}
protocol static poison6 {
	ipv6 { table fleet6; };
	route ::/0 blackhole;
	route 2001:db8:18::/48 blackhole;
	route 2001:db8:18:25::/64 blackhole;
	route 2001:db8:18:64::/64 blackhole;
}
"""


def test_a_poisoned_router(fleet):
    """It says what it likes; of all that, hosts in own space are believed, but never relays."""
    fleet.weir.configure(KNOWS)
    daemon = fleet.weir.run()
    fleet.bird(True, (FLEET / "bird.conf").read_text() + POISON)
    there = fleet.bird(False)
    wait_until(lambda: entries(fleet) == 2, 120)
    assert is_dropped(fleet, "198.18.64.1") and is_dropped(fleet, "2001:db8:18:64::1")
    wait_until(lambda: fleet.lab.router.run("ip", "route", "show", "table", "668", check=False)
               .stdout.split()[:2] == ["blackhole", "203.0.113.7"], 120,
               "what is blocked has a table of its own")
    for source in ("198.18.64.25", "198.18.64.2", "2001:db8:18:25::1", "2001:db8:18:65::1"):
        assert not is_dropped(fleet, source), source
    refusals(there, 5, 3)
    assert daemon.stop() == 0


LISTS = """
include "site.conf";
define SPAMHAUS = [ (65190, 1000), (65190, 1002) ];
define UTRS = [ (64497, 1) ];
protocol device { }
"""
CUSTOMER = """
protocol bgp peer1 from lists {
	source address %s;
	neighbor %s as 64499;
	ipv4 {
		table rtbh4;
		import filter {
			if !is_rtbh([ 198.18.64.0/26{32,32} ]) then reject;
			dest = RTD_BLACKHOLE;
			accept;
		};
		export none;
	};
}
"""
PROVIDER = """
include "site.conf";
protocol device { }
protocol static said {
	ipv4 { };
	route 203.0.113.0/24 blackhole;
	route 203.0.113.7/32 blackhole;
	route 198.18.64.7/32 blackhole;
	route 198.18.64.25/32 blackhole;
	route 198.18.0.0/16 blackhole;
	route 0.0.0.0/0 blackhole;
}
protocol bgp peer1 {
	local as 64499;
	source address %s;
	neighbor %s as FLEET_AS;
	ipv4 {
		import none;
		export filter {
			bgp_community.add((65190, 1002));
			bgp_community.add((64497, 1));
			bgp_community.add((65535, 666));
			bgp_next_hop = 192.0.2.9;
			accept;
		};
	};
}
"""


@pytest.mark.parametrize("who, table, learned", [
    ("spamhaus", "669", ["203.0.113.0/24", "203.0.113.7"]),
    ("utrs", "670", ["203.0.113.7"]),
    ("customer", "671", ["198.18.64.7"]),
])
def test_lists_of_others(fleet, who, table, learned):
    """Of the same that all of them say, each is believed what is his to say."""
    lists = (FLEET / "lists.conf").read_text().replace('include "lists-site.conf";', "")
    peer = CUSTOMER % (THERE, HERE) if who == "customer" else (
        f"protocol bgp peer1 from {who} {{ source address {THERE}; neighbor {HERE} as 64499; }}")
    fleet.bird(True, PROVIDER % (HERE, THERE))
    there = fleet.bird(False, LISTS + lists + peer)
    wait_until(there.is_up, 120)

    def shown():
        lines = fleet.lab.router.run("ip", "route", "show", "table", table, check=False).stdout
        return sorted(line.split()[1] for line in lines.splitlines())
    try:
        wait_until(lambda: shown() == learned, 120, lambda: f"{shown()} is {learned}")
        refusals(there, 6, 6 - len(learned))
    finally:
        fleet.lab.router.run("ip", "route", "flush", "table", table, check=False)


def test_frr_learns(fleet):
    """The same with FRR at the router that learns; the poison has no effect there either."""
    fleet.finder.configure(FINDS, interfaces="")
    fleet.finder("load")
    fleet.weir.configure(KNOWS)
    daemon = fleet.weir.run()
    poison = re.sub(r".*198\.18\.64\.1/32.*\n|.*2001:db8:18:64::/64.*\n", "", POISON)
    fleet.bird(True, (FLEET / "bird.conf").read_text() + poison)
    fleet.frr()
    fleet.finder("zombie", "add", "198.18.64.1")
    fleet.finder("zombie", "add", "2001:db8:18:64::7")
    wait_until(lambda: entries(fleet) == 2, 120)
    assert is_dropped(fleet, "198.18.64.1") and is_dropped(fleet, "2001:db8:18:64::9")
    for source in ("198.18.64.25", "198.18.64.2", "2001:db8:18:25::1", "2001:db8:18:65::1"):
        assert not is_dropped(fleet, source), source
    fleet.finder("zombie", "del", "198.18.64.1")
    wait_until(lambda: entries(fleet) == 1, 120)
    assert not is_dropped(fleet, "198.18.64.1")
    assert daemon.stop() == 0


@pytest.mark.parametrize("name, table", [("frr-announce.conf", 200), ("frr10-announce.conf", 667)])
def test_frr_tells(fleet, tmp_path, routing, name, table):
    """FRR at the router that finds, of a table that it takes in; IPv6, since 10."""
    both = "10" in name
    if both and frr_version(routing, tmp_path) < 10:
        pytest.skip("needs FRR 10: make test-fleet")
    fleet.finder.configure(FINDS.replace("667", str(table)).replace(
        "[zombie_live]", "[zombie_live, operator-block]"), interfaces="")
    fleet.finder("load")
    fleet.weir.configure(KNOWS)
    daemon = fleet.weir.run()
    fleet.finder("zombie", "add", "198.18.64.1")
    fleet.finder("zombie", "add", "2001:db8:18:64::7")
    fleet.frr_that_tells(name)
    there = fleet.bird(False)
    wait_until(lambda: entries(fleet) == 1 + both, 120,
               lambda: there.say("show", "protocols", "all", "peer1"))
    fleet.finder("block", "add", "203.0.113.7")
    fleet.finder("zombie", "add", "198.18.64.2")
    wait_until(lambda: entries(fleet) == 2 + both, 120)
    assert is_dropped(fleet, "198.18.64.1") and is_dropped(fleet, "198.18.64.2")
    assert is_dropped(fleet, "2001:db8:18:64::9") == both
    shown = there.say("show", "route", "table", "fleet4", "all")
    assert "(64496, 667, 7)" in shown and "203.0.113.7" not in shown
    fleet.finder("zombie", "del", "198.18.64.1")
    fleet.finder("zombie", "del", "2001:db8:18:64::7")
    wait_until(lambda: entries(fleet) == 1, 120)
    assert daemon.stop() == 0


def test_gobgp_tells_and_learns(fleet, routing):
    """Of both families, by gobgp-routes.sh; the poison has no effect there either."""
    fleet.finder.configure(FINDS, interfaces="")
    fleet.finder("load")
    fleet.weir.configure(KNOWS)
    daemon = fleet.weir.run()
    config = (FLEET / "gobgp-router.toml").read_text()
    for there, here in (("198.51.100.7", HERE), ('"198.51.100.1"', f'"{THERE}"'),
                        ("198.51.100.25/32", "198.18.64.25/32"), ("198.51.100.0/24", "198.18.0.0/16"),
                        ("2001:db8:25::/64", "2001:db8:18:25::/64"),
                        ("2001:db8::/32", "2001:db8:18::/48")):
        assert there in config, there
        config = config.replace(there, here)
    (fleet.finder.directory / "gobgp.toml").write_text(config)
    there = fleet.bird(False, (FLEET / "bird.conf").read_text() + POISON)
    gobgpd = fleet.found.start(routing("gobgpd"), "-f", fleet.finder.directory / "gobgp.toml",
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def known():
        return {line.split()[1] for family in ("-4", "-6") for line in fleet.found.run(
            "ip", family, "route", "show", "table", "666", check=False).stdout.splitlines()}
    follower = None
    try:
        wait_until(there.is_up, 120)
        fleet.finder("zombie", "add", "198.18.64.9")
        follower = fleet.found.start("env", f"GOBGP={routing('gobgp')}",
                                     FLEET / "gobgp-routes.sh", "-f", "64496", "7",
                                     start_new_session=True)
        wait_until(lambda: entries(fleet) == 1, 120)
        fleet.finder("zombie", "add", "2001:db8:18:65::7")
        wait_until(lambda: entries(fleet) == 2, 120)
        assert is_dropped(fleet, "198.18.64.9") and is_dropped(fleet, "2001:db8:18:65::9")
        shown = there.say("show", "route", "table", "fleet4", "all")
        assert "(65535,65281)" in shown and "(64496, 667, 7)" in shown, shown
        wanted = {"198.18.64.1", "2001:db8:18:64::/64"}
        wait_until(lambda: known() == wanted, 120, lambda: f"{known()} is {wanted}")
        fleet.finder("zombie", "del", "198.18.64.9")
        wait_until(lambda: entries(fleet) == 1, 120)
        there.say("disable", "poison4")
        wait_until(lambda: known() == {"2001:db8:18:64::/64"}, 120, known)
        # Its death changes nothing, here or there.
        gobgpd.kill()
        follower.wait(180)
        assert known() == {"2001:db8:18:64::/64"}
        assert is_dropped(fleet, "2001:db8:18:65::9")
    finally:
        gobgpd.kill()
        gobgpd.wait(30)
        if follower and follower.poll() is None:
            os.killpg(follower.pid, signal.SIGKILL)
            follower.wait(30)
    assert daemon.stop() == 0


def test_a_community_alone_does_nothing(fleet):
    """What surprises: by 65535:666 nothing is discarded, if nobody says so."""
    fleet.weir.configure(KNOWS)
    fleet.weir("load")
    text = (FLEET / "bird.conf").read_text()
    fleet.bird(True, text + POISON)
    filters = (FLEET / "filters.conf").read_text()
    plain = filters.replace("\tdest = RTD_BLACKHOLE;\n", "")
    assert plain != filters
    there = fleet.bird(False, text.replace('include "filters.conf";', plain))
    shown = wait_until(lambda: re.search(r"198\.18\.64\.1/32 +(\w+)", there.say(
        "show", "route", "table", "fleet4", "198.18.64.1/32")), 120)
    assert shown.group(1) != "blackhole"


TAKES_FLOWSPEC = """
include "site.conf";
flow4 table rules;
protocol device { }
protocol bgp peer1 {
	local as FLEET_AS;
	source address %s;
	neighbor %s as FLEET_AS;
	flow4 { table rules; import all; export none; };
}
"""


def test_flowspec_through_gobgp(fleet, routing):
    """What is announced, as rules for routers that have no spamweir: TCP to port 25 alone, and
    hosts alone; withdrawn as it is."""
    fleet.finder.configure(FINDS.replace("[zombie_live]", "[zombie_live, operator-block]"),
                           interfaces="")
    fleet.finder("load")
    directory = fleet.finder.directory
    config = (FLEET / "gobgp-flowspec.toml").read_text()
    (directory / "gobgp.toml").write_text(config.replace("198.51.100.9", HERE).replace(
        "198.51.100.7", THERE))
    gobgpd = fleet.found.start(routing("gobgpd"), "-f", directory / "gobgp.toml",
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    there = fleet.bird(False, TAKES_FLOWSPEC % (THERE, HERE))

    def rules():
        return there.say("show", "route", "table", "rules", "all")

    def renew():
        fleet.found.run("env", f"GOBGP={routing('gobgp')}", FLEET / "flowspec.sh")
    try:
        wait_until(there.is_up, 120)
        fleet.finder("zombie", "add", "198.18.64.1")
        fleet.finder("block", "add", "203.0.113.0/24")
        renew()
        said = wait_until(lambda: "198.18.64.1/32" in rules() and rules(), 120)
        assert re.search(r"src 198\.18\.64\.1/32; proto 6; dport 25;", said), said
        assert "(generic, 0x80060000, 0x0)" in said and said.count("dport") == 1, said
        fleet.finder("zombie", "add", "198.18.64.2")
        fleet.finder("zombie", "del", "198.18.64.1")
        renew()
        wait_until(lambda: "198.18.64.2/32" in rules() and "198.18.64.1/32" not in rules(), 120)
    finally:
        gobgpd.kill()
        gobgpd.wait(30)


@pytest.mark.parametrize("config, neighbours", [
    ("bird.conf", "neighbours.conf"), ("reflector.conf", "reflector-neighbours.conf"),
    ("lists.conf", "lists-site.conf"),
])
def test_the_examples_are_read(tmp_path, routing, config, neighbours):
    for name in ("bird.conf", "reflector.conf", "filters.conf", "lists.conf"):
        shutil.copy(FLEET / name, tmp_path)
    shutil.copy(FLEET / "site.conf.example", tmp_path / "site.conf")
    shutil.copy(FLEET / f"{neighbours}.example",
                tmp_path / neighbours.replace("reflector-", ""))
    if config == "lists.conf":
        (tmp_path / config).write_text('include "site.conf";\n' + (FLEET / config).read_text())
    subprocess.run([routing("bird"), "-p", "-c", tmp_path / config], check=True)
