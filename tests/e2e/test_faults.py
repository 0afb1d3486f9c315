# SPDX-License-Identifier: GPL-2.0
"""Every failure path: whatever call fails, the command says so in one line, and
the datapath goes on as it was."""
import errno
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest

import captures
import frames
from faults import CALLS, MEMORY, Faults, beside, by_site, done, nth, sample, unclear
from lab import wait_until
from test_attach import attached, one_interface

SRC = "198.18.1.1"
LISTED = ["198.19.66.6", "198.19.66.7"]  # by the first and by the second feed
CONFIG = """
smtp: { ports: [25, 587] }
feeds:
  - { name: nets, kind: cnc, path: nets.txt, max_change: off, may_list_special: true }
  - { name: drop, kind: zombie, path: drop.json }
  - { name: relays, kind: allow, entries: [198.18.64.25, "2001:db8:18:64::/64"] }
metrics: { textfile: out/spamweir.prom, interval: 15s }
"""
MANY = 3000  # entries for which the first tables have no room
DROP = ('{"cidr":"198.18.77.0/24","sblid":"SBL1","rir":"ripencc"}\n'
        '{"type":"metadata","timestamp":1,"size":60,"records":1,"copyright":"c","terms":"t"}\n')

# What a load asks of the kernel; each of these is refused by itself.
DEEDS = {"bpf map create", "bpf program load", "bpf pin", "bpf link create", "bpf link update",
         "rename", "bpf update"}


def write_feed(weir, turn, filler=0):
    weir.write("nets.txt", f"{LISTED[turn % 2]}\n2001:db8:19:666::{turn % 2}\n" +
               "".join(f"1.{n >> 8}.{n & 255}.1\n2001:db8:{n:x}::/48\n" for n in range(filler)))


@pytest.fixture
def faults(weir, tool):
    (weir.directory / "out").mkdir()
    weir.write("drop.json", DROP)
    write_feed(weir, 0)
    weir.configure(CONFIG, one_interface("acc0"))
    injected = Faults(weir, tool("fault.so"))
    yield injected
    injected.close()


@pytest.fixture
def loaded(weir, faults):
    weir("load")
    weir("zombie", "add", "198.18.65.1", "--why", "Ticket 4711", "--for", "1h")
    return faults


def files(weir):
    """All that is there, but for what a database leaves beside its file."""
    return sorted(str(path) for path in [*weir.directory.rglob("*"), *weir.pins.glob("*")]
                  if path.name != "fault.log" and not re.search("db-(wal|shm)$", path.name))


def bpf_id(weir, pin):
    return weir.pinned("map", weir.pins / pin)["id"]


def arrives(counter):
    try:
        return wait_until(lambda: counter.total)
    except AssertionError:
        return False


def not_in_force(weir, lab, turn, generation):
    """What contradicts that this feed, and this generation, is enforced."""
    if not attached(lab, "acc0"):
        yield "NOT ATTACHED"
        return
    stopped, passing = (frames.udp(SRC, LISTED[i % 2]) for i in (turn, turn + 1))
    with lab.outward.counting((stopped.src, stopped.dst)) as listed, \
         lab.outward.counting((passing.src, passing.dst)) as other:
        lab.outward.send(*[stopped] * 3, passing)
        if not arrives(other):
            yield "what is not listed is dropped"
        if listed.total:
            yield "what is listed passes"
    status = weir.status()
    if status["load_interrupted"]:
        return  # and what readers see is another generation, as they are told
    if status["generation"] != generation:
        yield f"generation {status['generation']}, not {generation}"
    for i in range(2):
        reason = weir.json("lookup", LISTED[i])["reason"]
        if (reason == "cnc_src") != (i == turn % 2):
            yield f"lookup {LISTED[i]} says {reason}"
    program = lab.router.link("acc0")["xdp"]["prog"]["id"]
    known = json.loads(lab.router.run("bpftool", "-j", "prog", "show", "id", program).stdout)
    if bpf_id(weir, "policy") not in known["map_ids"]:
        yield "the program does not use the pinned policy"
    left = [pin.name for pin in weir.pins.glob("new_*")]
    if left:
        yield f"left behind: {left}"


def check(problems):
    assert not problems, f"{len(problems)}:\n" + "\n".join(problems)


