# SPDX-License-Identifier: GPL-2.0
"""What surprises in routing daemons, and scripts/fleet goes by: if one of them changes its
ways, a test says so and not an operator."""
import json
import re
import signal
import subprocess

import pytest

from lab import PATIENCE, wait_until
from test_fleet import (  # noqa: F401 # pylint: disable=unused-import
    FLEET, HERE, KNOWS, THERE, Frr, entries, fleet, frr_version, is_dropped)

SENDS = """
include "site.conf";
protocol device { }
protocol static said {
	ipv4 { };
%s}
protocol bgp peer1 {
	local as %s;
	source address %s;
	neighbor %s as FLEET_AS;
	graceful restart on;
	graceful restart time 120;
	ipv4 {
		import none;
		export filter { bgp_community.add((65535, 666)); bgp_next_hop = %s; accept; };
	};
}
"""
TAKES = """
include "site.conf";
protocol device { }
protocol bgp peer1 {
	local as FLEET_AS;
	source address %s;
	neighbor %s as FLEET_AS;
	graceful restart on;
	ipv4 { import all; export none; %s };
}
"""


def sends(fleet, hosts, next_hop=HERE, local="FLEET_AS"):
    routes = "".join(f"\troute {host}/32 blackhole;\n" for host in hosts)
    return fleet.bird(True, SENDS % (routes, local, HERE, THERE, next_hop))


def known(bird):
    return set(re.findall(r"^(\S+)/32 ", bird.say("show", "route", "where", "source = RTS_BGP"), re.M))


def test_a_next_hop_without_a_way_is_unreachable(fleet):
    """And no blackhole, whatever the community says."""
    sends(fleet, ["203.0.113.7"], "192.0.2.200")
    there = fleet.bird(False, TAKES % (THERE, HERE, ""))
    wait_until(lambda: known(there) == {"203.0.113.7"})
    said = there.say("show", "route", "all")
    assert re.search(r"203\.0\.113\.7/32 +unreachable ", said) and "(65535,666)" in said, said


def test_a_session_with_another_as_needs_policies(tmp_path, routing):
    config = tmp_path / "bird.conf"
    for policy, is_read in (("", False), ("import all; export none;", True)):
        config.write_text("router id 192.0.2.1;\nprotocol device { }\nprotocol bgp {\n"
                          "local 192.0.2.1 as 64496; neighbor 192.0.2.2 as 64497;\n"
                          f"ipv4 {{ {policy} }};\n}}\n")
        done = subprocess.run([routing("bird"), "-p", "-c", config], check=False,
                              capture_output=True, text=True)
        assert (done.returncode == 0) == is_read, done.stderr
    # Without any, it says which it wants.
    config.write_text(config.read_text().replace("import all; export none;", ""))
    done = subprocess.run([routing("bird"), "-p", "-c", config], check=False, capture_output=True,
                          text=True)
    assert "explicit" in done.stderr and "policy" in done.stderr, done.stderr


def test_what_an_import_limit_has_blocked_stays_out(fleet):
    """Until somebody asks for it again; of BIRD 3.1, by a new session."""
    hosts = {f"203.0.113.{n}" for n in range(1, 6)}
    here = sends(fleet, sorted(hosts))
    there = fleet.bird(False, TAKES % (THERE, HERE, "import limit 3 action block;"))
    wait_until(lambda: len(known(there)) == 3)
    taken = known(there)
    config = fleet.finder.directory / "birdTrue" / "bird.conf"
    text = config.read_text()
    for host in taken:
        text = text.replace(f"\troute {host}/32 blackhole;\n", "")
    config.write_text(text)
    here.say("configure")
    wait_until(lambda: not known(there))
    three = there.say("show", "status").startswith("BIRD 3")
    there.say(*(["restart"] if three else ["reload", "in"]), "peer1")
    wait_until(lambda: known(there) == hosts - taken,
               what=lambda: there.say("show", "protocols", "all", "peer1"))


