# SPDX-License-Identifier: GPL-2.0
"""Cases: from a dropped packet to a story with an end."""
import os
import time

import frames
from lab import wait_until
from test_follow import Leases
from test_subscribers import becomes
from weir import BINARY, judged

CNC = "198.19.66.6"
CONFIG = f"""
feeds:
  - {{ name: botnets, kind: cnc, entries: [{CNC}] }}
  - {{ name: bots, kind: zombie, entries: [198.18.4.9] }}
subscribers:
  every: 1s
  sources:
    - {{ name: fixed, format: fixed, path: fixed.csv }}
cases: {{ quiet_for: QUIET }}
"""


def cases(weir, *options):
    return weir.json_lines("case", "list", *options)


def case_of(weir, who, condition):
    """The one of that account or address, once it is so."""
    def look():
        return next((found for found in cases(weir, "--all")
                     if who in (found["account"], found["address"]) and condition(found)), None)
    return wait_until(look, 60, f"a case of {who}")


def begin(weir, quiet_for="1d"):
    # She has had them for a while: whose a moment is that is told in seconds is no question then.
    os.utime(weir.write("fixed.csv", "198.18.4.7,alice\n198.18.4.8,alice\n"),
             (time.time() - 3600,) * 2)
    weir.configure(CONFIG.replace("QUIET", quiet_for))
    daemon = weir.run()
    wait_until(lambda: (weir.json("lookup", "198.18.4.8")["subscriber"] or {}).get("account")
               == "alice", 60)
    return daemon


def test_a_case_from_before_anybody_knew_whose_the_address_is(lab, weir):
    begin(weir)
    judged(weir, lab.outward, frames.udp("198.18.4.9", CNC))
    found = case_of(weir, "198.18.4.9", lambda found: True)
    os.utime(weir.write("fixed.csv", "198.18.4.7,alice\n198.18.4.8,alice\n198.18.4.9,bob\n"),
             (time.time() - 60,) * 2)
    wait_until(lambda: (weir.json("lookup", "198.18.4.9")["subscriber"] or {}).get("account")
               == "bob", 60)
    assert weir.json("case", "show", "198.18.4.9")["id"] == found["id"]
    weir("case", "close", "198.18.4.9", "--why", "cleaned")
    assert cases(weir) == []


def test_from_a_packet_to_a_closed_case(lab, weir):
    begin(weir)
    assert cases(weir) == []
    assert judged(weir, lab.outward, frames.udp("198.18.4.7", CNC),
                  frames.udp("198.18.4.7", CNC), frames.tcp("198.18.4.9", "198.19.0.25"))[0] == 0
    alice = case_of(weir, "alice", lambda found: found["count"] == 2)
    other = case_of(weir, "198.18.4.9", lambda found: found["count"] == 1)
    assert [found["id"] for found in cases(weir)] == [alice["id"], other["id"]]  # by severity
    assert (alice["severity"], other["severity"], other["account"]) == ("high", "medium", None)
    # By her other address it is the same case.
    judged(weir, lab.outward, frames.udp("198.18.4.8", CNC))
    case_of(weir, "alice", lambda found: found["count"] == 3)
    shown = weir.json("case", "show", "198.18.4.8")
    assert shown["id"] == alice["id"] == weir.json("case", "show", "alice")["id"]
    assert {(s["kind"], s["address"], s["count"], s["peer"], s["feed"])
            for s in shown["signals"]} == {("cnc", "198.18.4.7", 2, CNC, "botnets"),
                                           ("cnc", "198.18.4.8", 1, CNC, "botnets")}
    lookup = weir.json("lookup", "198.18.4.7")
    assert lookup["case"]["id"] == alice["id"]
    assert f"case {alice['id']}, open, high: alice" in weir("lookup", "198.18.4.7").stdout
    assert weir.metrics().by("state", "cases") == {"open": 2}
    # By hand.
    number = str(alice["id"])
    weir("case", "note", number, "told by phone")
    weir("case", "close", number, "--why", "cleaned")
    story = weir("case", "show", number).stdout
    for line in ("evidence:", "time line:", "note ", "told by phone", "closed ", "cleaned",
                 f"spamweir case reopen {number}", f"calls a control server of a botnet, {CNC}"):
        assert line in story, line
    assert [found["id"] for found in cases(weir)] == [other["id"]]
    assert [row["verb"] for row in weir.json_lines("history", "--audit")][:2] == [
        "case close", "case note"]
    weir("case", "reopen", number)
    weir("case", "close", number, "--why", "cleaned, really")
    time.sleep(5)  # the ledger's clock goes by steps: what comes now is behind the close
    judged(weir, lab.outward, frames.udp("198.18.4.7", CNC))
    case_of(weir, "alice", lambda found: found["state"] == "open" and found["count"] == 4)
    assert [event["what"] for event in weir.json("case", "show", number)["events"]][-4:] == [
        "closed", "reopened", "closed", "relapse"]


