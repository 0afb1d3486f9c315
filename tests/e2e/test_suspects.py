# SPDX-License-Identifier: GPL-2.0
"""Who behaves like a zombie, and who like a mail server nobody has allowed."""
import itertools
import json
import re
import time

import pytest

import frames
import schemas
from lab import PATIENCE, wait_until
from weir import judged

CONFIG = """
feeds:
  - { name: ours, kind: allow, entries: [198.18.70.9] }
  - { name: botnet, kind: cnc, mode: monitor, entries: [198.19.0.66] }
smtp: { limit: { access: off, upstream: off } }
suspects:
  servers: { at_least: 6, answered: 12 }
"""
MX = [f"198.19.0.{n}" for n in range(100, 140)]
ANSWER, REFUSAL = frames.SYN | frames.ACK, frames.RST | frames.ACK


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


def opened(source, servers):
    return [frames.tcp(source, server) for server in servers]


def back(source, servers, flags=ANSWER):
    return [frames.tcp(server, source, sport=25, dport=40000, flags=flags, seq=0)
            for server in servers]


def suspects(weir, *arguments):
    return {found["prefix"]: found for found in weir.json_lines("suspects", *arguments)}


def test_who_tries_many_servers(lab, loaded):
    """Two that do it all the same are none: one is allowed, the other is answered."""
    judged(loaded, lab.outward, *opened("198.18.70.1", MX[:20]), *opened("198.18.70.9", MX[:20]),
           *opened("198.18.70.2", MX[:9]), *opened("198.18.70.3", MX[:2]))
    judged(loaded, lab.inward, *back("198.18.70.2", MX[:9]), *back("198.18.70.1", MX[:2]))
    found = suspects(loaded)
    assert list(found) == ["198.18.70.1"]
    suspect = found["198.18.70.1"]
    assert suspect["rule"] == "servers" and "servers" in suspect["rules"]
    assert suspect["connections"] == 20 and 6 <= suspect["servers"] <= 20
    assert suspect["answered"] == 2 and not suspect["listed"] and not suspect["listens"]
    assert suspect["sentence"].startswith("198.18.70.1 opened 20 connections to ")
    assert suspect["list"] == "spamweir zombie add 198.18.70.1 --for 1d --why servers"
    text = loaded("suspects").stdout
    # In how much time, and how many never answered, moves.
    assert suspect["sentence"].split(" in ")[0] in text and suspect["list"] in text
    assert suspect["lookup"] in text and suspect["allow"] in text
    assert list(suspects(loaded, "198.18.70.1")) == ["198.18.70.1"]
    assert "198.18.70.2 is no suspect" in loaded("suspects", "198.18.70.2").stderr
    assert "looked at is the first address, 198.18.70.0" in loaded("suspects", "198.18.70.0/24").stderr
    # The command that it says ends its mail, and is said no more.
    loaded(*suspect["list"].split()[1:])
    assert suspects(loaded)["198.18.70.1"]["listed"]
    assert "end its mail" not in loaded("suspects").stdout
    loaded(*suspect["allow"].split()[1:])
    assert not suspects(loaded)


def test_whose_connections_are_refused(lab, loaded):
    """Four are enough; of three and of one who is answered as well nothing follows."""
    judged(loaded, lab.outward, *opened("198.18.70.5", MX[:3]), *opened("198.18.70.6", MX[:5]))
    judged(loaded, lab.inward, *back("198.18.70.5", MX[:3], REFUSAL),
           *back("198.18.70.6", MX[:2], REFUSAL), *back("198.18.70.6", MX[2:5]))
    # Of every twenty who try four, one is not seen to: two servers share a bit.
    fours = {f"198.18.71.{n}": MX[4 * n:4 * n + 4] for n in range(8)}
    for source, servers in fours.items():
        judged(loaded, lab.outward, *opened(source, servers))
        judged(loaded, lab.inward, *back(source, servers, REFUSAL))
    found = suspects(loaded)
    assert found and set(found) <= set(fours)
    for suspect in found.values():
        assert suspect["servers"] == 4 and suspect["rules"] == ["failures"]
        assert suspect["severity"] == "medium"
        assert "4 of them refused" in suspect["sentence"]