def steady(output):
    """Without what changes from one run to the next."""
    output = re.sub(r'("(?:age_seconds|seconds_left|since|until|packets|bytes|loaded)":)\d+', r"\1",
                    output)
    output = re.sub(r'"clean":\{[^}]*\},?', "", output)  # a neighbour may have asked meanwhile
    output = re.sub(r"20\d\d-\S+Z", "", output)
    output = re.sub(r"(spamweir_(?:packets|bytes|feed_age)\S*) \d+", r"\1", output)
    output = re.sub(r"\d+ (s|min)\b|\d+ clean", "", output)
    return re.sub(r" +", " ", output)  # columns are as wide as an age


READING = ["check --json", "check", "status --json", "status", "metrics", "lookup 198.18.65.1",
           "lookup 198.18.65.1 --json", "lookup 198.18.77.1 --json", "zombie list --json",
           "zombie list", "replay mail.pcap --role access --json"]


@pytest.mark.parametrize("words", READING)
@pytest.mark.parametrize("kind", [MEMORY, CALLS])
def test_who_reads_tells_all_or_fails(weir, loaded, kind, words):
    weir.write("mail.pcap", captures.pcap([(0, frames.ethernet(frames.tcp(SRC, LISTED[0])))]))
    arguments = words.replace("mail.pcap", str(weir.directory / "mail.pcap")).split()
    whole, before, wrong = weir(*arguments), files(weir), []
    calls = loaded.calls(arguments, kind)
    for call in sample(calls, 6 if words.startswith("replay") else 40, {"socket"}):
        outcome = beside(whole, loaded.run(arguments, kind, call))
        problem = unclear(outcome, kind)
        said = outcome.said or "is not shown" in outcome.output  # which `status` has among troubles
        if not problem and not outcome.code and not said and \
           steady(outcome.output) != steady(whole.stdout):
            problem = "leaves something out"
        if problem:
            wrong.append(f"{call.number} {call.name}: {problem}")
    check(wrong)
    assert files(weir) == before


OBJECTS = [{"ip_address": "2001:db8:18:19:20:21:22:23", "port": 1234567890123456789,
            "status": "online"}]


@pytest.mark.parametrize("text", [json.dumps(OBJECTS), DROP, "2001:db8:19::/48\n198.19.66.6\n"])
def test_a_list_for_which_there_is_no_memory_is_not_read_by_half(weir, faults, text):
    """A letter that finds no memory would make another address of one, and libjansson
    ends the process over a long number."""
    weir.write("list.txt", text)
    weir.configure("feeds:\n  - { name: bots, kind: zombie, path: list.txt, "
                   "may_list_special: true }\n", one_interface("acc0"))
    whole, wrong, failed, well, number = weir("check", "--json"), [], 0, 0, 0
    while well < 10:  # more than fail in a row without consequence
        number += 1
        outcome = beside(whole, faults.run(["check", "--json"], MEMORY, nth(number, "any"),
                                           children=True))
        problem = unclear(outcome, MEMORY)
        if not problem and not outcome.code and outcome.output != whole.stdout:
            problem = "leaves something out"
        if problem:
            wrong.append(f"{number}: {problem}")
        failed += outcome.code == 1
        well = 0 if outcome.code else well + 1
    check(wrong)
    assert failed > 1


@pytest.mark.parametrize("kind", [MEMORY, CALLS])
@pytest.mark.parametrize("words, undo", [
    ("zombie add 198.18.65.2 --why again", "zombie del 198.18.65.2"),
    ("zombie del 198.18.65.1", "zombie add 198.18.65.1")])
def test_a_zombie_is_entered_or_not(weir, loaded, kind, words, undo):
    def listed():
        return sorted(entry["prefix"] for entry in weir.json_lines("zombie", "list"))

    before, there, wrong = listed(), files(weir), []
    calls = loaded.calls(words.split(), kind)
    after = listed()
    weir(*undo.split())
    for call in sample(calls, 50, {call.name for call in calls}):
        outcome = loaded.run(words.split(), kind, call)
        problem, there_now = unclear(outcome, kind), listed()
        if not problem and there_now != (before if outcome.code else after):
            problem = f"ends with {outcome.code}, and {there_now} are listed"
        if problem:
            wrong.append(f"{call.number} {call.name}: {problem}")
        if there_now == after:
            weir(*undo.split())
    check(wrong)
    assert files(weir) == there
    assert weir.generation() == 1


