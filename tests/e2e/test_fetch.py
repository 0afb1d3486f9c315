# SPDX-License-Identifier: GPL-2.0
"""Lists fetched by URL, from servers that behave and from servers that do not."""
import json
import os
import pathlib
import re
import time

import pytest

import frames
from lab import wait_until
# Fixtures, of which pylint and the like know nothing: certificate, requests, web.
from webs import (ENTRIES, SERVER, SERVER6, accessed, at, certificate, configure,  # noqa: F401
                  named, requests, serving, web)
from weir import judged


def fetch_fails(weir, url, keys=""):
    """The line that says why, of a fetch when nothing is loaded."""
    configure(weir, url, keys)
    line = weir.partly("feed", "update", "web")[0]
    assert line.startswith("spamweir: warning: feed web: "), line
    return line


def listed(weir, address):
    return [match["feed"] for match in weir.json("lookup", address)["matches"]]


@pytest.fixture(scope="module")
def nginx(lab, certificate, tmp_path_factory):
    with serving(lab, tmp_path_factory.mktemp("nginx"), f"""
  server {{
    listen {SERVER}:80; listen [{SERVER6}]:80;
    listen {SERVER}:443 ssl; ssl_certificate {certificate[1]}; ssl_certificate_key {certificate[1]};
  }}""", 443) as where:
        yield where


def test_from_nginx_into_force_and_not_again(lab, weir, nginx):
    (nginx / "root/new.txt").write_text(ENTRIES + "198.19.66.6\n")
    configure(weir, f"http://{SERVER}/new.txt")
    assert "has not been fetched yet (spamweir feed update web)" in weir.fails("check")
    done = weir("feed", "update", "web")
    assert f"web: fetched from http://{SERVER}/new.txt" in done.stdout
    assert "nothing is loaded" in done.stdout
    weir("check")
    weir("load")
    assert judged(weir, lab.outward, frames.udp("198.18.1.1", "198.19.66.6")) == (
        0, {"cnc_dst": 1})
    match = weir.json("lookup", "198.19.66.6")["matches"][0]
    assert match["line"] == 4
    assert f"http://{SERVER}/new.txt:4" in weir("lookup", "198.19.66.6").stdout
    assert "has not changed" in weir("feed", "update").stdout
    assert weir.status()["feeds"][0]["unfit"] is None
    (nginx / "root/new.txt").write_text("198.51.100.77\n" * 2)
    weir("feed", "update", "web")
    assert listed(weir, "198.51.100.77") == ["web"] and listed(weir, "198.19.66.6") == []
    (nginx / "root/last.txt").write_text(ENTRIES)
    configure(weir, f"http://{SERVER}/last.txt")
    weir("feed", "update", "web")
    log = [line for line in accessed(nginx, "/last.txt") if " /new.txt " in line]
    assert [re.search(r'" (\d+) ', line).group(1) for line in log] == ["200", "304", "200"]
    assert "spamweir/" in log[0]


def test_tls_and_ipv6_from_nginx(weir, nginx, certificate):
    (nginx / "root/list.txt").write_text(ENTRIES)
    url = f"https://{SERVER}/list.txt"
    assert "certificate" in fetch_fails(weir, url)
    assert "(expected TLS 1.2 or later, and" in fetch_fails(weir, f"https://{SERVER}:80/list.txt")
    configure(weir, url, f", ca_file: {certificate[0]}")
    assert "fetched" in weir("feed", "update", "web").stdout
    configure(weir, f"http://[{SERVER6}]/list.txt")
    assert "fetched" in weir("feed", "update", "web").stdout


def test_a_name_is_resolved(weir, web, certificate, tmp_path):
    with named(tmp_path, f"{SERVER} lists.example"):
        (web / "named.txt").write_text(ENTRIES)
        configure(weir, "https://lists.example:8443/named.txt", f", ca_file: {certificate[0]}")
        assert "fetched" in weir("feed", "update", "web").stdout
        assert "resolve" in fetch_fails(weir, "http://none.invalid/list.txt")