def test_nobody_is_blamed_for_answers_that_are_not_seen(lab, loaded):
    judged(loaded, lab.outward, *opened("198.18.70.4", MX[:5]))
    done = loaded("suspects")
    assert not done.stdout
    assert "no mail server's answer to a subscriber was seen" in done.stderr


def test_what_a_nic_only_monitors_has_failed(lab, weir):
    """What is over the limit there goes out, and nobody answers it."""
    weir.configure("smtp: { limit: { access: { rate: 1/h, burst: 1 }, upstream: off } }\n",
                   "interfaces:\n  - { name: acc0, role: access, mode: monitor }\n"
                   "  - { name: up0, role: upstream }\n")
    weir("load")
    assert judged(weir, lab.outward, *opened("198.18.70.4", MX[:5]),
                  *opened("198.18.70.6", MX[:1]))[0] == 6
    judged(weir, lab.inward, *back("198.18.70.6", MX[:1]))
    wait_until(lambda: suspects(weir), 60, "they are not under way any more")
    assert list(suspects(weir)) == ["198.18.70.4"]


def test_who_talks_to_command_servers(lab, loaded):
    """Whatever the protocol, in monitor mode too; those whom one writes to are none, and
    may answer."""
    call = frames.tcp("198.18.70.7", "198.19.0.66", dport=6667)
    judged(loaded, lab.outward, call)
    judged(loaded, lab.inward, frames.tcp("198.19.0.66", "198.18.70.6", dport=6667),
           frames.tcp("198.19.0.66", "198.18.70.7", sport=6667, flags=ANSWER),
           *[frames.tcp("198.19.0.66", "198.18.70.8", dport=443)] * 2)
    judged(loaded, lab.outward, call, call,
           *[frames.tcp("198.18.70.8", "198.19.0.66", sport=443, flags=ANSWER)] * 9)
    found = suspects(loaded)
    assert list(found) == ["198.18.70.7"]
    suspect = found["198.18.70.7"]
    assert (suspect["rules"], suspect["severity"]) == (["contact"], "high")
    assert (suspect["contacts"], suspect["peer"], suspect["feed"]) == (3, "198.19.0.66", "botnet")
    assert "3 packets to command servers of botnets, such as 198.19.0.66" in suspect["sentence"]


def test_servers_that_nobody_allowed(lab, loaded):
    """Who answers on port 25 is no suspect, unless the configuration says so, and comes out
    as a line that an allow feed takes."""
    server = "198.18.70.25"
    judged(loaded, lab.outward, *opened(server, MX[:30]), *opened("198.18.70.9", MX[:3]),
           frames.tcp(server, MX[0], sport=25, dport=40000, flags=ANSWER),
           frames.tcp("198.18.70.9", MX[0], sport=25, dport=40000, flags=ANSWER),
           frames.tcp("198.18.70.26", MX[0], sport=25, dport=40000, flags=ANSWER))
    assert not suspects(loaded)
    lines = loaded("suspects", "--servers").stdout.splitlines()
    assert len(lines) == 1 and lines[0].startswith(f"{server} # {server} opened 30 connections ")
    assert [found["prefix"] for found in loaded.json_lines("suspects", "--servers")] == [server]
    loaded.write("allow.txt", "\n".join(lines) + "\n")
    loaded.configure(CONFIG + "  servers_too: true\n")
    assert list(suspects(loaded)) == [server]
    loaded.configure(CONFIG.replace(
        "feeds:", "feeds:\n  - { name: mine, kind: allow, path: allow.txt }"))
    loaded("reload")
    assert not loaded("suspects", "--servers").stdout
    assert not suspects(loaded)


