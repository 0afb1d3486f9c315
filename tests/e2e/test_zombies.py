# SPDX-License-Identifier: GPL-2.0
"""Live zombies: many at once, and over reboots, clocks, kills and bad disks."""
import json
import os
import re
import sqlite3
import subprocess
import uuid

import pytest

import frames
from lab import wait_until
from test_attach import one_interface
from weir import judged

MX = "198.19.0.25"
HOUR, DAY, YEAR = 3600, 86400, 365 * 86400
CONFIG = """
smtp:
  limit: { access: off, upstream: off }
feeds:
  - { name: relays, kind: allow, entries: [198.18.64.25] }
"""


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG, one_interface("acc0"))
    weir("load")
    return weir


@pytest.fixture
def later(loaded, tool):
    """later(SECONDS, *ARGUMENTS): a command of a machine whose wall clock is so far
    ahead, and which has booted since if that is what `boot` says."""
    library = tool("clock.so")

    def command(seconds, *arguments, boot=None, check=True):
        path = loaded.directory / "boot_id"
        if boot:
            path.write_text(f"{uuid.uuid4()}\n")
        done = loaded.namespace.run("env", f"LD_PRELOAD={library}", f"WALL_SHIFT={seconds}",
                                    *([f"BOOT_ID={path}"] if path.exists() else []),
                                    *loaded.command(*arguments), check=False)
        assert not check or done.returncode == 0, done
        return done

    return command


@pytest.fixture
def reboot(loaded, later):
    """reboot(SECONDS): so much later the machine is up again, and loads."""
    def command(seconds):
        loaded.reboot()
        return later(seconds, "load", boot=True).stderr

    return command


def listed(weir):
    return {entry["prefix"]: entry for entry in weir.json_lines("zombie", "list")}


def kept(weir):
    """What is on disk, by prefix."""
    with sqlite3.connect(weir.state / "spamweir.db") as db:
        return {row[0] for row in db.execute("SELECT prefix FROM zombie WHERE NOT lifted")}


def about(seconds):
    return range(int(seconds) - 120, int(seconds) + 2)


# Over a reboot.

def test_a_reboot_forgets_no_live_zombie(lab, loaded, reboot):
    loaded("zombie", "add", "198.18.65.1", "--for", "3h", "--why", "ticket 4711")
    loaded("zombie", "add", "2001:db8:18:65::1")
    assert "2 live zombies are in force again, 0 have ended" in reboot(HOUR)
    entries = listed(loaded)
    assert set(entries) == {"198.18.65.1", "2001:db8:18:65::/64"}
    found = entries["198.18.65.1"]
    assert (found["why"], found["origin"]) == ("ticket 4711", "operator")
    assert found["seconds_left"] in about(2 * HOUR)
    assert found["age_seconds"] - HOUR in range(120)
    assert entries["2001:db8:18:65::/64"]["seconds_left"] is None
    mail = [frames.tcp("198.18.65.1", MX), frames.tcp("2001:db8:18:65::7", "2001:db8:19::25")]
    assert judged(loaded, lab.outward, *mail) == (0, {"zombie_live": 2})


def test_what_ended_meanwhile_stays_ended(lab, loaded, reboot):
    loaded("zombie", "add", "198.18.65.1", "--for", "30m")
    loaded("zombie", "add", "198.18.65.2", "--for", "2h")
    assert "1 live zombies are in force again, 1 have ended" in reboot(HOUR)
    assert set(listed(loaded)) == {"198.18.65.2"}
    assert judged(loaded, lab.outward, frames.tcp("198.18.65.1", MX)) == (1, {})


def test_the_daemon_restores_too(loaded):
    loaded("zombie", "add", "198.18.65.1", "--for", "2h")
    loaded.reboot()
    daemon = loaded.run()
    assert set(listed(loaded)) == {"198.18.65.1"}
    daemon.stop()


def test_a_boot_into_the_past_prolongs_nothing_for_good(loaded, later, reboot):
    """A board without a battery boots into another year until NTP has set its clock."""
    loaded("zombie", "add", "198.18.65.1", "--for", "2h")
    assert "which is before" in reboot(-10 * YEAR)
    assert listed(loaded)["198.18.65.1"]["seconds_left"] in about(2 * HOUR)
    later(-10 * YEAR + 60, "zombie", "add", "198.18.65.2", "--for", "1h")
    later(HOUR, "zombie", "del", "198.18.65.77")  # the clock was set: an hour has gone by
    entries = listed(loaded)
    assert entries["198.18.65.1"]["seconds_left"] in about(HOUR)
    assert entries["198.18.65.2"]["seconds_left"] in about(HOUR)
    reboot(HOUR + 1800)
    entries = listed(loaded)
    assert entries["198.18.65.1"]["seconds_left"] in about(1800)
    assert entries["198.18.65.2"]["seconds_left"] in about(1800)


