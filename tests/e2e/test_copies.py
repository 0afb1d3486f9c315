# SPDX-License-Identifier: GPL-2.0
"""Each feed fails alone: the others are published, a reboot forgets nothing, and
what protects people is never left out."""
import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

import frames
from weir import judged

CASES = pathlib.Path(__file__).parent / "../golden/cases"
CONFIG = """\
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
  - { name: others, kind: cnc, path: others.txt }
  - { name: relays, kind: allow, path: relays.txt }
"""
LISTED = frames.udp("198.18.1.1", "198.19.66.6")
OTHER = frames.udp("198.18.1.1", "198.19.66.7")
PAGE = "<html>503</html>\n"


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    weir.write("others.txt", "198.19.66.1\n")
    weir.write("relays.txt", "198.18.7.7\n")
    weir("load")
    return weir


def partial(weir, verb):
    done = weir(verb, check=False)
    assert done.returncode == 3, done
    return done.stderr


def test_the_rest_is_published(lab, loaded):
    loaded.write("botnets.txt", PAGE)
    loaded.write("others.txt", "198.19.66.7\n")
    loaded.configure(CONFIG.replace("feeds:", "mode: monitor\nfeeds:"))
    partial(loaded, "reload")
    assert loaded.status()["mode"] == "monitor"
    loaded.configure(CONFIG)
    partial(loaded, "reload")
    assert judged(loaded, lab.outward, LISTED, OTHER) == (0, {"cnc_dst": 2})


def test_what_is_too_old_is_read_once(weir):
    """It is left out; its good copy says what is in it all the same."""
    weir.configure("feeds:\n  - { name: relays, kind: allow, entries: [198.18.7.7] }\n  - { name: "
                   "bots, kind: zombie, path: bots.txt, max_age: { age: 1h, then: drop } }\n")
    os.utime(weir.write("bots.txt", "198.19.66.6\n"), (1, 1700000000))
    assert "LEFT OUT" in partial(weir, "load")
    copy = weir.state / "feeds" / "bots"
    before = copy.stat().st_ino
    assert "LEFT OUT" in partial(weir, "reload")
    assert copy.stat().st_ino == before
    assert [path.name for path in copy.parent.iterdir()] == ["bots"]
    told = weir("lookup", "198.19.66.6").stdout
    assert "bots.txt:1 (LEFT OUT: it does nothing)\n" in told and "lift" not in told
    assert "lift" not in weir.json("lookup", "198.19.66.6")["matches"][0]


