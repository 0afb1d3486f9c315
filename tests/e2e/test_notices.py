# SPDX-License-Identifier: GPL-2.0
"""Notices: who is told what, when, how often, and what happens if he does not answer."""
import base64
import email
import email.policy
import itertools
import json
import os
import re
import sys
import time
import uuid

import pytest

import frames
from lab import wait_until
from webs import HERE, SERVER
from weir import BINARY

pytest.importorskip("aiosmtpd", reason="no aiosmtpd here (Debian: python3-aiosmtpd)")

CNC, BOT = "198.19.66.6", "198.18.4.9"
ALICE = "198.18.4.7"
HOOK = f"http://{SERVER}:8090/hook/path-secret"
RELAY = f"smtp://{SERVER}:8025"
CONFIG = f"""
mode: MODE
feeds:
  - {{ name: botnets, kind: cnc, entries: [{CNC}] }}
  - {{ name: bots, kind: zombie, entries: [{BOT}, {ALICE}] }}
subscribers:
  every: 1s
  sources:
    - {{ name: fixed, format: fixed, path: fixed.csv }}
notices:
  organisation: Example Net
  contact: abuse@example.net
  phone: "+49 30 123456"
  customers: customers.csv
MORE
  receivers:
"""


class Receivers:
    def __init__(self, directory):
        self.directory = directory

    def _lines(self, name):
        path = self.directory / name
        return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []

    def posts(self, status="204"):
        return [post for post in self._lines("http") if post["status"] == status]

    def mails(self):
        return self._lines("smtp")

    def answer(self, status):
        (self.directory / "new").write_text(status)
        (self.directory / "new").rename(self.directory / "status")


@pytest.fixture
def receivers(lab, tmp_path):
    where = tmp_path / "receivers"
    where.mkdir()
    process = lab.internet.start(sys.executable, HERE / "receivers.py", SERVER, where)
    wait_until(lambda: (where / "ready").exists() or process.poll() is not None, 60, "receivers")
    assert process.poll() is None
    yield Receivers(where)
    process.kill()
    process.wait()


def begin(weir, *receivers, mode="enforce", more="", start=True):
    # She has had it for a while: whose a moment is that is told in seconds is no question then.
    os.utime(weir.write("fixed.csv", f"{ALICE},alice\n"), (time.time() - 3600,) * 2)
    weir.write("customers.csv", "# account,address,language\nalice,alice@example.org,de\n"
                                "bob,nobody@example.org\n")
    text = CONFIG.replace("MODE", mode).replace("MORE", more)
    weir.configure(text + "".join(f"    - {{ {receiver} }}\n" for receiver in receivers))
    return weir.run() if start else None


def infect(lab, weir, source=ALICE, mail=False):
    """A zombie that calls its master, or tries to send mail; once its case is there."""
    def known():
        return [found for found in weir.json_lines("case", "list", "--all")
                if found["address"] == source and found["count"] > before]
    before = max((found["count"] for found in weir.json_lines("case", "list", "--all")
                  if found["address"] == source), default=0)
    lab.outward.send(frames.tcp(source, "198.19.0.25") if mail else frames.udp(source, CNC))
    return wait_until(known, 60, "a case")[0]


def notices(weir, *options):
    return weir.json_lines("notice", "list", *options)


def told(weir, count, receiver=None, state="sent"):
    """So many notices have come to that."""
    def look():
        found = [notice for notice in notices(weir, "--all") if notice["state"] == state and
                 receiver in (None, notice["receiver"])]
        return found if len(found) >= count else None
    return wait_until(look, 120, f"{count} notices {state}")


def parsed(mail):
    return email.message_from_string(mail["content"], policy=email.policy.default)


def check_xarf(report):
    """What xarf.org's schema asks of XARF 4 and of infrastructure/botnet."""
    for key in ("xarf_version", "report_id", "timestamp", "reporter", "sender",
                "source_identifier", "category", "type", "compromise_evidence"):
        assert report[key], key
    assert re.fullmatch(r"4\.[0-9]+\.[0-9]+", report["xarf_version"])
    assert uuid.UUID(report["report_id"]).version == 4
    for key in "timestamp", "first_seen", "last_seen":
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", report[key]), key
    for side in report["reporter"], report["sender"]:
        assert side == {"org": "Example Net", "contact": "abuse@example.net",
                        "domain": "example.net"}
    assert (report["category"], report["type"]) == ("infrastructure", "botnet")
    assert set(report.get("bot_capabilities", [])) <= {"spam"}
    assert len(report["description"]) <= 1000 and len(report["evidence"]) <= 50
    for item in report["evidence"]:
        assert set(item) <= {"content_type", "description", "payload", "hash", "size"}
        payload = base64.b64decode(item["payload"], validate=True)
        assert len(payload) == item["size"] and json.loads(payload)


