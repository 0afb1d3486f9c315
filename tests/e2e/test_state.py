# SPDX-License-Identifier: GPL-2.0
"""The pinned state: its lock, its version, its end."""
import fcntl
import json
import os
import pathlib
import shutil
import signal
import struct
import subprocess
import sys

import pytest

import frames
from lab import passes, wait_until
from test_attach import nic, one_interface  # noqa: F401
from weir import Weir, judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
CLEAN = frames.udp("198.18.1.1", "198.19.66.7")
CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt, max_change: off }
"""


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    weir("load")
    return weir


def bpftool(*arguments, check=True):
    return subprocess.run(["bpftool", *map(str, arguments)], check=check, capture_output=True,
                          text=True)


def element(pin):
    """The one element of a pinned array, as bytes."""
    shown = bpftool("-j", "map", "lookup", "pinned", pin, "key", 0, 0, 0, 0)
    return bytes(int(byte, 16) for byte in json.loads(shown.stdout)["value"])


# Of struct sw_abi: u64 magic, u32 version, u32 loading.
def write_abi(weir, offset, value):
    pin = weir.pins / "abi"
    data = element(pin)
    data = data[:offset] + struct.pack("=I", value) + data[offset + 4:]
    bpftool("map", "update", "pinned", pin, "key", 0, 0, 0, 0, "value", *data)


def set_version(weir, version):
    write_abi(weir, 8, version)


def set_loading(weir):
    write_abi(weir, 12, 1)


@pytest.fixture
def lock(loaded):
    """Held by this process, as by a writer."""
    fd = os.open(loaded.pins, os.O_RDONLY)
    fcntl.flock(fd, fcntl.LOCK_EX)
    yield fd
    os.close(fd)


@pytest.mark.parametrize("arguments", [["zombie", "add", "198.18.65.1"], ["reload"], ["load"],
                                       ["unload"]])
def test_a_second_writer_waits_says_for_whom_and_succeeds(loaded, lock, arguments):
    writer = loaded.start(*arguments)
    name = pathlib.Path("/proc/self/comm").read_text().strip()
    writer.wait_line(f"waiting for process {os.getpid()} \\({name}\\)")
    assert writer.popen.poll() is None
    fcntl.flock(lock, fcntl.LOCK_UN)
    assert writer.wait() == 0


def test_readers_need_no_lock(loaded, lock):
    for verb in ["status"], ["metrics"], ["lookup", "198.19.66.6"], ["zombie", "list"]:
        loaded(*verb)


def test_writers_at_the_same_time_all_succeed(loaded):
    first = loaded.generation()
    writers = [loaded.start("reload") for _ in range(6)]
    writers += [loaded.start("zombie", "add", f"198.18.65.{n}") for n in range(1, 7)]
    assert [writer.wait(60) for writer in writers] == [0] * 12
    assert loaded.generation() == first + 6
    assert len(loaded.json_lines("zombie", "list")) == 6


def program_id(lab, nic):
    return lab.router.link(nic).get("xdp", {}).get("prog", {}).get("id")


def kernel_objects(lab, weir):
    """(kind, id) of all programs, links and maps of an instance."""
    found = set()
    for pin in weir.pins.iterdir():
        if pin.is_dir():
            continue
        kind = "link" if pin.name.startswith("link_") else "map"
        found.add((kind, weir.pinned(kind, pin)["id"]))
    for nic in "acc0", "up0":
        program = program_id(lab, nic)
        found.add(("prog", program))
        maps = bpftool("-j", "prog", "show", "id", program).stdout
        found |= {("map", number) for number in json.loads(maps)["map_ids"]}
    generation, = struct.unpack("=I", element(weir.pins / "policy"))
    found.add(("map", generation))
    return found


def test_unload_leaves_nothing_behind(lab, loaded):
    daemon = loaded.run()
    loaded("zombie", "add", "198.18.65.1")
    daemon.stop()
    loaded("reload")
    objects = kernel_objects(lab, loaded)
    assert len(objects) > 15
    loaded("unload")
    assert not loaded.pins.exists()
    wait_until(lambda: not any(program_id(lab, nic) for nic in ("acc0", "up0")))
    assert passes(lab.outward, LISTED)
    for kind, number in objects:
        wait_until(lambda: bpftool(kind, "show", "id", number, check=False).returncode != 0, 60,
                   f"{kind} {number} is gone")
    assert "nothing is loaded" in loaded.fails("unload")


def test_a_first_load_that_fails_leaves_nothing_behind(weir):
    weir.configure(interfaces="interfaces: [{ name: none0, role: upstream }]\n")
    assert "there is no interface none0" in weir.fails("load")
    assert not weir.pins.exists()


def test_pins_that_are_not_on_bpffs_are_refused(weir):
    weir.configure()
    weir.pins = weir.directory / "pins"
    assert "is not on bpffs" in weir.fails("load")
    assert not weir.pins.exists()


def test_a_pin_directory_below_a_missing_one_is_refused(weir):
    weir.configure()
    weir.pins = weir.pins / "below"
    assert "No such file or directory; is bpffs mounted?" in weir.fails("load")
    assert not weir.pins.parent.exists()


def test_nothing_loaded_is_said_plainly(weir):
    weir.configure()
    for verb in (["status"], ["reload"], ["metrics"], ["lookup", "198.18.1.1"], ["zombie", "list"],
                 ["zombie", "add", "198.18.1.1"], ["events"]):
        assert f"nothing is loaded under {weir.pins}: `spamweir load`" in weir.fails(*verb)
    assert weir.fails("unload").endswith(f"nothing is loaded under {weir.pins}")


def test_state_of_another_version_is_never_touched_but_unload_works(lab, loaded):
    set_version(loaded, 77)
    for verb in (["load"], ["reload"], ["run"], ["status"], ["metrics"], ["events"],
                 ["lookup", "198.18.1.1"], ["zombie", "list"], ["zombie", "add", "198.18.65.1"],
                 ["zombie", "del", "198.18.65.1"]):
        line = loaded.fails(*verb)
        assert "state version 77, this one has" in line
        assert "unload" in line
    assert judged_by_arrival(lab) == 0
    loaded("unload")
    assert passes(lab.outward, LISTED)


def judged_by_arrival(lab):
    """How many of ten listed packets arrive, once a clean one behind them has."""
    with lab.outward.counting((LISTED.src, LISTED.dst)) as listed:
        lab.outward.send(*[LISTED] * 10)
        assert passes(lab.outward, CLEAN)
        return listed.total


def test_after_a_load_that_was_killed_reload_refuses_and_load_mends(lab, loaded):
    set_loading(loaded)
    assert loaded.status()["load_interrupted"] is True
    assert "INTERRUPTED" in loaded("status").stdout
    assert "run `spamweir load`" in loaded.fails("reload")
    assert judged(loaded, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    loaded("load")
    assert loaded.status()["load_interrupted"] is False
    loaded("reload")
    assert judged(loaded, lab.outward, LISTED) == (0, {"cnc_dst": 1})


LISTS = "198.19.66.6\n2001:db8:19:666::6\n"
MORE = LISTS + "".join(f"1.{n >> 8}.{n & 255}.1\n2001:db8:{n:x}::/48\n" for n in range(5000))


@pytest.fixture
def killed(weir, killer):
    weir.configure(CONFIG, "interfaces: [{ name: acc0, role: access }]\n")
    return killer(database=False)


def test_a_first_load_that_is_killed_is_mended_by_a_load(weir, killed):
    weir.write("botnets.txt", LISTS)
    steps, wrong = killed.sweep(20, "load"), []
    for step in steps:
        weir("unload")
        killed(step, "load")
        done = weir("load", check=False)
        if done.returncode:
            wrong.append(f"step {step}: {done.stderr}")
    assert killed.times >= 12
    assert not wrong, "\n".join(wrong)


def test_a_growing_load_that_is_killed_is_mended_by_a_load(lab, weir, killed):
    """And until then the previous generation is enforced, and is what readers see."""
    def small():
        weir.write("botnets.txt", LISTS)
        weir("load")
        weir.write("botnets.txt", MORE)

    small()
    steps, wrong = killed.sweep(16, "load"), []
    for step in steps:
        weir("unload")
        small()
        killed(step, "load")
        wrong += [f"step {step}: {text}" for text in broken(lab, weir)]
    assert killed.times >= 12
    assert not wrong, "\n".join(wrong)


def broken(lab, weir):
    """What is wrong with a state that a killed writer left, if anything."""
    if judged_by_arrival(lab):
        yield "a listed packet passes"
    for address in "198.19.66.6", "2001:db8:19:666::6":
        done = weir("lookup", address, check=False)
        if "cnc_src" not in done.stdout:
            yield f"lookup {address}: {done.returncode} {done.stdout}{done.stderr}"
    for arguments in ["status"], ["metrics"], ["load"], ["reload"]:
        done = weir(*arguments, check=False)
        if done.returncode:
            yield f"{arguments}: {done.returncode} {done.stderr}"
    left = [pin.name for pin in weir.pins.iterdir() if pin.name.startswith("new_")]
    if left:
        yield f"left behind: {left}"


def test_check_tells_what_the_kernel_will_need(loaded):
    if tuple(map(int, os.uname().release.split(".")[:2])) < (6, 4):
        pytest.skip("kernels before 6.4 tell a rough guess of what maps take")
    weir = loaded
    weir.write("botnets.txt", "".join(
        f"198.{19 + n // 65536}.{n // 256 % 256}.{n % 256}\n2001:db9:{n:x}::/48\n"
        for n in range(0, 60000, 3)))
    told = weir.json("check")["kernel_bytes"]
    weir("unload")
    weir("load")
    maps = {pin.name: weir.pinned("map", pin) for pin in weir.pins.iterdir()
            if not pin.name.startswith(("link", "reader"))}
    inner = int.from_bytes(element(weir.pins / "policy"), sys.byteorder)
    tables = json.loads(bpftool("-j", "map", "show", "id", inner).stdout)["bytes_memlock"]
    state = sum(known["bytes_memlock"] for known in maps.values())
    assert abs(told["tables"] - tables) <= tables / 20, (told, tables)
    assert abs(told["state"] - state) <= state / 20, (told, {
        name: known["bytes_memlock"] for name, known in maps.items()})


@pytest.fixture
def both(lab, weir, nic):  # noqa: F811
    """One that is loaded on a NIC of its own, and another with the same state directory."""
    for name, peer in (("veth7", "veth8"), ("veth9", "veth10")):
        nic(name, "type", "veth", "peer", "name", peer)
    weir.configure(interfaces=one_interface("veth7"))
    weir("load")
    (weir.directory / "other").mkdir()
    other = Weir(lab.router, weir.directory / "other")
    other.configure(interfaces=one_interface("veth9"))
    yield weir, other
    other.close()


def blocked(weir):
    return {row["prefix"] for row in weir.json_lines("block", "list")}


def test_a_state_directory_is_of_one_instance(both):
    weir, other = both
    own = other.state
    weir("block", "add", "198.19.77.7")
    other.state = weir.state
    refusal = (f"spamweir: {weir.state} has the lists and the history of what is loaded under "
               f"{weir.pins}: another instance needs its own, `--state-dir`; or that one is "
               f"unloaded first, `spamweir unload --pin-dir {weir.pins}`")
    assert other.fails("load") == other.fails("run") == refusal
    assert not other.pins.exists()
    other.state = own
    other("load")
    other("zombie", "add", "198.18.65.1")
    other.state = weir.state
    history = weir("history").stdout
    for verb in (["load"], ["reload"], ["run"], ["block", "add", "198.19.77.8"],
                 ["allow", "add", "198.18.64.1"], ["zombie", "add", "198.18.65.2"]):
        assert other.fails(*verb) == refusal
    assert weir("history").stdout == history and weir.json_lines("zombie", "list") == []
    assert blocked(weir) == {"198.19.77.7"}
    unloaded = other("unload").stderr
    assert unloaded == (refusal.replace("spamweir: ", "spamweir: warning: ") +
                        "; live zombies are not kept for the next load\n")
    assert weir("reload").stderr == "" and weir.json_lines("zombie", "list") == []


def test_a_state_directory_goes_over_when_it_is_free(both):
    weir, other = both
    weir("block", "add", "198.19.77.7")
    shutil.copytree(weir.state, other.state)
    other("load")  # a copy is nobody's
    assert blocked(other) == {"198.19.77.7"}
    other("unload")
    weir.reboot()
    other.state = weir.state
    other("load")
    assert "is loaded under" in weir.fails("load")
    other("unload")
    weir("load")
    weir.run().stop(signal.SIGKILL)
    weir("load")  # what crashed was the same one
    weir.run()
    weir("block", "add", "198.19.77.8")
    pins, weir.pins = weir.pins, weir.pins / ".." / weir.pins.name
    weir("reload")  # another name of the same directory
    weir.pins = pins
    assert blocked(weir) == {"198.19.77.7", "198.19.77.8"}
