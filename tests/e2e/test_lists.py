# SPDX-License-Identifier: GPL-2.0
"""The operator's own lists: allow and block, by hand and for a time."""
import re
import signal
import sqlite3
import time

import pytest

import frames
from lab import until, wait_until
from test_attach import one_interface
from weir import judged

MX = "198.19.0.25"
CONFIG = """
smtp:
  limit: { access: off, upstream: off }
feeds:
  - { name: nets, kind: cnc, entries: [198.19.66.0/24, "2001:db8:19:666::/64"] }
  - { name: bots, kind: zombie, entries: [198.18.64.0/24] }
  - { name: ours, kind: own, entries: [198.18.1.0/24] }
"""
TO_CNC = frames.udp("198.18.1.1", "198.19.66.6")
FROM_BOT = frames.tcp("198.18.64.1", MX)
TO_HOST = frames.udp("198.18.1.1", "198.19.77.7")


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG, one_interface("acc0"))
    weir("load")
    return weir


def listed(weir, which):
    return {entry["prefix"]: entry for entry in weir.json_lines(which, "list")}


def add_ended(weir, which, host, *more):
    """One that has ended and is in force still: it lasts longer where the machine is too busy
    to publish it before its end, and then does not."""
    for duration in "100ms", "2s", "20s", "60s":
        weir(which, "add", host, "--for", duration, *more)
        if host in listed(weir, which):
            break
    wait_until(lambda: "ended at 20" in weir(which, "list").stdout)


def is_taken(weir, daemon, which, host):
    """Whether it was put in force before its end, and the daemon has that to see to."""
    return host in listed(weir, which) or daemon.seen("the operator's lists have changed")


def matches(weir, address):
    return {match["feed"]: match for match in weir.json("lookup", address)["matches"]}


def test_allow_lifts_a_hit_of_a_feed_at_once(lab, loaded):
    assert judged(loaded, lab.outward, TO_CNC, FROM_BOT) == (0, {"cnc_dst": 1, "zombie_feed": 1})
    for address in "198.19.66.6", "198.18.64.1":
        lift, = (match["lift"] for match in matches(loaded, address).values())
        assert f"lift it with: {lift}" in loaded("lookup", address).stdout
        assert lift == f"spamweir allow add {address} --for 1d"
        loaded(*lift.split()[1:], "--why", "ticket 4711")
    assert judged(loaded, lab.outward, TO_CNC, FROM_BOT) == (2, {})
    found = matches(loaded, "198.18.64.1")["operator-allow"]
    assert (found["by"], found["why"]) == ("root", "ticket 4711")
    assert found["until"] - found["since"] == 86400 and found["seconds_left"] > 86000
    text = loaded("lookup", "198.18.64.1").stdout
    assert "operator-allow, by root since 20" in text and ": ticket 4711" in text
    assert "198.18.64.0/24       bots, " in text and "(allowed: it does nothing)\n" in text
    assert loaded.json("lookup", "198.18.64.1")["verdict"] == "pass"
    assert "lift" not in matches(loaded, "198.18.64.1")["bots"]
    for entry in listed(loaded, "allow").values():
        assert entry["in_force"] and entry["lift"] in loaded("allow", "list").stdout
        loaded(*entry["lift"].split()[1:])
    assert judged(loaded, lab.outward, TO_CNC, FROM_BOT) == (0, {"cnc_dst": 1, "zombie_feed": 1})
    assert listed(loaded, "allow") == {}


def test_block_cuts_all_traffic_at_once(lab, loaded):
    assert judged(loaded, lab.outward, TO_HOST) == (1, {})
    loaded("block", "add", "198.19.77.0/24", "--for", "1h", "--why", "scans")
    assert judged(loaded, lab.outward, TO_HOST) == (0, {"cnc_dst": 1})
    found = matches(loaded, "198.19.77.7")["operator-block"]
    assert (found["why"], found["lift"]) == ("scans", "spamweir block del 198.19.77.0/24")
    loaded(*found["lift"].split()[1:])
    assert judged(loaded, lab.outward, TO_HOST) == (1, {})


def test_what_is_allowed_is_not_blocked_and_that_is_said(lab, loaded):
    loaded("allow", "add", "198.19.77.7")
    assert "198.19.77.7 is allowed, so" in loaded("block", "add", "198.19.77.7").stderr
    assert judged(loaded, lab.outward, TO_HOST) == (1, {})
    assert loaded("block", "add", "198.19.77.0/24").stderr == ""
    loaded("allow", "del", "198.19.77.7")
    assert judged(loaded, lab.outward, TO_HOST) == (0, {"cnc_dst": 1})


