# SPDX-License-Identifier: GPL-2.0
"""The daemon's loop: nothing in it waits, and nothing that was asked is forgotten."""
import contextlib
import errno
import fcntl
import os
import pathlib
import signal
import time

import pytest

import frames
from faults import CALLS, Faults, nth
from lab import until, wait_until
from weir import Metrics, Process, judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
NEXT = frames.udp("198.18.1.1", "198.19.66.7")
CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
metrics: { textfile: spamweir.prom, interval: 1s }
"""
LOCKED = "is locked by .* tried again"


@pytest.fixture
def configured(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    return weir


@pytest.fixture
def lock(configured):
    """Takes and gives up the writers' lock."""
    fds = []

    def take():
        fds.append(os.open(configured.pins, os.O_RDONLY))
        fcntl.flock(fds[-1], fcntl.LOCK_EX)

    take.release = lambda: os.close(fds.pop())
    yield take
    for fd in fds:
        os.close(fd)


class Paused:
    """A daemon whose jobs stop before they take the lock, while they are to."""

    def __init__(self, weir, library):
        self._file = weir.directory / "pause"
        self.process = Process(weir.namespace.start(
            "env", f"LD_PRELOAD={library}", f"PAUSE={self._file}", *weir.command("run"),
            stdout=-1, stderr=-2))
        self.process.wait_line("running; SIGHUP reloads")

    def pause(self):
        self._file.touch()

    def go_on(self):
        """Lets them run from now on, and this one."""
        child = self.child()
        self._file.unlink()
        os.kill(child, signal.SIGCONT)

    def child(self):
        """The job under way, once it has stopped."""
        pid = self.process.popen.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")

        def stopped():
            for child in children.read_text().split():
                with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended
                    stat = pathlib.Path(f"/proc/{child}/stat").read_text()
                    if stat.rpartition(")")[2].split()[0] == "T":
                        return int(child)
            return None

        return wait_until(stopped, 60, "a job has stopped")


@pytest.fixture
def paused(configured, tool):
    daemon = Paused(configured, tool("pause.so"))
    yield daemon
    daemon.process.close()


def metrics_go_on(weir, times=3, ended=lambda: None):
    path = weir.directory / "spamweir.prom"
    wait_until(path.exists)
    for _ in range(times):
        before = path.stat().st_ino, path.stat().st_mtime_ns
        wait_until(lambda: (path.stat().st_ino, path.stat().st_mtime_ns) != before or
                   ended() is not None, 60, "the metrics are written anew")
    return Metrics(path.read_text())


def events_go_on(lab, weir):
    log = weir.state / "events.jsonl"
    before = log.stat().st_size if log.exists() else 0
    lab.outward.send(LISTED)
    wait_until(lambda: log.exists() and log.stat().st_size > before, 60, "an event is logged")