@pytest.mark.parent
def test_each_is_told_in_his_way(lab, weir, receivers, tmp_path):
    heard = tmp_path / "heard"
    program = weir.write("tell", f"#!/bin/sh\ncat >> {heard}\necho >> {heard}\n"
                                 f"env > {heard}.env\n")
    program.chmod(0o755)
    weir.write("secret", "X-Key: hidden-key\n")
    begin(weir, f"name: watch, exec: {program}",
          f"name: tickets, webhook: '{HOOK}', headers_file: secret",
          f"name: reports, webhook: '{HOOK}', format: xarf",
          f"name: customers, mail: '{RELAY}', from: abuse@example.net, to: customer, format: xarf",
          f"name: desk, mail: '{RELAY}', from: weir@example.net, to: desk@example.net",
          f"name: grave, exec: {program}, severity: high, events: [closed]")
    case = infect(lab, weir)
    told(weir, 5)
    document = json.loads(heard.read_text())
    assert (document["version"], document["event"], document["severity"]) == (1, "opened", "high")
    assert document["case"]["id"] == case["id"] and document["case"]["account"] == "alice"
    assert document["case"]["signals"][0]["peer"] == CNC
    assert {line.split("=")[0] for line in (tmp_path / "heard.env").read_text().splitlines()} <= {
        "PATH", "LANG", "PWD", "SHLVL", "_", "OLDPWD"}
    posts = {post["headers"].get("X-Key"): post for post in receivers.posts()}
    ticket = json.loads(posts["hidden-key"]["body"])
    assert ticket["case"]["id"] == case["id"]
    assert posts["hidden-key"]["headers"]["Content-Type"] == "application/json"
    report = json.loads(posts[None]["body"])
    check_xarf(report)
    assert report["source_identifier"] == ALICE and report["c2_server"] == CNC
    mails = {mail["to"][0]: mail for mail in receivers.mails()}
    assert mails["alice@example.org"]["sender"] == "abuse@example.net"
    letter = parsed(mails["alice@example.org"])
    assert letter["Auto-Submitted"] == "auto-generated" and letter["Date"] and letter["Message-ID"]
    assert letter["Subject"] == ("Ein Gerät an Ihrem Internetanschluss ist offenbar infiziert "
                                 f"(Fall {case['id']})")
    text, attached = letter.iter_parts()
    for part in (ALICE, CNC, "Example Net", "+49 30 123456", "abuse@example.net", "Passwörter"):
        assert part in text.get_content(), part
    assert "{" not in text.get_content() and "Anleitungen" not in text.get_content()
    check_xarf(json.loads(attached.get_payload(decode=True)))
    desk = parsed(mails["desk@example.net"])
    assert "opened, high" in desk["Subject"] and "spamweir case show" in desk.get_content()
    # The time line has it, and nothing of what is secret is anywhere.
    events = [event for event in weir.json("case", "show", "alice")["events"]
              if event["what"] == "notice"]
    assert {event["by"] for event in events} == {"watch", "tickets", "reports", "customers", "desk"}
    assert "opened, sent: alice@example.org" in {event["text"] for event in events}
    for file in weir.state.rglob("*"):
        if file.is_file() and file.name != "config.yaml":  # a copy of what was published
            data = file.read_bytes()
            assert b"hidden-key" not in data and b"path-secret" not in data, file
    # Its end, by hand.
    weir("case", "close", "alice", "--why", "cleaned")
    wait_until(lambda: '"event":"closed"' in heard.read_text(), 60)
    assert len(told(weir, 6)) == 6  # of the others there was one within a day


def test_one_a_case_and_time(lab, weir, receivers):
    begin(weir, f"name: tickets, webhook: '{HOOK}', every: 1h",
          f"name: all, webhook: '{HOOK}/all', every: 0s")
    infect(lab, weir, mail=True)
    told(weir, 2)
    infect(lab, weir)  # which is graver
    weir("case", "close", "alice", "--why", "done")
    told(weir, 3, "all")
    events = [json.loads(post["body"])["event"] for post in receivers.posts()
              if post["path"].endswith("/all")]
    assert events == ["opened", "graver", "closed"]
    assert sum(not post["path"].endswith("/all") for post in receivers.posts()) == 1
    # The last waits its time; what was between is replaced.
    found = {notice["event"]: notice for notice in notices(weir, "--all")
             if notice["receiver"] == "tickets"}
    assert found["graver"]["state"] == "replaced" and found["closed"]["state"] == "waiting"
    assert 3500 < found["closed"]["due"] - found["opened"]["ended"] <= 3600
    assert re.search("due in 5[0-9] min", weir("notice", "list").stdout)