FAILS = {
    "slow": ("", r"Operation timed out|timed out"),
    "lying": ("", r"transfer closed with \d+ bytes remaining"),
    "dropped": ("", "ends within its headers|reset"),
    "chunks": ("", "cannot be fetched: "),
    "endless": ("", r"is larger than 1048576 bytes \(max_size\)"),
    "bomb": ("", r"is larger than 1048576 bytes \(max_size\)"),
    "cut-packed": ("", "the compressed answer is cut short"),
    "packed-by/cut-br": ("", "the compressed answer is cut short"),
    "packed-by/cut-zstd": ("", "the compressed answer is cut short"),
    "packed-by/cut-zlib": ("", "the compressed answer is cut short"),
    "packed-by/cut-raw": ("", "the compressed answer is cut short"),
    "packed-by/cut-two-members": ("", "the compressed answer is cut short"),
    "packed-by/cut-file": ("", "the compressed answer is cut short"),
    "packed-by/garbage": ("", "is not compressed by gzip, or is damaged"),
    "not-packed": ("", "is not compressed by gzip, or is damaged"),
    "lzma": ("", r'compresses it by "lzma" \(expected one of gzip, deflate, br, zstd\)'),
    "twice-packed": ("", 'compresses it by "gzip, gzip"'),
    "more": ("", "sends more than its Content-Length says"),
    "lengths": ("", r"several Content-Lengths, .* \(expected one number of bytes\)"),
    "no-length": ("", r"one that can be none \(expected one number of bytes\)"),
    "secret": ("", r"401: it wants to know who asks \(expected credentials_file: PATH or "),
    "to/https://alice:s3cr3t@198.19.80.1:9/x?key=s3cr3t": (
        "", r": https://198\.19\.80\.1:9/x\?\.\.\.: cannot be fetched: "),
    "to/ftp://alice:s3cr3t@198.19.80.1/x": (
        "", r"redirects to ftp://198\.19\.80\.1/x \(expected https"),
    "trickle": ("", "timed out"),
    "no-type": ("", r"HTTP/0\.9"),
    "partial": ("", r"the server says 206 \(expected 200\)"),
    "part": ("", r"sends a part of it, by its Content-Range \(expected all\)"),
    "ranges/behind": ("", "sends a part of it"),
    "ranges/before": ("", "sends a part of it"),
    "ranges/twice": ("", "sends a part of it"),
    "broken": ("", r':61: "<html>" begins an HTML page within the list \(expected its next line\): '
                   "did the server fail in the middle of it"),
    "nowhere": ("", "redirects to nowhere"),
    "sign-in": ("", "it looks like JSON"),
    "html": ("", "HTML"),
    "later": ("", "the server says 503, and to come back in 7200 s"),
    "unasked": ("", r"says 304, that nothing has changed, and was not asked \(expected 200\)"),
    "long-header": ("", "no memory, or an endless header"),
    "often": ("", r"the server says 429 \(expected 200\)"),
    "none.txt": ("", r"the server says 404 \(expected 200\)"),
    "cut-ndjson": ("", "cut short in transit"),
    "to/http://198.19.80.1:8080/list.txt": ("", r"redirects to http://.* \(expected https://"),
    "to/file:///etc/passwd": ("", r"redirects to "),
}


@pytest.mark.parametrize("path", FAILS)
def test_what_a_server_does_wrong_is_said(weir, web, path):
    keys, why = FAILS[path]
    timeout = "2s" if path in ("slow", "trickle") else "300s"
    line = fetch_fails(weir, at(path), f", max_size: 1M, timeout: {timeout}{keys}")
    assert re.search(why, line) and "s3cr3t" not in line.replace(path, ""), line
    assert not list((weir.state / "feeds").glob("web@fetched"))
    assert re.search(why, weir.fails("check"))


def test_nobody_listens(weir):
    assert re.search("refused|connect", fetch_fails(weir, f"http://{SERVER}:9/list.txt"))


def test_an_answer_that_is_packed(weir, web):
    configure(weir, at("packed"))
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "3 entries" in weir("check").stdout


