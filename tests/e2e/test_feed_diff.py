# SPDX-License-Identifier: GPL-2.0
"""What a list would change, shown before anything changes."""
import hashlib
import json
import os
import re

import pytest

import frames
from lab import wait_until
from weir import judged
# Fixtures, of which pylint and the like know nothing: certificate, requests, web.
from webs import at, certificate, requests, web  # noqa: F401

FEEDS = """\
smtp: {{ limit: {{ access: {{ rate: 1/h, burst: 1 }}, upstream: off }} }}
feeds:
  - {{ name: home, kind: own, entries: [198.18.0.0/17] }}
  - {{ name: relays, kind: allow, entries: [198.19.66.25, 198.19.88.0/24] }}
  - {{ name: list, kind: {kind}, {source}{keys} }}
"""


def configure(weir, text, kind="cnc", keys="", source="path: list.txt"):
    weir.write("list.txt", text)
    weir.configure(FEEDS.format(kind=kind, source=source, keys=keys))


def all_files(weir):
    """Whatever is in the state directory, and what is in force."""
    found = {str(path): hashlib.sha256(path.read_bytes()).hexdigest()
             for path in sorted(weir.state.rglob("*"))
             if path.is_file() and "events" not in path.name and path.suffix not in (".db-shm",)}
    return found, weir.status()["generation"]


def diff(weir, *arguments):
    before = all_files(weir)
    shown = weir.json("feed", "diff", *arguments)
    assert all_files(weir) == before
    return shown


def diff_unloaded(weir):
    shown = weir.json("feed", "diff")
    assert not (weir.state / "feeds").exists() or not list((weir.state / "feeds").iterdir())
    return shown


def test_entries_addresses_and_what_the_gate_says(weir):
    configure(weir, "198.19.66.0/25\n198.19.67.0/24\n")
    weir("load")
    shown, = diff(weir)
    assert shown["ok"] and shown["feed"] == "list"
    assert shown["in"] == shown["out"] == {"entries": 0, "ipv4_addresses": 0, "ipv6_64s": 0,
                                           "prefixes": []}
    weir.write("list.txt", "198.19.66.0/24\n198.18.5.5\n10.0.0.0/8\nnonsense\n1.0.0.0/3\n"
                           "2001:db8:77::/64\n198.19.68.1\n")
    shown, = diff(weir, "list")
    assert shown["in"] == {"entries": 3, "ipv4_addresses": 129, "ipv6_64s": 1, "prefixes":
                           ["198.19.66.0/24", "198.19.68.1", "2001:db8:77::/64"]}
    assert shown["out"] == {"entries": 2, "ipv4_addresses": 256, "ipv6_64s": 0, "prefixes":
                            ["198.19.66.0/25", "198.19.67.0/24"]}
    assert (shown["bad_lines"], shown["too_wide"], shown["within_own"]) == (1, 2, 1)
    text = weir("feed", "diff", "list").stdout
    assert "in: 3 entries, so that it lists 129 IPv4 addresses and 1 IPv6 /64s more" in text
    assert "  + 198.19.66.0/24" in text and "  - 198.19.67.0/24" in text
    assert "1 entries in own space (such as 198.18.5.5)" in text and "the gate would let it pass" in text
    # By its file, from elsewhere.
    again, = diff(weir, str(weir.directory / "list.txt"))
    assert again == shown


def test_allow_entries_that_it_contradicts(weir):
    configure(weir, "198.19.1.1\n")
    weir("load")
    weir("allow", "add", "198.19.66.70", "--why", "ticket")
    weir.write("list.txt", "198.19.1.1\n198.19.66.0/24\n")
    shown, = diff(weir)
    assert sorted((c["prefix"], c["feed"]) for c in shown["contradicted"]) == [
        ("198.19.66.25", "relays"), ("198.19.66.70", "operator-allow")]
    assert "contradicts 2 allow entries, which win" in weir("feed", "diff").stdout
    weir.write("new.txt", "198.19.1.0/24\n")
    shown = weir.json("feed", "test", str(weir.directory / "new.txt"), "--kind", "allow")
    assert shown["contradicted"] == [{"prefix": "198.19.1.1", "feed": "list"}]


