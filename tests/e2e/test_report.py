# SPDX-License-Identifier: GPL-2.0
"""What is told of a time: whether monitor mode can be left, and what became of whom."""
import contextlib
import os
import re
import sqlite3
import time

import frames
from lab import wait_until
from weir import judged

CONFIG = """
mode: monitor
feeds:
  - { name: botnet, kind: cnc, entries: [198.19.0.66] }
  - { name: bots, kind: zombie, entries: [198.18.71.9] }
  - { name: homes, kind: limit, limit: closed, entries: [198.18.71.32/27] }
smtp: { limit: { access: { rate: 1/h, burst: 2 }, upstream: off } }
suspects:
  servers: { at_least: 6, answered: 12 }
"""
MX = [f"198.19.0.{n}" for n in range(100, 140)]
ANSWER = frames.SYN | frames.ACK


def opened(source, servers):
    return [frames.tcp(source, server) for server in servers]


def back(source, servers):
    return [frames.tcp(server, source, sport=25, dport=40000, flags=ANSWER, seq=0)
            for server in servers]


def watched(weir, text=CONFIG):
    weir.configure(text)
    weir("load")
    return weir


def test_whether_it_is_safe_to_switch(lab, weir):
    """Everybody who would be hit is told of, and the mail server among them comes as a line
    that an allow feed takes; then the answer is another."""
    watched(weir)
    server, caller, slowed = "198.18.71.25", "198.18.71.1", "198.18.71.2"
    assert "Is it safe to switch? not yet: what is known is less than a day old; " \
        in weir("report", "--monitor").stdout
    assert judged(weir, lab.outward, *opened(server, MX[:30]), *opened(slowed, MX[:4]),
                  *[frames.udp(caller, "198.19.0.66")] * 3, *opened("198.18.71.9", MX[:2]),
                  *opened("198.18.71.33", MX[:1]),
                  frames.tcp(server, MX[0], sport=25, dport=40000, flags=ANSWER))[1] == {}
    judged(weir, lab.inward, *back(server, MX[:30]))
    told = weir.json("report", "--monitor")
    assert told["safe"] == "no" and told["answer"].startswith("no: 1 probable mail server would")
    assert {hit["prefix"]: (hit["blocked"], hit["slowed"], hit["reason"], hit["feed"])
            for hit in told["hits"]} == {
        server: (0, 28, "rate_limit", None), slowed: (0, 2, "rate_limit", None),
        caller: (3, 0, "cnc_dst", "botnet"), "198.18.71.9": (2, 0, "zombie_feed", "bots"),
        "198.18.71.33": (1, 0, "smtp_closed", "homes")}
    assert {reason["reason"]: (reason["packets"], reason["subscribers"])
            for reason in told["reasons"]} == {
        "rate_limit": (30, 2), "cnc_dst": (3, 1), "zombie_feed": (2, 1), "smtp_closed": (1, 1)}
    assert {feed["name"]: feed["packets"] for feed in told["feeds"]} == {
        "botnet": 3, "bots": 2, "homes": 1}
    people = told["subscribers"]
    assert (people["blocked"], people["slowed"], people["packets"]) == (3, 2, 36)
    assert (people["mail_servers"], people["unclear"]) == (1, 1)
    assert told["others"]["blocked"] == told["others"]["slowed"] == 0
    assert told["limiter_sources"] == 2
    first, *others = told["hits"]
    assert first["mail_server"] and first["allow"].startswith(f"{server} # {server} opened 30 ")
    assert not any(hit["mail_server"] or hit["allow"] for hit in others)
    text = weir("report", "--monitor").stdout
    assert text.startswith("Is it safe to switch? no: 1 probable mail server would be hit; ")
    # Over how long, moves.
    begun, rest = re.split(r" in (?:a|\d+) \w+", first["allow"], maxsplit=1)
    for line in (begun, rest, "1. put the mail servers' lines into the file of an allow feed",
                 "by reason", "`mode: enforce`", "reload --confirm"):
        assert line in text, line
    # As it says.
    weir.write("allow.txt", first["allow"] + "\n")
    weir.configure(CONFIG.replace("feeds:", "feeds:\n"
                                  "  - { name: mine, kind: allow, path: allow.txt }"))
    weir("reload")
    allowed = weir.json("report", "--monitor")
    assert allowed["safe"] == "not_yet" and allowed["subscribers"]["mail_servers"] == 0
    assert {hit["prefix"] for hit in told["hits"]} - {hit["prefix"] for hit in allowed["hits"]} == {
        server}
    weir.configure(weir.config.read_text().replace("mode: monitor", "mode: enforce")
                   .split("upstream }\n")[1])
    weir("reload")
    assert weir.json("lookup", server)["reason"] == "allow"
    enforced = weir.json("report", "--monitor")
    assert enforced["safe"] == "enforced" and not enforced["todo"]
    assert "nothing is in monitor mode" in weir("report", "--monitor").stdout