@pytest.mark.parametrize("kind", [MEMORY, CALLS])
def test_metrics_are_written_whole_or_not_at_all(weir, loaded, kind):
    arguments = ["metrics", "--textfile", str(weir.directory / "out" / "spamweir.prom")]
    weir(*arguments)
    before, whole, wrong = files(weir), steady(open(arguments[2], encoding="ascii").read()), []
    of_disk = "held_gen|confirm_pend|feed_changed|_cases|subscribers_|notices_|_suspects{"
    for call in loaded.calls(arguments, kind):
        outcome = loaded.run(arguments, kind, call)
        problem, there = unclear(outcome, kind), steady(open(arguments[2], encoding="ascii").read())
        # What only the disk knows is left out if that cannot be read, and this said.
        lacks = set(whole.splitlines()) - set(there.splitlines()) if outcome.code == 3 else set()
        if not problem and there != whole and \
           not (lacks and all(re.search(of_disk, line) for line in lacks)):
            problem = f"the file is not whole, it lacks {sorted(lacks)}"
        if problem:
            wrong.append(f"{call.number} {call.name}: {problem}")
    check(wrong)
    assert files(weir) == before


def change_over(lab, weir, faults, kind, verb, calls, filler=0, **how):
    """From one feed to another and back: each time one call fails first. What is
    in force is the old or the new, as the command said, and the next goes well."""
    turn, generation = 0, weir.generation()

    def went_over(copy=False):
        """To the other feed, or of what was in force to its good copy."""
        nonlocal turn, generation
        turn, before, generation = turn + (not copy), generation, weir.generation()
        return [] if generation > before else [f"generation {generation} after {before}"]

    for call in calls:
        write_feed(weir, turn + 1, filler)
        outcome = faults.run([verb], kind, call, **how)
        problems = [unclear(outcome, kind)]
        copy = any("takes its place" in line for line in outcome.said)
        problems += went_over(copy) if done(outcome) else []
        problems += not_in_force(weir, lab, turn, generation)
        if outcome.code == 3 and not copy:
            weir("load")  # which mends it
            generation = weir.generation()
        elif outcome.code:
            again = weir("load" if "interrupted" in str(outcome.said) else verb, check=False)
            problems += went_over() if not again.returncode else [f"then, {again.stderr}"]
            problems += [f"then, {text}" for text in not_in_force(weir, lab, turn, generation)]
        yield from (f"{call.number} {call.name}: {text}" for text in problems if text)
        if filler or any(problems):  # that the next begins as this did
            weir("unload")
            write_feed(weir, turn)
            weir("load")
            generation = weir.generation()


