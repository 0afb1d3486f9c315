# SPDX-License-Identifier: GPL-2.0
"""Devices on top of others: bridges and macvlans, and NICs below them. What comes in by both is
judged once. tests/kernels/ does the same with bonds and VLAN devices, which need modules."""
import signal

import pytest

from lab import Path, wait_until
from test_attach import attached, nic  # noqa: F401
from test_links import CLEAN, CONFIG, LISTED, SECONDS, VETH, foreign, interfaces, of, up, wait_mode
from weir import judged


@pytest.fixture
def configured(weir):
    weir.write("bad.txt", "198.19.66.6\n")
    weir.configure(CONFIG)
    return weir


@pytest.fixture
def bridge(lab, nic):  # noqa: F811
    """veth2 -- veth1 (br7) veth3 -- veth4"""
    nic("br7", "type", "bridge", "mcast_snooping", "0")
    for port, end in ("veth1", "veth2"), ("veth3", "veth4"):
        nic(port, *VETH, end)
        lab.router.run("ip", "link", "set", port, "master", "br7")
        up(lab, end)
    return "br7"


@pytest.fixture
def across(lab, bridge):
    return Path(lab.router, "veth2", lab.router, "veth4", lab.router, "veth4")


@pytest.fixture
def macvlan(lab, nic):  # noqa: F811
    """mv7, on veth7 -- veth8"""
    nic("veth7", *VETH, "veth8")
    up(lab, "veth8")
    lab.router.run("ip", "link", "add", "mv7", "link", "veth7", "type", "macvlan")
    up(lab, "mv7")
    return "mv7"


@pytest.fixture
def to_macvlan(lab, macvlan):
    return Path(lab.router, "veth8", lab.router, macvlan, lab.router, macvlan)


def left_out(configured, loser, winner, line):
    return (f"what comes in by {loser} comes in by {winner} (line {line}) too, and would be judged "
            f"and counted twice: {loser} is left out; take it out here, or the other")