def test_a_feed_on_trial_beside_what_is_enforced(lab, weir):
    """Only what passed because of monitor mode is told of."""
    watched(weir, CONFIG.replace("mode: monitor", "").replace("kind: cnc,",
                                                              "kind: cnc, mode: monitor,"))
    judged(weir, lab.outward, frames.udp("198.18.71.1", "198.19.0.66"),
           *opened("198.18.71.9", MX[:2]))
    told = weir.json("report", "--monitor")
    assert told["safe"] == "not_yet"
    assert [hit["prefix"] for hit in told["hits"]] == ["198.18.71.1"]
    assert any("take `mode: monitor` from" in step for step in told["todo"])


def test_what_cannot_be_told(weir):
    weir.configure()
    assert weir("report", "--monitor", "--stranded", "x", check=False).returncode == 2
    assert "nothing is loaded" in weir.fails("report", "--monitor").lower()


SUSPECT = """
feeds: []
smtp: { limit: { access: off, upstream: off } }
suspects: { servers: { at_least: 6, answered: 12 } }
subscribers:
  every: 1s
  sources: [{ name: fixed, format: fixed, path: fixed.csv }]
"""


def test_from_a_suspect_to_a_closed_case(lab, weir):
    """SYNs to many mail servers make a suspect, the suspect a case of the account that has the
    address, which lookup shows, and whoever ends his mail and closes the case ends the story."""
    # She has had it for a while: whose a moment is that is told in seconds is no question then.
    os.utime(weir.write("fixed.csv", "198.18.72.7,carol\n"), (time.time() - 3600,) * 2)
    weir.configure(SUSPECT)
    weir.run()
    wait_until(lambda: (weir.json("lookup", "198.18.72.7")["subscriber"] or {}).get("account")
               == "carol", 60)
    judged(weir, lab.outward, *opened("198.18.72.7", MX[:20]))
    suspect, = weir.json_lines("suspects")
    assert (suspect["prefix"], suspect["rule"]) == ("198.18.72.7", "servers")
    case, = wait_until(lambda: [found for found in weir.json_lines("case", "list")
                                if " opened 20 connections " in found["sentence"]], 60, "a case")
    assert (case["account"], case["address"], case["state"]) == ("carol", "198.18.72.7", "open")
    assert case["sentence"].startswith("198.18.72.7 opened 20 connections to ")
    looked = weir.json("lookup", "198.18.72.7")
    assert looked["case"]["id"] == case["id"]
    assert f"case {case['id']}, open, {case['severity']}: carol" in weir("lookup",
                                                                        "198.18.72.7").stdout
    signal, = weir.json("case", "show", "carol")["signals"]
    assert (signal["kind"], signal["address"], signal["count"]) == ("suspect", "198.18.72.7", 20)
    # What it says to type.
    weir(*suspect["list"].split()[1:])
    assert judged(weir, lab.outward, frames.tcp("198.18.72.7", MX[0]))[1] == {"zombie_live": 1}
    wait_until(lambda: len(weir.json("case", "show", "carol")["signals"]) == 2, 60)
    weir("case", "close", str(case["id"]), "--why", "cleaned")
    assert weir.json_lines("case", "list") == []
    closed, = weir.json_lines("case", "list", "--all")
    assert (closed["state"], closed["why"]) == ("closed", "cleaned")
    assert [row["verb"] for row in weir.json_lines("history", "--audit")][:2] == [
        "case close", "zombie add"]


