# SPDX-License-Identifier: GPL-2.0
"""The report of a time: the page in a real browser, and what the database has."""
import contextlib
import json
import os
import re
import sqlite3
import time

import pytest

import frames
from browser import Browser, Page
from lab import passes, wait_until
from weir import judged

CNC, BOTH = "198.19.66.6", "198.19.66.7"
CONFIG = f"""
feeds:
  - {{ name: botnets, kind: cnc, entries: [{CNC}, {BOTH}] }}
  - {{ name: second, kind: cnc, path: second.txt }}
  - {{ name: nobody, kind: cnc, entries: [192.0.2.66] }}
  - {{ name: trial, kind: zombie, mode: monitor, entries: [198.18.75.9] }}
smtp: {{ limit: {{ access: {{ rate: 1/h, burst: 2 }}, upstream: off }} }}
suspects: {{ servers: {{ action: off }} }}
subscribers:
  every: 1s
  sources: [{{ name: fixed, format: fixed, path: fixed.csv }}]
"""
EVIL = "<script>document.title='x'</script> & \"it's\" <b>bold</b>"
MX = [f"198.19.0.{n}" for n in range(100, 140)]


@pytest.fixture
def browser(tmp_path):
    directory = tmp_path / "browser"
    directory.mkdir()
    return Browser(directory)


def rows(weir, sql, *values):
    with contextlib.closing(sqlite3.connect(weir.state / "spamweir.db", timeout=30)) as db:
        return db.execute(sql, values).fetchall()


def hour_sum(weir, what, like="%"):
    return rows(weir, "SELECT coalesce(sum(value), 0) FROM hour WHERE what = ? AND name LIKE ?",
                what, like)[0][0]


def lived(lab, weir):
    """An hour of a small network; its daemon, which has taken all of it to the store."""
    os.utime(weir.write("fixed.csv", "198.18.75.1,<i>eve&co</i>\n"), (time.time() - 86400,) * 2)
    weir.write("second.txt", f"{BOTH} # {EVIL}\n")
    weir.configure(CONFIG)
    daemon = weir.run()
    wait_until(lambda: rows(weir, "SELECT 1 FROM value WHERE name = 'samples_taken'"), 60)
    judged(weir, lab.outward, *[frames.udp("198.18.75.1", CNC)] * 3,
           frames.udp("198.18.75.2", BOTH), frames.tcp("198.18.75.9", MX[0]),
           *[frames.tcp("198.18.75.3", server) for server in MX[:6]],
           frames.udp("198.18.75.4", "198.19.0.1"))
    wait_until(lambda: (hour_sum(weir, "feed", "botnets"), hour_sum(weir, "syns", "%/limited"),
                        hour_sum(weir, "feed", "trial")) == (4, 4, 1), 60, "all is counted")
    wait_until(lambda: len(weir.json_lines("case", "list")) == 3, 60, "cases")
    number = next(str(found["id"]) for found in weir.json_lines("case", "list")
                  if found["account"])
    weir("case", "close", number, "--why", EVIL)
    weir("allow", "add", "198.18.75.99", "--why", EVIL)
    return daemon


