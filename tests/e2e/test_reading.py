# SPDX-License-Identifier: GPL-2.0
"""lookup, zombie, status, events: they say the truth, as text and as JSON."""
import json
import os
import re
import time

import pytest

import frames
from lab import wait_until
from weir import judged

MX = "198.19.0.25"
CONFIG = """
smtp:
  limit: { access: { rate: 1/min, burst: 3 }, upstream: off }
feeds:
  - { name: drop, kind: cnc, path: drop.json }
  - { name: bots, kind: zombie, path: bots.txt }
  - { name: relays, kind: allow, entries: [198.18.64.25, "2001:db8:18:64::25"] }
"""
DROP = ('{"cidr":"198.19.66.0/24","sblid":"SBL256894","rir":"apnic"}\n'
        '{"cidr":"198.19.66.0/28","sblid":"SBL1","rir":"apnic"}\n'
        '{"type":"metadata","timestamp":1791060242,"size":1,"records":2}\n')
BOTS = "# bots\n198.18.64.0/24\n2001:db8:18:64::/64\n"


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir.write("drop.json", DROP)
    weir.write("bots.txt", BOTS)
    weir("load")
    return weir


def test_lookup_of_a_cnc_address(loaded):
    found = loaded.json("lookup", "198.19.66.6")
    assert (found["verdict"], found["reason"], found["feed"]) == ("drop", "cnc_src", "drop")
    assert {(m["prefix"], m["feed"], m["kind"], m["line"], m["tag"]) for m in found["matches"]} == {
        ("198.19.66.0/24", "drop", "cnc", 1, "SBL256894"),
        ("198.19.66.0/28", "drop", "cnc", 2, "SBL1")}
    assert found["live"] is None and found["limit"] is None
    text = loaded("lookup", "198.19.66.6").stdout
    assert text.startswith("198.19.66.6: drop, cnc_src ")
    assert f"{loaded.directory}/drop.json:1, SBL256894" in text


@pytest.mark.parametrize("address, verdict, reason, feed, prefixes", [
    ("198.18.64.1", "smtp_drop", "zombie_feed", "bots", ["198.18.64.0/24"]),
    ("198.18.64.25", "pass", "allow", "relays", ["198.18.64.0/24", "198.18.64.25"]),
    ("2001:db8:18:64::1", "smtp_drop", "zombie_feed", "bots", ["2001:db8:18:64::/64"]),
    ("2001:db8:18:64::25", "pass", "allow", "relays",
     ["2001:db8:18:64::/64", "2001:db8:18:64::25"]),
    ("198.18.1.1", "pass", "clean", None, []),
    ("2001:db8::1", "pass", "clean", None, []),
])
def test_lookup_says_what_the_datapath_does(loaded, address, verdict, reason, feed, prefixes):
    found = loaded.json("lookup", address)
    assert (found["address"], found["verdict"], found["reason"]) == (address, verdict, reason)
    assert found.get("feed") == feed
    assert sorted(match["prefix"] for match in found["matches"]) == prefixes
    assert loaded("lookup", address).stdout.startswith(f"{address}: {verdict}, {reason} ")


CARRIERS = """nat64: ["2001:db8:64::/48"]
feeds:
  - { name: bad, kind: cnc, entries: [198.19.66.6] }
  - { name: infected, kind: zombie, entries: [198.18.64.1] }
"""


def test_lookup_of_an_address_that_carries_another(weir):
    weir.configure(CARRIERS)
    weir("load")
    weir("zombie", "add", "198.18.65.1", "--for", "1h")
    for address, carried, verdict, reason in [
            ("64:ff9b::c613:4206", "198.19.66.6", "drop", "cnc_src"),
            ("2001:db8:64:c613:42:600::", "198.19.66.6", "drop", "cnc_src"),
            ("2002:c612:4001::1", "198.18.64.1", "smtp_drop", "zombie_feed"),
            ("64:ff9b::c612:4101", "198.18.65.1", "smtp_drop", "zombie_live"),
            ("64:ff9b::c612:4102", "198.18.65.2", "pass", "clean")]:
        found = weir.json("lookup", address)
        assert (found["carries"], found["verdict"], found["reason"]) == (carried, verdict, reason)
        text = weir("lookup", address).stdout
        assert f"carries {carried}, and is judged as that, too" in text
        if "feed" in found:
            assert [match["prefix"] for match in found["matches"]] == [carried]
            assert f"spamweir allow add {address} --for 1d" in text
    weir("allow", "add", "2002:c612:4001::1", "--for", "1d")
    assert weir.json("lookup", "2002:c612:4001::1")["reason"] == "allow"
    assert weir.json("lookup", "64:ff9b::c612:4001")["reason"] == "zombie_feed"
    assert "carries" not in weir.json("lookup", "2001:db8:65::1")