@pytest.mark.parametrize("path", (
    "members", "packed-by/br", "packed-by/zstd", "packed-by/zlib", "packed-by/raw",
    "packed-by/two-members", "packed-by/file", "packed-by/zstd-file", "packed-by/identity",
    "packed-by/nothing", "packed-by/utf-8", "packed-by/none", "packed-by/and-nothing",
    "packed-by/padded"))
def test_all_ways_to_pack(weir, web, path):
    configure(weir, at(path))
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "3 entries" in weir("check").stdout


@pytest.mark.parametrize("name", ("no-total", "items", "octets", "unknown", "odd", "empty"))
def test_a_whole_list_of_which_a_range_is_said(weir, web, name):
    configure(weir, at(f"ranges/{name}"))
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "3 entries" in weir("check").stdout


def test_headers_behind_the_list(weir, web):
    configure(weir, at("trailers"))
    assert "fetched" in weir("feed", "update", "web").stdout


def test_a_list_of_tomorrow_is_of_now(weir, web):
    configure(weir, at("tomorrow"))
    weir("feed", "update", "web")
    weir("load")
    fetch = weir.json("feed", "list")[0]["fetch"]
    assert fetch["content"] == fetch["checked"]


def load_what_begins(weir, web, path):
    """Loads a list of 198.19.66.6, which is valid soon, and of 198.19.66.7, which is by now.

    Returns when that is, in Unix seconds.
    """
    for seconds in 10, 120:  # the longer one where the machine is too busy for the other
        begins = int(time.time()) + seconds
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begins))
        (web / "later.json").write_text(json.dumps({"type": "bundle", "id": "bundle--1", "objects": [
            {"type": "indicator", "id": f"indicator--{host}", "pattern_type": "stix",
             "pattern": f"[ipv4-addr:value = '198.19.66.{host}']", "valid_from": valid}
            for host, valid in ((6, since), (7, "2026-01-01T00:00:00Z"))]}))
        configure(weir, at(path))
        weir("feed", "update", "web")
        weir("load")
        again = weir("feed", "update", "web").stdout
        shown = listed(weir, "198.19.66.6")
        if time.time() < begins:
            break
    assert "has not changed" in again
    assert shown == [] and listed(weir, "198.19.66.7") == ["web"]
    return begins


def test_what_begins_is_fetched_though_nothing_has_changed(lab, weir, web, requests):
    begins = load_what_begins(weir, web, "later.json")
    wait_until(lambda: time.time() > begins)
    assert "fetched" in weir("feed", "update", "web").stdout
    assert listed(weir, "198.19.66.6") == ["web"]
    assert "has not changed" in weir("feed", "update", "web").stdout
    asked = [line for line in requests() if line.startswith("/later.json")]
    assert ["If-None-Match" in line for line in asked[-4:]] == [False, True, False, True]


def test_nothing_has_changed_is_no_answer_when_a_list_is_due(weir, web, requests):
    begins = load_what_begins(weir, web, "stubborn/later.json")
    (web / "later.kept").touch()
    wait_until(lambda: time.time() > begins)
    line = weir.partly("feed", "update", "web")[0]
    assert "If-None-Match" not in requests()[-1]
    assert "says 304, that nothing has changed, and was not asked (expected 200)" in line, line
    assert not weir.json("feed", "list")[0]["ok"]
    (web / "later.kept").unlink()
    assert "fetched" in weir("feed", "update", "web").stdout
    assert listed(weir, "198.19.66.6") == ["web"]


def test_nothing_has_changed_is_no_answer_where_nothing_could_be_asked(weir, web):
    (web / "bare.txt").write_text(ENTRIES)
    configure(weir, at("stubborn/bare.txt"))
    assert "fetched" in weir("feed", "update", "web").stdout
    (web / "bare.kept").touch()
    assert "and was not asked (expected 200)" in weir.partly("feed", "update", "web")[0]