@pytest.mark.parametrize("how, stays", [("killed", True), ("asked", True), ("ended", False)])
def test_what_a_sender_leaves_behind(fleet, how, stays):
    """By graceful restart, if he is killed, or is told so; nothing, if he is ended by SIGTERM."""
    here = sends(fleet, ["203.0.113.7"])
    there = fleet.bird(False, TAKES % (THERE, HERE, ""))
    wait_until(lambda: known(there))
    if how == "asked":
        here.say("graceful", "restart")
        here.popen.wait(PATIENCE)
    else:
        here.end(signal.SIGKILL if how == "killed" else signal.SIGTERM)
    wait_until(lambda: not there.is_up())
    if not stays:
        wait_until(lambda: not known(there))
    else:
        assert known(there) == {"203.0.113.7"}


TWO = """
protocol static staying {
	ipv4 { };
	route 198.18.3.2/32 blackhole;
}
protocol kernel kernel666 {
	kernel table 666;
	ipv4 { import none; export all; };
}
"""


@pytest.mark.parametrize("number, stays", [(signal.SIGKILL, True), (signal.SIGTERM, False)])
def test_what_one_of_two_senders_takes_along(fleet, number, stays):
    """A table with others in it is not held: graceful restart is what keeps the routes of one
    whose session is lost. Nobody can tell them from such as were taken back."""
    fleet.weir.configure(KNOWS)
    daemon = fleet.weir.run()
    here = sends(fleet, ["198.18.3.1"])
    there = fleet.bird(False, TAKES % (THERE, HERE, "") + TWO)
    wait_until(lambda: entries(fleet) == 2, PATIENCE)
    here.end(number)
    wait_until(lambda: not there.is_up())
    if stays:
        assert known(there) == {"198.18.3.1"} and entries(fleet) == 2
    else:
        wait_until(lambda: entries(fleet) == 1, PATIENCE)
    assert is_dropped(fleet, "198.18.3.2") and is_dropped(fleet, "198.18.3.1") == stays
    assert daemon.stop() == 0


LEARNS = """
include "site.conf";
protocol device { }
protocol kernel {
	kernel table 667;
	learn;
	scan time 1;
	ipv4 { import all; export none; };
}
"""


def test_what_bird_learns_of_the_kernel(fleet):
    """All types but throw, and nothing of its own protocol's."""
    lines = ["unicast 203.0.113.1 via 192.0.2.10 dev fleet0", "blackhole 203.0.113.2",
             "unreachable 203.0.113.3", "prohibit 203.0.113.4", "throw 203.0.113.5"]
    for line in lines:
        fleet.found.run("ip", "route", "add", *line.split(), "table", "667", "proto", "213")
    fleet.found.run("ip", "route", "add", "blackhole", "203.0.113.6", "table", "667", "proto", "bird")
    here = fleet.bird(True, LEARNS)

    def learned():
        return set(re.findall(r"^203\.0\.113\.(\d)/32 ", here.say("show", "route"), re.M))
    wait_until(lambda: learned() == set("1234"), what=learned)
    shown = here.say("show", "route", "203.0.113.2/32", "all")
    assert "Kernel.metric" in shown or "krt_metric" in shown, shown
    here.end(signal.SIGKILL)
    assert len(fleet.found.run("ip", "route", "show", "table", "667").stdout.splitlines()) == 6


def test_frr_routes_what_is_to_be_discarded(fleet, tmp_path, routing):
    """By 65535:666 alone, of another AS, it discards nothing, and adds no-export."""
    sends(fleet, ["203.0.113.7"], local="64499")
    text = (FLEET / "frr.conf").read_text()
    head = text[:text.index(" address-family ipv4")].replace("198.51.100.1 ", f"{HERE} ")
    head = head.replace("remote-as 64496", "remote-as 64499")
    config = (head + " no bgp ebgp-requires-policy\n address-family ipv4 unicast\n  neighbor reflectors activate\n"
              " exit-address-family\nexit\n")
    frr = Frr(fleet.lab.router, tmp_path / "frr", routing, HERE, text=config)
    try:
        shown = wait_until(lambda: re.search(
            r"^(\S+).* proto bgp", fleet.lab.router.run("ip", "route", "show", "203.0.113.7").stdout), 120)
        assert shown[1] == "203.0.113.7", "a unicast route"
        said = wait_until(lambda: frr.say("-c", "show bgp ipv4 unicast 203.0.113.7/32"))
        assert "Community: blackhole no-export" in said, said
    finally:
        frr.end()


