# SPDX-License-Identifier: GPL-2.0
"""SIGKILL at any step of whatever writes, under traffic: no packet notices, and the
next command works and tells the truth.

ROUNDS (200) is how many of all steps are tried; SEED (1), which.
"""
import os
import random
import signal
import sqlite3

import frames
from frames import ACK
from kills import some
from lab import kill, named, wait_until
from test_attach import one_interface
from traffic import Stream

ROUNDS = int(os.environ.get("ROUNDS", 200))
SEED = int(os.environ.get("SEED", 1))
MX, MX6 = "198.19.0.25", "2001:db8:19::25"
CONFIG = """
smtp:
  limit: { access: off, upstream: off }
feeds:
  - { name: nets, kind: cnc, path: nets.txt, max_change: off, may_list_special: true }
  - { name: bots, kind: zombie, path: bots.txt, max_change: off }
  - { name: relays, kind: allow, entries: [198.18.64.25] }
metrics: { textfile: spamweir.prom, interval: 15s }
"""
# Whatever is put in force, these are in it, and their neighbours are not.
LISTED = [
    frames.udp("198.18.1.1", "198.19.66.6"),
    frames.tcp("198.18.64.1", MX),
    frames.tcp("198.18.65.1", MX),  # a live zombie
    frames.udp("2001:db8:18:1::1", "2001:db8:19:666::6"),
]
CLEAN = [
    frames.udp("198.18.1.1", "198.19.66.7"),
    frames.tcp("198.18.64.2", MX),
    frames.tcp("198.18.65.2", MX, 25, ACK),
    frames.tcp("198.18.64.25", MX),  # allowed
]
LIVE = "198.18.65.1"
BULK = {f"198.18.66.{n}" for n in range(1, 100)}
MANY = "".join(f"1.{n >> 8}.{n & 255}.1\n2001:db8:{n:x}::/48\n" for n in range(5000))


class Setting:
    """The instance, and what is written for it."""

    def __init__(self, weir):
        self.weir = weir
        self.turn = 0
        self.bulk = weir.write("bulk.txt", "".join(f"{host} 1h\n" for host in sorted(BULK)))
        weir.configure(CONFIG, one_interface("acc0"))

    def next_feeds(self, filler=""):
        """Feeds with another address in them than any before."""
        self.turn += 1
        mark = f"198.19.{100 + self.turn // 250}.{self.turn % 250}"
        self.weir.write("nets.txt", f"198.19.66.6\n2001:db8:19:666::6\n{mark}\n" + filler)
        self.weir.write("bots.txt", f"198.18.64.1\n198.18.64.9\n{mark}\n")
        return mark

    def listed(self):
        return {entry["prefix"] for entry in self.weir.json_lines("zombie", "list")}

    def wrong(self):
        """What is wrong with what a killed command has left, once the next has run."""
        weir, mark = self.weir, self.next_feeds()
        interrupted = weir.status()["load_interrupted"]
        if interrupted and "run `spamweir load`" not in weir.fails("reload"):
            yield "reload does not say what mends"
        done = weir("load" if interrupted else "reload", check=False)
        if done.returncode or weir.status()["load_interrupted"]:
            yield f"interrupted {interrupted}, and then {done}"
        for address in "198.19.66.6", "2001:db8:19:666::6", mark:
            if weir.json("lookup", address)["reason"] != "cnc_src":
                yield f"{address} is not listed"
        listed = self.listed()
        if listed - BULK != {LIVE} or listed & BULK not in (set(), BULK):
            yield f"{len(listed)} live zombies"
        with sqlite3.connect(weir.state / "spamweir.db") as db:
            kept = {row[0] for row in db.execute("SELECT prefix FROM zombie WHERE NOT lifted")}
        if kept != listed:
            yield f"{len(kept)} live zombies are kept, {len(listed)} are listed"
        for verb, address, verdict in [("allow", "198.18.64.9", "pass"),
                                       ("block", "198.19.77.7", "drop")]:
            entries = {entry["prefix"] for entry in weir.json_lines(verb, "list")}
            says = weir.json("lookup", address)["verdict"]
            if (says == verdict) != (address in entries):
                yield f"{verb} list has {entries}, lookup of {address} says {says}"
        left = [pin.name for pin in weir.pins.glob("new_*")]
        if left:
            yield f"left behind: {left}"


