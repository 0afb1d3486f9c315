# SPDX-License-Identifier: GPL-2.0
"""capture: frames of what is dropped, as they came in, with the reason: what tshark prints of
them is what the independent judge says, and replay too."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys

import pytest

import frames
from frames import ACK
from lab import wait_until
from weir import INTERFACES

JUDGE = pathlib.Path(__file__).parents[1] / "judge" / "judge.py"
SECTION, INTERFACE, STATISTICS, FRAME = 0x0a0d0d0a, 1, 5, 6
GATEWAY, MX, CNC, CNC6 = "198.19.0.25", "198.19.0.80", "198.19.66.6", "2001:db8:19:666::6"
CONFIG = f"""
smtp:
  limit: {{ access: {{ rate: 1/h, burst: 1 }}, upstream: off }}
feeds:
  - {{ name: drop, kind: cnc, entries: [198.19.66.0/24, "{CNC6}"] }}
  - {{ name: trial, kind: cnc, mode: monitor, entries: [198.19.67.0/24] }}
  - {{ name: bots, kind: zombie, may_list_special: true, entries: [198.18.64.1, "2001:db8:18:64::1"] }}
  - {{ name: gateways, kind: protect, bounces: off, entries: [{GATEWAY}] }}
  - {{ name: relays, kind: allow, entries: [198.18.64.25] }}