def test_what_does_nothing_for_an_address_is_allowed_is_not_lifted(lab, loaded):
    loaded("block", "add", "198.19.77.7")
    loaded("zombie", "add", "198.19.77.7")
    for _ in range(2):
        text = loaded("lookup", "198.19.77.7").stdout
        assert "lift it with: spamweir block del 198.19.77.7\n" in text
        assert "lift it with: spamweir zombie del 198.19.77.7\n" in text
        loaded("allow", "add", "198.19.77.7")
        text = loaded("lookup", "198.19.77.7").stdout
        assert re.search(r"operator-block, .* \(allowed: it does nothing\)\n"
                         r"  forget it with: spamweir block del 198.19.77.7\n", text)
        assert re.search(r"live zombie 198.19.77.7: .* \(allowed: it does nothing\)\n"
                         r"  forget it with: spamweir zombie del 198.19.77.7\n", text)
        assert re.findall("lift it with: (.*)", text) == ["spamweir allow del 198.19.77.7"]
        assert "lift" not in matches(loaded, "198.19.77.7")["operator-block"]
        loaded("allow", "del", "198.19.77.7")


def test_ipv6_and_host_bits(loaded):
    assert "taken as 2001:db8:19::/48" in loaded("block", "add", "2001:db8:19::7/48").stderr
    assert set(listed(loaded, "block")) == {"2001:db8:19::/48"}
    assert loaded.json("lookup", "2001:db8:19:1::1")["reason"] == "cnc_src"
    loaded("block", "del", "2001:db8:19::/48")
    assert listed(loaded, "block") == {}


def test_own_space_is_blocked_only_by_force(lab, loaded):
    line = loaded.fails("block", "add", "198.18.1.1")
    assert "it lies in own space; `--force` blocks it" in line
    assert "wider than /10" in loaded.fails("block", "add", "64.0.0.0/7")
    assert "wider than /24" in loaded.fails("block", "add", "2400::/12")
    assert "special-purpose space (" in loaded.fails("block", "add", "224.0.0.5")
    for force in [], ["--force"]:  # the router's own address
        assert "this router needs it" in loaded.fails("block", "add", "198.18.129.1", *force)
    assert listed(loaded, "block") == {} and loaded.generation() == 1
    loaded("block", "add", "198.18.1.1", "--force")
    assert judged(loaded, lab.outward, TO_HOST) == (0, {"cnc_src": 1})
    assert matches(loaded, "198.18.1.1")["operator-block-forced"]["lift"] == \
        "spamweir block del 198.18.1.1"
    loaded("block", "del", "198.18.1.1")
    assert judged(loaded, lab.outward, TO_HOST) == (1, {})
    # But for what the router needs, and such an entry stands in no file.
    said = loaded("block", "add", "0.0.0.0/0", "--force").stderr
    assert "this router needs is left out, of 1 entries, such as 0.0.0.0/0 (" in said
    loaded("block", "del", "0.0.0.0/0")


def test_lifting_what_is_not_listed_is_no_error_and_publishes_nothing(loaded):
    assert "is not in the list" in loaded("allow", "del", "198.18.1.1").stderr
    assert "is not in the list" in loaded("block", "del", "198.18.1.1").stderr
    assert loaded.generation() == 1


def test_many_at_once(loaded):
    path = loaded.write("list.txt", "198.19.70.0/24 2h scans\n# none\n2001:db8:19:7::/64\n")
    loaded("block", "add", "--file", path, "--why", "sweep")
    entries = listed(loaded, "block")
    assert {prefix: entry["why"] for prefix, entry in entries.items()} == \
        {"198.19.70.0/24": "scans", "2001:db8:19:7::/64": "sweep"}
    assert loaded.generation() == 2
    loaded("block", "del", "--file", path)
    assert listed(loaded, "block") == {}