def test_who_gets_an_address_gets_nothing_of_its_past(lab, weir):
    """What is counted is of addresses; whose it was is known."""
    leases = Leases(weir)
    weir.configure(f"feeds: [{{ name: botnets, kind: cnc, entries: [{CNC}] }}]\n"
                   "subscribers: { every: 1s, sources: "
                   "[{ name: kea4, format: kea, path: leases4.csv }] }\n")
    weir.run()
    leases.add(("198.18.4.7", "aa"))
    becomes(weir, "198.18.4.7", "aa")
    judged(weir, lab.outward, *[frames.udp("198.18.4.7", CNC)] * 3)
    case_of(weir, "aa", lambda found: found["count"] == 3)
    moved = int(time.time()) + 1
    leases.later(("198.18.4.7", "bb"), ("198.18.4.8", "aa"))
    becomes(weir, "198.18.4.7", "bb")
    becomes(weir, "198.18.4.8", "aa")
    time.sleep(5)  # the ledger's clock goes by steps
    assert [found["account"] for found in cases(weir, "--all")] == ["aa"]
    judged(weir, lab.outward, *[frames.udp("198.18.4.7", CNC)] * 2)
    judged(weir, lab.outward, frames.udp("198.18.4.8", CNC))
    his = case_of(weir, "bb", lambda found: found["count"] == 2)
    assert his["first"] >= moved
    case_of(weir, "aa", lambda found: found["count"] == 4)
    signal, = weir.json("case", "show", "bb")["signals"]
    assert (signal["count"], signal["first"] >= moved) == (2, True)
    assert {(s["address"], s["count"]) for s in weir.json("case", "show", "aa")["signals"]} == {
        ("198.18.4.7", 3), ("198.18.4.8", 1)}


def test_silence_makes_a_case_quiet(lab, weir):
    begin(weir, "3s")
    judged(weir, lab.outward, frames.udp("198.18.4.7", CNC))
    case_of(weir, "alice", lambda found: found["state"] == "quiet")
    assert weir.metrics().by("state", "cases") == {"quiet": 1}
    judged(weir, lab.outward, frames.udp("198.18.4.7", CNC))
    case_of(weir, "alice", lambda found: found["count"] == 2)
    events = [event["what"] for event in weir.json("case", "show", "alice")["events"]]
    assert sorted(events[:2]) == ["opened", "signal"] and events[2:4] == ["quiet", "active"]


def test_numbers_of_cases_are_completed(lab, weir):
    begin(weir)
    judged(weir, lab.outward, frames.udp("198.18.4.7", CNC))
    alice = case_of(weir, "alice", lambda found: found["count"] == 1)
    number = str(alice["id"])
    def completed(*words, state=weir.state):
        return weir.namespace.run(BINARY, "complete", "--", "--state-dir", state, *words).stdout

    for words in (["case", "show", ""], ["case", "note", number[0]], ["case", "close", ""]):
        assert completed(*words).split("\t")[0] == number and "alice" in completed(*words)
    assert completed("case", "note", number, "") == ""
    assert completed("case", "show", "x") == ""
    weir("case", "close", number, "--why", "cleaned")
    assert completed("case", "close", "") == ""
    assert completed("case", "reopen", "").startswith(number)
    assert completed("case", "show", "", state="/nowhere") == ""


def test_cases_that_are_none(weir):
    weir.configure()
    weir("load")
    assert cases(weir) == []
    assert "there is no case `7`" in weir.fails("case", "show", "7")
    assert "there is no case `nobody`" in weir.fails("case", "close", "nobody", "--why", "x")
    done = weir("case", "close", "7", check=False)
    assert done.returncode == 2 and "`case close` needs `--why TEXT`" in done.stderr
    assert weir("case", "note", "7", "a\nb", check=False).returncode == 2