def run_killed(killed, setting, step):
    """A daemon that is killed at a step of its load or of the reload behind it, or
    its child is; and, at the latest, when it has reloaded."""
    daemon = killed.start(step, "run")
    try:
        wait_until(lambda: daemon.popen.poll() is not None or
                   daemon.seen("running; SIGHUP reloads"))
        if daemon.popen.poll() is None:
            setting.next_feeds()
            daemon.kill(signal.SIGHUP)
            wait_until(lambda: daemon.popen.poll() is not None or
                       daemon.seen("reloaded|killed by signal 9"))
    finally:
        daemon.popen.kill()
        daemon.wait()
        # Its children are about to end, too, and nobody wants to see them at work then.
        wait_until(lambda: not named("spamweir", str(setting.weir.pins)))


def verbs(setting):
    """Words by what they are called here; some need other feeds, some their opposite first."""
    bulk = str(setting.bulk)
    return {
        "load": ["load"],
        "reload": ["reload"],
        "rollback": ["rollback"],
        "reload on trial": ["reload", "--confirm", "300s"],
        "confirm": ["confirm"],
        "zombies in": ["zombie", "add", "--file", bulk],
        "zombies out": ["zombie", "del", "--file", bulk],
        "allow": ["allow", "add", "198.18.64.9"],
        "allow no more": ["allow", "del", "198.18.64.9"],
        "block": ["block", "add", "198.19.77.7", "--for", "1h"],
    }


BEFORE = {"zombies in": ["zombie", "del", "--file"], "zombies out": ["zombie", "add", "--file"],
          "confirm": ["reload", "--confirm", "300s"], "allow": ["allow", "del", "198.18.64.9"],
          "allow no more": ["allow", "add", "198.18.64.9"], "block": ["block", "del", "198.19.77.7"]}


def prepare(setting, what):
    words = list(BEFORE.get(what, []))
    if words[:1] == ["zombie"]:
        words.append(str(setting.bulk))
    setting.next_feeds()
    if words:
        setting.weir(*words)


def end_watchers(weir):
    kill(named("spamweir-trial", str(weir.pins)))


def steps_of(setting, killed):
    """All there are to be killed at: (what, step)."""
    found = []
    for what, words in verbs(setting).items():
        prepare(setting, what)
        found += [(what, step) for step in range(1, killed.count(*words) + 1)]
        end_watchers(setting.weir)
    load = max(step for what, step in found if what == "load")
    reload = max(step for what, step in found if what == "reload")
    return found + [("run", step) for step in range(1, load + reload + 1)]


def test_no_packet_notices_who_is_killed(lab, weir, killer):
    setting, killed, wrong = Setting(weir), killer(), []
    setting.next_feeds()
    weir("load")
    weir("zombie", "add", LIVE)
    steps = steps_of(setting, killed)
    random.Random(SEED).shuffle(steps)
    assert len(steps) > 100
    with Stream(lab.outward, CLEAN * 2, LISTED * 2) as stream:
        for what, step in (steps * (1 + ROUNDS // len(steps)))[:ROUNDS]:
            prepare(setting, what)
            if what == "run":
                run_killed(killed, setting, step)
            else:
                killed(step, *verbs(setting)[what])
            end_watchers(weir)
            wrong += [f"{what}, step {step}: {text}" for text in setting.wrong()]
            if stream.lost or stream.passed:
                wrong.append(f"{what}, step {step}: {stream.lost} clean packets lost, "
                             f"{stream.passed} listed ones passed")
                break
    assert not wrong, "\n".join(wrong)
    assert (stream.lost, stream.passed) == (0, 0), f"of {stream.sent} each"
    assert stream.sent > 100


def test_no_packet_notices_a_growing_load_that_is_killed(lab, weir, killer):
    setting, killed, wrong = Setting(weir), killer(database=False), []

    def small():
        setting.next_feeds()
        weir("load")
        weir("zombie", "add", LIVE)
        setting.next_feeds(MANY)

    small()
    for step in some(killed.count("load"), max(4, ROUNDS // 6)):
        weir("unload", "--forget")
        small()
        with Stream(lab.outward, CLEAN, LISTED) as stream:
            killed(step, "load")
            wrong += [f"step {step}: {text}" for text in setting.wrong()]
        if stream.lost or stream.passed:
            wrong.append(f"step {step}: {stream.lost} lost, {stream.passed} passed")
    assert not wrong, "\n".join(wrong)