def test_bad_lines_are_named_and_nothing_is_done(loaded):
    path = loaded.write("list.txt", "198.19.70.0/24\n198.18.1.1\n198.19.71.0/24 soon and so on\n")
    done = loaded("block", "add", "--file", path, check=False)
    assert done.returncode == 1 and f"{path}:2: `198.18.1.1`: it lies in own space" in done.stderr
    assert "1 bad line in all; nothing was changed" in done.stderr
    path = loaded.write("list.txt", "198.19.70.0/24\nexample.org\n")
    assert f"{path}:2: `example.org`" in loaded("allow", "add", "--file", path, check=False).stderr
    assert listed(loaded, "block") == {} == listed(loaded, "allow")
    assert loaded.generation() == 1


@pytest.mark.parametrize("prefix", ["0.0.0.0/0", "198.0.0.0/9", "::/0", "2001:c00::/23"])
def test_a_slip_of_the_hand_allows_nobody_the_world(loaded, prefix):
    line = loaded.fails("allow", "add", prefix)
    assert "it is wider than /" in line and "`--force` allows it all the same" in line
    assert listed(loaded, "allow") == {} and loaded.generation() == 1
    loaded("allow", "add", prefix, "--force")
    lift, = (entry["lift"] for entry in listed(loaded, "allow").values())
    loaded(*lift.split()[1:])
    assert listed(loaded, "allow") == {}


def test_with_nothing_loaded_it_is_kept_for_the_next_load(lab, weir):
    weir.configure(CONFIG, one_interface("acc0"))
    assert "kept for the next load" in weir("allow", "add", "198.18.64.1").stderr
    assert listed(weir, "allow")["198.18.64.1"]["in_force"] is False
    assert "not in force yet" in weir("allow", "list").stdout
    weir("load")
    assert listed(weir, "allow")["198.18.64.1"]["in_force"] is True
    assert judged(weir, lab.outward, FROM_BOT) == (1, {})


def test_it_outlives_a_reboot(lab, loaded):
    loaded("allow", "add", "198.18.64.1")
    loaded.reboot()
    loaded("load")
    assert judged(loaded, lab.outward, FROM_BOT) == (1, {})


def test_without_a_daemon_the_next_publish_ends_what_has_ended(lab, loaded):
    add_ended(loaded, "allow", "198.18.64.1")
    loaded("block", "add", "198.19.77.7")
    assert not listed(loaded, "allow")
    assert judged(loaded, lab.outward, FROM_BOT) == (0, {"zombie_feed": 1})


def test_what_has_ended_and_is_in_force_is_lifted_by_hand(lab, loaded):
    add_ended(loaded, "block", "198.19.77.7")
    assert judged(loaded, lab.outward, TO_HOST) == (0, {"cnc_dst": 1})
    assert not loaded("block", "del", "198.19.77.7").stderr
    assert judged(loaded, lab.outward, TO_HOST) == (1, {})
    assert "nothing to lift" in loaded("block", "del", "198.19.77.7").stderr


@pytest.mark.parametrize("which, host, verdict", [("block", "198.19.77.7", "drop"),
                                                  ("allow", "198.18.64.1", "pass")])
def test_what_has_ended_and_is_in_force_is_explained(loaded, which, host, verdict):
    add_ended(loaded, which, host, "--why", "ticket 4711")
    assert "in force until the next publish: ticket 4711" in loaded(which, "list").stdout
    entry = listed(loaded, which)[host]
    assert (entry["in_force"], entry["seconds_left"], entry["lift"]) == (
        True, 0, "spamweir reload")
    found = matches(loaded, host)[f"operator-{which}"]
    assert (found["by"], found["why"], found["lift"]) == ("root", "ticket 4711", "spamweir reload")
    assert loaded.json("lookup", host)["verdict"] == verdict
    text = loaded("lookup", host).stdout
    assert f"operator-{which}, by root since 20" in text and "ended at 20" in text
    assert "lift it with: spamweir reload" in text
    loaded("reload")
    assert not listed(loaded, which) and f"operator-{which}" not in matches(loaded, host)
    assert loaded.json("lookup", host)["verdict"] != verdict


def test_the_daemon_ends_it_by_itself(lab, loaded):
    daemon = loaded.run()
    loaded("allow", "add", "198.18.64.2", "--for", "1h")
    for seconds in 2, 20, 60:
        ends = time.monotonic() + seconds
        loaded("allow", "add", "198.18.64.1", "--for", f"{seconds}s")
        assert until(ends, judged(loaded, lab.outward, FROM_BOT) == (1, {}))
        if is_taken(loaded, daemon, "allow", "198.18.64.1"):
            break
    daemon.wait_line("reloading: the operator's lists have changed", 60)
    daemon.wait_line("spamweir: reloaded", 60)
    wait_until(lambda: "198.18.64.1" not in listed(loaded, "allow"))  # the last one, too
    assert judged(loaded, lab.outward, FROM_BOT) == (0, {"zombie_feed": 1})
    assert set(listed(loaded, "allow")) == {"198.18.64.2"}
    assert daemon.stop() == 0