def flat(value, prefix=""):
    """Keys of the page's numbers, from JSON: items of lists go by their name."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from flat(item, f"{prefix}{key}.")
    elif isinstance(value, list):
        for item in value:
            if "name" in item:
                name = item["name"] + ("/" + item["role"] if "role" in item else "")
                yield from flat(item, f"{prefix}{name}.")
    elif isinstance(value, int):
        yield prefix[:-1], value


def test_every_number_of_the_page_is_the_stores(lab, weir, browser, tmp_path):
    daemon = lived(lab, weir)
    daemon.stop()
    page = tmp_path / "report.html"
    told = json.loads(weir("report", "--html", page, "--json").stdout)
    assert page.stat().st_mode & 0o777 == 0o600
    seen = Page(browser.dom(page))
    # The page and JSON say the same,
    said = dict(flat(told))
    assert len(seen.numbers) > 40
    assert {key: said[key] for key in seen.numbers} == seen.numbers
    assert sorted(seen.bars) == sorted(
        (bucket["at"], what, bucket[what]) for bucket in told["series"]
        for what in ("cnc", "zombie", "limit", "other", "blocked", "slowed") if bucket[what])
    assert seen.most == {kinds[0]: max(sum(bucket[kind] for kind in kinds)
                                       for bucket in told["series"])
                         for kinds in (("cnc", "zombie", "limit", "other"), ("blocked", "slowed"))}
    # which is what the database says,
    numbers = seen.numbers
    for verdict, key in (("drop", "dropped"), ("would_drop", "monitored"), ("pass", "passed")):
        assert numbers[key] == hour_sum(weir, "packets", f"%/%/{verdict}/%"), key
    for name, total in rows(weir, "SELECT name, sum(value) FROM hour WHERE what = 'packets' "
                                  "GROUP BY name"):
        nic, role, verdict, reason = name.split("/")
        if verdict == "drop":
            assert numbers[f"reasons.{reason}.dropped"] == hour_sum(
                weir, "packets", f"%/drop/{reason}")
            assert numbers[f"interfaces.{nic}/{role}.dropped"] == hour_sum(
                weir, "packets", f"{nic}/{role}/drop/%")
    assert numbers["mail.delayed"] == hour_sum(weir, "syns", "%/limited") == 4
    assert numbers["mail.passed"] == hour_sum(weir, "syns", "%/passed") == 3
    assert numbers["mail.not_seen_again"] == 4 and numbers["mail.delivered_later"] == 0
    assert numbers["subscribers.affected"] == rows(
        weir, "SELECT count(DISTINCT address) FROM affected")[0][0] == 4
    assert (numbers["cases.opened"], numbers["cases.closed_by_hand"]) == tuple(
        rows(weir, "SELECT count(*) FROM case_event WHERE what = ?", what)[0][0]
        for what in ("opened", "closed")) == (3, 1)
    took = sorted(max(0, at - first) // 1000 for at, first in rows(
        weir, "SELECT at, first FROM case_event JOIN cases ON cases.id = case_id "
              "WHERE what = 'opened'"))
    assert [numbers[f"cases.detect.{key}"] for key in ("count", "median_seconds",
                                                       "nine_in_ten_seconds")] == [
        3, took[1], took[2]]
    assert numbers["cases.recover.count"] == 1
    # and what was sent.
    assert (numbers["reasons.cnc_dst.dropped"], numbers["reasons.rate_limit.dropped"],
            numbers["reasons.zombie_feed.monitored"]) == (4, 4, 1)
    feeds = {feed["name"]: feed for feed in told["feeds"]}
    assert [feeds["botnets"][key] for key in ("packets", "addresses", "alone", "subjects")] == [
        4, 2, 1, 2]
    assert feeds["trial"]["alone"] == feeds["trial"]["addresses"] == 1
    assert feeds["nobody"]["packets"] == feeds["second"]["packets"] == 0
    assert "nobody                   cnc" in weir("report").stdout


def test_the_page_is_safe_and_alone(lab, weir, browser, tmp_path):
    """No text becomes markup, nothing is asked of anybody, and it reads on a phone, in the dark
    and on paper."""
    lived(lab, weir).stop()
    page = tmp_path / "report.html"
    weir("report", "--html", page)
    seen = Page(browser.dom(page))
    assert not {"script", "b", "i", "img"} & seen.tags - {"b", "i"}
    assert EVIL in seen.text and "<i>eve&co</i>, 198.18.75.1" in seen.text
    assert not seen.addresses and not re.search(r"url\(|@import|https?:", page.read_text())
    assert "<title>spamweir report</title>" in page.read_text()
    width, titles, light = json.loads(browser.asked(
        page, "[d.documentElement.scrollWidth, d.title, getComputedStyle(d.body).backgroundColor]",
        "--blink-settings=preferredColorScheme=1"))
    assert width <= 360 and titles == "spamweir report"
    dark, = json.loads(browser.asked(page, "[getComputedStyle(d.body).backgroundColor]",
                                     "--blink-settings=preferredColorScheme=0"))
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 24, 28)")
    paper = tmp_path / "report.pdf"
    browser.run(page, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    assert paper.read_bytes().startswith(b"%PDF")


def test_mail_that_comes_later(lab, weir):
    """A SYN over the limit that is sent again until there is a token is mail that was late."""
    weir.configure("smtp: { limit: { access: { rate: 6/min, burst: 1 }, upstream: off } }\n"
                   "subscribers: { every: 1s }\n")
    weir.run()
    wait_until(lambda: rows(weir, "SELECT 1 FROM value WHERE name = 'samples_taken'"), 60)
    again = frames.tcp("198.18.77.1", MX[1], seq=7)
    assert judged(weir, lab.outward, frames.tcp("198.18.77.1", MX[0]), again,
                  frames.tcp("198.18.77.1", MX[2]))[1] == {"rate_limit": 2}
    passes(lab.outward, again)
    wait_until(lambda: weir.json("report")["mail"] == {
        "passed": 1, "delayed": 2, "delivered_later": 1, "not_seen_again": 1,
        "monitored": 0}, 60,
        lambda: weir.json("report")["mail"])


@pytest.mark.parametrize("mode, nic", [("mode: monitor\n", ""), ("", ", mode: monitor")],
                         ids=["of all", "of the NIC"])
def test_mail_that_only_monitor_mode_would_delay(lab, weir, mode, nic):
    """What was let through was not delayed, whatever the limit says of it."""
    limit = "smtp: { limit: { access: { rate: 1/h, burst: 1 }, upstream: off } }\n"
    told = {"passed": 1, "delayed": 0, "delivered_later": 0, "not_seen_again": 0, "monitored": 2}
    weir.configure(limit + mode + "subscribers: { every: 1s }\n",
                   f"interfaces:\n  - {{ name: acc0, role: access{nic} }}\n"
                   "  - { name: up0, role: upstream }\n")
    weir.run()
    wait_until(lambda: rows(weir, "SELECT 1 FROM value WHERE name = 'samples_taken'"), 60)
    assert judged(weir, lab.outward, *[frames.tcp("198.18.77.1", at) for at in MX[:3]])[0] == 3
    wait_until(lambda: weir.json("report")["mail"] == told, 60,
               lambda: weir.json("report")["mail"])
    assert "0 delayed" in (text := weir("report").stdout)
    assert "2 more would have been delayed in monitor mode" in text
    weir.configure(limit + "subscribers: { every: 1s }\n")
    weir("reload")
    assert judged(weir, lab.outward, frames.tcp("198.18.77.1", MX[3]))[1] == {"rate_limit": 1}
    told.update(delayed=1, not_seen_again=1)
    wait_until(lambda: weir.json("report")["mail"] == told, 60,
               lambda: weir.json("report")["mail"])


def test_what_nobody_looked_on_is_no_quiet_time(lab, weir, browser, tmp_path):
    """Twenty days ago, then not until today: as far as the database knows, whose hours are put
    back for that."""
    weir.configure(CONFIG)
    weir.write("second.txt", "")
    weir.write("fixed.csv", "")
    packet = frames.udp("198.18.75.1", CNC)
    daemon = weir.run()
    wait_until(lambda: rows(weir, "SELECT 1 FROM value WHERE name = 'samples_taken'"), 60)
    judged(weir, lab.outward, *[packet] * 3)
    wait_until(lambda: (hour_sum(weir, "feed", "botnets"), hour_sum(weir, "watched") > 0) ==
               (3, True), 60)
    daemon.stop()
    day = int(time.time()) // 86400 * 86400 - 20 * 86400
    with contextlib.closing(sqlite3.connect(weir.state / "spamweir.db", timeout=30)) as db:
        db.execute("UPDATE hour SET at = ?", (day * 1000,))
        db.execute("UPDATE hour SET value = 80000 WHERE what = 'watched'")
        db.commit()
    weir.run()
    judged(weir, lab.outward, *[packet] * 2)
    wait_until(lambda: hour_sum(weir, "feed", "botnets") == 5, 60)
    page = tmp_path / "report.html"
    told = json.loads(weir("report", "--since", "30d", "--html", page, "--json").stdout)
    series = {bucket["at"]: bucket for bucket in told["series"]}
    assert (series[day]["cnc"], series[day]["watched_seconds"]) == (3, 80000)
    assert sum(bucket["watched_seconds"] for bucket in told["series"]) == told["watched_seconds"]
    seen = Page(browser.dom(page))
    last = told["series"][-1]["at"]  # whether today is one depends on the time of the day
    gaps = set(seen.gaps) - {last}
    assert gaps == {at for at in series if at not in (day, last)}
    assert re.search(r"Looked on for 22 h \d+ min of 3\d d", seen.text)
    assert "nobody looked on" in seen.text
    assert re.search(r"looked on for 22 h \d+ min of 3\d d", weir("report", "--since", "30d").stdout)


def test_reports_of_days_and_of_nothing(weir, tmp_path):
    weir.configure()
    assert "nothing was taken down yet" in weir.fails("report")
    weir("load")
    told = weir.json("report", "--since", "30d")
    assert told["step_seconds"] == 86400 and len(told["series"]) in (31, 32)
    assert told["from"] % 86400 == 0 and told["dropped"] == told["subscribers"]["affected"] == 0
    done = weir("report")
    assert "0 packets held back" in done.stdout and "`spamweir run` does that" in done.stderr
    missing = tmp_path / "missing" / "report.html"
    assert f"cannot write {missing}" in weir.fails("report", "--html", missing)
    for options in (["--monitor", "--html", "x"], ["--since", "soon"], ["--since", "1s"]):
        assert weir("report", *options, check=False).returncode == 2
