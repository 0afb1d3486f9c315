# SPDX-License-Identifier: GPL-2.0
"""events: who reads them, and that all readers are told the same."""
import json
import os
import signal
import time

import pytest

import frames
from lab import is_stopped, wait_until
from weir import Weir

CONFIG = """
feeds:
  - { name: drop, kind: cnc, entries: [198.19.66.0/24] }
"""
CUT = frames.tcp("198.18.1.1", "198.19.66.6", 443)
TEXT = "acc0 drop cnc_dst 198.18.1.1 > 198.19.66.6 port 443 feed drop"


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


def told(lab, process, pattern=TEXT, packet=CUT):
    """Sends until the process prints a new line like that: it begins to follow
    at a moment that nobody tells."""
    seen = len(process.lines)

    def line():
        lab.outward.send(packet)
        return process.seen(pattern, seen, 0.2)

    return wait_until(line)


def logged(weir):
    """Whole lines: another may be on its way."""
    log = weir.state / "events.jsonl"
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    return [json.loads(line) for line in lines]


def told_all(lab, weir, process):
    """The same where a daemon logs, once all that was sent for it is in the log."""
    line = told(lab, process)
    wait_until(lambda: len(logged(weir)) == weir.dropped()["cnc_dst"])
    return line


def test_a_second_reader_is_told_at_once_who_reads(lab, loaded):
    first = loaded.start("events")
    told(lab, first)
    line = loaded.fails("events")  # and nothing of waiting
    assert f"process {first.popen.pid} (`spamweir events`) reads the events" in line
    told(lab, first)  # which nobody disturbed
    assert first.stop() == 0
    told(lab, loaded.start("events"))


def test_text_is_the_same_with_a_daemon_and_without(lab, loaded):
    alone = loaded.start("events")
    assert told(lab, alone).endswith(f"Z {TEXT}")
    assert alone.stop() == 0
    loaded.run()
    followers = [loaded.start("events") for _ in range(2)]
    for follower in followers:
        follower.wait_line("which the daemon writes")
        assert told(lab, follower).endswith(f"Z {TEXT}")
        assert not any("{" in line for line in follower.lines)
    as_json = loaded.start("events", "--json")
    as_json.wait_line("which the daemon writes")
    assert json.loads(told(lab, as_json, '"cnc_dst"'))["feed"] == "drop"


def test_events_without_ports_as_text(lab, loaded):
    loaded.run()
    follower = loaded.start("events")
    follower.wait_line("which the daemon writes")
    later = frames.tcp_fragments("198.18.1.1", "198.19.66.6", 25)[1]
    assert told(lab, follower, "cnc_dst", later).endswith(
        "acc0 drop cnc_dst 198.18.1.1 > 198.19.66.6 feed drop")


def test_a_daemon_takes_over_when_the_other_reader_ends(lab, loaded):
    first = loaded.start("events")
    told(lab, first)
    daemon = loaded.run()
    warning = daemon.wait_line("no events are logged")
    assert f"process {first.popen.pid} (`spamweir events`)" in warning
    told(lab, first)
    assert logged(loaded) == []
    assert first.stop() == 0
    daemon.wait_line("events are logged from now on")
    lab.outward.send(CUT)
    wait_until(lambda: logged(loaded))
    assert len([line for line in daemon.lines if "no events are logged" in line]) == 1


def test_a_follower_outlasts_the_daemon(lab, loaded):
    daemon = loaded.run()
    follower = loaded.start("events")
    told(lab, follower)
    assert daemon.stop() == 0
    follower.wait_line("no daemon writes .* waiting for the next")
    daemon = loaded.run()  # which has the ring to itself
    assert not any("no events are logged" in line for line in daemon.lines)
    told(lab, follower)
    assert follower.stop() == 0


def test_a_follower_follows_rotations(lab, loaded):
    loaded.run()
    follower = loaded.start("events")
    told_all(lab, loaded, follower)
    log = loaded.state / "events.jsonl"
    other = frames.tcp("198.18.1.2", "198.19.66.6", 443)
    log.rename(log.with_suffix(".jsonl.1"))
    assert "198.18.1.2" in told(lab, follower, "198.18.1.2", other)
    assert {event["src"] for event in logged(loaded)} == {"198.18.1.2"}


def test_a_follower_begins_again_where_a_log_was_emptied(lab, loaded):
    loaded.run()
    follower = loaded.start("events")
    told_all(lab, loaded, follower)
    other = frames.tcp("198.18.1.2", "198.19.66.6", 443)
    with open(loaded.state / "events.jsonl", "r+b") as log:
        log.truncate(0)
    assert "198.18.1.2" in told(lab, follower, "198.18.1.2", other)


def test_what_is_no_event_is_not_printed(lab, loaded):
    loaded.run()
    follower = loaded.start("events", "--json")
    told(lab, follower, '"cnc_dst"')
    with open(loaded.state / "events.jsonl", "a") as file:
        file.write("\x1b[31m no event\n")
    follower.wait_line(r'warning: .*"\\x1b\[31m no event" is no event')
    assert not any("\x1b" in line for line in follower.lines)