def test_what_has_ended_is_published_once(loaded):
    daemon = loaded.run()
    for duration in "1s", "20s", "60s":
        loaded("block", "add", "198.19.77.0/24", "--for", duration)
        if is_taken(loaded, daemon, "block", "198.19.77.0/24"):
            break
    daemon.wait_line("reloading: the operator's lists have changed", 60)
    daemon.wait_line("spamweir: reloaded", 60)
    wait_until(lambda: not listed(loaded, "block"))  # the last one, too
    assert daemon.stop() == 0
    daemon = loaded.run()  # which looks for ends as it begins
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("spamweir: reloaded", 60)
    assert not daemon.seen("lists have changed")
    assert daemon.stop() == 0


def test_what_cannot_be_published_is_not_kept(lab, loaded):
    loaded("allow", "add", "198.18.64.2")
    loaded.config.write_text("nonsense: [")
    loaded.fails("allow", "add", "198.18.64.1")
    loaded.fails("allow", "del", "198.18.64.2")
    assert set(listed(loaded, "allow")) == {"198.18.64.2"}
    loaded.configure(CONFIG, one_interface("acc0"))
    loaded("reload")
    assert judged(loaded, lab.outward, FROM_BOT) == (0, {"zombie_feed": 1})
    assert judged(loaded, lab.outward, frames.tcp("198.18.64.2", MX)) == (1, {})


def test_who_is_killed_leaves_what_the_list_says(loaded, killer):
    killed, wrong = killer(), []
    steps = killed.sweep(20, "allow", "add", "198.18.64.1")
    loaded("allow", "del", "198.18.64.1")
    for step in steps:
        killed(step, "allow", "add", "198.18.64.1")
        entry = listed(loaded, "allow").get("198.18.64.1")
        passes = loaded.json("lookup", "198.18.64.1")["verdict"] == "pass"
        if passes and not entry or entry and entry["in_force"] and not passes:
            wrong.append(f"step {step}: {entry}, {passes}")
        loaded("reload")
        passes = loaded.json("lookup", "198.18.64.1")["verdict"] == "pass"
        entry = listed(loaded, "allow").get("198.18.64.1")
        if passes != bool(entry) or entry and not entry["in_force"]:
            wrong.append(f"step {step}, reloaded: {entry}, {passes}")
        loaded("allow", "del", "198.18.64.1")
    assert killed.times >= 10
    assert not wrong, "\n".join(wrong)


def damage(weir):
    (weir.state / "spamweir.db").write_bytes(b"no database" * 1000)


def remove(weir):
    for path in weir.state.glob("spamweir.db*"):
        path.unlink()


@pytest.mark.parametrize("spoil", [damage, remove])
def test_a_lost_database_ends_nothing(lab, loaded, spoil):
    loaded("allow", "add", "198.18.64.1", "--why", "a relay")
    loaded("allow", "add", "198.18.64.9", "--for", "10ms")
    spoil(loaded)
    loaded("reload")
    assert judged(loaded, lab.outward, FROM_BOT) == (1, {})
    assert listed(loaded, "allow")["198.18.64.1"]["why"] == "a relay"
    assert set(listed(loaded, "allow")) == {"198.18.64.1"}


def test_what_others_may_have_written_is_not_put_in_force(lab, loaded):
    loaded("allow", "add", "198.18.64.1")
    loaded.state.chmod(0o777)
    assert "others than root may write" in loaded.fails("reload")
    assert judged(loaded, lab.outward, FROM_BOT) == (1, {})
    loaded.state.chmod(0o700)
    loaded("reload")


def test_who_changed_what_is_written_down(loaded):
    loaded("allow", "add", "198.18.64.1")
    loaded("allow", "del", "198.18.64.1")
    with sqlite3.connect(loaded.state / "spamweir.db") as db:
        rows = db.execute("SELECT name, verb FROM audit ORDER BY id").fetchall()
    assert rows[-2:] == [("root", "allow add"), ("root", "allow del")]