@pytest.mark.parametrize("kind, go_on", [(MEMORY, False), (MEMORY, True), (CALLS, False)])
@pytest.mark.parametrize("verb, count", [("reload", 9), ("load", 5)])
def test_what_is_in_force_stays_or_is_replaced(lab, weir, loaded, kind, go_on, verb, count):
    calls = sample(loaded.calls([verb], kind), count // 2 if go_on else count, DEEDS)
    def pins():
        """But for what saves time, and goes if it fails."""
        return sorted({pin.name for pin in weir.pins.iterdir()} - {"spare"})

    before = pins()
    check([*change_over(lab, weir, loaded, kind, verb, calls, go_on=go_on)])
    assert pins() == before


@pytest.mark.parametrize("kind", [MEMORY, CALLS])
def test_tables_outgrow_the_programs_or_do_not(lab, weir, loaded, kind):
    write_feed(weir, 0, MANY)
    calls = sample(loaded.calls(["load"], kind), 3, DEEDS)
    weir("unload")
    write_feed(weir, 0)
    weir("load")
    check([*change_over(lab, weir, loaded, kind, "load", calls, MANY)])


def test_what_is_gone_over_to_is_in_force_whatever_is_left_to_do(lab, weir, loaded):
    """By what is called, for by number two threads make it another call each time."""
    write_feed(weir, 0, MANY)
    looks = [call for call in loaded.run(["load"], CALLS).calls if call.name == "opendir"]
    weir("unload")
    write_feed(weir, 0)
    weir("load")
    calls = [nth(number, "opendir") for number in range(1, len(looks) + 1)]
    check([*change_over(lab, weir, loaded, CALLS, "load", calls, MANY, name="opendir")])


THREADS, EACH = 4, 3000
CALLING = f"""
import fcntl, threading
def call():
    with open("/dev/null") as file:
        for _ in range({EACH}):
            fcntl.flock(file, fcntl.LOCK_SH)
threads = [threading.Thread(target=call) for _ in range({THREADS})]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
"""


def test_calls_of_several_threads_are_counted_once_each(tmp_path, tool):
    """What all others here rely on."""
    log = tmp_path / "log"
    subprocess.run([sys.executable, "-c", CALLING], check=True,
                   env={"FAULT": CALLS, "FAULT_NAME": "flock", "FAULT_LOG": log,
                        "LD_PRELOAD": tool("fault.so")})
    numbers = sorted(int(line.split()[0]) for line in log.read_text().splitlines())
    assert numbers == [*range(1, THREADS * EACH + 1)]


@pytest.mark.parametrize("kind", [MEMORY, CALLS])
def test_a_first_load_leaves_nothing_or_all(lab, weir, faults, kind):
    calls = sample(faults.calls(["load"], kind), 5, DEEDS)
    weir.anew()
    wrong = []
    for call in calls:
        outcome = faults.run(["load"], kind, call)
        problems = [unclear(outcome, kind)]
        left = [pin.name for pin in weir.pins.glob("*")]
        if not done(outcome) and left:
            problems.append(f"left behind: {left}")
        if not done(outcome) and attached(lab, "acc0"):
            problems.append("left attached")
        problems += not_in_force(weir, lab, 0, 1) if done(outcome) else []
        if weir.pins.exists():
            weir.anew()
        wrong += [f"{call.number} {call.name}: {text}" for text in problems if text]
    check(wrong)
    weir("load")


@pytest.fixture
def one_cpu():
    """Where there is but one, a load begins no thread: its calls come in one order."""
    whole = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(whole)})
    yield
    os.sched_setaffinity(0, whole)


@pytest.mark.usefixtures("one_cpu")
def test_a_map_that_cannot_be_asked_about_loads_no_program(lab, weir, faults):
    """Each that a program names is, for some are addressed by their only element."""
    asked = [call for call in faults.run(["load"], CALLS).calls if call.name == "bpf info"]
    site, times = Counter(call.site for call in asked).most_common(1)[0]
    assert times > 20, asked
    weir.anew()
    first = [call.site for call in asked].index(site) + 1
    outcome = faults.run(["load"], CALLS, nth(first, "bpf:15"), name="bpf:15")
    assert outcome.code == 1 and not unclear(outcome, CALLS), outcome
    assert "failed to prepare load attributes" in outcome.said[0], outcome.said
    assert not [*weir.pins.glob("*")] and not attached(lab, "acc0")


@pytest.mark.parametrize("how", [{"error": errno.EINTR}, {"short": True}])
def test_a_read_that_is_interrupted_or_short_goes_on(weir, loaded, how):
    whole = weir("check", "--json")
    # Counted among reads alone: how many there are of a pipe before a later call, chance says.
    reads = [call for call in loaded.run(["check", "--json"], CALLS).calls if call.name == "read"]
    firsts = by_site(reads)
    assert len(firsts) >= 2
    for call in firsts:
        which = nth(reads.index(call) + 1, "read")
        outcome = loaded.run(["check", "--json"], CALLS, which, name="read", **how)
        assert (outcome.code, outcome.output) == (0, whole.stdout), which
        assert outcome.said == whole.stderr.splitlines(), which


@pytest.fixture
def tmpfs(weir):
    """One of five pages, and what fills it."""
    path = weir.directory / "full"
    path.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=20k", "full", path], check=True)
    yield path
    subprocess.run(["umount", path], check=True)


def fill(path):
    with open(path / "filler", "wb", buffering=0) as filler:
        with pytest.raises(OSError):
            while filler.write(b"x" * 4096):
                pass


def test_a_full_disk_costs_no_metrics_that_were_there(weir, loaded, tmpfs):
    textfile = tmpfs / "spamweir.prom"
    textfile.write_text("old\n")
    fill(tmpfs)
    assert weir.fails("metrics", "--textfile", textfile).endswith("No space left on device")
    assert textfile.read_text() == "old\n"
    assert sorted(path.name for path in tmpfs.iterdir()) == ["filler", "spamweir.prom"]