"""
CUT = frames.tcp("198.18.1.1", CNC, 443)
NULL = b"MAIL FROM:<> SIZE=1000\r\n"



def bounce(source="198.18.1.9", seq=7000):
    return frames.tcp(source, GATEWAY, 25, 0x18, payload=NULL, seq=seq)


# What is sent from subscribers, and the verdict and reason that follow.
SENT = [
    (CUT, "drop cnc_dst feed drop"),
    (frames.udp("2001:db8:18:1::1", CNC6), "drop cnc_dst feed drop"),
    (frames.udp("198.18.1.1", "198.19.67.7"), "would_drop cnc_dst feed trial"),
    (frames.tcp("198.18.64.1", MX), "drop zombie_feed feed bots"),
    (frames.tcp("2001:db8:18:64::1", "2001:db8:19::25"), "drop zombie_feed feed bots"),
    (frames.fragments("198.18.64.1", MX, frames.TCP, bytes(80))[1],
     "drop zombie_fragment feed bots"),
    (frames.ip("198.18.1.2", MX, frames.TCP, bytes(8), 0, True), "drop tiny_fragment"),
    (frames.tcp("198.18.64.25", MX), "pass allow feed relays"),
    (frames.tcp("198.18.1.3", MX), "pass smtp_ok"),
    (frames.tcp("198.18.1.3", MX), "drop rate_limit"),
    (frames.tcp("198.18.1.3", MX, 25, ACK), "pass smtp_ok"),
    (bounce(), "reply bounce feed gateways"),
    (frames.tcp("198.18.1.9", GATEWAY, 25, 0x18, payload=b"MAIL FROM:<a@b.example>\r\n", seq=7001),
     "pass smtp_ok"),
]
NOT_TOLD = [frames.tcp("198.18.1.1", "198.19.0.53", 443), frames.udp("198.18.1.1", "198.19.0.53")]


def is_cut(said):
    return not said.startswith("pass")


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


@pytest.fixture
def capture(loaded):
    """capture(option...): begun, with the file `path` unless -w is said."""
    def begin(*options):
        said = options if "-w" in options else ("-w", begin.path, *options)
        process = loaded.start("capture", *map(str, said))
        process.wait_line("capturing; SIGINT ends it")
        return process

    begin.path = loaded.directory / "dropped.pcapng"
    return begin


def ended(process, code=0, number=signal.SIGINT):
    """Ends it, and what it said last."""
    if number:
        process.kill(number)
    assert process.wait() == code, process.lines
    while process._read(1):
        pass
    return "\n".join(process.lines)


def blocks(path):
    """(type, body) of each block; the file must be whole."""
    data, found, at = path.read_bytes(), [], 0
    while at < len(data):
        kind = int.from_bytes(data[at:at + 4], sys.byteorder)
        size = int.from_bytes(data[at + 4:at + 8], sys.byteorder)
        assert data[at + size - 4:at + size] == data[at + 4:at + 8]
        found.append((kind, data[at + 8:at + size - 4]))
        at += size
    assert at == len(data) and found[0][0] == SECTION
    return found


def count(path, kind=FRAME):
    return sum(found == kind for found, _ in blocks(path))


def tshark(path, *fields):
    """The fields of every frame."""
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed")
    command = ["tshark", "-n", "-r", path, "-T", "fields", "-E", "separator=\t"]
    for field in fields:
        command += ["-e", field]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return [line.split("\t") for line in done.stdout.splitlines()]


def said(path, nic="acc0"):
    """The comments of all frames, of one NIC, without its name."""
    rows = tshark(path, "frame.comment", "frame.interface_name")
    assert all(name == nic and comment.endswith(f" on {nic}") for comment, name in rows), rows
    return [comment.removesuffix(f" on {nic}") for comment, _ in rows]


def send_all(lab):
    lab.outward.send(*NOT_TOLD, *(packet for packet, _ in SENT), *NOT_TOLD)


def test_what_tshark_prints_is_what_the_judge_and_replay_say(lab, loaded, capture):
    process = capture("--verdict", "drop,would_drop,reply,pass", "--count", str(len(SENT)))
    send_all(lab)
    assert f"{len(SENT)} frames captured, 0 lost" in ended(process, 0, None)
    judged = subprocess.run([sys.executable, JUDGE, capture.path, "-c", loaded.config, "--role",
                             "access"], check=True, capture_output=True, text=True).stdout
    expected = [json.loads(line) for line in judged.splitlines()][:-1]
    by_judge = [" ".join([line["verdict"], line["reason"]] +
                         (["feed", line["feed"]] if "feed" in line else [])) for line in expected]
    assert by_judge == [reason for _, reason in SENT]
    assert said(capture.path) == by_judge
    replayed = loaded.json_lines("replay", capture.path, "--interface", "acc0")[:-1]
    assert [(line["verdict"], line["reason"], line.get("feed")) for line in replayed] == \
        [(line["verdict"], line["reason"], line.get("feed")) for line in expected]
    rows = tshark(capture.path, "frame.packet_flags_direction", "frame.verdict.ebpf_xdp",
                  "ip.src", "ipv6.src", "frame.len")
    for (packet, reason), (direction, action, *source, size) in zip(SENT, rows):
        assert int(direction, 0) == 1 and packet.src in source
        assert int(action) == (1 if reason.startswith("drop ") else 2)
        assert int(size) == 14 + len(packet.data)


def test_frames_are_as_they_came_in(lab, capture):
    process = capture("--count", "2")
    sent = [lab.outward.frame(CUT), lab.outward.frame(bounce())]  # which goes on as a reset
    lab.outward.send_frames(*sent)
    ended(process, 0, None)
    found = [body for kind, body in blocks(capture.path) if kind == FRAME]
    for frame, body in zip(sent, found, strict=True):
        assert body[20:20 + len(frame)] == frame


def test_without_being_asked_nothing_that_passes_is_written(lab, capture):
    cut = [reason for _, reason in SENT if is_cut(reason)]
    process = capture("--count", str(len(cut)))
    send_all(lab)
    ended(process, 0, None)
    assert said(capture.path) == cut


@pytest.mark.parametrize("options, wanted", [
    (["--reason", "zombie_feed,tiny_fragment"],
     lambda packet, reason: "zombie_feed" in reason or "tiny" in reason),
    (["--reason", "smtp_ok"], lambda packet, reason: "smtp_ok" in reason),
    (["--feed", "bots"], lambda packet, reason: "feed bots" in reason),
    (["--verdict", "would_drop,reply"],
     lambda packet, reason: reason.startswith(("would_drop", "reply"))),
    (["--address", "198.18.64.1"], lambda packet, reason: packet.src == "198.18.64.1"),
    (["--address", CNC], lambda packet, reason: packet.dst == CNC),
    (["--address", "198.18.0.0/16", "--verdict", "drop"],
     lambda packet, reason: packet.src.startswith("198.18.") and reason.startswith("drop")),
    (["--address", "2001:db8:18::/48"],
     lambda packet, reason: packet.src.startswith("2001:db8:18:")),
    (["--interface", "acc0", "--feed", "drop"], lambda packet, reason: "feed drop" in reason),
])
def test_only_what_is_asked_for(lab, capture, options, wanted):
    passes_too = "smtp_ok" in options
    expected = [reason for packet, reason in SENT
                if wanted(packet, reason) and (is_cut(reason) or passes_too)]
    assert expected
    process = capture(*options, "--count", str(len(expected)))
    send_all(lab)
    ended(process, 0, None)
    assert said(capture.path) == expected


def test_snaplen(lab, loaded, capture):
    process = capture("--snaplen", "60", "--count", "1")
    lab.outward.send(frames.udp("198.18.1.1", CNC, payload=bytes(1000)))
    ended(process, 0, None)
    assert tshark(capture.path, "frame.len", "frame.cap_len") == [["1042", "60"]]
    assert loaded.json_lines("replay", capture.path, "--role", "access")[0]["reason"] == "cnc_dst"


def test_sample(lab, capture):
    process = capture("--sample", "4")
    lab.outward.send(*[CUT] * 400)
    lab.outward.send(*[CUT] * 400)
    wait_until(lambda: count(capture.path) > 100)
    ended(process)
    assert 100 < count(capture.path) < 400


def test_both_nics_and_what_was_counted(lab, capture):
    process = capture("--count", "3")
    lab.outward.send(CUT)
    lab.inward.send(frames.udp(CNC, "198.18.1.1"), frames.udp(CNC, "198.18.1.2"))
    ended(process, 0, None)
    rows = tshark(capture.path, "frame.interface_name", "frame.comment")
    assert sorted(rows) == [["acc0", "drop cnc_dst feed drop on acc0"],
                            ["up0", "drop cnc_src feed drop on up0"],
                            ["up0", "drop cnc_src feed drop on up0"]]
    assert count(capture.path, INTERFACE) == 2 == count(capture.path, STATISTICS)
    assert any(b"2 frames fitted, 0 of them were lost" in body
               for kind, body in blocks(capture.path) if kind == STATISTICS)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_a_whole_file(lab, capture, number):
    process = capture()
    lab.outward.send(CUT)
    wait_until(lambda: count(capture.path) == 1)
    assert "1 frames captured, 0 lost" in ended(process, 0, number)
    assert count(capture.path, STATISTICS) == 2


def test_seconds(capture):
    assert "0 frames captured, 0 lost" in ended(capture("--seconds", "1"), 0, None)


def test_into_tshark_as_it_comes(lab, loaded):
    if not shutil.which("tshark"):
        pytest.skip("tshark is not installed")
    with loaded.namespace.inside():
        ours = subprocess.Popen([str(a) for a in loaded.command("capture", "-w", "-")],
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        theirs = subprocess.Popen(["tshark", "-l", "-n", "-r", "-", "-c", "2", "-T", "fields",
                                   "-e", "frame.comment"], stdin=ours.stdout, text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    ours.stdout.close()
    assert b"capturing" in ours.stderr.readline()
    lab.outward.send(CUT)
    assert theirs.stdout.readline() == "drop cnc_dst feed drop on acc0\n"
    lab.outward.send(CUT)
    assert theirs.stdout.readline() == "drop cnc_dst feed drop on acc0\n"
    assert theirs.wait(180) == 0

    def over():
        lab.outward.send(CUT)  # whom nobody reads any more
        return ours.poll() is not None

    wait_until(over)
    assert ours.returncode == 0, ours.stderr.read()


def test_frames_of_several_cpus_come_in_the_order_of_time(lab, capture):
    cpus = sorted(os.sched_getaffinity(0))
    if len(cpus) < 2:
        pytest.skip("one CPU")
    process = capture()
    sent = 0
    try:
        for sent in range(1, 201):
            os.sched_setaffinity(0, {cpus[sent % 2]})  # where its frame is judged, too
            lab.outward.send(CUT)
    finally:
        os.sched_setaffinity(0, set(cpus))
    wait_until(lambda: count(capture.path) == sent)
    ended(process)
    times = [float(time) for time, in tshark(capture.path, "frame.time_epoch")]
    assert times == sorted(times)


def test_a_load_and_a_reload_meanwhile_change_nothing(lab, loaded, capture):
    process = capture()
    lab.outward.send(CUT)
    loaded.configure(CONFIG.replace("198.19.66.0/24", "198.19.66.0/24, 198.19.68.0/24"))
    loaded("reload")
    lab.outward.send(frames.udp("198.18.1.1", "198.19.68.1"))
    loaded("load")
    lab.outward.send(CUT)
    wait_until(lambda: count(capture.path) == 3)
    ended(process)
    assert said(capture.path) == ["drop cnc_dst feed drop"] * 3


def test_unload_ends_it(lab, loaded, capture):
    process = capture()
    lab.outward.send(CUT)
    wait_until(lambda: count(capture.path) == 1)
    loaded("unload")
    assert "has been unloaded: the capture ends" in ended(process, 1, None)
    assert count(capture.path) == 1 and count(capture.path, STATISTICS) == 2


def test_one_at_a_time_and_the_next_once_it_has_died(lab, loaded, capture):
    first = capture()
    line = loaded.fails("capture", "-w", loaded.directory / "second.pcapng")
    assert f"process {first.popen.pid} captures" in line
    assert not (loaded.directory / "second.pcapng").exists()
    first.kill(signal.SIGKILL)
    first.wait()
    assert asked(loaded)
    second = capture("--count", "1")
    lab.outward.send(CUT)
    assert "1 frames captured" in ended(second, 0, None)
    assert not asked(loaded)


def asked(weir):
    """The word of the gate that programs look at."""
    done = subprocess.run([sys.executable, "-c", PEEK, weir.pins / "gate"], check=True,
                          capture_output=True)
    return int(done.stdout)


# bpf(BPF_OBJ_GET) and mmap(2).
PEEK = """
import ctypes, mmap, struct, sys
path = ctypes.create_string_buffer(sys.argv[1].encode())
attributes = ctypes.create_string_buffer(struct.pack("QII", ctypes.addressof(path), 0, 0))
fd = ctypes.CDLL(None).syscall({"x86_64": 321}.get(__import__("os").uname().machine, 280), 7,
                               attributes, 16)
