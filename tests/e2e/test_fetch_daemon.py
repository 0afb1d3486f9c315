# SPDX-License-Identifier: GPL-2.0
"""What the daemon does about feeds that have a URL, and about old ones."""
import contextlib
import os
import pathlib
import signal
import time

import pytest

import frames
from lab import wait_until
from webs import ENTRIES, at, certificate, configure, requests, web  # noqa: F401 fixtures
from weir import judged

FEEDS = """\
feeds:
  - {{ name: web, kind: cnc, url: "{}", every: 1s, timeout: 600s }}
  - {{ name: relays, kind: allow, url: "{}", every: 1h }}
"""


def listed(weir, address):
    return [match["feed"] for match in weir.json("lookup", address)["matches"]]


def in_force(weir, address):
    return weir.json("lookup", address)["reason"] == "cnc_src"


def feed(weir, name="web"):
    return next(item for item in weir.json("feed", "list") if item["name"] == name)


def children(pid):
    """All that descend from it."""
    found = []
    for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
        except (OSError, IndexError):
            continue
        if parent == pid:
            found += [int(stat.parent.name), *children(int(stat.parent.name))]
    return found


def test_it_fetches_and_publishes_by_itself(lab, weir, web):
    (web / "live.txt").write_text(ENTRIES + "198.19.66.6\n")
    (web / "relays.txt").write_text("198.18.0.25\n")
    weir.configure(FEEDS.format(at("live.txt"), at("relays.txt")))
    daemon = weir.run()  # without the relays it could not start
    wait_until(lambda: in_force(weir, "198.19.66.6"), 60)
    assert listed(weir, "198.18.0.25") == ["relays"]
    (web / "live.txt").write_text(ENTRIES + "198.19.66.7\n")
    wait_until(lambda: in_force(weir, "198.19.66.7"), 60)
    assert judged(weir, lab.outward, frames.udp("198.18.1.1", "198.19.66.7")) == (
        0, {"cnc_dst": 1})
    # What has not changed is asked for, and not published.
    generation, checked = weir.generation(), int(time.time())
    wait_until(lambda: (weir.state / "feeds/web@state").read_text() and
               feed(weir)["fetch"]["checked"] > checked + 2, 60)
    assert weir.generation() == generation
    # That is a success; the content is as old as it was.
    name = "feed_refreshed_timestamp_seconds", (("feed", "web"),)
    wait_until(lambda: weir.metrics()[name] > checked + 2, 60)
    assert feed(weir)["refreshed"] > checked + 2
    assert feed(weir)["fetch"]["content"] <= checked
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded$", 60)
    assert daemon.stop() == 0


def test_a_server_that_goes_and_comes_back(weir, web):
    (web / "comes.txt").write_text(ENTRIES)
    configure(weir, at("comes.txt"), ", every: 1s")
    daemon = weir.run()
    wait_until(lambda: in_force(weir, "198.51.100.1") and feed(weir)["ok"], 60)
    (web / "comes.txt").rename(web / "gone.txt")
    wait_until(lambda: not feed(weir)["ok"], 60)
    assert "the server says 404 (expected 200) (spamweir feed update web)" in feed(weir)["unfit"]["why"]
    assert listed(weir, "198.51.100.1") == ["web"]
    assert weir.metrics()["feed_ok", (("feed", "web"),)] == 0
    failed = feed(weir)["checked"]
    wait_until(lambda: feed(weir)["checked"] > failed, 60)  # again, and in vain
    refreshed = weir.metrics()["feed_refreshed_timestamp_seconds", (("feed", "web"),)]
    assert refreshed <= feed(weir)["fetch"]["fetched"] <= failed
    (web / "gone.txt").rename(web / "comes.txt")
    wait_until(lambda: feed(weir)["ok"], 60)
    assert daemon.stop() == 0


def test_a_slow_server_holds_nothing_up(weir, web, requests):
    (web / "quick.txt").write_text(ENTRIES)
    weir.configure(FEEDS.format(at("slow"), at("relays.txt")) + f"""\
  - {{ name: quick, kind: cnc, url: "{at('quick.txt')}", every: 1s }}
""")
    (web / "relays.txt").write_text("198.18.0.25\n")
    daemon = weir.run()
    wait_until(lambda: [line for line in requests() if "slow" in line], 60)
    weir.write("unused", "")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded", 30)
    assert daemon.stop() == 0  # long before the fetch would end


def status_of(pid):
    """'' of who has ended."""
    try:
        return pathlib.Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return ""


def runs(pid):
    """Whoever is dead and has not been waited for does not."""
    return status_of(pid) and "State:\tZ" not in status_of(pid)


@pytest.mark.parent
def test_whoever_works_for_it_may_be_killed(weir, web, requests):
    configure(weir, at("slow"), ", every: 1s, timeout: 600s")
    daemon = weir.run()
    wait_until(lambda: [line for line in requests() if "slow" in line], 60)

    def confined():
        return [pid for pid in children(daemon.popen.pid) if "Seccomp:\t2" in status_of(pid)]

    wait_until(lambda: len(confined()) == 2, 60,
               "who fetches and who parses are confined, for the job")
    workers = confined()
    assert len(children(daemon.popen.pid)) > len(workers)
    for pid in workers:
        status = status_of(pid)
        assert "NoNewPrivs:\t1" in status
        assert "CapEff:\t0000000000000000" in status and "Uid:\t0" not in status
        assert os.listdir(f"/proc/{pid}/root") in (["etc"], [])
    for pid in workers:
        with contextlib.suppress(ProcessLookupError):  # one does not outlive the other
            os.kill(pid, signal.SIGKILL)
    daemon.wait_line("killed by signal 9", 60)
    wait_until(lambda: "killed by signal 9" in str(feed(weir)["unfit"]), 60)
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded", 60)
    left = children(daemon.popen.pid)
    assert daemon.stop() == 0
    wait_until(lambda: not [pid for pid in left if runs(pid)], 60)


def test_a_list_that_is_too_old_is_kept_and_told(weir):
    path = weir.write("list.txt", ENTRIES)
    os.utime(path, (time.time() - 86400 * 3,) * 2)
    weir.configure("feeds:\n  - { name: web, kind: allow, path: list.txt, max_age: 2d }\n")
    assert "was refreshed 3 d" in weir.fails("check")
    assert "max_age allows 2 d" in weir.partly("load")[0]
    assert listed(weir, "198.51.100.1") == ["web"] and not feed(weir)["ok"]
    os.utime(path)
    weir("reload")
    assert feed(weir)["ok"]


def test_a_list_that_is_too_old_is_dropped(lab, weir, web):
    (web / "ages.txt").write_text("198.19.66.6\n")
    configure(weir, at("ages.txt"), ", every: 1s, max_age: { age: 3s, then: drop }")
    daemon = weir.run()
    # Where the machine is busy, it is too old before it is fetched again, now and then.
    wait_until(lambda: judged(weir, lab.outward, frames.udp("198.18.1.1", "198.19.66.6")) == (
        0, {"cnc_dst": 1}), 60)
    (web / "ages.txt").rename(web / "aged.txt")
    daemon.wait_line("is to be dropped then and is LEFT OUT", 120)
    wait_until(lambda: not in_force(weir, "198.19.66.6"), 60)
    (web / "aged.txt").rename(web / "ages.txt")
    wait_until(lambda: in_force(weir, "198.19.66.6"), 120)
    assert daemon.stop() == 0