def test_the_daemon_outlives_a_full_disk(lab, weir, loaded, tmpfs):
    weir.state = tmpfs
    log = tmpfs / "events.jsonl"
    log.write_text(json.dumps({"src": "", "pad": "x" * 4000}) + "\n")  # most of a page
    lab.router.run("mount", "-o", "remount,size=200k", tmpfs)
    daemon = weir.run()
    fill(tmpfs)
    lost = weir.metrics().sum("events_lost_total")
    for n in range(5):
        lab.outward.send(frames.udp(SRC, LISTED[0]))
        wait_until(lambda: weir.metrics().sum("events_lost_total") == lost + n + 1)
    daemon.wait_line("events.jsonl: No space left on device; events are lost")
    (tmpfs / "filler").unlink()
    lab.outward.send(frames.udp("198.18.1.9", LISTED[0]))
    wait_until(lambda: "198.18.1.9" in log.read_text())
    assert [json.loads(line)["src"] for line in log.read_text().splitlines()][-1] == "198.18.1.9"
    daemon.wait_line("events are logged again")
    assert len([line for line in daemon.lines if "No space" in line]) == 1
    assert daemon.stop() == 0


def test_who_is_in_the_ledger_is_known_without_reading_it(lab, weir, loaded):
    """To map it costs more than all else; programs tell whom they have entered."""
    def mapped():
        calls = loaded.run(["status"], CALLS).calls
        return len([call for call in calls if call.name.startswith("mmap")])

    def told():
        return weir.status()["tables"]["ledger_subscribers"]["entries"]

    lab.outward.send(frames.udp(SRC, LISTED[0]))
    wait_until(lambda: told() == 1)
    before = mapped()
    lab.outward.send(frames.udp("198.18.1.9", LISTED[0]))
    wait_until(lambda: told() == 2)
    assert mapped() == before


def test_a_read_only_bpffs_is_said(lab, weir, faults):
    mount = weir.directory / "bpf"
    mount.mkdir()
    subprocess.run(["mount", "-t", "bpf", "bpf", mount], check=True)
    weir.pins = mount / "weir"
    try:
        weir("load")
        write_feed(weir, 1)
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        for verb in "load", "reload", "unload":
            assert "Read-only file system" in weir.fails(verb)
        subprocess.run(["mount", "-o", "remount,rw", mount], check=True)
        check([*not_in_force(weir, lab, 0, 1)])
        weir("unload")
        subprocess.run(["mount", "-o", "remount,ro", mount], check=True)
        assert "Read-only file system" in weir.fails("load")
    finally:
        weir.pins = weir.directory / "none"
        subprocess.run(["umount", mount], check=True)


def test_what_the_daemon_lacks_it_says_or_does_without(lab, weir, loaded):
    def daemon(kind, call=None):
        process = loaded.start(["run"], kind, call)
        wait_until(lambda: process.popen.poll() is not None or started(process))
        lasted = process.popen.poll() is None
        return process, lasted, process.stop() if lasted else process.wait()

    def started(process):
        return process.seen("running; SIGHUP reloads", seconds=0.05)

    for kind in MEMORY, CALLS:
        before = len(loaded.run(["load"], kind).calls)
        daemon(kind)
        calls = [call for call in by_site(loaded.log()) if call.number > before]
        wrong = []
        for call in sample(calls, 6):
            process, lasted, code = daemon(kind, call)
            if code != (0 if lasted else 1):
                wrong.append(f"{call.number} {call.name}: {code}, {process.lines}")
        check(wrong)
    assert attached(lab, "acc0")


@pytest.mark.parametrize("error, code", [(errno.EINTR, 0), (errno.EBADF, 1)])
def test_a_ring_that_cannot_be_polled(lab, weir, loaded, error, code):
    process = loaded.start(["events"], CALLS)
    lab.outward.send(frames.udp(SRC, LISTED[0]))
    process.wait_line(SRC)
    assert process.stop() == 0
    first = next(call for call in loaded.log() if call.name == "epoll_wait")
    process = loaded.start(["events"], CALLS, first, error=error)
    if not code:
        lab.outward.send(frames.udp(SRC, LISTED[0]))
        process.wait_line(SRC)
        process.kill(signal.SIGTERM)
    assert process.wait() == code
    if code:
        assert process.wait_line("^spamweir: ").endswith("Bad file descriptor")