def test_a_line_is_printed_once_it_is_whole(lab, loaded):
    loaded.run()
    follower = loaded.start("events")
    told_all(lab, loaded, follower)
    log = loaded.state / "events.jsonl"
    text = json.dumps(logged(loaded)[-1] | {"src": "198.18.1.9"})
    with open(log, "a") as file:
        file.write(text[:40])
        file.flush()
        time.sleep(1.2)  # the follower looks every second, and at every change
        file.write(text[40:] + "\n\x1b[31m no event\n")
    expected = json.loads(text)["time"] + " " + TEXT.replace("198.18.1.1", "198.18.1.9")
    assert follower.wait_line("198.18.1.9") == expected
    warning = follower.wait_line("is no event")
    assert r'"\x1b[31m no event"' in warning
    assert not any("198.18.1.9" in other for other in follower.lines[:-2])


@pytest.mark.parametrize("again", [False, True])
def test_a_reader_of_what_was_unloaded_ends(lab, loaded, again):
    reader = loaded.start("events")
    told(lab, reader)
    loaded("reload")
    loaded("load")
    told(lab, reader)  # the ring outlasts these
    loaded("unload")
    if again:
        loaded("load")
    reader.wait_line("has been unloaded")
    assert reader.wait() == 1


def test_a_daemon_reads_the_events_of_a_state_made_anew(lab, loaded):
    daemon = loaded.run()
    loaded("unload")
    loaded("load")
    daemon.wait_line("published by hand")
    before = len(logged(loaded))
    lab.outward.send(CUT)
    wait_until(lambda: len(logged(loaded)) > before)


def test_a_daemon_that_was_busy_meanwhile_loses_no_event(lab, loaded):
    daemon = loaded.run()
    daemon.popen.send_signal(signal.SIGSTOP)  # as one is that compiles
    wait_until(lambda: is_stopped(daemon.popen.pid))
    for _ in range(3):
        lab.outward.send(CUT)
    wait_until(lambda: loaded.metrics().sum("packets_total", reason="cnc_dst") == 3)
    loaded("unload")
    loaded("load")
    daemon.popen.send_signal(signal.SIGHUP)
    daemon.popen.send_signal(signal.SIGCONT)
    daemon.wait_line("reloaded")
    wait_until(lambda: len(logged(loaded)) == 3)
    lab.outward.send(CUT)
    wait_until(lambda: len(logged(loaded)) == 4)


def test_readers_of_two_state_directories_are_not_two_readers(lab, loaded):
    daemon = loaded.run()
    other = Weir(loaded.namespace, loaded.directory)
    other.pins, other.state = loaded.pins, loaded.directory / "elsewhere"
    line = other.fails("events")
    assert f"process {daemon.popen.pid} (`spamweir run`) reads the events" in line
    assert f"not log them under {other.state}: say `--state-dir`" in line
    other.start("run").wait_line("no events are logged: process .* \\(`spamweir run`\\)")
    lab.outward.send(CUT)
    wait_until(lambda: logged(loaded))
    assert not logged(other)
    assert daemon.stop() == 0
    for process in other._processes:
        process.close()
    reader = other.start("events")
    told(lab, reader)
    assert f"process {reader.popen.pid} (`spamweir events`)" in loaded.fails("events")


def test_two_instances_have_two_readers(lab, loaded, tmp_path):
    first = loaded.start("events")
    told(lab, first)
    (tmp_path / "second").mkdir()
    second = Weir(loaded.namespace, tmp_path / "second")
    second.configure(CONFIG, "interfaces:\n  - { name: lo, role: access, xdp: generic }\n")
    second("load")
    try:
        reader = second.start("events")
        told(lab, first)
        assert not reader.seen(".", seconds=0.5) and reader.popen.poll() is None
    finally:
        second.close()
    told(lab, first)


def test_a_log_that_is_no_file_costs_events_and_nothing_else(lab, loaded):
    loaded.state.mkdir(exist_ok=True)
    log = loaded.state / "events.jsonl"
    os.mkfifo(log)
    daemon = loaded.run()
    for n in range(3):
        lab.outward.send(CUT)
        wait_until(lambda: loaded.metrics().sum("events_lost_total") == n + 1)
    daemon.wait_line(f"warning: {log}: is no regular file; events are lost")
    assert f"{log}: is no regular file" in loaded.fails("events")
    log.unlink()
    lab.outward.send(CUT)
    daemon.wait_line("events are logged again")
    assert len(logged(loaded)) == 1
    assert len([line for line in daemon.lines if "is no regular file" in line]) == 1
    assert daemon.stop() == 0


def test_the_state_directory_is_made_for_root_alone(lab, loaded):
    loaded.run()
    lab.outward.send(CUT)
    wait_until(lambda: logged(loaded))
    assert loaded.state.stat().st_mode & 0o777 == 0o700