def test_a_held_lock_holds_nothing_up_and_the_reload_comes(lab, configured, lock):
    daemon = configured.run()
    lock()
    configured.write("botnets.txt", "198.19.66.7\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line(LOCKED)
    metrics_go_on(configured, 5)
    events_go_on(lab, configured)
    wait_until(lambda: configured.metrics().sum("daemon_lock_held_total") >= 2, 60,
               "attempts that found the lock held are counted")
    assert configured.generation() == 1
    lock.release()
    daemon.wait_line("reloaded")
    assert judged(configured, lab.outward, NEXT) == (0, {"cnc_dst": 1})
    assert len([line for line in daemon.lines if "is locked by" in line]) == 1
    assert daemon.stop() == 0


def test_a_feed_that_changes_while_the_lock_is_held_is_read(lab, configured, lock):
    configured.configure(CONFIG + "reload_interval: 1s\n")
    daemon = configured.run()
    lock()
    configured.write("botnets.txt", "198.19.66.6\n198.19.66.7\n")
    daemon.wait_line(LOCKED)
    lock.release()
    daemon.wait_line("reloaded")
    assert judged(configured, lab.outward, NEXT) == (0, {"cnc_dst": 1})


def test_a_daemon_that_waits_for_the_lock_ends_when_told(configured, lock):
    daemon = configured.run()
    lock()
    daemon.kill(signal.SIGHUP)
    daemon.wait_line(LOCKED)
    assert daemon.stop() == 0


def test_a_long_reload_holds_nothing_up(lab, configured, paused):
    paused.pause()
    paused.process.kill(signal.SIGHUP)
    paused.child()
    metrics_go_on(configured)
    events_go_on(lab, configured)
    paused.go_on()
    paused.process.wait_line("reloaded")
    assert configured.generation() == 2


def test_a_thousand_sighups_are_one_reload_more(configured, paused):
    paused.pause()
    paused.process.kill(signal.SIGHUP)
    paused.child()
    configured.write("botnets.txt", "198.19.66.7\n")
    for _ in range(1000):
        paused.process.kill(signal.SIGHUP)
    metrics_go_on(configured)  # all of them have been heard
    paused.go_on()
    paused.process.wait_line("reloaded", times=2)
    assert paused.process.stop() == 0
    assert configured.generation() == 3


def test_two_daemons_do_what_one_does(lab, configured):
    """Started by hand beside the service. Both reload, one tells of events and warns that the
    other does; when it is killed, the other goes on with all of it."""
    def events():
        log = configured.state / "events.jsonl"
        return log.read_text().splitlines() if log.exists() else []

    first = configured.run()
    lab.outward.send(LISTED)
    wait_until(lambda: len(events()) == 1)
    second = configured.run()
    assert f"process {first.popen.pid} " in second.wait_line("no events are logged")
    assert judged(configured, lab.outward, LISTED, NEXT) == (1, {"cnc_dst": 1})
    wait_until(lambda: len(events()) == 2)
    configured.write("botnets.txt", "198.19.66.7\n")
    for daemon in first, second:
        daemon.kill(signal.SIGHUP)
    for daemon in first, second:
        daemon.wait_line("reloaded")
    assert judged(configured, lab.outward, LISTED, NEXT) == (1, {"cnc_dst": 1})
    wait_until(lambda: len(events()) == 3)
    metrics_go_on(configured)
    first.kill(signal.SIGKILL)
    first.wait()
    second.wait_line("events are logged from now on")
    metrics_go_on(configured)
    lab.outward.send(NEXT)
    wait_until(lambda: len(events()) == 4)
    status = configured.status()
    assert [nic["mode"] for nic in status["interfaces"]] == ["native", "native"]
    assert not status["load_interrupted"] and not any("failed" in line for line in second.lines)
    assert second.stop() == 0


def test_sigterm_waits_for_a_reload_under_way(lab, configured, paused):
    configured.write("botnets.txt", "198.19.66.7\n")
    paused.pause()
    paused.process.kill(signal.SIGHUP)
    paused.child()
    given_up = time.monotonic() + 10
    paused.process.kill(signal.SIGTERM)
    metrics_go_on(configured, 2, paused.process.popen.poll)
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it was given up
        paused.go_on()
    assert paused.process.wait(60) == 0
    done = paused.process.seen("reloaded")
    assert until(given_up, done)
    assert judged(configured, lab.outward, NEXT) == ((0, {"cnc_dst": 1}) if done else (1, {}))


def test_sigterm_does_not_wait_for_ever(configured, paused):
    paused.pause()
    paused.process.kill(signal.SIGHUP)
    child = paused.child()
    paused.process.kill(signal.SIGTERM)
    assert paused.process.wait(60) == 0
    assert paused.process.wait_line("did not end in time")
    assert not os.path.exists(f"/proc/{child}")
    assert configured.generation() == 1
    configured("reload")


def test_a_reload_that_is_killed_is_said_and_the_next_goes_well(lab, configured, paused):
    configured.write("botnets.txt", "198.19.66.7\n")
    paused.pause()
    paused.process.kill(signal.SIGHUP)
    os.kill(paused.child(), signal.SIGKILL)
    paused.process.wait_line("killed by signal 9 .*; the running generation stays in force")
    assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    (configured.directory / "pause").unlink()
    paused.process.kill(signal.SIGHUP)
    paused.process.wait_line("reloaded")
    assert judged(configured, lab.outward, NEXT) == (0, {"cnc_dst": 1})


def test_a_reload_outlives_a_daemon_that_is_killed(configured, paused):
    paused.pause()
    paused.process.kill(signal.SIGHUP)
    child = paused.child()
    paused.process.kill(signal.SIGKILL)
    paused.process.wait()
    daemon = configured.run()
    assert configured.generation() == 2
    (configured.directory / "pause").unlink()
    os.kill(child, signal.SIGCONT)
    wait_until(lambda: configured.generation() == 3)
    daemon.wait_line("generation 3 was published by hand")
    assert not any("no events are logged" in line for line in daemon.lines)


def test_what_a_reload_says_comes_by_the_daemon(configured):
    daemon = configured.run()
    configured.write("botnets.txt", "198.19.66.6\n" * 200 + "no address\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded")
    configured.configure(CONFIG, "interfaces:\n  - { name: acc0, role: access }\n"
                         "  - { name: none0, role: upstream }\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("warning: .*:3: there is no interface none0")


@pytest.mark.parametrize("name", ["fork", "pipe2"])
def test_where_no_child_is_to_be_had_it_is_tried_again(configured, tool, name):
    faults = Faults(configured, tool("fault.so"))
    try:
        first = faults.start(["run"], CALLS, name=name)  # whose lists are read by children
        first.wait_line("running; SIGHUP reloads")
        assert first.stop() == 0
        later = len(faults.log()) + 1
        daemon = faults.start(["run"], CALLS, nth(later, name), error=errno.ENOMEM, name=name)
        daemon.wait_line("running; SIGHUP reloads")
        daemon.kill(signal.SIGHUP)
        daemon.wait_line(f"warning: {name.rstrip('2')}: Cannot allocate memory")
        daemon.wait_line("reloaded")
        assert daemon.stop() == 0
    finally:
        faults.close()


def test_the_heart_beats(configured):
    def beat():
        return configured.metrics().sum("daemon_heartbeat_timestamp_seconds")

    configured("load")
    assert not beat()
    daemon = configured.run()
    first = beat()
    assert abs(first - time.time()) < 60
    wait_until(lambda: beat() > first, 60, "it beats again")
    assert daemon.stop() == 0
    last = beat()
    time.sleep(1.1)
    configured("reload")
    assert beat() == last


def test_a_failed_reload_shows_until_one_goes_well(configured):
    def success():
        return configured.metrics().sum("last_reload_success")

    daemon = configured.run()
    assert success() == 1
    configured.configure(CONFIG + "metrix: {}\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line('unknown key "metrix"')
    wait_until(lambda: success() == 0, 60, "which is counted once it has been said")
    assert metrics_go_on(configured).sum("last_reload_success") == 0
    configured.configure(CONFIG)
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded")
    assert success() == 1
    relays = CONFIG.replace("feeds:", "feeds:\n  - { name: relays, kind: allow, path: relays.txt }")
    configured.configure(relays)
    for verb in "reload", "load":
        configured.write("relays.txt", "<html>\n")
        (configured.state / "feeds/relays").unlink(missing_ok=True)
        configured.fails(verb)
        assert success() == 0
        configured.write("relays.txt", "198.18.64.25\n")
        configured("reload")
        assert success() == 1
    configured.write("relays.txt", "<html>\n")
    (configured.state / "feeds/relays").unlink()
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("<html>")
    wait_until(lambda: success() == 0)