SHOWS_FLOWSPEC = f"""
router bgp 64496
 bgp router-id {THERE}
 no bgp default ipv4-unicast
 neighbor {HERE} remote-as 64496
 neighbor {HERE} timers connect 2
 address-family ipv4 flowspec
  neighbor {HERE} activate
 exit-address-family
exit
"""


def test_frr_shows_flowspec_and_installs_nothing(fleet, tmp_path, routing):
    """Unless it is told on which NICs: a rule that discards is known, and packets pass."""
    config = fleet.finder.directory / "gobgp.toml"
    config.write_text((FLEET / "gobgp-flowspec.toml").read_text().replace(
        "198.51.100.9", HERE).replace("198.51.100.7", THERE))
    gobgpd = fleet.found.start(routing("gobgpd"), "-f", config, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    before = fleet.lab.router.run("ip", "rule", "show").stdout
    frr = Frr(fleet.lab.router, tmp_path / "frr", routing, HERE, text=SHOWS_FLOWSPEC)
    try:
        wait_until(lambda: fleet.found.run(
            routing("gobgp"), "global", "rib", "add", "-a", "ipv4-flowspec", "match", "source",
            "198.18.64.1/32", "protocol", "tcp", "destination-port", "==25", "then", "discard",
            check=False).returncode == 0)

        def shown():
            return frr.say("-c", "show bgp ipv4 flowspec detail")
        wait_until(lambda: "FS:rate 0.000000" in shown(), what=shown)
        assert "198.18.64.1/32" in shown() and "not installed in PBR" in shown(), shown()
        assert fleet.lab.router.run("ip", "rule", "show").stdout == before
    finally:
        frr.end()
        gobgpd.kill()
        gobgpd.wait(30)


BLACKHOLES = f"""AS 64496
router-id {THERE}
fib-update yes
neighbor {HERE} {{
	remote-as 64496
	announce IPv4 unicast
	announce IPv6 none
}}
allow from any
match from any prefix 203.0.113.7/32 set nexthop blackhole
"""


def test_openbgpd_installs_no_blackhole(fleet, routing):
    """On Linux the kernel refuses its `nexthop blackhole`; what is to be routed, is."""
    said = fleet.lab.router.run(routing("openbgpd/run"), "-V", check=False)
    if "OpenBGPD 7" in said.stdout + said.stderr:
        pytest.skip("OpenBGPD 7 installs no routes on Linux: make test-fleet")
    sends(fleet, ["203.0.113.7", "203.0.113.8"])
    config = fleet.finder.directory / "bgpd.conf"
    config.write_text(BLACKHOLES)
    config.chmod(0o600)
    log = fleet.finder.directory / "bgpd.log"
    bgpd = fleet.lab.router.start(routing("openbgpd/run"), "-d", "-f", config,
                                  stdout=log.open("w"), stderr=subprocess.STDOUT)

    def routes():
        return fleet.lab.router.run("ip", "route", "show", "root", "203.0.113.0/24").stdout
    try:
        wait_until(lambda: "203.0.113.8 via" in routes(), what=lambda: log.read_text() + routes())
        wait_until(lambda: "mnl_cb_run" in log.read_text(), what=lambda: log.read_text() + routes())
        assert "203.0.113.7" not in routes()
    finally:
        bgpd.terminate()
        bgpd.wait(30)


def test_gobgp_tells_communities_as_numbers(fleet, routing):
    """In JSON; its text says which."""
    config = fleet.finder.directory / "gobgp.toml"
    config.write_text('[global.config]\n  as = 64496\n  router-id = "192.0.2.9"\n')
    gobgpd = fleet.found.start(routing("gobgpd"), "-f", config, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)

    def gobgp(*words):
        return fleet.found.run(routing("gobgp"), *words, check=False)
    try:
        wait_until(lambda: gobgp("global", "rib", "add", "203.0.113.7/32", "community",
                                 "65535:666").returncode == 0)
        (path,), = json.loads(gobgp("global", "rib", "-j").stdout).values()
        assert [4294902426] in [attribute.get("communities") for attribute in path["attrs"]], path
        assert "{Communities: blackhole}" in gobgp("global", "rib").stdout
    finally:
        gobgpd.kill()
        gobgpd.wait(30)