def test_ports_of_a_bridge_judge_what_it_forwards(configured, across):
    configured.configure(CONFIG, interfaces("veth1", "veth3"))
    assert configured("load").stderr == ""
    assert judged(configured, across, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_a_bridge_is_told_what_it_does_not_see(lab, configured, across):
    configured.configure(CONFIG, interfaces("br7"))
    warning = configured("load").stderr
    assert "br7: it is a bridge, which has no native XDP" in warning
    assert "name the ports instead: veth1, veth3; attached in GENERIC mode" in warning
    assert attached(lab, "br7") == 2
    assert judged(configured, across, LISTED, CLEAN) == (2, {})


def test_a_bridge_is_left_out_beside_its_ports(lab, configured, across):
    configured.configure(CONFIG, interfaces("br7", "veth1", "veth3"))
    assert left_out(configured, "br7", "veth1", 3) in configured.fails("check")
    for verb in "load", "reload", "load":
        line, = configured.partly(verb)
        assert f"{configured.config}:2: {left_out(configured, 'br7', 'veth1', 3)}" in line
    assert [attached(lab, name) for name in ("br7", "veth1", "veth3")] == [None, 1, 1]
    found = of(configured, "br7")
    assert (found["mode"], found["problem"]) == ("DETACHED", "stacked")
    to_us = Path(lab.router, "veth2", lab.router, "br7", lab.router, "br7")
    assert judged(configured, to_us, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert judged(configured, across, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_what_macvlans_receive_is_judged_on_what_they_lie_on(configured, to_macvlan):
    configured.configure(CONFIG, interfaces("veth7"))
    assert configured("load").stderr == ""
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_from_a_macvlan_to_what_it_lies_on_and_back(lab, configured, to_macvlan):
    configured.configure(CONFIG, interfaces("mv7"))
    warning = configured("load").stderr
    assert "mv7: it is a macvlan device, which has no native XDP: name the NIC that it lies on, " \
        "veth7, instead" in warning
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    # Though the kernel takes no program below another.
    configured.configure(CONFIG, interfaces("veth7"))
    assert configured("load").stderr == ""
    assert (attached(lab, "mv7"), attached(lab, "veth7")) == (None, 1)
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    # And though it takes one above another.
    configured.configure(CONFIG, interfaces("mv7", "veth7"))
    line, = configured.partly("load")
    assert left_out(configured, "mv7", "veth7", 3) in line
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    configured.configure(CONFIG, interfaces("mv7"))
    configured("load")
    assert (attached(lab, "mv7"), attached(lab, "veth7")) == (2, None)
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_who_made_way_in_vain_comes_back(lab, configured, to_macvlan, tool):
    configured.configure(CONFIG, interfaces("mv7").replace("access", "access, xdp: generic"))
    configured("load")
    lab.router.run("ip", "link", "add", "mv8", "link", "veth7", "type", "macvlan")
    lab.router.run("ip", "link", "set", "mv8", "xdpgeneric", "obj", tool("pass.o"), "sec", "xdp")
    configured.configure(CONFIG, interfaces("veth7"))
    assert "a device on top of it" in configured.fails("load")
    assert (attached(lab, "mv7"), attached(lab, "veth7")) == (2, None)
    assert of(configured, "mv7")["mode"] == "generic"
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_a_strange_program_on_top_is_named_as_what_it_is(lab, configured, to_macvlan, tool):
    lab.router.run("ip", "link", "set", "mv7", "xdpgeneric", "obj", tool("pass.o"), "sec", "xdp")
    configured.configure(CONFIG, interfaces("veth7"))
    line = configured.fails("load")
    assert line.startswith("spamweir: veth7: a device on top of it (its bond or bridge, a VLAN "
                           "device, a macvlan) has an XDP program")
    lab.router.run("ip", "link", "set", "mv7", "xdpgeneric", "off")
    configured("load")


def test_the_daemon_goes_over_to_what_is_below(lab, configured, to_macvlan):
    configured.configure(CONFIG, interfaces("mv7").replace("access", "access, xdp: generic"))
    daemon = configured.run()
    configured.configure(CONFIG, interfaces("mv7", "veth7"))
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("veth7: attached", SECONDS)
    wait_mode(configured, "mv7", "DETACHED", "stacked")
    assert judged(configured, to_macvlan, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_the_daemon_ends_what_is_judged_twice(lab, configured, nic):  # noqa: F811
    nic("br7", "type", "bridge")
    nic("veth1", *VETH, "veth2")
    up(lab, "veth2")
    configured.configure(CONFIG, interfaces("br7").replace("access", "access, xdp: generic") +
                         "  - { name: veth1, role: access }\n")
    daemon = configured.run()
    assert (attached(lab, "br7"), attached(lab, "veth1")) == (2, 1)
    lab.router.run("ip", "link", "set", "veth1", "master", "br7")
    daemon.wait_line("br7 is left out", SECONDS)
    wait_until(lambda: attached(lab, "br7") is None, SECONDS)
    wait_mode(configured, "br7", "DETACHED", "stacked")
    path = Path(lab.router, "veth2", lab.router, "br7", lab.router, "br7")
    assert judged(configured, path, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    lab.router.run("ip", "link", "set", "veth1", "nomaster")
    daemon.wait_line("br7: had lost its program; attached again", SECONDS)


def test_a_newer_dispatcher_is_named_as_the_cause(lab, configured, tool, nic):  # noqa: F811
    nic("veth7", *VETH, "veth8")
    foreign(lab, "veth7", lambda name: tool("newer.o"))
    configured.configure(CONFIG, interfaces("veth7"))
    for arguments in (["load", "--shared"], ["load"]):
        line = configured.fails(*arguments)
        assert "veth7: the XDP program there is libxdp's dispatcher in version 99, which the " \
            "libxdp that spamweir runs with cannot read" in line
        assert "`xdp-loader unload veth7 --all`" in line
    assert not configured.pins.exists()
    configured.configure(CONFIG, interfaces("veth7", "acc0"))
    line, = configured.partly("load")
    assert "in version 99" in line
    assert (of(configured, "veth7")["mode"], of(configured, "veth7")["problem"]) == ("DETACHED",
                                                                                    "occupied")