@pytest.mark.parametrize("jump", [DAY, -DAY])
def test_setting_the_clock_moves_no_end(loaded, later, reboot, jump):
    loaded("zombie", "add", "198.18.65.1", "--for", "2h")
    later(jump, "zombie", "add", "198.18.65.2", "--for", "2h")
    assert listed(loaded)["198.18.65.1"]["seconds_left"] in about(2 * HOUR)
    reboot(jump + HOUR)
    entries = listed(loaded)
    assert entries["198.18.65.1"]["seconds_left"] in about(HOUR)
    assert entries["198.18.65.2"]["seconds_left"] in about(HOUR)


def test_setting_the_clock_brings_none_back_that_has_ended(loaded, later):
    loaded("zombie", "add", "198.18.65.1", "--for", "100ms")
    loaded("zombie", "add", "198.18.65.2", "--for", "2h")
    wait_until(lambda: set(listed(loaded)) == {"198.18.65.2"})
    later(-DAY, "reload")  # it is set back, and then right again
    loaded("reload")
    loaded("unload")
    assert "1 live zombies are in force again" in loaded("load").stderr
    assert set(listed(loaded)) == {"198.18.65.2"}


@pytest.mark.parametrize("shift", [DAY, -60])
def test_a_container_with_a_clock_of_its_own_sets_the_same_ends(lab, loaded, shift):
    """BPF knows no time namespaces, so ends are by the machine's own uptime."""
    if not os.path.exists("/proc/self/ns/time"):
        pytest.skip("the kernel has no time namespaces")

    def inside(*arguments):
        return loaded.namespace.run("unshare", "--time", "--fork", "--boottime", str(shift),
                                    *loaded.command(*arguments)).stdout

    inside("zombie", "add", "198.18.65.1", "--for", "2h")
    assert listed(loaded)["198.18.65.1"]["seconds_left"] in about(2 * HOUR)
    loaded("zombie", "add", "198.18.65.2", "--for", "1h")
    entries = map(json.loads, inside("zombie", "list", "--json").splitlines())
    assert {entry["prefix"]: entry["seconds_left"] in about(HOUR) for entry in entries} == {
        "198.18.65.1": False, "198.18.65.2": True}
    mail = [frames.tcp("198.18.65.1", MX), frames.tcp("198.18.65.2", MX)]
    assert judged(loaded, lab.outward, *mail) == (0, {"zombie_live": 2})


def test_unload_keeps_them_and_says_how_many(loaded):
    for n in range(1, 4):
        loaded("zombie", "add", f"198.18.65.{n}")
    assert "3 live zombies are kept for the next load" in loaded("unload").stderr
    assert "3 live zombies are in force again" in loaded("load").stderr
    assert len(listed(loaded)) == 3


def test_unload_forgets_them_if_told_to(loaded):
    loaded("zombie", "add", "198.18.65.1")
    assert loaded("unload", "--forget").stderr == ""
    loaded("load")
    assert listed(loaded) == {}


def test_what_an_unload_kept_can_be_forgotten_later(loaded):
    loaded("zombie", "add", "198.18.65.1")
    loaded("unload")
    loaded("unload", "--forget")
    loaded("load")
    assert listed(loaded) == {}


def test_what_no_longer_fits_is_kept_and_said(loaded):
    loaded("zombie", "add", "2001:db8:18:65::1")
    loaded("zombie", "add", "198.18.65.1")
    loaded("unload")
    loaded.configure("smtp: { ipv6_source_prefix: 56 }\n", one_interface("acc0"))
    said = loaded("load").stderr
    assert "1 live zombies are kept and not in force" in said and "ipv6_source_prefix: 56" in said
    assert set(listed(loaded)) == {"198.18.65.1"}
    loaded("unload")
    loaded.configure(CONFIG, one_interface("acc0"))
    loaded("load")
    assert set(listed(loaded)) == {"198.18.65.1", "2001:db8:18:65::/64"}