NEAR, FAR, ELSEWHERE = "198.19.66.1", "198.19.66.2", "198.19.77.1"
STRANDED = f"""
feeds:
  - {{ name: hoster, kind: cnc, entries: [198.19.66.0/24] }}
  - {{ name: others, kind: cnc, mode: monitor, entries: [{ELSEWHERE}] }}
smtp: {{ limit: {{ access: off, upstream: off }} }}
subscribers:
  every: 1s
  sources: [{{ name: fixed, format: fixed, path: fixed.csv }}]
"""


def callers(weir, what, *options):
    told = weir.json("report", "--stranded", what, *options)
    return told, {caller["prefix"]: caller for caller in told["callers"]}


def stored(weir, sql, *values):
    with contextlib.closing(sqlite3.connect(weir.state / "spamweir.db", timeout=30)) as db:
        with db:
            return db.execute(sql, values).fetchall()


def test_who_was_stranded_and_will_come_back(lab, weir):
    """Who still calls, who turns to other servers, alone or with others, and who is silent."""
    os.utime(weir.write("fixed.csv", "198.18.73.1,dave\n"), (time.time() - 86400,) * 2)
    weir.configure(STRANDED)
    daemon = weir.run()
    turned, alone, silent = "198.18.73.1", "198.18.73.2", "198.18.73.3"
    called = "198.18.73.4"  # and calls nobody
    judged(weir, lab.outward, *[frames.udp(turned, NEAR)] * 3, frames.udp(alone, FAR),
           frames.udp(silent, NEAR))
    judged(weir, lab.inward, frames.udp(NEAR, called), frames.udp(ELSEWHERE, called))

    def met():
        """How many of all these packets are in the store."""
        return stored(weir, "SELECT sum(count) FROM met")[0][0]

    wait_until(lambda: met() == 7, 60, "they are in the store")
    judged(weir, lab.outward, frames.udp(called, ELSEWHERE))  # an answer, in monitor mode
    judged(weir, lab.outward, *[frames.udp(turned, ELSEWHERE)] * 2, frames.udp(alone, ELSEWHERE))
    wait_until(lambda: met() == 11, 60, "and where they turn")
    told, people = callers(weir, "198.19.66.0/24")
    assert (told["callers_total"], told["calls"], told["together"]) == (3, 3, 2)
    assert told["cut"] and told["answer"].startswith("3 of 3 callers of 198.19.66.0/24 will come")
    assert told["servers"] == [{"address": ELSEWHERE, "callers": 2, "feed": "others",
                                "first": told["servers"][0]["first"]}]
    dave = people[turned]
    assert (dave["calls"], dave["other"], dave["other_calls"], dave["shared"]) == (
        3, ELSEWHERE, 2, 1)
    assert dave["account"] == "dave" and dave["case"] == weir.json("case", "show", "dave")["id"]
    assert (people[silent]["others"], people[silent]["other"]) == (0, None)
    # By feed it is the same, and of a feed in monitor mode as well. (What the daemon reads
    # from the kernel meanwhile may move the times.)
    times = ("active", "first", "last")
    plain = [{prefix: {key: value for key, value in caller.items() if key not in times}
              for prefix, caller in who.items()} for who in (callers(weir, "hoster")[1], people)]
    assert plain[0] == plain[1]
    told, people = callers(weir, "others")
    assert set(people) == {turned, alone} and not told["cut"]
    assert "not cut off: monitor mode lets all pass" in weir("report", "--stranded", "others").stdout
    assert weir.json("case", "show", called)["severity"] == "low"
    # Two hours later, after a reboot.
    daemon.stop()
    weir("unload", "--forget")
    stored(weir, "UPDATE met SET first = first - 7200000, last = last - 7200000")
    told, people = callers(weir, "hoster")
    assert {prefix: caller["state"] for prefix, caller in people.items()} == {
        turned: "turns", alone: "turns", silent: "silent"}
    assert told["answer"].startswith("2 of 3 callers of hoster will come back: 0 still call, 2 turn")
    text = weir("report", "--stranded", "hoster").stdout
    assert text.startswith(told["answer"]) and f"{ELSEWHERE}: 2 callers since " in text
    assert f"{turned}, dave: case {dave['case']}: turns; 3 calls, the last 2 h " in text
    # What was not taken down, cases know; of the others too, if they were read before they
    # turned.
    stored(weir, "DELETE FROM met")
    assert {silent} <= set(callers(weir, "hoster")[1]) <= {turned, alone, silent}
    # What is longer ago is not asked for, nor is what nobody called.
    stored(weir, "UPDATE case_signal SET last = last - 7200000")
    assert callers(weir, "198.19.66.0/24", "--since", "1h")[1] == {}
    assert callers(weir, "192.0.2.0/24")[0]["callers_total"] == 0
    assert "`nobody` is neither a prefix nor a feed" in weir.fails("report", "--stranded", "nobody")
    assert weir("report", "--stranded", "hoster", "--since", "x", check=False).returncode == 2