def test_no_server_that_there_is_a_case_against(lab, weir):
    """A zombie's connections may be answered: it is named, and not recommended."""
    weir.configure(CONFIG + "subscribers: { every: 1s }\n")
    weir.run()
    judged(weir, lab.outward, *opened("198.18.70.1", MX[:20]))
    wait_until(lambda: weir.json_lines("case", "list"), 60, "a case")
    judged(weir, lab.outward, *opened("198.18.70.25", MX[:3]),
           *[frames.tcp(server, MX[0], sport=25, dport=40000, flags=ANSWER)
             for server in ("198.18.70.1", "198.18.70.25")])
    number = weir.json_lines("case", "list")[0]["id"]
    lines = weir("suspects", "--servers").stdout.splitlines()
    assert lines[0].startswith(f"# 198.18.70.1 is left out: case {number}, ")
    assert lines[0].endswith("spamweir allow add 198.18.70.1")
    assert len(lines) == 2 and lines[1].startswith("198.18.70.25 # ")
    assert list(suspects(weir, "--servers")) == ["198.18.70.25"]
    weir("case", "close", str(number), "--why", "a mail server")
    assert set(suspects(weir, "--servers")) == {"198.18.70.1", "198.18.70.25"}


def by_rule(weir):
    """The metric, of the rules by which there are any."""
    return weir.metrics().by("rule", "suspects")


def test_how_many_there_are_by_rule(lab, weir):
    """Each counts once, by the gravest that it breaks, and no more once it is none."""
    weir.configure(CONFIG + "subscribers: { every: 1s }\n")
    weir.run()
    judged(weir, lab.outward, *opened("198.18.70.1", MX[:20]), *opened("198.18.70.2", MX[:20]),
           *opened("198.18.70.3", MX[:20]), frames.tcp("198.18.70.3", "198.19.0.66", dport=6667),
           *opened("198.18.70.9", MX[:20]))
    wait_until(lambda: by_rule(weir) == {"servers": 2, "contact": 1}, 60, lambda: by_rule(weir))
    weir("allow", "add", "198.18.70.1")
    weir("allow", "add", "198.18.70.3")
    wait_until(lambda: by_rule(weir) == {"servers": 1}, 60, lambda: by_rule(weir))


def test_rules_that_are_off(lab, loaded):
    judged(loaded, lab.outward, *opened("198.18.70.1", MX[:20]))
    assert suspects(loaded)
    loaded.configure(CONFIG.replace("answered: 12", "answered: 12, action: off"))
    assert not suspects(loaded)


def test_an_ipv6_suspect_is_a_prefix(lab, loaded):
    judged(loaded, lab.outward, *[frames.tcp(f"2001:db8:18:70::{n}", f"2001:db8:19::{n}")
                                  for n in range(1, 13)])
    found = suspects(loaded, "2001:db8:18:70::77")
    assert list(found) == ["2001:db8:18:70::/64"]
    loaded(*found["2001:db8:18:70::/64"]["list"].split()[1:])
    assert json.loads(loaded("zombie", "list", "--json").stdout)["prefix"] == "2001:db8:18:70::/64"


def test_what_cannot_be_read(weir):
    weir.configure("suspects: { servers: { at_least: 0 } }\n")
    assert "at_least: expected a number from 1 to 128" in weir.fails("suspects")
    weir.configure()
    assert "nothing is loaded" in weir.fails("suspects").lower()
    assert weir("suspects", "198.18.70", check=False).returncode == 2


LISTING = """
feeds:
  - { name: ours, kind: allow, entries: [198.18.70.9] }
smtp: { limit: { access: off, upstream: off } }
suspects:
  servers: { at_least: 6, answered: 12, action: list }
  for: 1h
"""


def listed(weir):
    return {entry["prefix"]: entry for entry in weir.json_lines("zombie", "list")}


def blast(lab, weir, *sources, until):
    """Each opens connections, one after the other to all servers, until that is true."""
    for server in itertools.cycle(MX):
        lab.outward.send(*[frames.tcp(source, server) for source in sources])
        if until():
            return
        time.sleep(0.1)