def test_lookup_of_a_live_zombie(loaded):
    loaded("zombie", "add", "198.18.65.1", "--for", "1h", "--why", "ticket 4711")
    found = loaded.json("lookup", "198.18.65.1")
    assert (found["verdict"], found["reason"]) == ("smtp_drop", "zombie_live")
    live = found["live"]
    assert (live["prefix"], live["origin"], live["why"]) == ("198.18.65.1", "operator",
                                                             "ticket 4711")
    assert live["age_seconds"] < 100 and 3500 < live["seconds_left"] <= 3600
    text = loaded("lookup", "198.18.65.1").stdout
    assert "why: ticket 4711" in text
    lift = re.search(r"lift it with: spamweir (.*)", text)[1]
    loaded(*lift.split())
    assert loaded.json("lookup", "198.18.65.1")["reason"] == "clean"


def test_lookup_of_a_source_over_its_rate(lab, loaded):
    syns = [frames.tcp("198.18.80.1", MX)] * 5
    assert judged(loaded, lab.outward, *syns) == (3, {"rate_limit": 2})
    found = loaded.json("lookup", "198.18.80.1")
    assert (found["verdict"], found["reason"]) == ("smtp_drop", "rate_limit")
    limit = found["limit"]["access"]
    assert (limit["burst"], limit["per_minute"]) == (3, pytest.approx(1, rel=0.01))
    assert 0 < limit["wait_ms"] <= 60000
    text = loaded("lookup", "198.18.80.1").stdout
    lift = loaded.json("lookup", "198.18.80.1")["limit"]["access"]["lift"]
    assert "over it now" in text and f"lift it with: {lift}" in text
    assert lift == "spamweir allow add 198.18.80.1 --for 1d"


def test_lookup_of_a_source_within_its_rate(lab, loaded):
    assert judged(loaded, lab.outward, frames.tcp("198.18.80.2", MX)) == (1, {})
    found = loaded.json("lookup", "198.18.80.2")
    assert found["verdict"] == "pass"
    assert 2 <= found["limit"]["access"]["tokens"] < 3


def test_lookup_says_that_a_feed_has_changed_since(loaded):
    path = loaded.write("bots.txt", "198.18.1.1\n")
    stamp = path.stat().st_mtime + 2
    os.utime(path, (stamp, stamp))
    found = loaded.json("lookup", "198.18.1.1")
    assert (found["verdict"], found["reason"]) == ("pass", "clean")  # not in force yet
    assert "spamweir reload" in loaded("lookup", "198.18.1.1").stdout


def test_zombie_list(loaded):
    assert loaded("zombie", "list").stdout == ""
    loaded("zombie", "add", "198.18.65.1", "--for", "2h", "--why", "a \"quote\"")
    loaded("zombie", "add", "2001:db8:18:65::1")
    entries = {entry["prefix"]: entry for entry in loaded.json_lines("zombie", "list")}
    assert set(entries) == {"198.18.65.1", "2001:db8:18:65::/64"}
    assert 7000 < entries["198.18.65.1"]["seconds_left"] <= 7200
    assert entries["198.18.65.1"]["why"] == 'a "quote"'
    assert entries["2001:db8:18:65::/64"]["seconds_left"] is None
    text = loaded("zombie", "list").stdout
    assert re.search(r"^198\.18\.65\.1 .*until \S+Z, in (?:119 min|2 h)", text, re.M)
    assert re.search(r"^2001:db8:18:65::/64 .*without end", text, re.M)
    loaded("zombie", "del", "2001:db8:18:65::ffff")
    assert len(loaded.json_lines("zombie", "list")) == 1


def test_what_cannot_be_a_live_zombie(loaded):
    assert "stands in an allow feed" in loaded.fails("zombie", "add", "198.18.64.25")
    assert "is no live zombie" in loaded("zombie", "del", "198.18.65.9").stderr
    assert loaded.json_lines("zombie", "list") == []


def test_status(lab, loaded):
    judged(loaded, lab.outward, *[frames.udp("198.18.1.1", "198.19.66.6")] * 4)
    status = loaded.status()
    assert (status["mode"], status["generation"]) == ("enforce", 1)
    assert abs(status["published"] - time.time()) < 60
    assert [(i["name"], i["role"], i["mode"]) for i in status["interfaces"]] == [
        ("acc0", "access", "native"), ("up0", "upstream", "native")]
    feeds = {feed["name"]: feed for feed in status["feeds"]}
    assert {name: (feed["kind"], feed["entries"], feed["packets"]) for name, feed in
            feeds.items()} == {"drop": ("cnc", 2, 4), "bots": ("zombie", 2, 0),
                               "relays": ("allow", 2, 0)}
    text = loaded("status").stdout
    assert text.startswith("enforcing, generation 1 of ")
    assert re.search(r"^drop +cnc_dst +4 +\d+ B +4 +0$", text, re.M)
    assert re.search(r"^drop +cnc +2 .* 4$", text, re.M)


