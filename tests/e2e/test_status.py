# SPDX-License-Identifier: GPL-2.0
"""`status` for people: on a terminal, through a pipe, again and again."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pytest

import frames
from lab import wait_until
from test_attach import nic, one_interface  # noqa: F401
from weir import judged

FEEDS = """
feeds:
  - { name: botnets, kind: cnc, path: bad.txt }
"""
LISTED = frames.udp("198.18.1.1", "198.19.66.6")
ESCAPE = "\x1b["
HOME = "\x1b[?7l\x1b[H"
END = "\x1b[J\x1b[?7h"


class Terminal:
    """A command on a terminal of its own, in the router."""

    def __init__(self, weir, *words, rows=24, columns=80, **environment):
        self.ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        known = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
        self.popen = weir.namespace.start(*weir.command(*words), stdin=theirs, stdout=theirs,
                                          stderr=theirs,
                                          env={**known, "TERM": "xterm", **environment})
        os.close(theirs)
        self.seen = ""

    def read(self, until=None, seconds=180):
        """What it shows until then, or until it ends."""
        deadline = time.monotonic() + seconds
        while until is None or not until(self.seen):
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self.ours], [], [], left)[0], self.seen
            try:
                got = os.read(self.ours, 65536)
            except OSError:  # EIO: nobody has it open any more
                got = b""
            if not got:
                assert until is None, self.seen
                break
            self.seen += got.decode().replace("\r\n", "\n")
        return self.seen

    def end(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        os.close(self.ours)


@pytest.fixture
def loaded(weir):
    weir.configure(FEEDS)
    weir.write("bad.txt", "198.19.66.6\n")
    weir("load")
    return weir


@pytest.fixture
def terminal():
    made = []

    def make(*arguments, **keys):
        made.append(Terminal(*arguments, **keys))
        return made[-1]

    yield make
    for each in made:
        each.end()


def plain(text):
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)


def frames_of(seen):
    return re.findall(re.escape(HOME) + "(.*?)" + re.escape(END), seen, re.S)


def test_colour_is_for_terminals_and_for_who_wants_it(loaded, terminal):
    assert ESCAPE not in loaded("status").stdout
    assert "\x1b[32menforcing\x1b[0m" in terminal(loaded, "status").read()
    for unwanted in {"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": ""}:
        assert ESCAPE not in terminal(loaded, "status", **unwanted).read()
    assert ESCAPE in terminal(loaded, "status", NO_COLOR="").read()


def test_what_is_wrong_comes_first_with_what_to_type(loaded):
    daemon = loaded.run()
    lines = loaded("status").stdout.splitlines()
    assert re.fullmatch(r"daemon lives, process \d+, its heart beat \d+ s ago; "
                        r"[\d.]+ MiB of kernel memory", lines[1])
    assert lines[2] == "" and loaded.status()["troubles"] == []
    assert loaded.status()["daemon"]["pid"] == daemon.popen.pid
    daemon.stop()

    loaded.write("bad.txt", "<html>\n")
    loaded.partly("reload")
    loaded.namespace.run("ip", "link", "set", "up0", "xdp", "off", check=False)
    os.unlink(loaded.pins / "link_up0")
    wait_until(lambda: loaded.status()["interfaces"][1]["mode"] == "DETACHED")
    lines = loaded("status").stdout.splitlines()
    assert lines[2] == ("WRONG up0 (upstream) is DETACHED: no program is there: `spamweir load` "
                        "attaches one")
    assert lines[3].strip() == "> spamweir load"
    assert re.match("look  feed botnets is UNFIT since .*its good copy is in force", lines[4])
    assert lines[5].strip() == "> spamweir check"
    assert lines[6].startswith("look  no daemon runs")
    assert lines[7].strip() == "> systemctl enable --now spamweir"
    assert lines[8] == "" and lines[9].startswith("interface")
    status = loaded.status()
    assert [(t["severity"], t["next"]) for t in status["troubles"]] == [
        ("failure", "spamweir load"), ("warning", "spamweir check"),
        ("warning", "systemctl enable --now spamweir")]
    assert status["daemon"]["state"] == "none" and status["daemon"]["pid"] is None
    assert status["kernel_bytes"] > 1 << 20


def test_it_fits_on_one_screen(lab, loaded):
    judged(loaded, lab.outward, *[LISTED] * 3)
    lines = loaded("status").stdout.splitlines()
    assert len(lines) <= 24 + 4  # as many kinds of packets that nobody has asked for
    assert max(len(line) for line in lines if not line.startswith(("look", "WRONG"))) <= 100
    acc0 = next(line for line in lines if line.startswith("acc0 "))
    # Beside these the kernel has neighbours to ask for.
    assert re.fullmatch(r"acc0 +access +\d+ +\d+ +\d+ +3 +\d+ +native", acc0)


def test_watching_shows_what_has_come_in_since(lab, loaded, terminal):
    watched = terminal(loaded, "status", "--watch", "100ms", rows=60)
    watched.read(lambda seen: frames_of(seen))
    judged(loaded, lab.outward, *[LISTED] * 7)
    seen = watched.read(lambda seen: re.search(r"drop +cnc_dst +7 ", plain(seen)))
    assert "more lines" not in seen
    watched.popen.send_signal(signal.SIGINT)
    assert watched.popen.wait(180) == -signal.SIGINT


def test_watching_keeps_to_a_small_terminal(loaded, terminal):
    watched = terminal(loaded, "status", "--watch", "100ms", rows=8, columns=40)
    seen = watched.read(lambda seen: len(frames_of(seen)) > 2)
    for frame in frames_of(seen):
        lines = frame.split("\n")[:-1]
        assert len(lines) == 7
        assert re.fullmatch(r"\.\.\. and \d+ more lines", plain(lines[-1]))
        assert plain(lines[0]).startswith("enforcing, ")


def test_watching_through_a_pipe_and_as_json(loaded):
    watched = loaded.start("status", "--watch", "100ms", "--json")
    watched.wait_line("generation")
    seen = len(watched.lines)
    watched.wait_line("generation", after=seen)
    watched.stop()
    watched = loaded.start("status", "--watch", "100ms")
    watched.wait_line("^enforcing")
    seen = len(watched.lines)
    watched.wait_line("^enforcing", after=seen)
    assert not watched.seen("\x1b")


def test_watching_ends_when_nothing_is_loaded_any_more(loaded):
    watched = loaded.start("status", "--watch", "100ms")
    watched.wait_line("^enforcing")
    loaded("unload")
    watched.wait_line("nothing is loaded")
    assert watched.wait() == 1


@pytest.mark.parametrize("often", ["0", "5x", "50ms", "2d", "9" * 30])
def test_how_often_is_checked(loaded, often):
    done = loaded("status", "--watch", often, check=False)
    assert (done.returncode, done.stdout) == (2, "") and "expected seconds" in done.stderr


def test_long_names_of_feeds_have_room(loaded):
    loaded.configure(FEEDS + f"  - {{ name: {'n' * 31}, kind: cnc, entries: [203.0.113.1] }}\n")
    loaded("reload")
    head, *rows = re.findall("^(?:feed|botnets|nnn).*", loaded("status").stdout, re.M)
    assert {row.index(" cnc ") for row in rows} == {head.index(" kind ")} and len(rows) == 2


def test_nics_of_former_configurations_have_no_row(lab, loaded):
    judged(loaded, lab.inward, frames.tcp("198.19.0.7", "198.18.1.1", 80))
    assert re.search("^up0 ", loaded("status").stdout, re.M)
    loaded.configure(FEEDS, one_interface("acc0"))
    loaded("load")
    told = loaded("status").stdout
    assert not re.search("^up0 ", told, re.M) and re.search("^acc0 ", told, re.M)
    line, = re.findall("^no longer configured: .*", told, re.M)
    assert re.match(r"no longer configured: 1, which had \d+ packets", line)
    row, = [row for row in loaded.status()["interfaces"] if row["name"] == "up0"]
    assert not row["configured"]


def worded(weir):
    return [(each["text"], each["next"]) for each in weir.status()["troubles"]]


def test_a_reload_that_failed_is_said(loaded):
    loaded.run()
    before = loaded.config.read_text()
    loaded.configure("feeds: [ { name: botnets, kind: nonsense, path: bad.txt } ]\n")
    loaded.fails("reload")
    assert worded(loaded) == [
        ("the last load or reload FAILED: what was in force before it is in force still",
         "spamweir check")]
    assert "look  the last load or reload FAILED" in loaded("status").stdout
    assert loaded.json("top")["troubles"] == [
        "the last load or reload FAILED: what was in force before it is in force still: "
        "`spamweir check`"]
    loaded.config.write_text(before)
    loaded("reload")
    assert worded(loaded) == [] and loaded.json("top")["troubles"] == []


def test_a_configuration_that_is_not_in_force_yet_is_said(loaded):
    loaded.run()
    before = loaded.config.read_text()
    loaded.config.write_text("mode: monitor\n" + before)
    assert worded(loaded) == [
        (f"the configuration on disk, {loaded.config}, is not in force: it is another one than "
         "what is in force was made of", "spamweir reload")]
    assert "> spamweir reload" in loaded("top", "--once").stdout
    loaded("reload")
    assert worded(loaded) == [] and loaded.json("top")["troubles"] == []
    # Nor when what is in force is no longer what a reload has made of it.
    loaded("block", "add", "198.19.77.7")
    assert worded(loaded) == []


def test_a_configuration_that_cannot_be_in_force_is_said(loaded):
    loaded.run()
    loaded.config.write_text("modee: monitor\n" + loaded.config.read_text())
    (text, mend), = worded(loaded)
    assert text.startswith("the configuration on disk is not in force, and cannot be: "
                           f'{loaded.config}:1: unknown key "modee"')
    assert mend == "spamweir check"


def test_metrics_that_go_nowhere_are_said(loaded):
    place = loaded.directory / "gone"
    loaded.config.write_text(loaded.config.read_text() +
                             f"metrics: {{ textfile: {place}/spamweir.prom }}\n")
    loaded.run()
    assert worded(loaded) == [(f"metrics.textfile is {place}/spamweir.prom, and there is no "
                               f"directory {place}", f"install -d -m 755 {place}")]
    place.mkdir()
    assert worded(loaded) == []


def test_vlans_that_are_judged_by_another_role_are_said(lab, weir, nic):  # noqa: F811
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    lab.router.run("ip", "link", "set", "veth8", "up")
    lab.router.run("ethtool", "-K", "veth7", "rxvlan", "on")
    weir.configure(interfaces="interfaces:\n  - { name: veth7, role: access, vlans: { 7: upstream } }\n")
    weir.run()
    assert weir.status()["troubles"] == [{
        "severity": "failure", "next": "ethtool -K veth7 rxvlan off",
        "text": "veth7 takes VLAN tags out of frames before they are judged, so that all have its "
                "own role"}]
    lab.router.run("ethtool", "-K", "veth7", "rxvlan", "off")
    assert worded(weir) == []


def test_a_store_that_cannot_be_read_is_said(loaded):
    loaded("block", "add", "198.19.77.7")
    (loaded.state / "spamweir.db").write_bytes(b"no database" * 1000)
    found = dict(worded(loaded))
    said, = [text for text in found if "file is not a database" in text]
    assert said.startswith(f"{loaded.state}/spamweir.db: ") and found[said] == "spamweir reload"
    assert "set aside" in loaded("reload", check=False).stderr
    assert not [text for text in dict(worded(loaded)) if "database" in text]


def test_a_nic_by_which_nothing_comes_in_is_said(lab, weir, nic):  # noqa: F811
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    weir.configure(interfaces=one_interface("veth7"))
    weir.run()
    assert worded(weir) == [("veth7 (access) has no carrier: nothing comes in by it",
                             "ip -s link show veth7")]
    lab.router.run("ip", "link", "set", "veth8", "up")
    wait_until(lambda: worded(weir) == [])
    lab.router.run("ip", "link", "set", "veth7", "down")
    assert worded(weir) == [("veth7 (access) is down: nothing comes in by it",
                             "ip link set veth7 up")]


def test_a_daemon_beside_which_all_is_loaded_anew_goes_round(loaded):
    daemon = loaded.run()
    loaded("unload")
    loaded("load")

    def known():
        found = loaded.status()["daemon"]
        return found["pid"] == daemon.popen.pid and found["state"] == "lives"

    wait_until(known)
    assert worded(loaded) == []


def test_a_nic_that_is_taken_for_one_of_another_name_is_said(loaded):
    loaded.run()
    before = loaded.config.read_text()
    loaded.config.write_text(before.replace("name: up0", "name: upp0"))
    assert "there is no interface upp0" in loaded("load").stderr
    (text, mend), = worded(loaded)
    assert text == (f"{loaded.config}:3: there is no interface upp0; until the next boot one that "
                    "was attached as upstream NIC is taken for it: name that one here")
    assert mend == "spamweir check" and "look  " + text in loaded("status").stdout
    loaded.config.write_text(before)
    loaded("load")
    assert worded(loaded) == []


def test_a_nic_that_never_was_is_taken_for_none(loaded):
    loaded.config.write_text(loaded.config.read_text().replace(
        "interfaces:\n", "interfaces:\n  - { name: acc9, role: access }\n"))
    assert "there is no interface acc9" in loaded("reload", check=False).stderr
    assert (f"{loaded.config}:2: there is no interface acc9 (access)", "spamweir check") in \
        worded(loaded)


def test_what_was_dropped_is_told_apart_from_what_would_have_been(lab, loaded):
    def row():
        lines = loaded("status").stdout.splitlines()
        head, acc0 = (next(line for line in lines if line.startswith(name))
                      for name in ("interface ", "acc0 "))
        return re.sub(" {2,}", "  ", head), re.sub(" {2,}", "  ", acc0).split("  ")[5:]

    loaded.config.write_text("mode: monitor\n" + loaded.config.read_text())
    loaded("reload")
    judged(loaded, lab.outward, *[LISTED] * 3)
    head, acc0 = row()
    assert head.endswith("would drop  a second  XDP") and "dropped" not in head
    assert acc0[0] == "3"
    loaded.config.write_text(loaded.config.read_text().replace("monitor", "enforce"))
    loaded("reload")
    judged(loaded, lab.outward, *[LISTED] * 4)
    head, acc0 = row()
    assert head.endswith("dropped  a second  would drop  XDP")
    assert (acc0[0], acc0[2]) == ("4", "3")
    assert "dropped 4 times and passed in monitor mode 3 times since" in loaded(
        "lookup", "198.18.1.1").stdout