def test_a_blaster_is_listed_without_a_daemon(lab, weir):
    """By the kernel's program itself. He who does the
    same is not, if he is allowed or answers on port 25 himself."""
    weir.configure(LISTING)
    weir("load")
    blaster, server, allowed = "198.18.70.1", "198.18.70.25", "198.18.70.9"
    judged(weir, lab.outward, frames.tcp(server, MX[0], sport=25, dport=40000, flags=ANSWER))
    began = time.monotonic()
    blast(lab, weir, server, allowed, blaster,
          until=lambda: listed(weir) or time.monotonic() > began + PATIENCE)
    entry = listed(weir)
    assert list(entry) == [blaster]
    assert entry[blaster]["origin"] == "detected"
    assert re.fullmatch(r"servers: \d+ tried, 0 of \d+ answered", entry[blaster]["why"])
    assert 3500 < entry[blaster]["seconds_left"] <= 3600
    before = weir.dropped().get("zombie_live", 0)
    judged(weir, lab.outward, frames.tcp(blaster, MX[0]), frames.tcp(server, MX[0]))
    assert weir.dropped()["zombie_live"] == before + 1
    text = weir("lookup", blaster).stdout
    assert "origin detected, why: servers: " in text
    assert f"lift it with: spamweir zombie del {blaster}" in text
    metrics = weir.metrics()
    assert (metrics.sum("detected_total"), metrics.sum("suspects_listed")) == (1, 1)
    assert weir.status()["suspects"]["listed"] == 1
    # Who was lifted is not listed again at the next SYN.
    weir("zombie", "del", blaster)
    judged(weir, lab.outward, *opened(blaster, MX[:5]))
    assert not listed(weir)
    assert metrics.sum("suspects_listed_full") == 0


def test_no_more_are_listed_than_may_be(lab, weir):
    weir.configure(LISTING + "  max_listed: 2\n")
    weir("load")
    sources = [f"198.18.70.{n}" for n in range(1, 5)]
    blast(lab, weir, *sources, until=lambda: weir.status()["suspects"]["refused_total"])
    assert len(listed(weir)) == 2
    status = weir.status()["suspects"]
    assert (status["listed"], status["max_listed"], status["full"]) == (2, 2, True)
    assert "FULL: 2 suspects are listed" in weir("status").stdout
    metrics = weir.metrics()
    assert metrics.sum("suspects_listed_full") == 1
    assert metrics.sum("detected_refused_total") >= 1
    assert metrics.sum("detected_total") == 2


def test_who_was_listed_is_so_after_a_reboot(lab, weir):
    """And counts among those that may be."""
    weir.configure(LISTING + "  max_listed: 1\n")
    weir("load")
    blast(lab, weir, "198.18.70.1", until=lambda: listed(weir))
    before = listed(weir)["198.18.70.1"]
    weir("unload")
    weir("load")
    after = listed(weir)["198.18.70.1"]
    assert (after["origin"], after["why"]) == ("detected", before["why"])
    assert after["until"] <= before["until"] + 2
    status = weir.status()["suspects"]
    assert (status["listed"], status["full"]) == (1, True)
    blast(lab, weir, "198.18.70.2", until=lambda: weir.status()["suspects"]["refused_total"])
    assert list(listed(weir)) == ["198.18.70.1"]


def detections(weir, reader):
    """Of the lines of `events`, those that tell of a listing, once there is one."""
    reader.wait_line("zombie del")
    lines = [line for line in reader.lines if "zombie del" in line]
    reader.stop()
    return lines


@pytest.mark.parametrize("action, event, origin", [("list", "listed", "detected"),
                                                   ("slow", "slowed", "slowed")])
def test_who_is_listed_is_an_event(lab, weir, action, event, origin):
    """Without a daemon it waits for whoever reads events; with one it is in the log."""
    weir.configure(LISTING.replace("action: list", f"action: {action}"))
    weir("load")
    blast(lab, weir, "198.18.70.1", until=lambda: listed(weir))
    line, = map(json.loads, detections(weir, weir.start("events", "--json")))
    entry = listed(weir)["198.18.70.1"]
    schemas.hold(("events",), json.dumps(line))
    assert (line["event"], line["prefix"], line["family"], line["origin"], line["why"]) == (
        event, "198.18.70.1", 4, origin, entry["why"])
    assert abs(line["until"] - entry["until"]) <= 2
    assert line["lift"] == entry["lift"] == "spamweir zombie del 198.18.70.1"
    weir.run()
    blast(lab, weir, "198.18.70.2", until=lambda: len(listed(weir)) == 2)
    log = weir.state / "events.jsonl"
    logged = wait_until(lambda: log.exists() and [
        each for each in map(json.loads, log.read_text().splitlines()) if "event" in each])
    assert [each["prefix"] for each in logged] == ["198.18.70.2"]
    follower = weir.start("events")
    follower.wait_line("following")
    blast(lab, weir, "198.18.70.3", until=lambda: follower.seen("zombie del"))
    said, = detections(weir, follower)
    assert re.search(rf"Z 198\.18\.70\.3 {event}, servers: \d+ tried, 0 of \d+ answered "
                     r"\(lift it: spamweir zombie del 198\.18\.70\.3\)$", said)