CUT = frames.tcp("198.18.1.1", "198.19.66.6", 443)
EVENT = dict(interface="acc0", role="access", verdict="drop", reason="cnc_dst", family=4,
             src="198.18.1.1", dst="198.19.66.6", proto=6, sport=40000, dport=443, feed="drop",
             length=54)


def test_events_tell_of_a_drop_with_its_feed(lab, loaded):
    events = loaded.start("events", "--json")
    lab.outward.send(CUT)
    event = json.loads(events.wait_line("cnc_dst"))
    stamp = event.pop("time")
    assert event == EVENT
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", stamp)
    assert events.stop() == 0


def test_events_as_text(lab, loaded):
    events = loaded.start("events")
    lab.outward.send(CUT, frames.tcp("2001:db8:18:64::1", "2001:db8:19::25"))
    assert events.wait_line("cnc_dst").endswith(
        "acc0 drop cnc_dst 198.18.1.1 > 198.19.66.6 port 443 feed drop")
    assert events.wait_line("zombie_feed").endswith(
        "acc0 drop zombie_feed 2001:db8:18:64::1 > 2001:db8:19::25 port 25 feed bots")


def test_events_follow_the_log_while_the_daemon_runs(lab, loaded):
    daemon = loaded.run()
    events = loaded.start("events", "--json")
    events.wait_line("which the daemon writes")

    def told():
        lab.outward.send(CUT)
        return events.seen('"cnc_dst"', seconds=0.2)

    event = json.loads(wait_until(told))
    event.pop("time")
    assert event == EVENT
    lines = (loaded.state / "events.jsonl").read_text().split("\n")[:-1]
    logged = [json.loads(line) for line in lines]  # another may be on its way
    assert logged and all(line["feed"] == "drop" for line in logged)
    assert daemon.stop() == 0


def test_a_flood_of_drops_is_no_flood_of_events(lab, loaded):
    events = loaded.start("events", "--json")
    lab.outward.send(CUT)
    events.wait_line("cnc_dst")
    judged(loaded, lab.outward, *[CUT] * 3000)
    assert loaded.metrics().sum("events_lost_total") > 0
    assert loaded.metrics().sum("packets_total", reason="cnc_dst") == 3001


def test_monitor_mode_decides_and_counts_but_drops_nothing(lab, weir):
    weir.configure("mode: monitor\n" + CONFIG)
    weir.write("drop.json", DROP)
    weir.write("bots.txt", BOTS)
    weir("load")
    weir("zombie", "add", "198.18.65.1")
    events = weir.start("events", "--json")
    packets = [CUT, frames.tcp("198.18.64.1", MX), frames.tcp("198.18.65.1", MX),
               frames.udp("2001:db8:18:1::1", "2001:db8:19::1"),
               *[frames.tcp("198.18.80.1", MX)] * 5]
    assert judged(weir, lab.outward, *packets) == (len(packets), {})
    metrics = weir.metrics()
    assert metrics.by("reason", "packets_total", verdict="would_drop") == {
        "cnc_dst": 1, "zombie_feed": 1, "zombie_live": 1, "rate_limit": 2}
    assert metrics.sum("packets_total", verdict="drop") == 0
    assert metrics.sum("monitor_mode") == 1
    assert json.loads(events.wait_line("zombie_feed"))["verdict"] == "would_drop"
    assert weir.status()["mode"] == "monitor"
    assert weir("status").stdout.startswith("MONITOR: nothing is dropped")
    assert "monitor mode: nothing is dropped" in weir("lookup", "198.18.64.1").stdout

    weir.configure(CONFIG)
    weir("reload")
    assert judged(weir, lab.outward, CUT) == (0, {"cnc_dst": 1})


def test_own_space_is_never_listed_by_a_feed_that_may_not(lab, weir):
    weir.configure("""
feeds:
  - { name: home, kind: own, entries: [198.18.0.0/17] }
  - { name: bots, kind: zombie, path: bots.txt }
  - { name: ours, kind: zombie, path: ours.txt, may_list_own: true }
""")
    weir.write("bots.txt", "198.18.1.1\n198.19.64.1\n")
    weir.write("ours.txt", "198.18.1.2\n")
    weir("load")
    mx = "198.19.0.25"
    assert judged(weir, lab.outward, frames.tcp("198.18.1.1", mx)) == (1, {})
    assert judged(weir, lab.outward, frames.tcp("198.18.1.2", mx)) == (0, {"zombie_feed": 1})
    assert weir.metrics().sum("feed_refused_entries", feed="bots") == 1
