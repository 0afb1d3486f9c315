# SPDX-License-Identifier: GPL-2.0
"""NICs that are missing, occupied, renamed, known by two names, or not Ethernet; and what a
daemon does about those that come, go, or lose their program."""
import fcntl
import json
import os
import re
import signal
import subprocess

import pytest

import frames
from lab import Namespace, Path, wait_until
from test_attach import attached, nic, one_interface  # noqa: F401
from traffic import Stream
from weir import INTERFACES, Metrics, judged

CONFIG = "feeds:\n  - { name: bad, kind: cnc, path: bad.txt }\n"
LISTED = frames.udp("198.18.1.1", "198.19.66.6")
CLEAN = frames.udp("198.18.1.1", "198.19.66.7")
SECONDS = 60  # the machine may be busy
VETH = ("type", "veth", "peer", "name")


def interfaces(*names, role="access"):
    return "interfaces:\n" + "".join(f"  - {{ name: {name}, role: {role} }}\n" for name in names)


@pytest.fixture
def configured(weir):
    weir.write("bad.txt", "198.19.66.6\n")
    weir.configure(CONFIG)
    return weir


@pytest.fixture
def veth7(lab, nic):  # noqa: F811
    """A NIC of the router, fed from its other end."""
    return nic("veth7", *VETH, "veth8")


def remake(lab, name="veth7"):
    lab.router.run("ip", "link", "add", name, *VETH, "veth8")


def up(lab, *names):
    for name in names:
        lab.router.run("ip", "link", "set", name, "up")


def into(lab, name="veth7"):
    up(lab, name, "veth8")
    return Path(lab.router, "veth8", lab.router, name, lab.router, name)


def of(weir, name):
    """What status says of a NIC."""
    return next((i for i in weir.status()["interfaces"] if i["name"] == name), None)


def wait_mode(weir, name, mode, problem=None):
    def is_so():
        found = of(weir, name)
        return found and (found["mode"], found["problem"]) == (mode, problem)

    wait_until(is_so, SECONDS, f"{name} is {mode}, {problem}; it is {of(weir, name)}")


def gauge(weir, name):
    return weir.metrics().sum("interface_attached", interface=name)


def foreign(lab, name, tool):
    lab.router.run("ip", "link", "set", name, "xdp", "obj", tool("pass.o"), "sec", "xdp")


def rename(lab, old, new):
    lab.router.run("ip", "link", "set", old, "down")
    lab.router.run("ip", "link", "set", old, "name", new)
    lab.router.run("ip", "link", "set", new, "up")


# What is missing costs itself.

def test_two_of_four_nics_are_occupied(lab, configured, tool, nic):  # noqa: F811
    for name, peer in ("veth1", "veth2"), ("veth3", "veth4"):
        nic(name, *VETH, peer)
        foreign(lab, name, tool)
    others = [lab.router.link(name)["xdp"]["prog"]["id"] for name in ("veth1", "veth3")]
    configured.configure(CONFIG, interfaces("veth1", "acc0", "veth3") +
                         "  - { name: up0, role: upstream }\n")
    lines = configured.partly("load")
    assert [re.search(r"warning: (\w+): another XDP program is there", line)[1]
            for line in lines] == ["veth1", "veth3"]
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert attached(lab, "up0") == 1
    assert [lab.router.link(name)["xdp"]["prog"]["id"] for name in ("veth1", "veth3")] == others
    for name, mode, problem, value in [("veth1", "DETACHED", "occupied", 0),
                                       ("acc0", "native", None, 1)]:
        assert (of(configured, name)["mode"], of(configured, name)["problem"]) == (mode, problem)
        assert gauge(configured, name) == value
    said = configured("status").stdout.splitlines()
    wrong = said.index("WRONG veth3 (access) is DETACHED: another XDP program is there")
    assert said[wrong + 1].strip() == "> spamweir doctor veth3"

    lab.router.run("ip", "link", "set", "veth1", "xdp", "off")
    line, = configured.partly("load")
    assert "veth3" in line
    assert attached(lab, "veth1") == 1