def test_redirects(weir, web, certificate, requests):
    (web / "here.txt").write_text(ENTRIES)
    keys = f", ca_file: {certificate[0]}"
    (weir.directory / "headers").write_text("X-Key: s3cr3t-key\n")
    configure(weir, at("to/" + at("here.txt", 8443)),
              f"{keys}, headers_file: {weir.directory / 'headers'}")
    assert "fetched" in weir("feed", "update", "web").stdout
    first, second = requests()
    assert "s3cr3t-key" in first and "s3cr3t-key" not in second
    assert "redirects more than 5 times" in fetch_fails(weir, at("loop", 8443), keys)


def test_the_last_list_goes_on_and_the_trouble_is_told(weir, web):
    (web / "fades.txt").write_text(ENTRIES)
    configure(weir, at("fades.txt"))
    weir("feed", "update", "web")
    weir("load")
    (web / "fades.txt").unlink()
    line = weir.partly("feed", "update", "web")[0]
    assert "the server says 404" in line and "takes its place" in line
    assert listed(weir, "198.51.100.1") == ["web"]
    feed = weir.json("feed", "list")[0]
    assert not feed["ok"] and feed["source"] == "copy"
    assert weir.metrics()["feed_ok", (("feed", "web"),)] == 0
    for said in feed["unfit"]["why"], weir("status").stdout, weir.fails("check"), line:
        assert "says 404 (expected 200) (spamweir feed update web)" in said
    (web / "fades.txt").write_text(ENTRIES)
    weir("feed", "update")
    assert weir.json("feed", "list")[0]["ok"]


def test_the_gate_holds_what_is_fetched(weir, web):
    (web / "grows.txt").write_text("".join(f"198.51.100.{n}\n" for n in range(150)))
    configure(weir, at("grows.txt"))
    weir("feed", "update", "web")
    weir("load")
    (web / "grows.txt").write_text("".join(f"198.{n}.0.0/24\n" for n in range(20, 30)))
    assert "max_change" in weir.partly("feed", "update", "web")[0]
    assert listed(weir, "198.51.100.1") == ["web"]
    weir("feed", "update", "web", "--accept")
    assert listed(weir, "198.51.100.1") == [] and listed(weir, "198.20.0.7") == ["web"]
    assert weir.json("feed", "list")[0]["ok"]


def test_secrets_stay_where_they_are(weir, web, requests):
    secret = weir.directory / "secret"
    secret.write_text("alice:s3cr3t-word\n")
    secret.chmod(0o600)
    configure(weir, at("secret"))
    assert "401" in weir.partly("feed", "update", "web")[0]
    secret.write_text("alice:s3cr3t\n")
    configure(weir, at("secret"), f", credentials_file: {secret}")
    assert ("the server says 401: it does not accept what is in credentials_file"
            in weir.partly("feed", "update", "web")[0])
    secret.write_text("alice:s3cr3t-word\n")
    done = weir("feed", "update", "web")
    assert "fetched" in done.stdout and "Basic" in requests()[-1]
    weir("load")
    said = done.stdout + done.stderr
    said += weir("feed", "list", "--json").stdout + weir("history", "--audit").stdout
    for path in weir.state.rglob("*"):
        if path.is_file():
            assert b"s3cr3t" not in path.read_bytes() and b"YWxpY2U6" not in path.read_bytes()
    assert "s3cr3t" not in said


def test_no_secret_in_any_process(weir, web, requests):  # noqa: F811
    """While a fetch is under way: neither in command lines nor in environments."""
    secret = weir.directory / "secret"
    secret.write_text("alice:s3cr3t-word\n")
    configure(weir, at("slow"), f", credentials_file: {secret}, timeout: 600s")
    process = weir.start("feed", "update", "web")
    wait_until(requests, 60, "a fetch is under way")
    seen = 0
    for _ in range(20):
        for pid in filter(str.isdigit, os.listdir("/proc")):
            for name in "cmdline", "environ":
                try:
                    text = pathlib.Path(f"/proc/{pid}/{name}").read_bytes()
                except OSError:
                    continue
                seen += text.count(b"feed\0update")
                assert b"s3cr3t" not in text
    assert seen and process.popen.poll() is None