def test_a_flood_of_drops_that_no_feed_decided_costs_no_lookups(lab, weir, faults):
    """Each of them had the names of all feeds and NICs read anew."""
    weir.configure("smtp: { limit: { access: { rate: 1/h, burst: 1 } } }\n",
                   one_interface("acc0"))
    weir("load")
    flood = [frames.tcp("198.18.1.1", "198.19.0.25")] * 200
    process = faults.start(["events"], CALLS)

    def told():
        lab.outward.send(flood[0])
        return process.seen("rate_limit")

    wait_until(told)
    before = len([call for call in faults.log() if call.name.startswith("bpf")])
    seen, began = len(process.lines), time.monotonic()
    lab.outward.send(*flood)
    wait_until(lambda: process.seen("rate_limit") and len(process.lines) >= seen + 50)
    assert process.stop() == 0
    calls = [call for call in faults.log() if call.name.startswith("bpf")][before:]
    # They are read once a second at most, by some fifty calls; 400 then, at once.
    assert len(calls) < 50 * (2 + time.monotonic() - began), len(calls)


def test_growing_that_fails_before_a_program_moved_is_undone(lab, weir, loaded):
    before = bpf_id(weir, "policy")
    for error in errno.ENOMEM, errno.EPERM:
        write_feed(weir, 1, MANY)
        outcome = loaded.run(["reload"], CALLS, nth(1, "bpf:29"), error=error, name="bpf:29")
        assert outcome.code == 1, outcome
        assert not weir.status()["load_interrupted"]
        assert bpf_id(weir, "policy") == before
        check([*not_in_force(weir, lab, 0, 1)])
        write_feed(weir, 0)
        weir("reload")
        weir.anew()
        weir("load")
        before = bpf_id(weir, "policy")
    write_feed(weir, 1, MANY)
    weir("reload")
    assert bpf_id(weir, "policy") != before


def test_growing_is_undone_when_its_policy_cannot_be_pinned(lab, weir, loaded):
    for name in "bpf:6", "rename":  # pin
        write_feed(weir, 1, MANY)
        outcome = loaded.run(["load"], CALLS, nth(1, name), error=errno.ENOMEM, name=name)
        assert outcome.code == 1, outcome
        assert not weir.status()["load_interrupted"]
        check([*not_in_force(weir, lab, 0, 1)])
    weir("load")


@pytest.mark.skipif(len(os.sched_getaffinity(0)) == 1, reason="with one CPU nothing is put there "
                    "beforehand")
def test_a_generation_that_is_not_taken_at_once_is_tried_again(lab, weir, faults):
    """Where programs will look it is put before it is written, and tried once more behind that.
    Two threads call in one order or the other, so there may be another round."""
    def updates(outcome):
        return len([call for call in outcome.calls if call.name == "bpf update"])

    again = 0
    for _ in range(20):
        usual = updates(faults.run(["load"], CALLS))
        for number, go_on in itertools.product(range(1, usual + 1), (False, True)):
            if weir.pins.exists():
                weir.anew()
            outcome = faults.run(["load"], CALLS, nth(number, "bpf:2"), name="bpf:2",
                                 error=errno.ENOMEM, go_on=go_on)
            assert not unclear(outcome, CALLS), outcome
            again += outcome.code == 0 and updates(outcome) == usual + 1
            if done(outcome):
                check([*not_in_force(weir, lab, 0, 1)])
            else:
                assert not attached(lab, "acc0") and not [*weir.pins.glob("*")], outcome
        if again:
            return
        if weir.pins.exists():
            weir.anew()
    pytest.fail("none was tried again")


def test_growing_is_undone_when_its_programs_are_refused(lab, weir, loaded):
    """By then their own policy map has the new lists."""
    write_feed(weir, 1, MANY)
    loads = [call for call in loaded.run(["load"], CALLS).calls if call.name == "bpf program load"]
    weir("unload")
    write_feed(weir, 0)
    weir("load")  # the third generation
    before = bpf_id(weir, "policy")
    write_feed(weir, 1, MANY)
    # The last one is libbpf's, which asks the kernel what it can do with the program.
    outcome = loaded.run(["load"], CALLS, nth(len(loads) - 1, "bpf:5"), name="bpf:5", go_on=True)
    assert outcome.code == 1, outcome
    assert not weir.status()["load_interrupted"]
    assert bpf_id(weir, "policy") == before
    check([*not_in_force(weir, lab, 0, 3)])
    weir("load")
    assert bpf_id(weir, "policy") != before