def test_after_a_reboot_the_copies_are_loaded(lab, loaded):
    loaded("unload")
    loaded.write("botnets.txt", PAGE)
    loaded.write("relays.txt", PAGE)
    said = partial(loaded, "load")
    assert "feed botnets is unfit" in said and "feed relays is unfit" in said
    assert judged(loaded, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    assert {feed["name"]: feed["source"] for feed in loaded.status()["feeds"]} == {
        "botnets": "copy", "others": "file", "relays": "copy"}


def test_without_copies_a_foreign_list_is_left_out(lab, loaded):
    loaded("unload")
    shutil.rmtree(loaded.state)
    loaded.write("botnets.txt", PAGE)
    assert "it has no good copy and is LEFT OUT" in partial(loaded, "load")
    feed = loaded.status()["feeds"][0]
    assert (feed["name"], feed["source"], feed["entries"]) == ("botnets", "none", 0)
    # 0 would say that the list is of this moment.
    assert feed["age_seconds"] is None and loaded.json("feed", "list")[0]["age_seconds"] is None
    assert judged(loaded, lab.outward, LISTED) == (1, {})


def test_without_copies_those_that_protect_refuse_all(loaded):
    shutil.rmtree(loaded.state)
    loaded.write("relays.txt", PAGE)
    before = loaded.generation()
    assert "protects people, and has no good copy: nothing is published" in loaded.fails("reload")
    assert loaded.generation() == before
    assert loaded.metrics()["feed_ok", (("feed", "relays"),)] == 0
    assert loaded.metrics().sum("feed_ok") == 2
    loaded("unload")
    assert "protects people" in loaded.fails("load")


@pytest.mark.parametrize("first", ["reload", "load", "block add 198.19.77.9"])
def test_lists_that_went_with_the_state_directory_are_named(lab, loaded, first):
    for address in "198.19.77.7", "198.19.77.8":
        loaded("block", "add", address)
    loaded("allow", "add", "198.18.64.9")
    loaded("zombie", "add", "198.18.65.1")
    blocked = frames.udp("198.18.1.1", "198.19.77.7")
    assert judged(loaded, lab.outward, blocked) == (0, {"cnc_dst": 1})
    shutil.rmtree(loaded.state)
    line, = loaded.partly(*first.split())
    assert line == (f"spamweir: warning: {loaded.state} was removed, or cannot be read: its lists "
                    "that were in force (1 of `allow`, 2 of `block`) are so no more, but for what "
                    "was ordered since")
    assert judged(loaded, lab.outward, blocked) == (1, {})
    # Those are in the kernel, too, and are kept again.
    assert [row["prefix"] for row in loaded.json_lines("zombie", "list")] == ["198.18.65.1"]
    assert loaded("reload").stderr == ""


def test_a_daemon_says_which_lists_went_with_the_state_directory(loaded):
    daemon = loaded.run()
    loaded("block", "add", "198.19.77.7")
    shutil.rmtree(loaded.state)
    daemon.kill(signal.SIGHUP)
    daemon.wait_line(r"its lists that were in force \(1 of `block`\) are so no more")


def test_lists_that_are_known_are_not_said_to_be_lost(loaded):
    loaded("block", "add", "198.19.77.7")
    assert loaded("block", "del", "198.19.77.7").stderr == ""
    assert loaded("reload").stderr == ""
    loaded("block", "add", "198.19.77.8")
    for name in loaded.state.glob("spamweir.db*"):
        name.unlink()
    assert loaded("reload").stderr == (f"spamweir: 1 entries of operator lists were taken from "
                                       f"{loaded.state}/operator.lists\n")


def test_a_damaged_copy(lab, loaded):
    copy = loaded.state / "feeds/botnets"
    whole = copy.read_bytes()
    for damaged in whole[:-1], whole[:700] + b"x" + whole[701:], b"198.19.66.9\n", b"":
        copy.write_bytes(damaged)
        loaded.write("botnets.txt", PAGE)
        said = partial(loaded, "reload")
        assert f"the good copy {copy} is not used" in said and "LEFT OUT" in said
        copy.write_bytes(whole)
        partial(loaded, "reload")
        assert judged(loaded, lab.outward, LISTED) == (0, {"cnc_dst": 1})


@pytest.fixture
def full(loaded, lab):
    """The state directory is a file system without room."""
    shutil.rmtree(loaded.state)
    loaded.state.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k,nr_inodes=3", "none", loaded.state],
                   check=True)
    yield loaded
    subprocess.run(["umount", loaded.state], check=True)


def test_a_full_state_directory(lab, full):
    full.write("botnets.txt", "198.19.66.7\n")
    said = partial(full, "reload")
    assert re.search("good copies of [23] feeds cannot be kept: .*No space left on device", said)
    assert judged(full, lab.outward, OTHER) == (0, {"cnc_dst": 1})
    assert not [name for _, _, names in os.walk(full.state) for name in names if "%" in name]


def test_a_read_only_state_directory(lab, loaded):
    subprocess.run(["mount", "--bind", "-o", "ro", loaded.state, loaded.state], check=True)
    try:
        loaded.write("botnets.txt", "198.19.66.7\n")
        loaded.write("others.txt", PAGE)
        said = partial(loaded, "reload")
        assert "cannot be kept" in said and "Read-only file system" in said
        assert judged(loaded, lab.outward, OTHER) == (0, {"cnc_dst": 1})
        assert [feed["source"] for feed in loaded.status()["feeds"]] == ["file", "copy", "file"]
    finally:
        subprocess.run(["umount", loaded.state], check=True)


def test_a_retired_list(lab, loaded):
    loaded.write("botnets.txt", (CASES / "05-retired-feed.txt").read_bytes())
    assert "no entry in 2 lines" in partial(loaded, "reload")
    assert judged(loaded, lab.outward, LISTED) == (0, {"cnc_dst": 1})


def test_check_names_all_that_is_unfit(loaded):
    loaded.write("botnets.txt", PAGE)
    loaded.write("relays.txt", "")
    done = loaded("check", check=False)
    assert done.returncode == 1
    assert sorted(line.split(": ")[1].split("/")[-1] for line in done.stderr.splitlines()) == [
        "botnets.txt:1", "relays.txt"]


def test_what_has_just_been_replaced_is_read_once(loaded):
    """And not by the next publish again, because it may have been written to since."""
    copy = loaded.state / "feeds/botnets"
    loaded.write("botnets.txt", "198.19.66.8\n")
    loaded("reload")
    read = copy.stat()
    loaded("reload")
    assert copy.stat().st_ino == read.st_ino and copy.stat().st_mtime_ns == read.st_mtime_ns
