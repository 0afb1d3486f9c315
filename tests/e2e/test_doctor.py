# SPDX-License-Identifier: GPL-2.0
"""`doctor`: each check that can be provoked here is; and it changes nothing."""
import json
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import time
from contextlib import contextmanager

import pytest

import frames
from lab import is_stopped, wait_until
from test_attach import nic, one_interface  # noqa: F401
from weir import Process

VETH = ("type", "veth", "peer", "name")
LISTED = "feeds:\n  - { name: bad, kind: cnc, path: bad.txt }\n"
EXIT = {"ok": 0, "note": 0, "warning": 3, "failure": 1}


@pytest.fixture
def healthy(weir):
    weir.write("bad.txt", "198.19.66.6\n")
    weir.configure(LISTED)
    return weir


def examine(weir, *arguments):
    """All findings: (check, interface): [finding]."""
    done = weir("doctor", *arguments, "--json", check=False)
    told = json.loads(done.stdout)
    assert done.stderr == "", done
    assert done.returncode == EXIT[told["severity"]], done
    order = [list(EXIT).index(finding["severity"]) for finding in told["findings"]]
    assert order == sorted(order, reverse=True)
    assert list(EXIT)[max(order)] == told["severity"]
    found = {}
    for finding in told["findings"]:
        assert set(finding) == {"severity", "check", "interface", "text", "mend"}
        found.setdefault((finding["check"], finding["interface"]), []).append(finding)
    return found


def only(weir, check, interface=None, *arguments):
    finding, = examine(weir, *arguments)[check, interface]
    return finding


def is_well(finding):
    return finding["severity"] == "ok" and finding["mend"] is None


@contextmanager
def mounted(where, *options):
    where.mkdir(exist_ok=True)
    subprocess.run(["mount", *options, where], check=True)
    try:
        yield where
    finally:
        subprocess.run(["umount", where], check=True)


def test_a_machine_that_is_ready(lab, healthy):
    found = examine(healthy)
    for check in "config", "bpffs", "memory", "verifier", "feeds":
        assert is_well(found[check, None][0]), found[check, None]
    for name in "acc0", "up0":
        for check in "link", "stack", "program", "driver", "mtu", "queues", "offloads":
            assert is_well(found[check, name][0]), found[check, name]
    assert found["daemon", None][0]["mend"] == "spamweir load"
    assert not healthy.pins.exists() and not healthy.state.exists()


def test_text_has_the_worst_first_and_what_to_type(healthy):
    healthy.configure(LISTED, one_interface("nosuch0"))
    done = healthy("doctor", check=False)
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0] == "failure  link      nosuch0: there is no interface nosuch0"
    assert lines[1].split("> ")[1] == "ip -br link"
    assert lines[-1].startswith("failures: 1, warnings: ")
    marked = [line.split()[0] for line in lines if not line.startswith(" ")][:-1]
    assert marked == sorted(marked, key=list(EXIT).index, reverse=True)


def test_one_nic_alone_named_or_not(lab, healthy, nic):  # noqa: F811
    nic("veth7", *VETH, "veth8")
    for name in "acc0", "veth7":
        found = examine(healthy, name)
        assert {interface for _, interface in found} == {None, name}
        assert is_well(found["driver", name][0])


def test_what_is_loaded_is_seen(lab, healthy):
    healthy("load")
    found = examine(healthy)
    assert "in native mode" in found["program", "acc0"][0]["text"]
    assert is_well(found["buffers", "acc0"][0]) and is_well(found["verifier", None][0])
    assert is_well(found["state", None][0])
    assert "no daemon runs" in found["daemon", None][0]["text"]
    assert found["daemon", None][0]["severity"] == "note"
    lab.router.run("bpftool", "link", "detach", "pinned", healthy.pins / "link_acc0")
    finding = only(healthy, "program", "acc0")
    assert finding["severity"] == "warning" and finding["mend"] == "spamweir load"
    healthy("load")
    assert is_well(only(healthy, "program", "acc0"))


def test_the_daemon_and_what_waits_for_it(lab, healthy):
    healthy.configure(LISTED + f"metrics: {{ textfile: {healthy.directory}/m.prom }}\n")
    healthy("load")
    assert only(healthy, "daemon")["severity"] == "warning"
    daemon = healthy.run()
    finding = only(healthy, "daemon")
    # Started by hand, without its unit.
    assert finding["severity"] == "note" and "the daemon lives" in finding["text"]
    assert finding["mend"] == "systemctl enable --now spamweir"
    assert daemon.stop() == 0
    assert only(healthy, "daemon")["severity"] == "warning"