def test_nobody_calls_zombies(weir):
    """That they have no callers would be an answer, and means nothing."""
    weir.configure("feeds:\n  - { name: infected, kind: zombie, entries: [198.51.100.7] }\n"
                   "  - { name: hoster, kind: cnc, entries: [198.51.100.8] }\n")
    weir("load")
    assert "the feed infected is of kind zombie" in weir.fails("report", "--stranded", "infected")
    assert weir.json("report", "--stranded", "hoster")["callers_total"] == 0


def test_a_mail_server_of_yesterday_is_one_still(lab, weir):
    """What conduct forgets in half an hour, the daemon has taken to the store."""
    server = "198.18.74.25"
    watched(weir, CONFIG + "subscribers: { every: 1s }\n")
    daemon = weir.run()
    judged(weir, lab.outward, *opened(server, MX[:6]),
           frames.tcp(server, MX[0], sport=25, dport=40000, flags=ANSWER))
    wait_until(lambda: stored(weir, "SELECT * FROM serving"), 60, "it is in the store")
    daemon.stop()
    weir("unload")
    weir("load")
    judged(weir, lab.outward, *opened(server, MX[:5]))
    hit, = weir.json("report", "--monitor")["hits"]
    assert hit["mail_server"] and "and answers on a mail port itself" in hit["allow"]


def test_what_takes_long_is_looked_at_more_seldom(lab, weir):
    """Else the daemon of a large network would do nothing else."""
    watched(weir, CONFIG + "subscribers: { every: 1s }\n")
    daemon = weir.run()
    taken = "SELECT value FROM value WHERE name = 'samples_taken'"
    wait_until(lambda: stored(weir, taken), 60)
    daemon.stop()
    stored(weir, "UPDATE value SET value = 3600000 WHERE name = 'samples_cost'")
    before = stored(weir, taken)
    daemon = weir.run()
    judged(weir, lab.outward, frames.udp("198.18.76.1", "198.19.0.66"))
    # A case is opened by the job that would look, and before it would.
    wait_until(lambda: weir.json_lines("case", "list"), 60)
    case, = weir.json_lines("case", "list")
    judged(weir, lab.outward, frames.udp("198.18.76.1", "198.19.0.66"))
    wait_until(lambda: weir.json("case", "show", str(case["id"]))["count"] == 2, 60)
    assert stored(weir, taken) == before