@pytest.mark.parent
def test_a_dead_receiver_delays_nobody(lab, weir, receivers, tmp_path):
    slow = weir.write("slow", f"#!/bin/sh\nsleep 1000 &\necho $! >> {tmp_path}/child\nwait\n")
    bad = weir.write("bad", "#!/bin/sh\necho 'no disk left' >&2\nexit 3\n")
    slow.chmod(0o755)
    bad.chmod(0o755)
    receivers.answer("hang")
    begin(weir, f"name: slow, exec: {slow}, timeout: 2s", f"name: bad, exec: {bad}",
          f"name: hangs, webhook: '{HOOK}', timeout: 3s",
          "name: dead, webhook: 'http://198.19.80.1:9/x'",
          f"name: refuses, mail: '{RELAY}', from: a@example.net, to: nobody@example.org",
          f"name: later, mail: '{RELAY}', from: a@example.net, to: later@example.org",
          "name: none, exec: /nonexistent",
          f"name: desk, mail: '{RELAY}', from: a@example.net, to: desk@example.net")
    infect(lab, weir)
    told(weir, 1, "desk")
    told(weir, 1, "refuses", "failed")

    def errors():
        found = {notice["receiver"]: notice["error"] for notice in notices(weir)}
        return found if all(found.values()) else None
    wait_until(errors, 60)
    found = errors()
    for name, text in (("slow", "did not end in 2 s, and was killed"),
                       ("bad", "ended with code 3: no disk left"), ("hangs", "no answer in 3 s"),
                       ("dead", "Failed to connect"), ("refuses", "550"), ("later", "451"),
                       ("none", "/nonexistent: No such file")):
        assert text in found[name], found
    # Nothing that was begun is left.
    child, = wait_until(lambda: (tmp_path / "child").exists() and
                        (tmp_path / "child").read_text().splitlines()[:1])
    wait_until(lambda: lab.router.run("ps", "-o", "stat=", child, check=False).stdout[:1] in "Z",
               60, "what the program has begun ends with it")
    # They are tried again, later each time.
    hung = wait_until(lambda: next((n for n in notices(weir) if n["receiver"] == "bad" and
                                    n["attempts"] > 1), None), 60)
    assert hung["due"] - hung["at"] > 20
    # Once it is mended, it is told; by hand at once, or all of them in time.
    bad.write_text("#!/bin/sh\ncat > /dev/null\n")
    receivers.answer("200")
    weir("notice", "retry", str(hung["id"]))
    told(weir, 1, "bad")
    weir("notice", "retry")
    told(weir, 1, "hangs")
    assert receivers.posts("200")


def test_numbers_of_notices_are_completed(lab, weir, receivers):
    """Of those that can be tried again."""
    begin(weir, f"name: dead, webhook: 'http://{SERVER}:9/x'", f"name: tickets, webhook: '{HOOK}'")
    infect(lab, weir)
    told(weir, 1, "tickets")
    waiting, = wait_until(lambda: [notice for notice in notices(weir) if notice["error"]], 60)

    def completed(*words):
        return weir.namespace.run(BINARY, "complete", "--", "--state-dir", weir.state, *words).stdout

    assert completed("notice", "retry", "").startswith(f"{waiting['id']}\twaiting: opened of ")
    assert len(completed("notice", "retry", "").splitlines()) == 1
    assert completed("notice", "retry", str(waiting["id"]), "") == ""