def test_a_daemon_that_is_stopped(healthy):
    daemon = healthy.run()
    daemon.kill(signal.SIGSTOP)
    wait_until(lambda: is_stopped(daemon.popen.pid))
    finding = only(healthy, "daemon")
    assert finding["severity"] == "warning" and "is stopped by a signal" in finding["text"]
    status = healthy.status()
    assert status["daemon"]["state"] == "late"
    assert [t["next"] for t in status["troubles"] if t["text"] == finding["text"]] == [
        finding["mend"]]
    subprocess.run(finding["mend"].split(), check=True)
    wait_until(lambda: "the daemon lives" in only(healthy, "daemon")["text"])


def daemon_as_seen(weir, tool, **shifts):
    """What doctor finds who looks at it by other clocks."""
    clocks = [f"{name}={seconds}" for name, seconds in shifts.items()]
    done = weir.namespace.run("env", f"LD_PRELOAD={tool('clock.so')}", *clocks,
                              *weir.command("doctor", "--json"), check=False)
    finding, = [f for f in json.loads(done.stdout)["findings"] if f["check"] == "daemon"]
    return finding


def test_a_daemon_that_hangs(healthy, tool):
    """Its heart beat two days ago."""
    daemon = Process(healthy.namespace.start(*healthy.command("run"),
                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    try:
        daemon.wait_line("running; SIGHUP reloads")
        finding = daemon_as_seen(healthy, tool, BOOT_SHIFT=2 * 86400)
        assert finding["severity"] == "warning" and "does not go round" in finding["text"]
        assert "its heart beat 2 d" in finding["text"]
        assert finding["mend"] == "systemctl restart spamweir"
    finally:
        daemon.close()


@pytest.mark.parametrize("shift", (-2 * 86400, 2 * 86400))
def test_a_wall_clock_that_leaps_hangs_no_daemon(healthy, tool, shift):
    daemon = Process(healthy.namespace.start(*healthy.command("run"),
                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    try:
        daemon.wait_line("running; SIGHUP reloads")
        assert "the daemon lives" in daemon_as_seen(healthy, tool, WALL_SHIFT=shift)["text"]
    finally:
        daemon.close()


def reads_events(lab, weir):
    """`events`, once it is the ring's reader."""
    reader = weir.start("events")

    def told():
        lab.outward.send(frames.udp("198.18.1.1", "198.19.66.6"))
        return reader.seen("cnc_dst", 0, 0.2)

    wait_until(told)
    return reader


def test_a_daemon_from_which_another_takes_the_events(lab, healthy):
    healthy("load")
    first = reads_events(lab, healthy)
    daemon = healthy.run()
    robbed, lives = examine(healthy)["daemon", None]
    assert f"the daemon lives (process {daemon.popen.pid})" in lives["text"]
    assert robbed["severity"] == "warning"
    assert robbed["text"] == (f"the daemon logs no events: process {first.popen.pid} "
                              "(`spamweir events`) was there first and reads them")
    status = healthy.status()
    assert (status["daemon"]["state"], status["daemon"]["pid"]) == ("lives", daemon.popen.pid)
    assert [t["next"] for t in status["troubles"] if t["text"] == robbed["text"]] == [
        robbed["mend"]]
    subprocess.run(robbed["mend"].split(), check=True)
    daemon.wait_line("events are logged from now on")
    assert only(healthy, "daemon")["mend"] == lives["mend"]
    daemon.stop(signal.SIGKILL)  # without the time to say so
    again = reads_events(lab, healthy)
    assert "no daemon runs" in only(healthy, "daemon")["text"]
    assert again.stop() == 0


def test_another_program_is_there(lab, healthy, nic, tool):  # noqa: F811
    nic("veth7", *VETH, "veth8")
    lab.router.run("ip", "link", "set", "veth7", "xdp", "obj", tool("pass.o"), "sec", "xdp")
    healthy.configure(LISTED, one_interface("veth7"))
    finding = only(healthy, "program", "veth7")
    assert finding["severity"] == "failure"
    assert "another XDP program is there" in finding["text"]
    assert finding["mend"] == "ip link set veth7 xdp off"
    lab.router.run(*finding["mend"].split())
    assert is_well(only(healthy, "program", "veth7"))


def test_a_nic_that_is_down(lab, healthy, nic):  # noqa: F811
    nic("veth7", *VETH, "veth8")
    finding = only(healthy, "link", "veth7", "veth7")
    assert finding["severity"] == "warning" and "no carrier" in finding["text"]
    assert finding["mend"] == "ip -s link show veth7"
    lab.router.run("ip", "link", "set", "veth8", "up")
    assert is_well(only(healthy, "link", "veth7", "veth7"))
    lab.router.run("ip", "link", "set", "veth7", "down")
    finding = only(healthy, "link", "veth7", "veth7")
    assert finding["severity"] == "warning" and "down" in finding["text"]
    lab.router.run(*finding["mend"].split())
    assert is_well(only(healthy, "link", "veth7", "veth7"))


def test_a_device_without_ethernet(lab, healthy):
    lab.router.run("ip", "tuntap", "add", "tun7", "mode", "tun")
    try:
        found = examine(healthy, "tun7")
        assert found["link", "tun7"][0]["severity"] == "failure"
        assert "a tun device" in found["link", "tun7"][0]["text"]
        assert ("driver", "tun7") not in found
    finally:
        lab.router.run("ip", "link", "del", "tun7")


def test_frames_that_fit_no_buffer(lab, healthy):
    lab.router.run("ip", "tuntap", "add", "tap7", "mode", "tap")
    try:
        assert is_well(only(healthy, "mtu", "tap7", "tap7"))
        lab.router.run("ip", "link", "set", "tap7", "mtu", "9000")
        finding = only(healthy, "mtu", "tap7", "tap7")
        assert finding["severity"] == "warning" and "9000" in finding["text"]
        lab.router.run(*finding["mend"].split())
        assert is_well(only(healthy, "mtu", "tap7", "tap7"))
    finally:
        lab.router.run("ip", "link", "del", "tap7")


def test_no_native_xdp(healthy):
    """The loopback device has none. A kernel before 6.3 does not tell."""
    told = only(healthy, "driver", "lo", "lo")
    assert told["severity"] == "warning" or "does not tell" in told["text"]
    for xdp, severity in ("native", "failure"), ("generic", "note"):
        healthy.configure(LISTED, one_interface("lo", xdp=xdp))
        found = only(healthy, "driver", "lo")
        assert found["severity"] == severity or "does not tell" in found["text"]


def test_a_port_of_a_bridge_and_the_bridge(lab, healthy, nic):  # noqa: F811
    nic("br7", "type", "bridge")
    for port, end in ("veth1", "veth2"), ("veth3", "veth4"):
        nic(port, *VETH, end)
        lab.router.run("ip", "link", "set", port, "master", "br7")
    healthy.configure(LISTED, one_interface("veth1"))
    finding = only(healthy, "stack", "veth1")
    assert finding["severity"] == "note" and "veth3" in finding["text"]
    assert finding["mend"] == "name the other ports of br7 too"
    both = one_interface("veth1") + "  - { name: veth3, role: upstream }\n"
    healthy.configure(LISTED, both)
    assert is_well(only(healthy, "stack", "veth1"))
    healthy.configure(LISTED, one_interface("br7"))
    finding = only(healthy, "stack", "br7")
    assert finding["severity"] == "warning" and "veth1, veth3" in finding["text"]
    healthy.configure(LISTED, both + "  - { name: br7, role: access }\n")
    finding = only(healthy, "stack", "br7")
    assert finding["severity"] == "warning" and "one of the two is left out" in finding["text"]


def test_tags_that_are_taken_out(lab, healthy, nic):  # noqa: F811
    nic("veth7", *VETH, "veth8")
    healthy.configure(LISTED, "interfaces:\n  - { name: veth7, role: access, "
                              "vlans: { 7: upstream } }\n")
    lab.router.run("ethtool", "-K", "veth7", "rxvlan", "on")
    finding = only(healthy, "offloads", "veth7")
    assert finding["severity"] == "warning" and "VLAN tags" in finding["text"]
    lab.router.run(*finding["mend"].split())
    assert is_well(only(healthy, "offloads", "veth7"))


@contextmanager
def setting(lab, name, value):
    """net.core of the router has this alone: mounted there, where the kernel shows only what a
    network namespace may set."""
    lab.router.run("mount", "-t", "tmpfs", "none", "/proc/sys/net/core")
    try:
        lab.router.run("sh", "-c", f"echo {value} > /proc/sys/net/core/{name}")
        yield
    finally:
        lab.router.run("umount", "/proc/sys/net/core")


def test_programs_that_are_interpreted(lab, healthy):
    """A load warns of it, too, and of nothing else."""
    assert healthy("load").stderr == ""
    with setting(lab, "bpf_jit_enable", 0):
        finding = only(healthy, "jit")
        assert finding["severity"] == "warning"
        assert finding["mend"] == "sysctl -w net.core.bpf_jit_enable=1"
        line, = healthy("load").stderr.splitlines()
        assert line == f"spamweir: warning: {finding['text']}: `{finding['mend']}`"
    with setting(lab, "bpf_jit_enable", 1):
        assert is_well(only(healthy, "jit"))
        assert healthy("load").stderr == ""


def test_pins_where_no_bpffs_is(healthy):
    healthy.pins = healthy.directory / "pins"
    finding = only(healthy, "bpffs")
    assert finding["severity"] == "failure" and "is not on bpffs" in finding["text"]
    assert finding["mend"] == "mount -t bpf -o mode=700 bpf /sys/fs/bpf"
    assert not healthy.pins.exists()


def test_pins_that_others_can_change(healthy):
    healthy("load")
    healthy.pins.chmod(0o777)
    try:
        found = examine(healthy)
        finding, = found["bpffs", None]
        assert finding["severity"] == "failure"
        assert found["daemon", None][0]["severity"] == "failure"
        subprocess.run(finding["mend"].split(), check=True)
        assert is_well(only(healthy, "bpffs"))
    finally:
        healthy.pins.chmod(0o700)


def test_the_state_directory(healthy):
    assert only(healthy, "state")["mend"] == f"install -d -m 700 {healthy.state}"
    with mounted(healthy.state, "-t", "tmpfs", "-o", "size=128k,mode=700", "none"):
        assert only(healthy, "state")["severity"] == "failure"  # under 1 MiB is left
    with mounted(healthy.state, "-t", "tmpfs", "-o", "size=8m,mode=700", "none"):
        assert "nearly full: 8 MiB" in only(healthy, "state")["text"]
        subprocess.run(["mount", "-o", "remount,ro", healthy.state], check=True)
        finding = only(healthy, "state")
        assert finding["severity"] == "failure" and "Read-only" in finding["text"]
        subprocess.run(["sh", "-c", finding["mend"]], check=True)
        assert only(healthy, "state")["severity"] == "warning"
    healthy.state.chmod(0o777)
    finding = only(healthy, "state")
    assert finding["severity"] == "warning" and "0777" in finding["text"]
    subprocess.run(finding["mend"].split(), check=True)
    os.chown(healthy.state, 12345, -1)
    finding = only(healthy, "state")
    assert finding["severity"] == "warning" and "user 12345" in finding["text"]
    subprocess.run(finding["mend"].split(), check=True)
    assert is_well(only(healthy, "state"))
    healthy.state = healthy.directory / "no" / "state"
    assert only(healthy, "state")["severity"] == "warning"


def test_a_store_in_a_directory_of_everybodys_is_mended_by_its_mode(healthy):
    healthy("load")
    healthy.state.chmod(0o777)
    finding, = [f for f in examine(healthy)["running", None] if "others than root" in f["text"]]
    assert finding["mend"] == f"chmod 700 {healthy.state}"
    assert [t["next"] for t in healthy.status()["troubles"] if t["text"] == finding["text"]] == [
        finding["mend"]]
    subprocess.run(finding["mend"].split(), check=True)
    assert not [f for f in examine(healthy)["running", None] if "others than root" in f["text"]]


def test_a_state_directory_that_is_a_file(healthy):
    healthy.state.write_text("")
    told = json.loads(healthy("doctor", "--json", check=False).stdout)
    finding, = [finding for finding in told["findings"] if finding["check"] == "state"]
    assert finding["severity"] == "failure" and "no directory" in finding["text"]


def test_feeds_that_cannot_be_read_or_are_anybodys(healthy):
    path = healthy.directory / "bad.txt"
    path.chmod(0o666)
    finding = only(healthy, "feeds")
    assert finding["severity"] == "warning" and "everybody can write" in finding["text"]
    subprocess.run(finding["mend"].split(), check=True)
    assert is_well(only(healthy, "feeds"))
    path.unlink()
    found = examine(healthy)
    assert found["feeds", None][0]["severity"] == "failure"
    assert str(path) in found["feeds", None][0]["text"]
    assert found["config", None][0]["severity"] == "failure"


def test_a_feed_that_was_not_fetched_and_one_that_could_not_be(healthy):
    url = f"file://{healthy.directory}/list.txt"
    healthy.configure(f"feeds:\n  - {{ name: net, kind: cnc, url: \"{url}\" }}\n")
    finding, = examine(healthy)["feeds", None]
    assert finding["severity"] == "note" and "has not been fetched" in finding["text"]
    assert finding["mend"] == "spamweir feed update net"
    healthy("feed", "update", "net", check=False)
    finding, = examine(healthy)["feeds", None]
    assert finding["severity"] == "warning" and "could not be fetched" in finding["text"]
    healthy.write("list.txt", "198.19.66.6\n")
    healthy("feed", "update", "net", check=False)
    assert is_well(only(healthy, "feeds"))


def test_where_metrics_go(healthy):
    place = healthy.directory / "node-exporter"
    healthy.configure(LISTED + f"metrics: {{ textfile: {place}/spamweir.prom }}\n")
    finding = only(healthy, "textfile")
    assert finding["severity"] == "warning"
    subprocess.run(finding["mend"].split(), check=True)
    assert is_well(only(healthy, "textfile"))
    os.mkfifo(place / "spamweir.prom")
    finding = only(healthy, "textfile")
    assert finding["severity"] == "warning"
    subprocess.run(finding["mend"].split(), check=True)
    with mounted(place, "-t", "tmpfs", "-o", "ro", "none"):
        assert only(healthy, "textfile")["severity"] == "warning"


@pytest.mark.skipif(not shutil.which("setpriv"), reason="setpriv is not installed")
def test_programs_that_the_kernel_does_not_take(healthy):
    told = healthy("doctor", "--json", check=False).stdout
    assert re.search(r"walks [0-9]+ instructions, of 1000000 that it would", told)
    rights = "-sys_admin,-bpf,-perfmon,-net_admin"
    done = healthy.namespace.run("setpriv", "--bounding-set", rights, "--inh-caps", rights,
                                 *healthy.command("doctor", "--json"), check=False)
    finding, = [each for each in json.loads(done.stdout)["findings"]
                if each["check"] == "verifier"]
    assert finding["severity"] == "failure" and "the kernel refused" in finding["text"]


def test_headers_behind_the_first_buffer(lab, healthy):
    healthy("load")
    number = str(lab.router.link("acc0")["xdp"]["prog"]["id"])
    frame, context = healthy.directory / "frame", healthy.directory / "context"
    frame.write_bytes(lab.outward.frame(frames.tcp("198.18.1.1", "198.19.1.1", 443)))
    # struct xdp_md: 20 bytes stand in the first buffer.
    context.write_bytes(struct.pack("6I", 0, 20, 0, 0, 0, 0))
    done = lab.router.run("bpftool", "prog", "run", "id", number, "data_in", frame, "ctx_in",
                          context, "repeat", "7", check=False)
    if done.returncode:
        pytest.skip("the kernel makes no frames of several buffers for a test")
    finding = only(healthy, "buffers", "acc0")
    assert finding["severity"] == "note" and finding["text"].startswith("of 7 frames, since ")
    assert is_well(only(healthy, "buffers", "up0"))


def test_a_clock_that_was_set_back(healthy):
    healthy("load")
    reader = healthy.pinned("map", healthy.pins / "health")
    ahead = [str(byte) for byte in struct.pack("<Q", int(time.time()) + 86400)]
    subprocess.run(["bpftool", "map", "update", "id", str(reader["id"]), "key", "0", "0", "0",
                    "0", "value", *ahead], check=True, capture_output=True)
    finding = only(healthy, "clock")
    assert finding["severity"] == "warning" and "it was set back" in finding["text"]
    assert finding["mend"] == "timedatectl set-ntp true"


def test_a_secret_that_is_everybodys(healthy):
    secret = healthy.write("secret", "user:password\n")
    healthy.configure(f"feeds:\n  - {{ name: net, kind: cnc, url: \"http://127.0.0.1:9/\", "
                      f"credentials_file: {secret} }}\n")
    secret.chmod(0o644)
    finding = only(healthy, "files")
    assert finding["severity"] == "warning" and "everybody can read it" in finding["text"]
    subprocess.run(finding["mend"].split(), check=True)
    assert is_well(only(healthy, "files"))


def test_servers_that_do_not_answer(lab, healthy):
    def configure(server):
        healthy.configure(f"feeds:\n  - {{ name: net, kind: cnc, url: \"http://{server}/x\" }}\n")

    configure("198.19.0.9:8081")
    finding = only(healthy, "reach")
    assert finding["severity"] == "warning" and finding["mend"] == "nc -vz 198.19.0.9 8081"
    assert finding["text"] == ("feed net: 198.19.0.9 does not answer on port 8081: Connection "
                               "refused")
    with lab.internet.inside():
        listener = socket.create_server(("198.19.0.9", 8081))
    assert is_well(only(healthy, "reach"))
    listener.close()
    # Of a proxy, that port is asked which is asked for the list.
    for scheme, port in ("http", 1080), ("socks5h", 1080), ("https", 443):
        healthy.configure("feeds:\n  - { name: net, kind: cnc, url: \"http://lists.invalid/x\", "
                          f"proxy: \"{scheme}://198.19.0.9\" }}\n")
        assert only(healthy, "reach")["mend"] == f"nc -vz 198.19.0.9 {port}"
    configure("nosuch.invalid")
    finding = only(healthy, "reach")
    assert finding["severity"] == "warning" and finding["mend"] == "getent ahosts nosuch.invalid"


def test_what_status_says_of_what_is_in_force(lab, healthy):
    healthy("load")
    assert is_well(only(healthy, "running"))
    healthy.config.write_text("mode: monitor\n" + healthy.config.read_text())
    finding = only(healthy, "running")
    assert finding["severity"] == "warning" and "is not in force" in finding["text"]
    assert finding["mend"] == "spamweir reload"
    healthy("reload")
    assert is_well(only(healthy, "running"))
    healthy.config.write_text(healthy.config.read_text().replace("monitor", "enforce"))
    healthy("reload", "--confirm", "1h")
    finding = only(healthy, "running")
    assert finding["mend"] == "spamweir confirm" and "ON TRIAL" in finding["text"]
    healthy("confirm")
    assert is_well(only(healthy, "running"))


def test_a_config_that_is_none(healthy):
    healthy.config.write_text("interfaces: 5\n")
    found = examine(healthy, "acc0")
    finding, = found["config", None]
    assert finding["severity"] == "failure" and f"{healthy.config}:1" in finding["text"]
    assert is_well(found["link", "acc0"][0])


ROUTES = LISTED + "  - { name: home, kind: own, entries: [198.18.0.0/17] }\n"
SWAPPED = """\
interfaces:
  - { name: up0, role: access }
  - { name: acc0, role: upstream }
"""


@pytest.fixture
def default_route(lab):
    lab.router.run("ip", "route", "add", "default", "via", "198.18.130.2")
    yield
    lab.router.run("ip", "route", "del", "default")


def test_roles_that_routes_confirm(healthy, default_route):
    healthy.configure(ROUTES)
    assert is_well(only(healthy, "roles"))
    for verb in "check", "load":
        assert healthy(verb).stderr == ""


def test_roles_that_are_swapped(healthy, default_route):
    healthy.configure(ROUTES, SWAPPED)
    access, upstream = examine(healthy)["roles", None]
    assert {access["severity"], upstream["severity"]} == {"warning"}
    assert "up0 has the role access, but packets for the Internet leave by it" in access["text"]
    assert "acc0 has the role upstream, but a route leads by it to 198.18.0.0/17" in upstream["text"]
    for verb in "check", "load":
        told = healthy(verb).stderr.splitlines()
        assert [access["text"] in told[0], upstream["text"] in told[1], len(told)] == [1, 1, 2]


def test_the_net_of_a_link_is_on_either_side(lab, healthy, default_route):
    """198.18.129.0/30 is that of acc0 itself."""
    healthy.configure(LISTED + "  - { name: home, kind: own, entries: [198.18.128.0/17] }\n", SWAPPED)
    finding = only(healthy, "roles")
    assert "up0 has the role access" in finding["text"]


def test_a_trunk_has_no_role_to_contradict(healthy, default_route):
    healthy.configure(ROUTES, "interfaces:\n"
                      "  - { name: up0, role: access, vlans: { 20: upstream } }\n")
    assert is_well(only(healthy, "roles"))


@pytest.mark.parametrize("name, missing", [("acc0", "upstream"), ("up0", "access")])
def test_one_side_alone(healthy, name, missing):
    role = {"acc0": "access", "up0": "upstream"}[name]
    healthy.configure(ROUTES, f"interfaces: [{{ name: {name}, role: {role} }}]\n")
    finding = only(healthy, "roles")
    assert finding["severity"] == "note"
    assert finding["text"].startswith(f"no NIC has the role {missing}: ")
    done = healthy("check")
    assert done.stderr == f"spamweir: {finding['text']}\n" and "is valid" in done.stdout


def policy(weir, smtp="", more=""):
    weir.write("none.txt", "")
    weir.configure(f"smtp: {{ {smtp} }}\nfeeds:\n"
                   '  - { name: home, kind: own, entries: [198.18.0.0/16, "2001:db8::/32"] }\n'
                   f"{more}")
    return examine(weir)["policy", None]


@pytest.mark.parametrize("smtp, more, severity, text", (
    ("ports: [587]", "", "warning", "smtp.ports does not have 25"),
    ("limit: { access: off }", "", "note", "smtp.limit.access is off"),
    ("limit: { access: { rate: 8/s, burst: 10 } }", "", "note", "takes more than 7 connections"),
    ("limit: { access: { rate: 30/min, burst: 1001 } }", "", "note", "or 1000 at once"),
    ("limit: { access: closed }", "", "warning", "subscribers reach no mail server at all"),
    ("", "  - { name: homes, kind: limit, limit: closed, entries: [198.18.4.0/22] }\n", "warning",
     "feed homes is closed, and no feed says to what mail may pass nevertheless: whom it lists "),
    ("limit: { access: closed }",
     "  - { name: ours, kind: allow, to: true, path: none.txt, may_be_empty: true }\n", "warning",
     "feed ours, which says to what mail may pass, lists nothing: subscribers reach no mail "),
    ("", "  - { name: mx, kind: protect, bounces: off, entries: [198.18.0.24/29] }\n"
         "  - { name: ours, kind: allow, to: true, entries: [198.18.0.25] }\n", "warning",
     "feed mx protects 198.18.0.25, and feed ours lets mail to it pass: neither limit nor"),
    ("", '  - { name: mx, kind: protect, bounces: off, entries: ["2001:db8::25"] }\n'
         '  - { name: ours, kind: allow, entries: ["2001:db8::/64"] }\n', "warning",
     "feed mx protects 2001:db8::25, and feed ours lets mail to it pass on upstream NICs: "),
    ("", "  - { name: all, kind: allow, entries: [198.18.0.0/15] }\n", "warning",
     "feed all allows 198.18.0.0/15: nobody in 198.18.0.0/16, which is own space"),
    ("", "  - { name: all, kind: allow, entries: [198.18.4.0/22] }\n", "warning",
     "feed all allows 198.18.4.0/22: nobody in 198.18.4.0/22"),
    ("", '  - { name: all, kind: allow, entries: ["2001:db8:7::/48"] }\n', "warning",
     "nobody in 2001:db8:7::/48"),
    ("", "  - { name: left, kind: cnc, mode: monitor, entries: [203.0.113.0/24] }\n", "note",
     "feed left is in monitor mode, while others enforce"),
))
def test_what_lets_spam_pass_by_mistake(healthy, smtp, more, severity, text):
    finding, = policy(healthy, smtp, more)
    assert finding["severity"] == severity and text in finding["text"] and finding["mend"]
    said = f"spamweir: warning: {finding['text']}\n" in healthy("check").stderr
    assert said == (severity == "warning"), "check tells what contradicts itself"


@pytest.mark.parametrize("smtp, more", (
    ("", ""),
    ("limit: { access: { rate: 7/s, burst: 1000 } }", ""),
    ("limit: { access: closed }",
     "  - { name: ours, kind: allow, to: true, entries: [198.18.0.25] }\n"),
    ("", "  - { name: hosting, kind: allow, entries: [198.18.4.0/23, 203.0.113.0/24] }\n"),
    ("", "  - { name: homes, kind: limit, limit: closed, path: none.txt, may_be_empty: true }\n"),
    ("", "  - { name: mx, kind: protect, bounces: off, entries: [198.18.0.24/31] }\n"
         "  - { name: ours, kind: allow, to: false, entries: [198.18.0.25] }\n"
         "  - { name: next, kind: allow, to: true, entries: [198.18.0.26] }\n"),
))
def test_a_policy_that_means_what_it_says(healthy, smtp, more):
    finding, = policy(healthy, smtp, more)
    assert is_well(finding)


def test_a_closed_class_on_trial(healthy):
    found = policy(healthy, "", "  - { name: homes, kind: limit, limit: closed, mode: monitor, "
                   "entries: [198.18.4.0/22] }\n")
    assert any("whom it lists would reach no mail server at all" in f["text"] for f in found)


def test_what_passes_on_upstream_nics_alone_where_there_are_none(healthy):
    feeds = ("feeds:\n  - { name: mx, kind: protect, bounces: off, entries: [198.18.0.25] }\n"
             "  - { name: ours, kind: allow, entries: [198.18.0.0/24] }\n"
             "  - { name: home, kind: own, entries: [198.18.0.0/16] }\n")
    nic = "interfaces:\n  - {{ name: acc0, role: access{} }}\n"
    healthy.configure(feeds, interfaces=nic.format(""))
    assert is_well(only(healthy, "policy"))
    healthy.configure(feeds, interfaces=nic.format(", vlans: { 7: upstream }"))
    assert "lets mail to it pass on upstream NICs" in only(healthy, "policy")["text"]


def test_a_nic_that_was_left_in_monitor_mode(healthy):
    healthy.configure(LISTED, interfaces="""\
interfaces:
  - { name: acc0, role: access, mode: monitor }
  - { name: up0, role: upstream }
""")
    finding = only(healthy, "policy")
    assert finding["severity"] == "note" and "acc0 is in monitor mode" in finding["text"]


def test_foreign_lists_without_own_space(healthy):
    finding = only(healthy, "roles")
    assert finding["severity"] == "warning"
    assert finding["text"].startswith("no feed is of kind own: a list such as bad ")
    assert finding["text"] in healthy("check").stderr
    assert healthy("load").stderr == ""  # nothing is wrong with what is loaded
    healthy.configure(LISTED.replace("bad.txt", "bad.txt, may_list_own: true"))
    assert is_well(only(healthy, "roles"))


FILES = """
notices:
  organisation: Example Net
  contact: abuse@example.net
  templates: {0}/templates
  customers: {0}/customers.csv
  receivers:
    - {{ name: pager, exec: {0}/page }}
    - {{ name: desk, webhook: "https://desk.example.net/", headers_file: {0}/hook }}
    - {{ name: mail, mail: "smtps://mail.example.net", from: a@example.net,
        credentials_file: {0}/login }}
feeds:
  - {{ name: web, kind: allow, entries: [192.0.2.25], path: {0}/web.txt }}
"""
SUBSCRIBERS = """
subscribers:
  sources:
    - {{ name: radius, format: detail, path: "{0}/radacct/*/detail-*" }}
"""


@pytest.fixture
def filed(healthy):
    directory = healthy.directory
    (directory / "templates").mkdir()
    (directory / "radacct" / "a").mkdir(parents=True)
    for name, text in {"customers.csv": "a,b@example.net,en\n", "page": "#!/bin/sh\n", "hook": "A: b\n",
                       "login": "a:b\n", "web.txt": "192.0.2.1\n",
                       "radacct/a/detail-1": "\n"}.items():
        (directory / name).write_text(text)
    (directory / "page").chmod(0o755)
    for secret in "hook", "login":
        (directory / secret).chmod(0o600)
    healthy.configure((FILES + SUBSCRIBERS).format(directory))
    return healthy


def test_files_that_are_there(filed):
    assert is_well(only(filed, "files"))
    assert filed("check").stderr == ""


@pytest.mark.parametrize("name, key", [
    ("templates", "templates"), ("customers.csv", "customers"), ("page", "exec"),
    ("hook", "headers_file"), ("login", "credentials_file"),
])
def test_files_that_are_missing(filed, name, key):
    path = filed.directory / name
    path.rename(f"{path}.away")
    finding = only(filed, "files")
    assert finding["severity"] == "failure" and finding["mend"] == f"ls -ld {path}"
    assert finding["text"].endswith(f": {key} {path}: No such file or directory")
    assert finding["text"] in filed.fails("check")


def test_files_that_are_something_else(filed):
    (filed.directory / "page").chmod(0o644)
    assert "page: may not be executed" in filed.fails("check")
    (filed.directory / "page").chmod(0o755)
    (filed.directory / "hook").unlink()
    os.mkfifo(filed.directory / "hook")
    assert "hook: is no regular file" in filed.fails("check")


def test_leases_that_have_not_begun(filed):
    (filed.directory / "radacct/a/detail-1").unlink()
    finding = only(filed, "files")
    assert finding["severity"] == "warning" and "list of subscribers radius: there is no file " \
        in finding["text"]
    assert finding["text"] in filed("check").stderr
