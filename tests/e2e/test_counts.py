# SPDX-License-Identifier: GPL-2.0
"""How full the tables are, as status and metrics tell without reading them."""
import pytest

import frames
from lab import wait_until
from test_attach import one_interface
from weir import judged

CNC, MX = "198.19.66.6", "198.19.0.25"
CONFIG = f"""
smtp: {{ limit: {{ access: {{ rate: RATE, burst: 1 }}, upstream: off }} }}
feeds:
  - {{ name: botnets, kind: cnc, entries: [{CNC}] }}
"""


def configure(weir, rate):
    weir.configure(CONFIG.replace("RATE", rate), one_interface("acc0"))
    weir("load")


@pytest.fixture
def loaded(weir):
    configure(weir, "1/h")
    return weir


def counts(weir):
    tables = weir.status()["tables"]
    return tuple(tables[name]["entries"] for name in
                 ("limiter", "ledger_subscribers", "conduct_subscribers"))


def send(lab, weir, first, last):
    """From each a SYN that passes, and a packet that is dropped."""
    hosts = [f"198.18.80.{n}" for n in range(first, last + 1)]
    sent = [frames.tcp(host, MX, seq=n) for n, host in enumerate(hosts, 100)]
    sent += [frames.udp(host, CNC) for host in hosts]
    assert judged(weir, lab.outward, *sent) == (len(hosts), {"cnc_dst": len(hosts)})


def test_they_say_how_many_sources_are_known(lab, loaded):
    assert counts(loaded) == (0, 0, 0)
    send(lab, loaded, 1, 3)
    assert counts(loaded) == (3, 3, 3)
    send(lab, loaded, 1, 5)  # of the first three, what was sent already
    assert counts(loaded) == (5, 5, 5)
    assert loaded.metrics().sum("table_entries", table="limiter") == 5


def test_who_is_in_debt_no_more_does_not_count(lab, weir):
    configure(weir, "1/s")
    for first in 1, 5:
        send(lab, weir, first, first + 2)
        wait_until(lambda: counts(weir)[0] == 0, 60)
    assert counts(weir) == (0, 6, 6)


def test_a_state_whose_programs_kept_no_count_is_taken_over(lab, loaded):
    """Until the load the tables are read, then what was in them counts on."""
    send(lab, loaded, 1, 4)
    for name in "tally", "busy":
        (loaded.pins / name).unlink()
    assert counts(loaded) == (4, 4, 4)
    assert "is missing" in loaded.fails("reload")
    loaded("load")
    assert counts(loaded) == (4, 4, 4)
    send(lab, loaded, 5, 6)
    assert counts(loaded) == (6, 6, 6)
    loaded("load")
    assert counts(loaded) == (6, 6, 6)


def listed(weir):
    return len(weir.json_lines("zombie", "list"))


def test_live_zombies_that_end_no_longer_count(loaded):
    def count():
        """What is listed before and after is the same, unless one ends in between."""
        while True:
            before, told, after = listed(loaded), loaded.status()["live_zombies"], listed(loaded)
            if before == after:
                assert told == before
                return told

    for n, options in enumerate([["--for", "2s"], ["--for", "3s"], ["--for", "4s"],
                                 ["--for", "5s"], ["--for", "6s"], ["--for", "1h"], []]):
        loaded("zombie", "add", f"198.18.65.{n}", *options)
        count()
    wait_until(lambda: count() == 2, 60)
    loaded("zombie", "add", "198.18.65.0", "--for", "1h")
    assert count() == 3
    loaded("zombie", "del", "198.18.65.6")
    assert count() == 2
    loaded("zombie", "del", "198.18.65.6", check=False)
    assert count() == 2


def test_zombies_of_a_killed_command_count(loaded, killer):
    kill = killer()
    for step in kill.sweep(10, "zombie", "add", "198.18.65.1"):
        loaded("zombie", "del", "198.18.65.1", check=False)
        assert loaded.status()["live_zombies"] == 0
        kill(step, "zombie", "add", "198.18.65.1")
        assert loaded.status()["live_zombies"] == listed(loaded), f"step {step}"
        loaded("zombie", "add", "198.18.65.2")
        assert loaded.status()["live_zombies"] == listed(loaded), f"step {step}"
        loaded("zombie", "del", "198.18.65.2")