def test_a_list_that_the_gate_holds_back_or_that_is_none(weir):
    lines = "".join(f"198.19.{n // 200}.{n % 200}\n" for n in range(1000))
    configure(weir, lines)
    weir("load")
    weir.write("list.txt", "198.19.0.1\n")
    done = weir("feed", "diff", "list", check=False)
    assert done.returncode == 1
    assert "the gate would hold it back: " in done.stdout and "out: 999 entries" in done.stdout
    assert "has 1 entries, and its good copy" in done.stderr
    done = weir("feed", "diff", "list", "--json", check=False)
    shown, = json.loads(done.stdout)
    assert not shown["ok"] and "max_change" in shown["refused"] and not shown["unfit"]
    assert len(shown["out"]["prefixes"]) == 999
    weir.write("list.txt", "<html>\n")
    done = weir("feed", "diff", "--json", check=False)
    shown, = json.loads(done.stdout)
    assert done.returncode == 1 and "HTML" in shown["unfit"] and "in" not in shown
    done = weir("feed", "diff", check=False)
    assert "unfit: " in done.stdout and "HTML" in done.stdout


def test_a_list_that_never_was_has_no_age(weir):
    configure(weir, "<html>\n")
    weir.partly("load")
    shown = weir("feed", "list").stdout
    line, = (line.split() for line in shown.splitlines() if line.startswith("list "))
    assert line[2:6] == ["LEFT", "OUT", "0", "-"], shown


def test_a_new_list_has_no_name(weir):
    weir.write("new.txt", "198.19.1.0/24\n")
    assert weir("feed", "test", str(weir.directory / "new.txt")).stdout.startswith(
        "a new feed, cnc: ")


@pytest.fixture
def seen(lab, weir):
    """Hosts that this machine has seen: one is over the limit, one has sent a mail, one
    was cut off, and one deals with it."""
    configure(weir, "198.19.9.9\n")
    daemon = weir.run()
    over = [frames.tcp("198.18.1.1", "198.19.3.3", sport=n) for n in range(40000, 40003)]
    judged(weir, lab.outward, *over)
    judged(weir, lab.outward, frames.tcp("198.18.1.2", "198.19.3.3"))
    judged(weir, lab.outward, frames.udp("198.18.1.3", "198.19.9.9"))
    log = weir.state / "events.jsonl"
    wait_until(lambda: log.exists() and log.read_text().count("\n") >= 3, 60, "it is logged")
    yield weir
    daemon.stop()


def hosts(shown):
    return {hit["host"]: hit for hit in shown["hits"]["list"]}


def test_known_hosts_that_it_would_hit(seen):
    list_path = str(seen.write("new.txt", "198.18.1.0/24\n198.19.3.3\n"))
    # Those who send mail, by a zombie feed that may list own space.
    seen.configure(FEEDS.format(kind="zombie", source="path: new.txt",
                                keys=", may_list_own: true"))
    hits = hosts(seen.json("feed", "test", list_path, "--as", "list"))
    assert set(hits) == {"198.18.1.1", "198.18.1.2", "198.18.1.3"}
    assert hits["198.18.1.1"]["known_by"] == ["ledger", "limiter", "events"]
    assert hits["198.18.1.1"]["drops"] == 2 and hits["198.18.1.1"]["events"] == 2
    assert hits["198.18.1.2"]["known_by"] == ["limiter"]
    assert not any(hit["talks"] for hit in hits.values())
    # Own space is kept out: of a C&C list those are hit who deal with what it lists.
    shown = seen.json("feed", "test", list_path)
    assert shown["kind"] == "cnc" and shown["within_own"] == 1
    assert set(hosts(shown)) == {"198.18.1.1"} and hosts(shown)["198.18.1.1"]["talks"]
    text = seen("feed", "test", list_path).stdout
    assert "would hit 1 known hosts (ledger: 1, limiter: 0, events: 1)" in text
    assert "198.18.1.1, 2 drops in the ledger, 2 events, for whom it deals with" in text
    # What is allowed is not hit.
    weird = str(seen.write("relays.txt", "198.18.1.1\n"))
    seen.configure(FEEDS.format(kind="allow", source="entries: [198.18.1.1]", keys=""))
    shown = seen.json("feed", "test", weird, "--kind", "zombie")
    assert shown["hits"]["hosts"] == 0