def test_bad_secrets_are_not_shown(weir, web):
    (weir.directory / "secret").write_text("s3cr3t without what it needs\n")
    line = fetch_fails(weir, at("secret"), f", credentials_file: {weir.directory / 'secret'}")
    assert 'secret:1: is no "user:password"' in line and "s3cr3t" not in line
    (weir.directory / "headers").write_text("# comment\ns3cr3t\n")
    line = fetch_fails(weir, at("secret"), f", headers_file: {weir.directory / 'headers'}")
    assert "headers:2: is no header" in line and "s3cr3t" not in line


@pytest.mark.parametrize("line", ["X-Key:", ": value", "X Key: value", "X-Key : value",
                                  "curl -H 'X-Key: value'"])
def test_what_is_no_header_is_not_sent(weir, web, requests, line):
    """Some of these libcurl leaves out, and others servers refuse."""
    (weir.directory / "headers").write_text(f"X-Key: good\n{line}\n")
    said = fetch_fails(weir, at("list.txt"), f", headers_file: {weir.directory / 'headers'}")
    assert "headers:2: is no header" in said and not requests()


def test_the_mark_of_an_editor_is_no_part_of_a_secret(weir, web, requests):
    for name, text in ("credentials", "alice:s3cr3t-word"), ("headers", "X-Key: value"):
        (weir.directory / name).write_bytes(b"\xef\xbb\xbf" + text.encode() + b"\r\n")
    configure(weir, at("secret"), f", credentials_file: {weir.directory / 'credentials'}, "
              f"headers_file: {weir.directory / 'headers'}")
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "'X-Key': 'value'" in requests()[-1]


def test_a_server_that_says_no_date_is_told_none(weir, web, requests):
    configure(weir, at("undated"))
    for _ in range(2):
        weir("feed", "update", "web")
    assert "If-Modified-Since" not in requests()[-1]


def test_a_file_by_url(weir):
    weir.write("list.txt", ENTRIES)
    configure(weir, f"file://{weir.directory}/list.txt")
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "has not changed" in weir("feed", "update", "web").stdout
    weir.write("list.txt", ENTRIES + "198.51.100.9\n")
    assert "fetched" in weir("feed", "update", "web").stdout
    assert "4 entries" in weir("check").stdout
    assert "cannot open" in fetch_fails(weir, "file:///nowhere/list.txt")


@pytest.mark.parametrize("name, said", [("a list.txt", "a%20list.txt"), ("50%.txt", "50%.txt"),
                                        ("50%2.txt", "50%2.txt"), ("ä.txt", "%C3%a4.txt"),
                                        ("%00.txt", "%00.txt")])
def test_a_file_by_url_is_percent_decoded(weir, name, said):
    """RFC 8089, RFC 3986; what is no percent-encoding stands for itself."""
    weir.write(name, ENTRIES)
    configure(weir, f"file://{weir.directory}/{said}")
    assert "fetched" in weir("feed", "update", "web").stdout


def test_a_list_by_url_that_protects_people(weir, web):
    (web / "relays.txt").write_text("198.18.0.25\n")
    configure(weir, at("relays.txt"), kind="allow")
    assert "has not been fetched yet" in weir.fails("load")
    weir("feed", "update")
    weir("load")
    (web / "relays.txt").unlink()
    weir.partly("feed", "update")
    assert listed(weir, "198.18.0.25") == ["web"]


def test_a_provider_that_asks_for_patience(weir, tmp_path, web):
    with named(tmp_path, f"{SERVER} www.spamhaus.org"):
        (web / "drop").mkdir(exist_ok=True)
        (web / "drop/drop.txt").write_text("; Spamhaus DROP List\n198.51.100.0/24 ; SBL1\n")
        configure(weir, "http://www.spamhaus.org:8080/drop/drop.txt", ", every: 10s")
        assert "fetched" in weir("feed", "update", "web").stdout
        said = weir("feed", "update", "web").stdout
        assert "not fetched: Spamhaus DROP allows one pull in 60 min" in said, said
