# SPDX-License-Identifier: GPL-2.0
"""A state directory that can be read and not written: what is there is shown, what is not
kept is said, with what mends it."""
import subprocess

import pytest

from weir import judged
import frames

FEEDS = """
feeds:
  - { name: botnets, kind: cnc, path: bad.txt }
"""
BLOCKED = "198.19.77.0/24"
ALLOWED = "198.19.78.8"


def mount(*words):
    subprocess.run(["mount", *words], check=True)


@pytest.fixture
def disk(weir):
    """The state directory of an instance with an entry of every kind, on a disk of its own."""
    weir.state.mkdir()
    mount("-t", "tmpfs", "-o", "size=8m,mode=700", "none", weir.state)
    try:
        weir.configure(FEEDS)
        weir.write("bad.txt", "198.19.66.6\n")
        weir("load")
        weir("block", "add", BLOCKED)
        weir("allow", "add", ALLOWED)
        yield weir.state
    finally:
        subprocess.run(["umount", "-l", weir.state], check=True)


def fill(disk):
    with open(disk / "filler", "wb", buffering=0) as filler:
        with pytest.raises(OSError):
            while True:
                filler.write(bytes(4096))


def shown(weir):
    """What tells of the state on disk."""
    lists = {name: [each["prefix"] for each in weir.json_lines(name, "list")]
             for name in ("block", "allow")}
    assert weir("case", "list").stdout == "" and weir("notice", "list").stdout == ""
    return lists, [each["generation"] for each in weir.json_lines("history")]


def troubles(weir):
    return [(each["text"], each["next"]) for each in weir.status()["troubles"]
            if "daemon" not in each["text"]]


def test_what_cannot_be_written_is_still_shown(lab, weir, disk):
    before = shown(weir)
    assert before == ({"block": [BLOCKED], "allow": [ALLOWED]}, [3, 2, 1])
    assert troubles(weir) == []
    mount("-o", "remount,ro", disk)
    assert shown(weir) == before
    (text, mend), = troubles(weir)
    assert f"{disk} cannot be written to (Read-only file system)" in text
    assert mend.startswith("mount -o remount,rw")
    assert weir.fails("block", "add", "198.19.79.9") == (
        f"spamweir: {disk}/spamweir.db: Read-only file system (`spamweir doctor` says what mends "
        "it); nothing was changed")
    done = weir("zombie", "add", "198.18.1.9", check=False)
    assert "spamweir.db: Read-only file system" in done.stderr
    assert "No such file" not in done.stderr
    said = weir("reload", check=False).stderr
    assert "spamweir.db: Read-only file system" in said and "No such file" not in said
    judged(weir, lab.outward, frames.udp("198.18.1.1", "198.19.77.7"))
    assert weir.dropped() == {"cnc_dst": 1}
    mount("-o", "remount,rw", disk)
    assert troubles(weir) == []


def test_a_full_disk_is_said_and_what_is_on_it_shown(weir, disk):
    before = shown(weir)
    fill(disk)
    assert shown(weir) == before
    (text, mend), = troubles(weir)
    assert f"{disk} is full" in text and mend.startswith(f"du -xhd1 {disk}")
    said = weir.fails("block", "add", "198.19.79.9")
    assert said.endswith("spamweir.db: No space left on device (`spamweir doctor` says what mends "
                         "it); nothing was changed")
    assert shown(weir) == before
    (disk / "filler").unlink()
    weir("block", "add", "198.19.79.9")
    assert shown(weir)[0]["block"] == [BLOCKED, "198.19.79.9"]