def test_the_spool_outlives_the_daemon(lab, weir, receivers):
    receivers.answer("503")
    daemon = begin(weir, f"name: tickets, webhook: '{HOOK}'")
    infect(lab, weir)
    daemon.wait_line("notices: tickets: the server says 503 .* it is tried again")
    assert wait_until(lambda: [n for n in notices(weir) if n["attempts"]], 60)
    metrics = weir.metrics()
    assert (metrics.sum("notices_ok"), metrics.by("receiver", "notices_waiting")) == (
        0, {"tickets": 1})
    (deaf,) = weir.status()["troubles"]
    assert re.fullmatch("NOBODY IS TOLD by way of the receiver tickets of notices, after [0-9]+ "
                        "attempts: the server says 503.*", deaf["text"])
    assert deaf["next"] == "spamweir notice list"
    (shown,) = weir.json("top")["troubles"]
    assert shown.startswith("NOBODY IS TOLD by way of the receiver tickets")
    assert shown.endswith(": `spamweir notice list`")
    told_by_doctor = json.loads(weir("doctor", "--json", check=False).stdout)["findings"]
    (finding,) = [each for each in told_by_doctor if each["check"] == "running"]
    assert finding["severity"] == "warning" and finding["mend"] == "spamweir notice list"
    daemon.kill(9)
    daemon.wait()
    receivers.answer("204")
    assert not receivers.posts()
    weir.run()
    told(weir, 1)
    assert weir.status()["troubles"] == []
    assert json.loads(receivers.posts()[0]["body"])["event"] == "opened"
    assert (weir.metrics().sum("notices_ok"), weir.metrics().sum("notices_waiting")) == (1, 0)
    assert len(receivers.posts()) == 1


def test_who_is_configured_no_more_is_given_up(lab, weir, receivers):
    receivers.answer("503")
    begin(weir, f"name: tickets, webhook: '{HOOK}'")
    infect(lab, weir)
    wait_until(lambda: notices(weir), 60)
    begin(weir, start=False)
    weir("reload")
    assert told(weir, 1, state="failed")[0]["error"] == "the receiver is configured no more"
    assert weir.metrics().by("receiver", "notices_waiting") == {}


def test_nothing_is_sent_in_monitor_mode(lab, weir, receivers):
    receiver = f"name: tickets, webhook: '{HOOK}', every: 0s"
    daemon = begin(weir, receiver, mode="monitor")
    infect(lab, weir)
    weir("case", "note", "alice", "seen")
    begin(weir, receiver, mode="monitor", more="  monitor: send", start=False)
    weir("reload")
    daemon.wait_line("was published by hand: settings are read again")
    infect(lab, weir, BOT, mail=True)
    told(weir, 1)
    assert [json.loads(post["body"])["case"]["address"] for post in receivers.posts()] == [BOT]


def test_what_is_held_in_monitor_mode_is_said_to_be(lab, weir, receivers):
    receivers.answer("503")
    daemon = begin(weir, f"name: tickets, webhook: '{HOOK}'")
    infect(lab, weir)
    assert wait_until(lambda: [n for n in notices(weir) if n["attempts"]], 60)[0]["held"] is False
    assert ", due in" in weir("notice", "list").stdout
    assert weir("notice", "retry").stderr == (
        "spamweir: 1 notices are due now, which `spamweir run` delivers\n")
    begin(weir, f"name: tickets, webhook: '{HOOK}'", mode="monitor", start=False)
    weir("reload")
    daemon.wait_line("was published by hand: settings are read again")
    assert ", held in monitor mode" in weir("notice", "list").stdout
    assert [notice["held"] for notice in notices(weir)] == [True]
    assert weir("notice", "retry").stderr == (
        "spamweir: 1 notices are due now, and held: in monitor mode none is sent, unless "
        "`notices` has `monitor: send`\n")
    begin(weir, f"name: tickets, webhook: '{HOOK}'", mode="monitor", more="  monitor: send",
          start=False)
    weir("reload")
    assert [notice["held"] for notice in notices(weir)] == [False]


def test_alarms(lab, weir, receivers):
    begin(weir, f"name: tickets, webhook: '{HOOK}', events: [feed, max_listed]")
    weir.write("list.txt", "198.51.100.1\n")
    weir.config.write_text(weir.config.read_text().replace(
        "feeds:", "feeds:\n  - { name: web, kind: cnc, path: list.txt }"))
    weir("reload")
    weir.write("list.txt", "<html>")
    weir("reload", check=False)
    found = told(weir, 1)
    assert [(n["event"], n["subject"], n["severity"]) for n in found] == [
        ("feed", "feed web", "medium")]
    assert "its list is unfit" in json.loads(receivers.posts()[0]["body"])["text"]


