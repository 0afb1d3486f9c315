# SPDX-License-Identifier: GPL-2.0
"""The daemon: what it does, and that nothing depends on its life."""
import fcntl
import os
import signal
import subprocess
import threading
import time

import pytest

import frames
from lab import wait_until
from weir import Metrics, judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
CLEAN = frames.udp("198.18.1.1", "198.19.66.7")

CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
"""
METRICS = """
metrics: { textfile: spamweir.prom, interval: 1s }
"""


@pytest.fixture
def configured(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    return weir


def textfile(weir):
    return weir.directory / "spamweir.prom"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_enforcement_and_counters_outlive_the_daemon(lab, configured, number):
    daemon = configured.run()
    assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    link = configured.pinned("link", configured.pins / "link_acc0")["id"]
    code = daemon.stop(number)
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 0)
    assert judged(configured, lab.outward, LISTED, CLEAN) == (1, {"cnc_dst": 1})
    assert configured.metrics().sum("packets_total", reason="cnc_dst") == 2
    assert configured.pinned("link", configured.pins / "link_acc0")["id"] == link

    configured.run()  # goes on where the other one ended
    assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    assert configured.metrics().sum("packets_total", reason="cnc_dst") == 3
    assert configured.pinned("link", configured.pins / "link_acc0")["id"] == link


def test_sighup_reloads_config_and_feeds(lab, configured):
    daemon = configured.run()
    before = configured.generation()
    configured.write("botnets.txt", "198.19.66.7\n")
    configured.write("more.txt", "198.19.66.8\n")
    configured.configure(CONFIG + "  - { name: more, kind: cnc, path: more.txt }\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded")
    assert configured.generation() == before + 1
    assert judged(configured, lab.outward, CLEAN) == (0, {"cnc_dst": 1})
    assert judged(configured, lab.outward, LISTED) == (1, {})
    more = frames.udp("198.18.1.1", "198.19.66.8")
    assert judged(configured, lab.outward, more) == (0, {"cnc_dst": 1})


def test_sighup_with_an_unfit_feed_keeps_what_was_good_and_says_so(lab, configured):
    daemon = configured.run()
    before = configured.metrics()
    page = configured.write("botnets.txt", "<html><body>503 Service Unavailable</body></html>\n")
    daemon.kill(signal.SIGHUP)
    line = daemon.wait_line("feed botnets is unfit")
    assert f"{page}:1: " in line and "takes its place" in line
    daemon.wait_line("reloaded, but a part is missing")
    after = configured.metrics()
    assert after.sum("generation") == before.sum("generation") + 1
    assert (before.sum("feed_ok"), after.sum("feed_ok", feed="botnets")) == (1, 0)
    errors = [now.sum("feed_errors_total", feed="botnets") for now in (before, after)]
    assert errors == [0, 1]
    assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})

    configured.write("botnets.txt", "198.19.66.6\n198.19.66.7\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded$")
    assert judged(configured, lab.outward, CLEAN) == (0, {"cnc_dst": 1})


def test_a_changed_feed_is_read_without_being_told(lab, configured):
    configured.configure(CONFIG + "reload_interval: 1s\n")
    daemon = configured.run()
    changed = configured.write("botnets.txt", "198.19.66.7\n")
    stamp = changed.stat().st_mtime + 2
    os.utime(changed, (stamp, stamp))
    daemon.wait_line("reloaded")
    assert judged(configured, lab.outward, CLEAN) == (0, {"cnc_dst": 1})


def test_settings_follow_a_reload_by_hand(lab, configured):
    daemon = configured.run()
    path = textfile(configured)
    configured.configure(CONFIG + METRICS + "reload_interval: 1s\n")
    configured("reload")
    daemon.wait_line("generation 2 was published by hand")
    wait_until(path.exists)
    configured.write("botnets.txt", "198.19.66.6\n198.19.66.7\n")
    daemon.wait_line("a feed has changed")
    after = len(daemon.lines)
    daemon.wait_line("reloaded")
    configured.configure(CONFIG)
    configured("load")
    daemon.wait_line("was published by hand", after=after)
    path.unlink()
    assert stays_away(path)


def stays_away(path):
    """What must not come: that it would is seen within two seconds."""
    time.sleep(2)
    return not path.exists()


def test_a_config_that_is_not_in_force_is_not_followed(configured):
    daemon = configured.run()
    configured.configure(CONFIG + METRICS + "metrix: {}\n")
    configured.fails("reload")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line('unknown key "metrix"')
    daemon.wait_line("the running generation stays in force")
    assert stays_away(textfile(configured))
    assert configured.generation() == 1


def test_the_metrics_file_is_always_whole(lab, configured):
    configured.configure(CONFIG + METRICS)
    configured.run()
    path = textfile(configured)
    wait_until(path.exists)
    inodes, partial, stop = set(), [], threading.Event()

    def read():
        while not stop.is_set():
            with open(path) as file:
                text = file.read()
                inodes.add(path.stat().st_ino)
            if not text.endswith("} 1\n") or "build_info" not in text.splitlines()[-1]:
                partial.append(text)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for _ in range(40):
            configured("metrics", "--textfile", str(path))
    finally:
        stop.set()
        reader.join()
    assert not partial
    assert len(inodes) > 1  # renamed into place, never written in place
    assert list(configured.directory.glob("spamweir.prom?*")) == []
    assert path.stat().st_mode & 0o777 == 0o644


def test_the_daemon_keeps_the_metrics_file_fresh(lab, configured):
    configured.configure(CONFIG + METRICS)
    configured.run()
    path = textfile(configured)
    judged(configured, lab.outward, LISTED)

    def drops_in_file():
        return path.exists() and Metrics(path.read_text()).sum("packets_total", reason="cnc_dst")

    wait_until(lambda: drops_in_file() == 1)


def test_live_zombies_outlive_the_start_of_a_daemon(configured):
    configured("load")
    configured("zombie", "add", "198.18.65.1", "--for", "1h")
    configured.run()
    assert [z["prefix"] for z in configured.json_lines("zombie", "list")] == ["198.18.65.1"]


def test_a_daemon_that_cannot_start_says_why_and_leaves_nothing(configured):
    configured.configure(CONFIG + "metrix: {}\n")
    assert 'unknown key "metrix"' in configured.fails("run")
    assert not configured.pins.exists()


def test_what_a_killed_writer_left_goes_with_the_next(configured, killer):
    """Killed at its rename; what another writes at the moment stays."""
    configured.configure(CONFIG + METRICS)
    configured("load")
    path = textfile(configured)
    kill = killer(database=False)
    kill.count("metrics", "--textfile", path)  # remembers what it has counted
    rename = kill.count("metrics", "--textfile", path)  # what it does last
    path.unlink()
    assert kill(rename, "metrics", "--textfile", path)
    left, = configured.directory.glob("spamweir.prom.*")
    others = [configured.directory / name for name in
              ("spamweir.prom.old", "spamweir.prom.Abc12", "spamweir.prom.Abc.12",
               "spamweir.prom.Abc123.x", "other.prom.Abc123")]
    for other in others:
        other.touch()
    held = configured.directory / "spamweir.prom.Held12"
    with open(held, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        configured.run()
        wait_until(path.exists)
        wait_until(lambda: not left.exists())
        assert held.exists() and all(other.exists() for other in others)
    configured("metrics", "--textfile", path)
    assert not held.exists()


def test_the_daemon_outlives_the_reader_of_its_lines(lab, configured):
    configured.configure(CONFIG + METRICS)
    daemon = configured.run()
    daemon.popen.stdout.close()
    configured.write("botnets.txt", "198.19.66.7\n")
    daemon.kill(signal.SIGHUP)
    wait_until(lambda: configured.generation() == 2)
    configured.configure(CONFIG + METRICS + "metrix: {}\n")
    daemon.kill(signal.SIGHUP)
    wait_until(lambda: configured.metrics().sum("last_reload_success") == 0)
    configured.configure(CONFIG + METRICS)
    configured.write("botnets.txt", "198.19.66.6\n")
    daemon.kill(signal.SIGHUP)
    wait_until(lambda: configured.generation() == 3)
    daemon.kill(signal.SIGTERM)
    assert daemon.wait() == 0


@pytest.mark.parametrize("verb, code", [("load", 0), ("reload", 3)])  # which attaches nothing
def test_who_changes_goes_on_when_nobody_reads_what_it_says(configured, verb, code):
    configured("load")
    configured.configure(CONFIG, "interfaces: [{ name: acc0, role: access }, "
                         "{ name: lo, role: upstream }]\n")  # warned of, by either
    nobody, end = os.pipe()
    os.close(nobody)
    process = configured.namespace.start(*configured.command(verb), stdout=end, stderr=end)
    os.close(end)
    assert process.wait(60) == code
    assert configured.generation() == 2


def test_who_reads_ends_quietly_when_nobody_does(configured):
    configured("load")
    nobody, end = os.pipe()
    os.close(nobody)
    process = configured.namespace.start(*configured.command("status"), stdout=end,
                                         stderr=subprocess.PIPE)
    os.close(end)
    assert process.communicate(timeout=300)[1] == b""
    assert process.returncode == -signal.SIGPIPE