def test_missing_ones_are_named_each_on_a_line(lab, configured):
    configured.configure(CONFIG, INTERFACES + "  - { name: no1, role: access }\n"
                         "  - { name: no2, role: access }\n")
    for verb in "load", "reload", "load":
        assert configured.partly(verb) == [
            f"spamweir: warning: {configured.config}:{line}: there is no interface {name}"
            for line, name in ((4, "no1"), (5, "no2"))]
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert of(configured, "no1")["problem"] == "missing" and gauge(configured, "no1") == 0
    assert of(configured, "no1")["kernel_name"] is None


def test_a_growing_reload_goes_through_though_one_is_missing(lab, configured):
    configured.configure(CONFIG, INTERFACES + "  - { name: no1, role: access }\n")
    configured.partly("load")
    configured.write("bad.txt", "198.19.66.7\n" + "".join(
        f"11.{n >> 8}.{n & 255}.1\n" for n in range(20000)))
    line, = configured.partly("reload")
    assert line.endswith("there is no interface no1")
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert not configured.status()["load_interrupted"]


def test_reload_asks_the_kernel_and_not_the_pins(lab, configured):
    configured("load")
    subprocess.run(["bpftool", "link", "detach", "pinned", configured.pins / "link_acc0"],
                   check=True)
    assert (configured.pins / "link_acc0").exists()
    line, = configured.partly("reload")
    assert ":2: acc0 is not attached" in line
    assert (of(configured, "acc0")["mode"], of(configured, "acc0")["problem"]) == ("DETACHED",
                                                                                  "bare")


# Two names, one NIC.