def test_what_no_longer_fits_can_be_lifted_as_it_was_printed(loaded):
    loaded("zombie", "add", "2001:db8:18:65::1")
    loaded("unload")
    loaded.configure("smtp: { ipv6_source_prefix: 56 }\n", one_interface("acc0"))
    loaded("load")
    assert "live zombies are single" in loaded.fails("zombie", "del", "2001:db8:18:66::/64")
    assert loaded("zombie", "del", "2001:db8:18:65::/64").stderr == ""
    assert kept(loaded) == set()


# Lifting.

def test_each_entry_is_printed_with_the_command_that_lifts_it(loaded):
    loaded("zombie", "add", "198.18.65.1")
    loaded("zombie", "add", "2001:db8:18:65::1")
    for entry in listed(loaded).values():
        words = entry["lift"].split()
        assert words[0] == "spamweir" and entry["lift"] in loaded("zombie", "list").stdout
        address = entry["prefix"].split("/")[0]
        assert f"lift it with: {entry['lift']}" in loaded("lookup", address).stdout
        assert loaded(*words[1:]).stderr == ""
    assert listed(loaded) == {}


def test_a_prefix_that_was_printed_can_be_looked_up(loaded):
    loaded("zombie", "add", "2001:db8:18:65::7")
    prefix, = listed(loaded)
    done = loaded("lookup", prefix)
    assert f"live zombie {prefix}" in done.stdout
    assert "the first address, 2001:db8:18:65::: others may be judged otherwise" in done.stderr
    assert loaded("lookup", "2001:db8:18:65::7/128").stderr == ""
    done = loaded("lookup", "2001:db8:18:65::/129", check=False)
    assert done.returncode == 2 and "no IPv4 or IPv6 address or prefix" in done.stderr


def test_full_lengths_are_addresses(loaded):
    loaded("zombie", "add", "198.18.65.1/32")
    loaded("zombie", "add", "2001:db8:18:65::1/128")
    assert set(listed(loaded)) == {"198.18.65.1", "2001:db8:18:65::/64"}
    loaded("zombie", "del", "198.18.65.1/32")
    loaded("zombie", "del", "2001:db8:18:65::9/64")
    assert listed(loaded) == {}


def test_lifting_what_is_not_listed_is_no_error(loaded):
    assert "is no live zombie" in loaded("zombie", "del", "198.18.65.9").stderr


@pytest.mark.parametrize("swept", [False, True])
def test_lifting_what_has_ended_says_when(loaded, later, swept):
    loaded("zombie", "add", "198.18.65.1", "--for", "10ms")
    wait_until(lambda: not listed(loaded))
    if swept:
        loaded.reboot()
        loaded("load")
    said = loaded("zombie", "del", "198.18.65.1").stderr
    assert re.search(r"198\.18\.65\.1 ended at 20\S+Z", said)


# Many at once.

def test_a_file_of_them(loaded):
    path = loaded.write("bots.txt", "# today's\n\n198.18.65.1\n  198.18.65.2 2h\n"
                                    "198.18.65.3 1d ticket 4711\n2001:db8:18:65::1 spam trap\n"
                                    "198.18.65.4\t# botnet X")
    loaded("zombie", "add", "--file", path, "--for", "3h", "--why", "sweep")
    entries = {prefix: (entry["seconds_left"], entry["why"])
               for prefix, entry in listed(loaded).items()}
    hours = {prefix: round(left / HOUR) for prefix, (left, _) in entries.items()}
    assert hours == {"198.18.65.1": 3, "198.18.65.2": 2, "198.18.65.3": 24, "198.18.65.4": 3,
                     "2001:db8:18:65::/64": 3}
    assert [entries[prefix][1] for prefix in sorted(entries)] == \
        ["sweep", "sweep", "ticket 4711", "botnet X", "spam trap"]
    assert loaded("zombie", "del", "--file", path).stderr == ""
    assert listed(loaded) == {} and kept(loaded) == set()
    assert "is no live zombie" in loaded("zombie", "del", "--file", path).stderr


def test_from_standard_input(loaded):
    with loaded.namespace.inside():
        subprocess.run([str(word) for word in loaded.command("zombie", "add", "--file", "-")],
                       input=b"198.18.65.1\n198.18.65.2 1h\n", check=True)
    assert set(listed(loaded)) == {"198.18.65.1", "198.18.65.2"}