def test_zombies_are_in_force_again_when_programs_are(weir, loaded):
    weir("zombie", "add", "198.18.65.1")
    weir("unload")
    loads = [call for call in loaded.run(["load"], CALLS).calls if call.name == "bpf program load"]
    weir("unload")
    outcome = loaded.run(["load"], CALLS, nth(len(loads) - 1, "bpf:5"), name="bpf:5", go_on=True)
    assert outcome.code == 1 and "in force again" not in "".join(outcome.said), outcome
    assert "1 live zombies are in force again" in weir("load").stderr


def both_nics(weir):
    weir.configure(CONFIG)
    weir("load")


def test_a_driver_that_does_not_let_go_is_said_and_tried_again(lab, weir, loaded):
    both_nics(weir)
    write_feed(weir, 1)
    outcome = loaded.run(["unload"], CALLS, nth(1, "bpf:29"), error=errno.EINVAL, name="bpf:29")
    assert outcome.code == 1
    line, = outcome.said
    name, = (nic["name"] for nic in weir.status()["interfaces"] if nic["mode"] == "native")
    assert line.startswith(f"spamweir: {name}: the driver does not let go of the program (Invalid "
                           "argument)") and f"`ip link set {name} mtu 1500`" in line
    weir("load")
    check([*not_in_force(weir, lab, 1, weir.generation())])
    # The one that stays is put in force first.
    weir.configure(CONFIG, one_interface("acc0"))
    outcome = loaded.run(["load"], CALLS, nth(2, "bpf:29"), error=errno.EINVAL, name="bpf:29")
    assert outcome.code == 3 and "up0: the driver does not let go" in outcome.said[-1], outcome
    assert (weir.pins / "link_up0").exists()
    weir("load")
    assert not (weir.pins / "link_up0").exists()


def test_half_moved_is_mended_by_the_daemon(lab, weir, loaded):
    both_nics(weir)
    daemon = weir.run()
    write_feed(weir, 1, MANY)
    outcome = loaded.run(["load"], CALLS, nth(2, "bpf:29"), error=errno.ENOMEM, name="bpf:29")
    assert outcome.code == 1, outcome
    daemon.wait_line("reloading: a load was interrupted", 60)
    daemon.wait_line("reloaded", 60)
    assert not weir.status()["load_interrupted"]
    check([*not_in_force(weir, lab, 1, weir.generation())])
    weir("reload")


def test_a_reload_of_the_daemon_mends_what_was_interrupted(lab, weir, loaded):
    both_nics(weir)
    daemon = weir.run()
    write_feed(weir, 1, MANY)
    loaded.run(["load"], CALLS, nth(2, "bpf:29"), error=errno.ENOMEM, name="bpf:29")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded", 60)
    assert daemon.stop() == 0  # it may have seen that by itself, and be at it again
    assert not weir.status()["load_interrupted"]
    check([*not_in_force(weir, lab, 1, weir.generation())])


@pytest.mark.parametrize("filler", [0, MANY])
def test_a_load_whose_end_cannot_be_noted_says_so(lab, weir, loaded, filler):
    """The last of the writes to `abi`, whatever comes before it."""
    write_feed(weir, 1, filler)
    calls = loaded.run(["load"], CALLS, name="bpf:2").calls
    wrong = []
    for call in reversed(calls):
        weir.anew()
        write_feed(weir, 0)
        weir("load")
        write_feed(weir, 1, filler)
        outcome = loaded.run(["load"], CALLS, call, error=errno.ENOMEM, name="bpf:2")
        interrupted = weir.status()["load_interrupted"]
        if outcome.code == 0 and interrupted:
            wrong.append(f"{call.number}: nothing is said of {outcome.said}")
        if outcome.code == 3:
            assert interrupted and "cannot be noted" in "".join(outcome.said), outcome
            check([*not_in_force(weir, lab, 1, 2)])
            return
    check(wrong)
    pytest.fail("no call was the last")