def test_the_gravest_are_told_first(lab, weir, receivers):
    """Of many that wait, as in an outbreak; and what is wrong here before all of them."""
    receivers.answer("503")
    begin(weir, f"name: tickets, webhook: '{HOOK}', events: [opened, feed]", start=False)
    weir.write("list.txt", "198.51.100.1\n")
    weir.config.write_text(weir.config.read_text().replace(
        f"[{BOT}, {ALICE}]", "[198.18.4.11, 198.18.4.12, 198.18.4.13]").replace(
        "feeds:", "feeds:\n  - { name: web, kind: cnc, path: list.txt }"))
    weir.run()
    for source in "198.18.4.11", "198.18.4.12", "198.18.4.13":
        infect(lab, weir, source, mail=True)
    infect(lab, weir)
    weir.write("list.txt", "<html>")
    weir("reload", check=False)
    wait_until(lambda: len(notices(weir)) == 5, 120, lambda: notices(weir))
    receivers.answer("204")
    weir("notice", "retry")
    told(weir, 5)
    said = [json.loads(post["body"]) for post in receivers.posts()]
    assert [(one["event"], one["severity"]) for one in said] == [
        ("feed", "medium"), ("opened", "high"), *[("opened", "medium")] * 3]


def test_max_listed(lab, weir, receivers):
    begin(weir, f"name: tickets, webhook: '{HOOK}', events: [max_listed]", start=False)
    weir.config.write_text(weir.config.read_text() + """
smtp: { limit: { access: off, upstream: off } }
suspects:
  servers: { at_least: 6, answered: 12, action: list }
  max_listed: 1
""")
    weir.run()
    for server in itertools.cycle(range(100, 140)):
        lab.outward.send(*[frames.tcp(f"198.18.70.{host}", f"198.19.0.{server}")
                           for host in (1, 2)])
        if weir.status()["suspects"]["full"]:
            break
    assert told(weir, 1)[0]["event"] == "max_listed"
    assert "1 of 1" in json.loads(receivers.posts()[0]["body"])["text"]


def test_arf(lab, weir, receivers):
    begin(weir, f"name: desk, mail: '{RELAY}', from: a@example.net, to: fbl@example.net, "
                "format: arf", start=True)
    infect(lab, weir, mail=True)
    infect(lab, weir, BOT, mail=True)
    told(weir, 2)
    letter = parsed(next(mail for mail in receivers.mails() if ALICE in mail["content"]))
    assert letter.get_content_type() == "multipart/report"
    assert letter.get_param("report-type") == "feedback-report"
    text, feedback, headers = letter.get_payload()
    assert [part.get_content_type() for part in (text, feedback, headers)] == [
        "text/plain", "message/feedback-report", "text/rfc822-headers"]
    fields = email.message_from_string(feedback.get_payload(0).as_string()
                                       if feedback.is_multipart() else feedback.get_payload())
    assert fields["Feedback-Type"] == "abuse" and fields["Version"] == "1"
    assert fields["User-Agent"].startswith("spamweir/") and fields["Source-IP"] == ALICE
    assert int(fields["Incidents"]) >= 1
    assert email.utils.parsedate_to_datetime(fields["Arrival-Date"])
    # Nothing is made up of a mail that nobody has seen.
    assert email.message_from_string(headers.get_payload()).keys() == ["Comments"]


def test_a_test_and_templates(weir, receivers):
    (weir.directory / "texts").mkdir()
    mine = weir.directory / "texts" / "customer.en.txt"
    mine.write_text("Subject: Fall {case}: Grüße an {account}\n\n{{{address}}\n{help}\nEnde\n")
    begin(weir, f"name: customers, mail: '{RELAY}', from: abuse@example.net, to: customer",
          f"name: dead, webhook: 'http://{SERVER}:9/x'", more="  templates: texts", start=False)
    assert "say who gets the test" in weir.fails("notice", "test", "customers")
    done = weir("notice", "test", "customers", "--to", "me@example.org")
    assert done.stdout == "customers was told: me@example.org\n"
    letter = parsed(receivers.mails()[0])
    assert letter["Subject"] == "Fall 0: Grüße an test" and letter["To"] == "me@example.org"
    assert letter.get_content().split() == ["{192.0.2.1}", "Ende"]
    mine.write_text("Subject: x\n\nDear {acount}\n")
    assert re.search(r"customer.en.txt:3: `{acount}` \(expected ",
                     weir.fails("notice", "test", "customers", "--to", "me@example.org"))
    assert "Failed to connect" in weir.fails("notice", "test", "dead")
    assert "has no receiver `nobody`" in weir.fails("notice", "test", "nobody")
    assert weir("notice", "test", "customers", "--to", "a b@c", check=False).returncode == 2
    assert weir("notice", "list").stdout == ""