def test_bad_lines_are_named_and_nothing_is_done(loaded):
    bad = ["198.18.65", "198.18.65.0/24", "198.18.64.25 an allowed one", "198.18.65.9 0s",
           "198.18.65.8 " + "x" * 44, "2001:db8::/32", "\x1b[31m"]
    for line in bad:
        path = loaded.write("bots.txt", f"198.18.65.1\n{line}\n198.18.65.2 2h\n")
        done = loaded("zombie", "add", "--file", path, check=False)
        first, last = done.stderr.splitlines()
        assert done.returncode == 1 and f"{path}:2: `" in first, line
        assert last == f"spamweir: {path}: 1 bad line in all; nothing was changed"
        assert listed(loaded) == {}
    path = loaded.write("bots.txt", "198.18.65.1\n" + "no\n" * 50)
    said = loaded("zombie", "add", "--file", path, check=False).stderr.splitlines()
    assert len(said) == 6 and "50 bad lines in all" in said[-1]
    assert "there is no entry in it" in \
        loaded.fails("zombie", "add", "--file", loaded.write("none.txt", "# none\n"))


def test_a_hundred_thousand(lab, loaded, reboot):
    lines = [f"198.18.{n >> 8 & 127}.{n & 255}" if n < 32768 else f"2001:db8:18:{n & 0xffff:x}::1"
             for n in range(1, 98304)]
    path = loaded.write("bots.txt", "".join(f"{line} 1d number {n}\n"
                                            for n, line in enumerate(lines) if n != 64 << 8 | 24))
    loaded("zombie", "add", "--file", path)
    count = len(listed(loaded))
    assert count > 90000
    assert judged(loaded, lab.outward, frames.tcp("198.18.3.4", MX)) == (0, {"zombie_live": 1})
    assert f"{count} live zombies are in force again" in reboot(60)
    assert judged(loaded, lab.outward, frames.tcp("198.18.3.4", MX)) == (0, {"zombie_live": 1})
    loaded("zombie", "del", "--file", path)
    assert listed(loaded) == {} and kept(loaded) == set()


# Killed at any step.

def check_sides(loaded, step, wanted):
    """What the next command leaves is all or nothing, and the same on both sides."""
    wrong = []
    done = loaded("zombie", "del", "198.18.77.77", check=False)
    if done.returncode or "warning" in done.stderr:
        wrong.append(f"step {step}: {done}")
    there = set(listed(loaded))
    if there not in wanted:
        wrong.append(f"step {step}: {there} are listed")
    if kept(loaded) != there:
        wrong.append(f"step {step}: {kept(loaded)} are kept, {there} are listed")
    return wrong


BULK = "198.18.65.1 1h\n198.18.65.2\n2001:db8:18:65::1 1h\n"
BULK_LISTED = {"198.18.65.1", "198.18.65.2", "2001:db8:18:65::/64"}


@pytest.mark.parametrize("verb, undo", [("add", "del"), ("del", "add")])
def test_who_is_killed_on_the_way_leaves_all_or_nothing(loaded, killer, verb, undo):
    path, killed, wrong = loaded.write("bots.txt", BULK), killer(), []
    if verb == "del":
        loaded("zombie", "add", "--file", path)
    steps = killed.sweep(20, "zombie", verb, "--file", path)
    for step in steps:
        loaded("zombie", undo, "--file", path)
        killed(step, "zombie", verb, "--file", path)
        wrong += check_sides(loaded, step, [set(), BULK_LISTED])
    assert killed.times >= 7
    assert not wrong, "\n".join(wrong)


def test_a_load_that_is_killed_while_it_restores_forgets_none(loaded, killer):
    path, killed, wrong = loaded.write("bots.txt", BULK), killer(), []
    loaded("zombie", "add", "--file", path)
    loaded("unload")
    steps = killed.sweep(24, "load")
    for step in steps:
        loaded("unload")
        killed(step, "load")
        done = loaded("load", check=False)
        if done.returncode or set(listed(loaded)) != BULK_LISTED:
            wrong.append(f"step {step}: {done}, {set(listed(loaded))}")
    assert killed.times >= 7
    assert not wrong, "\n".join(wrong)


# Without a disk.

def test_a_damaged_file_is_set_aside_and_nothing_in_force_is_lost(loaded, reboot):
    loaded("zombie", "add", "198.18.65.1", "--for", "1h")
    path = loaded.state / "spamweir.db"
    path.write_bytes(b"not a database at all" * 1000)
    said = loaded("zombie", "add", "198.18.65.2").stderr
    aside, = loaded.state.glob("spamweir.db.damaged-*")
    assert f"{path}: is damaged" in said and str(aside) in said
    assert set(listed(loaded)) == kept(loaded) == {"198.18.65.1", "198.18.65.2"}
    reboot(60)
    assert set(listed(loaded)) == {"198.18.65.1", "198.18.65.2"}


