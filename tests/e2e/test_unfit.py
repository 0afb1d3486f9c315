# SPDX-License-Identifier: GPL-2.0
"""Feeds and configs that are unfit, one by one: said in one clear line, and what
was good before takes their place."""
import re

import pytest

import frames
from weir import judged

CONFIG = """\
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
"""
LISTED = frames.udp("198.18.1.1", "198.19.66.6")

NDJSON = ('{"cidr":"198.19.66.0/28","sblid":"SBL1","rir":"ripencc"}\n'
          '{"cidr":"198.19.67.0/24","sblid":"SBL2","rir":"ripencc"}\n')

# What the file holds, which line is to blame, and what is said of it.
FEEDS = {
    "empty": ("", None, "no entry"),
    "comments only": ("# nothing\n\n; here\n", None, "no entry"),
    "NDJSON without its end": (NDJSON, 2, "cut short"),
    "NDJSON cut within a line": (NDJSON[:-30], 2, "cut short"),
    "NDJSON with too few records": (NDJSON + '{"type":"metadata","records":3}\n', 3, "cut short"),
    "plain, cut within a line": ("198.19.66.6\n198.19.66.7\n198.19.6", 3, "cut short"),
    "binary": (b"198.19.66.6\n\x7fELF\x00\x00\x01\n", 2, "binary"),
    "compressed": (b"\x1f\x8b\x08\x00\x00\x00", None, "gzip"),
    "a page": ("\n<!DOCTYPE html>\n<html>404 Not Found</html>\n", 2, "HTML"),
    "a gigantic line": ("198.19.66.6\n" + "1" * 10_000_000 + "\n", 2, "longer than"),
    "words": ("bad\nhosts\nonly\nhere\n", 1, "no entry"),
    "everything": ("0.0.0.0/0\n", 1, "wider"),
    "control characters": ("\x1b[31m\x07red\n", 1, r"\\x1b"),
}


@pytest.fixture(scope="module")
def loaded(shared_weir):
    shared_weir.configure(CONFIG)
    shared_weir.write("botnets.txt", "198.19.66.6\n")
    shared_weir("load")
    return shared_weir


def only_line(done):
    lines = done.stderr.splitlines()
    assert len(lines) == 1 and lines[0].startswith("spamweir: "), done
    assert lines[0].isprintable() and len(lines[0]) < 500
    return lines[0]


def assert_replaced(lab, weir, where, said):
    """Its good copy is in force, and everybody says so."""
    before = weir.metrics()
    line = weir.fails("check")
    assert where in line and re.search(said, line), line
    for verb in "reload", "load":
        done = weir(verb, check=False)
        line = only_line(done)
        assert done.returncode == 3
        assert where in line and re.search(said, line), line
        assert "feed botnets is unfit" in line and "takes its place" in line
    after = weir.metrics()
    assert after.sum("generation") == before.sum("generation") + 2
    assert after.sum("feed_errors_total") == before.sum("feed_errors_total") + 2
    assert after["feed_ok", (("feed", "botnets"),)] == 0
    feed, = weir.status()["feeds"]
    assert (feed["ok"], feed["source"], feed["entries"]) == (False, "copy", 1)
    assert where.strip() in feed["unfit"]["why"]
    assert "feed botnets is UNFIT since" in weir("status").stdout
    assert "spamweir reload" not in weir("lookup", "198.19.66.6").stdout  # it would bring nothing
    unfit, = weir.json("lookup", "198.19.66.6")["unfit_feeds"]
    assert unfit["name"] == "botnets"
    assert judged(weir, lab.outward, LISTED) == (0, {"cnc_dst": 1})


def assert_mended(weir):
    weir.write("botnets.txt", "198.19.66.6\n")
    weir("reload")
    assert weir.metrics()["feed_ok", (("feed", "botnets"),)] == 1
    assert weir.status()["feeds"][0]["unfit"] is None
    assert "UNFIT" not in weir("lookup", "198.19.66.6").stdout


def test_an_unfit_feed_that_is_taken_out_troubles_nobody(loaded):
    both = CONFIG + "  - { name: gone, kind: cnc, path: gone.txt }\n"
    try:
        for content in None, "no list\n":
            if content:
                loaded.write("gone.txt", content)
            loaded.configure(both)
            assert loaded("reload", check=False).returncode
            assert loaded.metrics()["feed_ok", (("feed", "gone"),)] == 0
            loaded.configure(CONFIG)
            loaded("reload")
            assert "gone" not in loaded("status").stdout
            assert loaded.json("lookup", "198.19.66.6")["unfit_feeds"] == []
            assert ("feed_ok", (("feed", "gone"),)) not in loaded.metrics()
    finally:
        loaded.configure(CONFIG)
        loaded("reload")


@pytest.mark.parametrize("case", FEEDS)
def test_an_unfit_feed(lab, loaded, case):
    content, number, said = FEEDS[case]
    path = loaded.write("botnets.txt", content)
    assert_replaced(lab, loaded, f"{path}:{number}: " if number else f"{path}: ", said)
    assert_mended(loaded)


def test_a_missing_feed(lab, loaded):
    path = loaded.directory / "botnets.txt"
    path.unlink()
    assert_replaced(lab, loaded, f"{path}: ", "No such file")
    assert_mended(loaded)


def test_a_directory_as_feed(lab, loaded):
    path = loaded.directory / "botnets.txt"
    path.unlink(missing_ok=True)
    path.mkdir()
    try:
        assert_replaced(lab, loaded, f"{path}: ", "is a directory")
    finally:
        path.rmdir()
    assert_mended(loaded)


def assert_refused(lab, weir, where, said):
    before = weir.metrics()
    for verb in "check", "reload", "load":
        line = weir.fails(verb)
        assert where in line, line
        assert re.search(said, line), line
        assert line.isprintable() and len(line) < 400
    after = weir.metrics()
    assert after.sum("generation") == before.sum("generation")
    assert judged(weir, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    return (after.sum("feed_errors_total", feed="botnets")
            - before.sum("feed_errors_total", feed="botnets"))


CONFIGS = {
    "a typo in a key": ("feed:\n  - {}\n", 1, 'unknown key "feed".*"feeds"'),
    "a typo in a word": (CONFIG.replace("cnc", "cc"), 2, 'cnc, zombie, allow, own, limit or protect, got "cc"'),
    "a prefix too long": ("feeds:\n  - { name: a, kind: cnc, entries: [198.19.0.0/33] }\n", 2,
                          "198.19.0.0/33"),
    "a tab": ("feeds:\n\t- {}\n", 2, "tab"),
    "not closed": ("feeds: [\n", None, "YAML"),
}


@pytest.mark.parametrize("case", CONFIGS)
def test_an_unfit_config(lab, loaded, case):
    text, number, said = CONFIGS[case]
    loaded.write("botnets.txt", "198.19.66.6\n")
    loaded.configure(text)
    first = len(loaded.config.read_text().splitlines()) - len(text.splitlines())
    where = f"{loaded.config}:{first + number}: " if number else f"{loaded.config}:"
    try:
        assert assert_refused(lab, loaded, where, said) == 0
    finally:
        loaded.configure(CONFIG)


def test_a_missing_config(lab, loaded):
    text = loaded.config.read_text()
    loaded.config.unlink()
    try:
        assert_refused(lab, loaded, f"{loaded.config}: ", "No such file")
    finally:
        loaded.config.write_text(text)