print(struct.unpack_from("Q", mmap.mmap(fd, 4096, mmap.MAP_SHARED, mmap.PROT_READ), 16)[0])
"""


def test_programs_ask_no_more_for_a_capture_that_was_killed(lab, loaded, capture):
    process = capture()
    process.kill(signal.SIGKILL)
    process.wait()
    assert asked(loaded)
    wait_until(lambda: lab.outward.send(CUT) or not asked(loaded))


def test_what_is_lost_is_said_and_counted(lab, capture):
    process = capture()
    process.kill(signal.SIGSTOP)
    big = frames.udp("198.18.1.1", CNC, payload=bytes(1400))
    lab.outward.send(*[big] * 12000)  # the rings have 4 MiB each
    process.kill(signal.SIGCONT)
    process.kill(signal.SIGINT)
    text = ended(process, 3, None)
    assert "frames were lost, for they came faster than they could be written" in text
    lost = int(text.split(" frames captured, ")[1].split()[0])
    assert lost > 0 and count(capture.path) + lost <= 12000
    counted = [body for kind, body in blocks(capture.path) if kind == STATISTICS]
    assert any(f"{lost} of them were lost".encode() in body for body in counted)


def test_a_full_disk_is_said_and_the_file_is_whole(lab, loaded):
    disk = loaded.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=True)
    try:
        path = disk / "f.pcapng"
        process = loaded.start("capture", "-w", path)
        process.wait_line("capturing")
        lab.outward.send(*[frames.udp("198.18.1.1", CNC, payload=bytes(1400))] * 100)
        text = ended(process, 1, None)
        assert f"{path}: No space left on device; it has {count(path)} frames" in text
        assert count(path) > 0
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.parametrize("options, complaint", [
    (["--reason", "cnc_dts"], "`--reason cnc_dts`: did you mean cnc_dst?"),
    (["--reason", "clean"], "`--reason clean`: expected "),
    (["--verdict", "dropp"], "did you mean drop?"),
    (["--address", "198.18.1"], "`--address 198.18.1`: expected an address or a prefix"),
    (["--count", "0"], "`--count 0`: expected a number from 1 to"),
    (["--snaplen", "13"], "`--snaplen 13`: expected a number from 14 to 65535"),
    (["--seconds", "-1"], "`--seconds -1`: expected a number"),
    (["--sample", "1x"], "`--sample 1x`: expected a number"),
])
def test_what_is_not_understood(loaded, options, complaint):
    path = loaded.directory / "none.pcapng"
    done = loaded("capture", "-w", path, *options, check=False)
    assert done.returncode == 2 and complaint in done.stderr
    assert not path.exists()


@pytest.mark.parametrize("options, complaint", [
    (["--feed", "dorp"], "there is no feed dorp; did you mean drop?"),
    (["--interface", "eth9"], "no program of ours is on eth9 (expected acc0 or up0)"),
])
def test_who_is_not_there(loaded, options, complaint):
    assert complaint in loaded.fails("capture", "-w", loaded.directory / "f", *options)


def test_nothing_is_loaded(weir):
    weir.configure(CONFIG, INTERFACES)
    assert "nothing is loaded" in weir.fails("capture", "-w", weir.directory / "f")