def test_damage_in_the_middle_is_found_by_a_load(loaded):
    path = loaded.write("bots.txt", "".join(f"198.18.{n >> 8}.{n & 255}\n" for n in range(1, 5000)))
    loaded("zombie", "add", "--file", path)
    with open(loaded.state / "spamweir.db", "r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(size // 2)
        file.write(b"\xa5" * 8192)
    said = loaded("load").stderr
    assert "is damaged" in said and list(loaded.state.glob("spamweir.db.damaged-*"))
    assert len(listed(loaded)) == len(kept(loaded)) == 4999


def spoil_not_there(weir):
    weir.state.rename(weir.directory / "gone")
    weir.state.write_text("a file\n")


def spoil_open_to_all(weir):
    weir.state.chmod(0o777)


def spoil_read_only(weir):
    weir.namespace.run("mount", "--bind", weir.state, weir.state)
    weir.namespace.run("mount", "-o", "remount,ro,bind", weir.state)


def spoil_later_version(weir):
    with sqlite3.connect(weir.state / "spamweir.db") as db:
        db.execute("PRAGMA user_version = 99")


def spoil_not_ours(weir):
    with sqlite3.connect(weir.state / "spamweir.db") as db:
        db.execute("PRAGMA application_id = 7")


@pytest.mark.parametrize("spoil", [spoil_not_there, spoil_open_to_all, spoil_read_only,
                                   spoil_later_version, spoil_not_ours])
def test_without_a_store_all_is_in_force_with_one_warning(lab, loaded, spoil, request):
    loaded("zombie", "add", "198.18.65.1")
    spoil(loaded)
    if spoil is spoil_read_only:
        request.addfinalizer(lambda: loaded.namespace.run("umount", loaded.state))
    for arguments in (["zombie", "add", "198.18.65.2"], ["zombie", "del", "198.18.65.1"], ["load"],
                      ["reload"], ["unload"]):
        said = loaded(*arguments).stderr.splitlines()
        assert sum("warning" in line for line in said) <= 1, said
        assert arguments[0] == "reload" or said and str(loaded.state) in said[0], (arguments, said)
        if arguments == ["load"]:
            assert set(listed(loaded)) == {"198.18.65.2"}
            mail = frames.tcp("198.18.65.2", MX)
            assert judged(loaded, lab.outward, mail) == (0, {"zombie_live": 1})


def test_a_full_disk_loses_history_and_nothing_else(loaded, request):
    loaded.state.rename(loaded.directory / "elsewhere")
    loaded.state.mkdir(mode=0o700)
    loaded.namespace.run("mount", "-t", "tmpfs", "-o", "size=256k,mode=700", "none", loaded.state)
    request.addfinalizer(lambda: loaded.namespace.run("umount", loaded.state))
    path = loaded.write("bots.txt", "".join(f"198.18.{n >> 8}.{n & 255}\n" for n in range(1, 9000)))
    said = loaded("zombie", "add", "--file", path).stderr
    assert "No space left on device" in said and "forgotten by the next reboot" in said
    assert len(listed(loaded)) == 8999
    assert loaded("zombie", "del", "198.18.1.1").returncode == 0
    assert len(listed(loaded)) == 8998


def test_what_was_missed_while_the_disk_was_bad_is_caught_up_by_an_unload(loaded):
    loaded.state.chmod(0o777)
    loaded("zombie", "add", "198.18.65.1")
    loaded.state.chmod(0o700)
    assert "1 live zombies are kept" in loaded("unload").stderr


def test_the_store_is_private_and_says_who_did_what(loaded):
    loaded("zombie", "add", "198.18.65.1", "--why", "ticket 4711")
    assert loaded.state.stat().st_mode & 0o777 == 0o700
    path = loaded.state / "spamweir.db"
    assert path.stat().st_mode & 0o777 == 0o600
    with sqlite3.connect(path) as db:
        name, verb, arguments, generation = db.execute(
            "SELECT name, verb, arguments, generation FROM audit ORDER BY id DESC").fetchone()
    assert (name, verb, generation) == ("root", "zombie add", 1)
    assert arguments.startswith("zombie add 198.18.65.1 --why 'ticket 4711'")
