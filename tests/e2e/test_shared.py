# SPDX-License-Identifier: GPL-2.0
"""Sharing NICs where the kernel has no dispatchers: said, with what to do instead, and nothing
has changed. tests/kernels/ shares NICs where it has."""
import subprocess

import frames
import pytest
from lab import wait_until
from weir import INTERFACES

LISTED = "feeds:\n  - { name: bots, kind: cnc, entries: [198.19.66.6] }\n"
SHARED = INTERFACES.replace(" }", ", shared: true }")


def xdp(lab):
    return [lab.router.link(nic).get("xdp", {}).get("prog") for nic in ("acc0", "up0")]


@pytest.fixture
def refused(weir):
    """A first load that shares is refused, or this kernel can share and others test it."""
    weir.configure(LISTED)
    done = weir("load", "--shared", check=False)
    if not done.returncode:
        pytest.skip("this kernel has freplace: no refusal to be seen")
    return done.stderr


def test_the_first_load_is_refused_in_one_line_with_advice(lab, weir, refused):
    assert len(refused.splitlines()) == 1
    assert refused.startswith("spamweir: this kernel lets no XDP program be extended (freplace")
    assert "load without `--shared` and `shared: true`" in refused
    assert xdp(lab) == [None, None]
    assert not weir.pins.exists()


def test_the_key_is_refused_like_the_option(lab, weir, refused):
    weir.configure(LISTED, interfaces=SHARED)
    assert weir.fails("load") + "\n" == refused
    assert xdp(lab) == [None, None]


def test_what_was_loaded_stays_in_force(lab, weir, refused):
    weir("load")
    before, generation = xdp(lab), weir.generation()
    weir.configure("mode: monitor\n" + LISTED)
    assert weir.fails("load", "--shared") + "\n" == refused
    assert xdp(lab) == before
    assert weir.generation() == generation
    status = weir.status()
    assert status["mode"] == "enforce" and not status["load_interrupted"]
    assert [nic["shared"] for nic in status["interfaces"]] == [False, False]

    packet = frames.udp("198.18.1.1", "198.19.66.6")
    with lab.outward.counting((packet.src, packet.dst)) as arrived:
        lab.outward.send(packet)
        wait_until(lambda: weir.dropped() == {"cnc_dst": 1})
        assert arrived.total == 0
    assert not list(weir.pins.glob("shared_*"))


@pytest.mark.alone  # who shares a NIC elsewhere has one
def test_no_dispatcher_of_libxdp_is_left_behind(weir, refused):
    shown = subprocess.run(["bpftool", "prog", "show"], check=True, capture_output=True, text=True)
    assert "xdp_dispatcher" not in shown.stdout
