# SPDX-License-Identifier: GPL-2.0
"""What lies in the pin directory is looked at before it is trusted."""
import os
import pathlib
import subprocess

import pytest

import frames
from lab import passes, wait_until
from weir import judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
CONFIG = """
feeds:
  - { name: botnets, kind: cnc, entries: [198.19.66.6] }
"""
MAPS = ["abi", "policy", "limiter", "live", "gate", "counters", "feed_counters", "events",
        "event_budget", "feeds", "interfaces", "ledger", "again", "attempts", "conduct",
        "tunnelled", "tally", "busy", "detected",
        "capture", "captured"]
# What bpftool is told of maps that are none of ours.
OTHERS = {"array": ["type", "array", "key", "4", "value", "136", "entries", "1"],
          "large": ["type", "array", "key", "4", "value", "4096", "entries", "256"],
          "hash": ["type", "hash", "key", "16", "value", "8", "entries", "16"]}
READERS = [["status"], ["status", "--json"], ["metrics"], ["lookup", "198.19.66.6"],
           ["zombie", "list"], ["events"], ["capture", "-w", "-"]]
WRITERS = [["zombie", "add", "198.18.65.1"], ["zombie", "del", "198.18.65.1"], ["reload"],
           ["load"], ["run"]]


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


def create(path, shape, name="other"):
    subprocess.run(["bpftool", "map", "create", path, *shape, "name", name], check=True)


def put_in_place(weir, name, shape):
    create(weir.pins / "other", shape)
    (weir.pins / "other").rename(weir.pins / name)


@pytest.mark.parametrize("kind", OTHERS)
@pytest.mark.parametrize("name", MAPS)
def test_a_map_of_another_make_is_refused_and_unload_goes(lab, loaded, name, kind):
    put_in_place(loaded, name, OTHERS[kind])
    for verb in READERS + WRITERS:
        line = loaded.fails(*verb)
        assert f"{loaded.pins}/{name} " in line, verb
        assert "not made by spamweir" in line or "`spamweir unload`" in line, verb
    with lab.outward.counting((LISTED.src, LISTED.dst)) as arrived:  # the programs go on
        lab.outward.send(LISTED)
        assert passes(lab.outward, frames.udp("198.18.1.1", "198.19.66.7"))
        assert arrived.total == 0
    loaded("unload")
    assert not loaded.pins.exists()
    assert passes(lab.outward, LISTED)
    loaded("load")
    assert judged(loaded, lab.outward, LISTED) == (0, {"cnc_dst": 1})


def test_what_is_no_map_is_refused(lab, loaded):
    (loaded.pins / "live").unlink()
    (loaded.pins / "link_acc0").rename(loaded.pins / "live")
    for verb in ["status"], ["reload"], ["load"]:
        assert f"{loaded.pins}/live " in loaded.fails(*verb)
    loaded("unload")  # for which that is a pin like others: its program goes by and by
    wait_until(lambda: not lab.router.link("acc0").get("xdp"))


@pytest.mark.parametrize("name, shape, verb", [
    ("live", ["type", "hash", "key", "16", "value", "64", "entries", str(1 << 20), "flags", "1"],
     ["zombie", "add", "198.18.65.1"]),
    ("feed_counters", ["type", "percpu_array", "key", "4", "value", "16", "entries", "256"],
     ["reload"])])
def test_a_map_that_no_program_uses_takes_nothing(lab, loaded, name, shape, verb):
    put_in_place(loaded, name, shape)
    line = loaded.fails(*verb)
    assert f"{loaded.pins}/{name} is not the map that the program of" in line
    assert "`spamweir load`" in line
    loaded("load")
    loaded(*verb)
    if verb[0] == "zombie":
        mail = frames.tcp("198.18.65.1", "198.19.0.25", 25)
        assert judged(loaded, lab.outward, mail) == (0, {"zombie_live": 1})


def test_a_live_map_that_is_not_that_of_a_shared_nic(lab, weir):
    weir.configure(CONFIG, "interfaces:\n  - { name: acc0, role: access, shared: true }\n")
    done = weir("load", check=False)
    if done.returncode:
        pytest.skip(f"NICs cannot be shared here: {done.stderr}")
    put_in_place(weir, "live", ["type", "hash", "key", "16", "value", "64", "entries",
                                str(1 << 20), "flags", "1"])
    assert "is not the map that the program of" in weir.fails("zombie", "add", "198.18.65.1")
    weir("load")
    weir("zombie", "add", "198.18.65.1")