def audit(weir):
    return [row for row in weir.json_lines("history", "--audit") if row["verb"] == "suspect"]


def test_a_suspect_is_slowed(lab, weir):
    """Without a daemon; some of its connections pass, and somebody else's all do."""
    weir.configure(LISTING.replace("action: list", "action: slow")
                   + "  limit: { rate: 1/h, burst: 2 }\n")
    weir("load")
    blaster, other = "198.18.70.1", "198.18.70.2"
    blast(lab, weir, blaster, until=lambda: listed(weir))
    entry = listed(weir)
    assert list(entry) == [blaster] and entry[blaster]["origin"] == "slowed"
    assert 3500 < entry[blaster]["seconds_left"] <= 3600
    before = weir.dropped().get("rate_limit", 0)
    judged(weir, lab.outward,
           *[frames.tcp(source, MX[0], sport=20000 + n)
             for source in (blaster, other) for n in range(6)])
    assert weir.dropped()["rate_limit"] == before + 4
    assert "zombie_live" not in weir.dropped()
    text = weir("lookup", blaster).stdout
    assert f"slowed suspect {blaster}: for " in text and "of 2 tokens" in text
    assert f"lift it with: spamweir zombie del {blaster}" in text
    found = suspects(weir)[blaster]
    assert found["slowed"] and not found["listed"]
    assert "slowed already" in weir("suspects").stdout
    weir("unload")
    weir("load")
    assert listed(weir)[blaster]["origin"] == "slowed"
    rows = audit(weir)
    assert len(rows) == 1 and rows[0]["by"] == "datapath"
    assert rows[0]["command"].startswith(f"slowed {blaster}, servers: ")
    weir("zombie", "del", blaster)
    judged(weir, lab.outward, *[frames.tcp(blaster, MX[0], sport=30000 + n) for n in range(6)])
    assert not weir.dropped().get("rate_limit", 0)


CONTACTS = """
feeds:
  - { name: ours, kind: allow, entries: [198.18.70.9] }
  - { name: botnet, kind: cnc, mode: monitor, entries: [198.19.0.66] }
smtp: { limit: { access: off, upstream: off } }
suspects:
  contact: { action: list }
"""


def test_who_talks_to_command_servers_is_listed(lab, weir):
    """At its next SYN to an SMTP port, and not before; not whoever is allowed or answers on
    one himself."""
    weir.configure(CONTACTS)
    weir("load")
    caller, server, allowed = "198.18.70.7", "198.18.70.25", "198.18.70.9"
    calls = [frames.tcp(source, "198.19.0.66", dport=6667)
             for source in (caller, server, allowed)]
    judged(weir, lab.outward, frames.tcp(server, MX[0], sport=25, dport=40000, flags=ANSWER),
           *calls)
    assert not listed(weir)
    judged(weir, lab.outward,
           *[frames.tcp(source, MX[0]) for source in (caller, server, allowed, "198.18.70.8")])
    entry = listed(weir)
    assert list(entry) == [caller]
    assert (entry[caller]["origin"], entry[caller]["why"]) == (
        "detected", "contact: C&C address 198.19.0.66")
    judged(weir, lab.outward, frames.tcp(caller, MX[0]))
    assert weir.dropped()["zombie_live"] == 1


def test_nobody_is_listed_unless_it_is_said(lab, loaded):
    blaster = "198.18.70.1"
    judged(loaded, lab.outward, *opened(blaster, MX[:20]))
    time.sleep(1.5)  # for as long as it takes where it is said
    judged(loaded, lab.outward, *opened(blaster, MX[20:]))
    assert suspects(loaded)[blaster]["servers"] > 6 and not listed(loaded)