def test_an_alternative_name_is_the_same_nic(lab, configured, veth7):
    lab.router.run("ip", "link", "property", "add", "dev", veth7, "altname", "enp5s0f0np0")
    configured.configure(CONFIG, interfaces("enp5s0f0np0"))
    path = into(lab)
    for _ in range(3):
        configured("load")
        assert judged(configured, path, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    configured.write("bad.txt", "198.19.66.6\n" + "".join(
        f"11.{n >> 8}.{n & 255}.1\n" for n in range(20000)))
    configured("reload")
    assert judged(configured, path, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    found = of(configured, "enp5s0f0np0")
    assert (found["mode"], found["kernel_name"], found["problem"]) == ("native", "veth7", None)
    assert re.search(r"^enp5s0f0np0 \(veth7\) +access .* native$", configured("status").stdout, re.M)
    assert gauge(configured, "enp5s0f0np0") == 1
    daemon = configured.run()
    rename(lab, "veth7", "veth9")  # which is not what the config calls it
    wait_until(lambda: (configured.pins / "link_veth9").exists(), SECONDS)
    wait_until(lambda: of(configured, "enp5s0f0np0")["kernel_name"] == "veth9", SECONDS)
    assert daemon.stop() == 0
    configured("load")
    assert len(configured.status()["interfaces"]) == 1
    rename(lab, "veth9", "veth7")


def test_two_entries_that_are_one_nic_are_refused(lab, configured, veth7):
    lab.router.run("ip", "link", "property", "add", "dev", veth7, "altname", "enp5s0f0np0")
    configured.configure(CONFIG, interfaces("veth7", "acc0", "enp5s0f0np0"))
    for verb in "check", "load":
        assert configured.fails(verb) == (
            f"spamweir: {configured.config}:4: enp5s0f0np0 is the same NIC as veth7 on line 2, by "
            "another name: name it once")
    assert not configured.pins.exists()


# Frames without Ethernet headers.

@pytest.fixture
def tun(lab):
    if not os.path.exists("/dev/net/tun"):
        pytest.skip("this kernel has no /dev/net/tun")
    lab.router.run("ip", "tuntap", "add", "btun", "mode", "tun")
    yield "btun"
    lab.router.run("ip", "link", "del", "btun")


def test_a_device_without_ethernet_headers_is_refused(lab, configured, tun):
    configured.configure(CONFIG, interfaces(tun))
    for verb in "check", "load":
        line = configured.fails(verb)
        assert line.startswith(f"spamweir: {configured.config}:2: the frames of btun have no "
                               "Ethernet headers")
        assert "attach to the Ethernet NIC" in line
    assert attached(lab, tun) is None
    assert not configured.pins.exists()
    configured.configure(CONFIG, interfaces(tun, "acc0"))
    line, = configured.partly("load")
    assert "no Ethernet headers" in line
    assert of(configured, tun)["problem"] == "unfit"
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_a_tap_device_and_the_loopback_have_them(lab, configured):
    if not os.path.exists("/dev/net/tun"):
        pytest.skip("this kernel has no /dev/net/tun")
    lab.router.run("ip", "tuntap", "add", "btap", "mode", "tap")
    try:
        configured.configure(CONFIG, interfaces("btap", "lo"))
        assert not re.search("btap|lo:", configured("check").stderr)
        configured("load")
        assert [i["problem"] for i in configured.status()["interfaces"]] == [None, None]
    finally:
        configured("unload")
        lab.router.run("ip", "link", "del", "btap")


def test_check_names_what_is_not_on_this_machine(configured):
    configured.configure(CONFIG, interfaces("acc0", "no1"))
    done = configured("check", "--json")
    assert done.stderr.splitlines()[0] == (
        f"spamweir: warning: {configured.config}:3: there is no interface no1")
    assert json.loads(done.stdout)["interfaces"] == [
        {"name": "acc0", "role": "access", "present": True},
        {"name": "no1", "role": "access", "present": False}]


# Another network namespace.

@pytest.fixture
def other(lab):
    subprocess.run(["ip", "netns", "add", "other"], check=True)
    yield Namespace("other")
    subprocess.run(["ip", "netns", "del", "other"], check=True)


def test_a_nic_that_was_moved_is_judged_there_and_said_so(lab, configured, veth7, other):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    configured("load")
    lab.router.run("ip", "link", "set", "veth7", "netns", "other")
    try:
        index = other.link("veth7")["ifindex"]
        found = of(configured, "veth7")
        assert (found["mode"], found["problem"]) == ("ELSEWHERE", "elsewhere")
        assert gauge(configured, "veth7") == 0
        configured.write("bad.txt", "198.19.66.7\n")
        for verb in "reload", "load", "load":
            line, = configured.partly(verb)
            assert f":3: veth7 is in another network namespace by now, as its interface {index}," \
                in line
        other.run("ip", "link", "set", "veth7", "up")
        up(lab, "veth8")
        path = Path(lab.router, "veth8", other, "veth7", other, "veth7")
        assert judged(configured, path, CLEAN, LISTED) == (1, {"cnc_dst": 1})  # the new list
        configured.configure(CONFIG, interfaces("acc0"))
        configured("load")
        assert "xdp" not in other.link("veth7")
    finally:
        other.run("ip", "link", "set", "veth7", "netns", "router")


def test_another_nic_of_the_name_takes_the_place_of_one_that_was_moved(lab, configured, veth7,
                                                                       other):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon = configured.run()
    lab.router.run("ip", "link", "set", "veth7", "netns", "other")
    daemon.wait_line("veth7 is in another network namespace by now", SECONDS)
    other.run("ip", "link", "del", "veth7")
    daemon.wait_line(":3: there is no interface veth7; waiting", SECONDS)
    remake(lab)
    daemon.wait_line("veth7: is back, as another NIC; attached again", SECONDS)
    assert judged(configured, into(lab), LISTED, CLEAN) == (1, {"cnc_dst": 1})


def test_one_that_was_moved_gives_way_to_another_of_its_name(lab, configured, veth7, other):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    configured("load")
    lab.router.run("ip", "link", "set", "veth7", "netns", "other")
    moved = other.link("veth7")["ifindex"]
    lab.router.run("ip", "link", "add", "veth7", *VETH, "veth9")
    try:
        assert of(configured, "veth7")["mode"] == "ELSEWHERE"
        assert configured("load").stderr == (
            "spamweir: veth7: the NIC that was called so before is in another network namespace, "
            "and is not judged there any more\n")
        assert "xdp" not in other.link("veth7") and other.link("veth7")["ifindex"] == moved
        up(lab, "veth7", "veth9")
        path = Path(lab.router, "veth9", lab.router, "veth7", lab.router, "veth7")
        assert judged(configured, path, LISTED, CLEAN) == (1, {"cnc_dst": 1})
        assert configured("load").stderr == ""
    finally:
        lab.router.run("ip", "link", "del", "veth7")
        other.run("ip", "link", "set", "veth7", "netns", "router")


# The daemon.

def test_a_nic_deleted_and_made_again(lab, configured, veth7):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon = configured.run()
    assert judged(configured, into(lab), LISTED, CLEAN) == (1, {"cnc_dst": 1})
    for _ in range(3):
        seen = len(daemon.lines)
        lab.router.run("ip", "link", "del", "veth7")
        wait_mode(configured, "veth7", "DETACHED", "missing")
        daemon.wait_line(":3: there is no interface veth7; waiting", SECONDS, seen)
        assert gauge(configured, "veth7") == 0
        remake(lab)
        daemon.wait_line("veth7: is back, as another NIC; attached again", SECONDS, seen)
        assert judged(configured, into(lab), LISTED, CLEAN) == (1, {"cnc_dst": 1})
        assert gauge(configured, "veth7") == 1
    assert of(configured, "veth7")["reasons"]["cnc_dst"]["packets"] == 4


def test_a_driver_that_is_reloaded_gives_the_name_later(lab, configured, veth7):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon = configured.run()
    lab.router.run("ip", "link", "del", "veth7")
    remake(lab, "eth77")
    rename(lab, "eth77", "veth7")
    daemon.wait_line("veth7: is back, as another NIC; attached again", SECONDS)
    wait_mode(configured, "veth7", "native")


def test_run_starts_without_a_nic_and_waits_for_it(lab, configured, nic):  # noqa: F811
    configured.configure(CONFIG, interfaces("acc0", "veth7", "enp5s0f0np0"))
    daemon = configured.run()
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert sum("there is no interface veth7" in line for line in daemon.lines) == 1
    nic("veth7", *VETH, "veth8")
    daemon.wait_line("veth7: attached", SECONDS)
    nic("veth5", *VETH, "veth6")
    lab.router.run("ip", "link", "property", "add", "dev", "veth5", "altname", "enp5s0f0np0")
    daemon.wait_line("enp5s0f0np0: attached", SECONDS)
    assert of(configured, "enp5s0f0np0")["kernel_name"] == "veth5"
    assert attached(lab, "veth5") == attached(lab, "veth7") == 1
    assert sum("no interface" in line for line in daemon.lines) == 2


def test_a_reload_can_name_one_more_under_a_daemon(lab, configured, veth7):
    configured.configure(CONFIG, interfaces("acc0"))
    daemon = configured.run()
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("veth7: attached", SECONDS)
    wait_mode(configured, "veth7", "native")


def detach(configured):
    subprocess.run(["bpftool", "link", "detach", "pinned", configured.pins / "link_acc0"],
                   check=True)


def unpin(configured):
    (configured.pins / "link_acc0").unlink()


@pytest.mark.parametrize("take_off", [detach, unpin])
def test_a_program_that_was_taken_off_is_put_back(lab, configured, take_off):
    daemon = configured.run()
    with Stream(lab.outward, [CLEAN], [LISTED]) as stream:
        wait_until(lambda: stream.sent > 100, SECONDS)
        assert stream.passed == 0
        take_off(configured)
        daemon.wait_line("acc0: had lost its program; attached again", SECONDS)
        wait_mode(configured, "acc0", "native")
        sent, passed = stream.sent, stream.passed
        wait_until(lambda: stream.sent > sent + 100, SECONDS)
    assert stream.lost == 0
    assert stream.passed - passed <= 2  # those on their way when it was attached
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert attached(lab, "up0") == 1


def test_the_daemon_does_not_wait_for_the_lock(lab, configured):
    configured.configure(CONFIG + "metrics: { textfile: m.prom, interval: 1s }\n")
    daemon = configured.run()
    directory = os.open(configured.pins, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        detach(configured)
        textfile = configured.directory / "m.prom"
        wait_until(lambda: textfile.exists() and not Metrics(textfile.read_text()).sum(
            "interface_attached", interface="acc0"), SECONDS)  # which it still writes
        assert attached(lab, "acc0") is None
    finally:
        os.close(directory)
    daemon.wait_line("acc0: had lost its program; attached again", SECONDS)
    assert not any("locked" in line for line in daemon.lines)


def test_a_program_of_others_is_left_alone_until_it_goes(lab, configured, veth7, tool):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon = configured.run()
    daemon.kill(signal.SIGSTOP)  # that the other is faster
    subprocess.run(["bpftool", "link", "detach", "pinned", configured.pins / "link_veth7"],
                   check=True)
    foreign(lab, "veth7", tool)
    theirs = lab.router.link("veth7")["xdp"]["prog"]["id"]
    daemon.kill(signal.SIGCONT)
    daemon.wait_line("veth7: another XDP program is there .*; waiting", SECONDS)
    assert lab.router.link("veth7")["xdp"]["prog"]["id"] == theirs
    wait_mode(configured, "veth7", "DETACHED", "occupied")
    lab.router.run("ip", "link", "set", "veth7", "xdp", "off")
    daemon.wait_line("veth7: had lost its program; attached again", SECONDS)
    assert judged(configured, into(lab), LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert sum("another XDP program" in line for line in daemon.lines) == 1


def test_ip_link_cannot_take_a_linked_program_off(lab, configured):
    configured("load")
    assert lab.router.run("ip", "link", "set", "acc0", "xdp", "off", check=False).returncode
    assert of(configured, "acc0")["mode"] == "native"


def test_names_follow_a_nic_that_is_renamed(lab, configured, veth7):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon = configured.run()
    assert judged(configured, into(lab), LISTED, CLEAN) == (1, {"cnc_dst": 1})
    program = lab.router.link("veth7")["xdp"]["prog"]["id"]
    rename(lab, "veth7", "veth9")
    daemon.wait_line("veth7 is called veth9 now, which the config should follow", SECONDS)
    wait_until(lambda: of(configured, "veth9"), SECONDS)
    assert of(configured, "veth7") is None
    assert (of(configured, "veth9")["mode"], gauge(configured, "veth9")) == ("native", 1)
    assert sorted(p.name for p in configured.pins.glob("link_*")) == ["link_acc0", "link_veth9"]
    assert lab.router.link("veth9")["xdp"]["prog"]["id"] == program  # never off
    lab.router.run("ip", "link", "set", "veth8", "up")
    assert judged(configured, into(lab, "veth9"), LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert configured.metrics().sum("packets_total", interface="veth9", reason="cnc_dst") == 2
    log = configured.state / "events.jsonl"
    wait_until(lambda: log.exists() and '"interface":"veth9"' in log.read_text(), SECONDS)
    # Who starts again, and has not changed the config, does not lose it.
    assert daemon.stop() == 0
    done = configured("load")
    assert f"{configured.config}:3: there is no interface veth7; veth9, which was attached in the " \
           "same role, is taken for it" in done.stderr
    assert judged(configured, into(lab, "veth9"), LISTED, CLEAN) == (1, {"cnc_dst": 1})
    configured.configure(CONFIG, interfaces("acc0", "veth9"))
    assert configured("load").stderr == ""
    assert configured.metrics().sum("packets_total", interface="veth9", reason="cnc_dst") == 3
    rename(lab, "veth9", "veth7")


def test_a_renamed_nic_that_monitors_goes_on_monitoring(lab, configured, veth7):
    configured.configure(CONFIG, "interfaces: [{ name: acc0, role: access }, "
                         "{ name: veth7, role: access, mode: monitor }]\n")
    configured("load")
    rename(lab, "veth7", "veth9")
    for verb in "reload", "load":
        assert "there is no interface veth7; veth9" in configured(verb).stderr
        assert judged(configured, into(lab, "veth9"), LISTED, CLEAN) == (2, {})
        assert of(configured, "veth9")["monitor"] and not of(configured, "acc0")["monitor"]
    rename(lab, "veth9", "veth7")


def test_names_that_are_swapped_swap_the_roles(lab, configured, nic):  # noqa: F811
    nic("veth5", *VETH, "veth6")
    nic("veth7", *VETH, "veth8")
    configured.configure(CONFIG, interfaces("veth5") + "  - { name: veth7, role: upstream }\n")
    daemon = configured.run()
    index = {name: lab.router.link(name)["ifindex"] for name in ("veth5", "veth7")}
    rename(lab, "veth5", "tmp7")
    daemon.wait_line("veth5 is called tmp7 now", SECONDS)
    rename(lab, "veth7", "veth5")
    daemon.wait_line("veth7 is called veth5 now", SECONDS)
    rename(lab, "tmp7", "veth7")
    up(lab, "veth6", "veth8")

    def roles():  # also of what was seen half way
        return {(i["name"], i["role"]): i["mode"] for i in configured.status()["interfaces"]
                if i["configured"]}

    wait_until(lambda: roles() == {("veth5", "access"): "native", ("veth7", "upstream"): "native"},
               SECONDS, "the roles are swapped")
    assert lab.router.link("veth7")["ifindex"] == index["veth5"]
    path = Path(lab.router, "veth6", lab.router, "veth7", lab.router, "veth7")
    wait_until(lambda: judged(configured, path, LISTED) == (0, {"cnc_dst": 1}) and
               configured.metrics().sum("packets_total", interface="veth7", role="upstream",
                                        reason="cnc_dst"), SECONDS)


def test_a_nic_that_refuses_is_said_once_and_tried_again(lab, configured, nic):  # noqa: F811
    configured.configure(CONFIG, interfaces("acc0") +
                         "  - { name: veth7, role: access, xdp: native }\n")
    daemon = configured.run()
    lab.router.run("ip", "link", "add", "veth7", "type", "bridge")
    try:
        daemon.wait_line("veth7: it is a bridge, which has no native XDP.*; waiting", SECONDS)
        wait_mode(configured, "veth7", "DETACHED", "bare")
        # What has changed nothing is no news.
        for n in range(20):
            lab.router.run("ip", "link", "set", "veth7", "mtu", str(1400 + n))
    finally:
        lab.router.run("ip", "link", "del", "veth7")
    nic("veth7", *VETH, "veth8")
    daemon.wait_line("veth7: attached", SECONDS)
    assert sum("no native XDP" in line for line in daemon.lines) == 1


def drops(lab, process):
    """Messages that the process's netlink sockets had no room for."""
    table = lab.router.run("cat", f"/proc/{process.popen.pid}/net/netlink").stdout.splitlines()
    head = table[0].split()
    rows = [dict(zip(head, line.split())) for line in table[1:]]
    return sum(int(row["Drops"]) for row in rows if row["Eth"] == "0" and
               int(row["Groups"], 16) & 1)


def test_news_that_was_lost_is_made_good(lab, configured, veth7, tmp_path):
    configured.configure(CONFIG, interfaces("acc0", "veth7"))
    daemon = configured.run()
    daemon.kill(signal.SIGSTOP)
    batch = tmp_path / "batch"
    batch.write_text("".join(f"link property {verb} dev acc0 altname flood{n}\n"
                             for n in range(300) for verb in ("add", "del")))
    lab.router.run("ip", "-batch", batch, timeout=120)
    assert drops(lab, daemon) > 0
    lab.router.run("ip", "link", "del", "veth7")
    remake(lab)
    daemon.kill(signal.SIGCONT)
    daemon.wait_line("veth7: is back, as another NIC; attached again", SECONDS)
    seen = len(daemon.lines)
    lab.router.run("ip", "link", "del", "veth7")  # and news is heard as before
    daemon.wait_line("there is no interface veth7", SECONDS, seen)
    remake(lab)


def test_unload_under_a_daemon_stays_unloaded(lab, configured):
    daemon = configured.run()
    configured("unload")
    lab.router.run("ip", "link", "property", "add", "dev", "acc0", "altname", "news0")
    lab.router.run("ip", "link", "property", "del", "dev", "acc0", "altname", "news0")
    assert daemon.stop() == 0  # has read that by then
    assert attached(lab, "acc0") is None and not configured.pins.exists()