ALL = [*READERS, *WRITERS, ["unload"]]


def refused(weir, what, command):
    for verb in ALL:
        line = weir.fails(*verb)
        assert what in line and f"`{command}`" in line, verb


def test_a_directory_that_others_can_write_is_refused(loaded):
    for mode in 0o777, 0o1777, 0o750, 0o701:
        loaded.pins.chmod(mode)
        refused(loaded, f"has mode {mode:04o}", f"chmod 700 {loaded.pins}")
    subprocess.run(["chmod", "700", loaded.pins], check=True)
    loaded("reload")


def test_a_directory_of_another_is_refused(weir):
    weir.configure(CONFIG)
    weir.pins.mkdir(mode=0o700)
    os.chown(weir.pins, 65534, -1)
    refused(weir, "belongs to user 65534", f"rm -r {weir.pins}")
    subprocess.run(["rm", "-r", weir.pins], check=True)
    weir("load")


def test_a_symbolic_link_is_refused(weir, tmp_path):
    weir.configure(CONFIG)
    elsewhere = weir.pins.with_name(weir.pins.name + "else")
    elsewhere.mkdir(mode=0o700)
    weir.pins.symlink_to(elsewhere)
    try:
        refused(weir, "is a symbolic link", f"rm {weir.pins}")
        subprocess.run(["rm", weir.pins], check=True)
        weir("load")
    finally:
        elsewhere.rmdir()


@pytest.fixture
def bpffs(weir):
    """One as `mount` makes it by itself, with mode 1777."""
    mount = weir.directory / "bpf"
    mount.mkdir()
    subprocess.run(["mount", "-t", "bpf", "bpf", mount], check=True)
    weir.configure(CONFIG)
    weir.pins = mount / "weir"
    yield mount
    if weir.pins.exists():
        weir("unload")
    weir.pins = mount / "none"
    subprocess.run(["umount", mount], check=True)


def test_a_mount_that_others_can_write(weir, bpffs):
    assert bpffs.stat().st_mode & 0o7777 == 0o1777
    weir("load")  # the sticky bit keeps others from what is ours
    bpffs.chmod(0o777)
    refused(weir, "has mode 0777, so that others can take", f"chmod 700 {bpffs}")
    os.chown(bpffs, 65534, -1)
    refused(weir, "belongs to user 65534", f"chown root {bpffs}")
    os.chown(bpffs, 0, -1)
    bpffs.chmod(0o700)
    weir("reload")


def test_who_is_told_to_mount_is_told_the_mode(weir):
    weir.configure(CONFIG)
    weir.pins = weir.directory / "pins"
    assert "mount -t bpf -o mode=700 bpf /sys/fs/bpf" in weir.fails("load")
    weir.pins = pathlib.Path("/sys/fs/bpf/none/below")
    assert "mount -t bpf -o mode=700 bpf /sys/fs/bpf" in weir.fails("load")


@pytest.mark.parametrize("names, said", [
    (["counters", "events"], "no map in it is like ours"),
    (["counters", "events", "precious"], "it holds precious and no mark of ours"),
    (["abi", "live"], "no map in it is like ours")])
def test_unload_removes_nothing_that_is_not_ours(weir, names, said):
    weir.configure()
    weir.pins.mkdir(mode=0o700)
    for name in names:
        create(weir.pins / name, OTHERS["array"])
    try:
        line = weir.fails("unload")
        assert said in line and "nothing was removed" in line
        assert sorted(pin.name for pin in weir.pins.iterdir()) == names
    finally:
        for pin in weir.pins.iterdir():
            pin.unlink()
        weir.pins.rmdir()


def test_unload_takes_a_load_that_was_killed_early(weir, lab, killer):
    weir.configure(CONFIG)
    killed = killer(database=False)
    for step in 1, 2, 5, 9:
        assert killed(step, "load")
        weir("unload")
        assert not weir.pins.exists()
    weir("load")
    wait_until(lambda: lab.router.link("acc0").get("xdp"))