def test_an_allow_list_tells_whom_it_lets_go(seen):
    configure(seen, "198.18.1.1\n198.18.1.2\n198.18.7.7\n", kind="allow")
    seen("reload")
    seen.write("list.txt", "198.18.1.2\n198.18.7.7\n")
    shown, = seen.json("feed", "diff", "list")  # beside a daemon, which writes its own files
    assert set(hosts(shown)) == {"198.18.1.1"}
    assert "would let go 1 known hosts" in seen("feed", "diff", "list").stdout


def test_what_cannot_be_asked_is_said(weir):
    configure(weir, "198.19.9.9\n")
    shown, = weir.json("feed", "diff")
    assert shown["hits"]["ledger"] is None and shown["hits"]["hosts"] == 0
    assert any("nothing is loaded" in line for line in shown["unasked"])
    weir.write("new.txt", "198.19.9.9\n")
    weir.config.write_text("nonsense: 1\n")
    done = weir("feed", "test", str(weir.directory / "new.txt"))
    assert "not asked: own space and the other feeds" in done.stdout


@pytest.mark.parent
def test_without_root(weir):
    configure(weir, "198.19.9.9\n")
    weir("load")
    for directory in (weir.directory, *weir.directory.parents):
        directory.chmod(directory.stat().st_mode | 0o055)
    weir.state.chmod(0o700)
    done = weir.namespace.run("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups",
                              *weir.command("feed", "diff", "--json"), check=False)
    assert done.returncode == 0, done.stderr
    shown, = json.loads(done.stdout)
    assert shown["in"]["prefixes"] == ["198.19.9.9"]
    assert any("its good copy" in line for line in shown["unasked"])
    assert any("ledger and limiter" in line for line in shown["unasked"])


def test_a_list_by_url_is_fetched_and_not_kept(weir, web, requests):  # noqa: F811
    (web / "diff.txt").write_text("198.19.9.9\n")
    configure(weir, "", source=f"url: \"{at('diff.txt')}\"")
    shown, = diff_unloaded(weir)  # nothing was ever fetched
    assert shown["in"]["prefixes"] == ["198.19.9.9"] and len(requests()) == 1
    weir("feed", "update")
    weir("load")
    asked = len(requests())
    shown, = diff(weir, "list")
    assert len(requests()) == asked + 1 and "If-None-Match" in requests()[-1]
    assert shown["in"]["entries"] == shown["out"]["entries"] == 0
    (web / "diff.txt").write_text("198.19.9.10\n198.19.9.11\n")
    for _ in range(2):
        shown, = diff(weir, "list")
        assert shown["in"]["prefixes"] == ["198.19.9.10", "198.19.9.11"]
        assert shown["out"]["prefixes"] == ["198.19.9.9"]
    assert weir.json("lookup", "198.19.9.10")["reason"] == "clean"
    (web / "diff.txt").unlink()
    done = weir("feed", "diff", "list", "--json", check=False)
    assert done.returncode == 1 and "the server says 404" in json.loads(done.stdout)[0]["unfit"]
    assert weir.status()["feeds"][-1]["unfit"] is None


REFUSED = [
    (("feed", "diff", "none"), 1, "names no feed \"none\""),
    (("feed", "diff", "home"), 1, "feed home has no file to read"),
    (("feed", "diff", "/etc/hostname"), 1, "--as NAME takes it as one"),
    (("feed", "test", "x", "--as", "none"), 1, "names no feed \"none\""),
    (("feed", "test", "x", "list", "--as", "list"), 2, "say the same"),
    (("feed", "test", "x", "--as", "list", "--kind", "cnc"), 2, "--kind is of a new feed"),
    (("feed", "test", "x", "--kind", "evil"), 2, "there is no kind \"evil\""),
    (("feed", "test", "x", "--format", "csv"), 2, "there is no format \"csv\""),
]


@pytest.mark.parametrize("arguments, code, text", REFUSED)
def test_what_is_refused(weir, arguments, code, text):
    configure(weir, "198.19.9.9\n")
    done = weir(*arguments, check=False)
    assert done.returncode == code and re.search(re.escape(text), done.stderr), done
    assert len(done.stderr.splitlines()) == 1
