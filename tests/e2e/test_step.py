# SPDX-License-Identifier: GPL-2.0
"""A state that the binary of version 2 has made, taken over under traffic."""
import pytest

import frames
from lab import wait_until
from weir import Metrics, judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
CLEAN = frames.udp("198.18.1.1", "198.19.66.7")
CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
"""


@pytest.fixture
def former(weir, tool):
    """Runs the former binary on this instance."""
    binary = tool("spamweir-2")

    def run(*arguments, check=True):
        command = [binary, *weir.command(*arguments)[1:]]
        done = weir.namespace.run(*command, check=False)
        if check:
            assert done.returncode == 0, f"{arguments}: {done.stderr}"
        return done
    return run


@pytest.fixture
def version2(lab, weir, former):
    """Loaded by the former binary; it has dropped and passed, and lists zombies."""
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    former("load")
    former("zombie", "add", "198.18.65.1", "--why", "ticket 4711")
    former("zombie", "add", "2001:db8:18:7::1", "--for", "2h")
    path = lab.outward
    with path.counting(("198.18.1.1", "198.19.66.7")) as arrived:
        path.send(*[LISTED] * 3, *[CLEAN] * 5)
        wait_until(lambda: arrived.total >= 5, 60, "clean packets arrive")
    return weir


def counters(text):
    return Metrics(text).counters()


def zombies(lines):
    return sorted((line["address"], line.get("why")) for line in lines)


def test_load_takes_counters_and_live_zombies_over(lab, version2, former):
    before = counters(former("metrics").stdout)
    assert sum(before.values()) > 8
    listed = former("zombie", "list", "--json").stdout
    version2("load")
    after = counters(version2("metrics").stdout)
    assert {name: value for name, value in after.items() if value < before.get(name, 0)} == {}
    assert set(before) <= set(after)
    assert len(version2.json_lines("zombie", "list")) == len(listed.splitlines()) == 2
    assert judged(version2, lab.outward, *[LISTED] * 4, *[CLEAN] * 2) == (2, {"cnc_dst": 4})
    assert version2.metrics().sum("packets_total", reason="cnc_dst") == 3 + 4


def test_live_zombies_are_dropped_after_the_step(lab, version2):
    version2("load")
    mail = frames.tcp("198.18.65.1", "198.19.25.1", dport=25)
    assert judged(version2, lab.outward, mail) == (0, {"zombie_live": 1})


@pytest.mark.parametrize("verb", ["status", "reload", "metrics"])
def test_other_verbs_say_what_takes_it_over(version2, former, verb):
    line = version2.fails(verb)
    assert "state version 2, this one has 3: `spamweir load` takes it over" in line
    former("status")


def test_a_load_that_fails_leaves_all_to_version_2(lab, version2, former):
    version2.configure("feeds:\n  - { name: relays, kind: allow, path: nowhere.txt }\n")
    assert version2("load", check=False).returncode == 1
    before = counters(former("metrics").stdout)
    assert before
    version2.configure(CONFIG)
    former("reload")
    version2("load")


def test_killed_at_every_step_it_is_taken_again(lab, weir, former, killer):
    weir.configure(CONFIG, "interfaces: [{ name: acc0, role: access }]\n")
    weir.write("botnets.txt", "198.19.66.6\n")

    def old():
        former("load")
        former("zombie", "add", "198.18.65.1")

    killed = killer(database=False)
    old()
    steps = killed.sweep(14, "load")
    for step in steps:
        weir("unload")
        old()
        killed(step, "load")
        weir("load")
        assert len(weir.json_lines("zombie", "list")) == 1, f"step {step}"
        assert judged(weir, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1}), f"step {step}"
    assert killed.times > 10
