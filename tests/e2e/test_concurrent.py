# SPDX-License-Identifier: GPL-2.0
"""Everybody at once: writers and readers at full rate, packets in between.

CONCURRENT_TURNS (6) is how often each of them has its turn, at least.
"""
import ipaddress
import json
import os
import random
import re
import signal
import subprocess
import threading
from collections import Counter

import pytest

import frames
from frames import ACK
from lab import wait_until
from traffic import Stream
from weir import Metrics

TURNS = int(os.environ.get("CONCURRENT_TURNS", 6))
LOCKED = re.compile(r"spamweir: \S+ is locked by ")
WAITING = re.compile(r"spamweir: waiting for ")
MX, MX6 = "198.19.0.25", "2001:db8:19::25"

CONFIG = """
smtp:
  limit: { access: off, upstream: off }
feeds:
  - { name: nets, kind: cnc, path: nets.txt, max_change: off, may_list_special: true }
  - { name: bots, kind: zombie, path: bots.txt, max_change: off, may_list_special: true }
  - { name: relays, kind: allow, entries: [198.18.64.25] }
"""
# What every feed lists, whatever else; live zombies that nobody lifts; and
# neighbours of both that nobody ever lists.
ALWAYS_NETS = "198.19.66.6\n2001:db8:19:666::6\n"
ALWAYS_BOTS = "198.18.64.1\n"
LISTED = [
    frames.udp("198.18.1.1", "198.19.66.6"),
    frames.tcp("198.18.64.1", MX, 25),
    frames.tcp("198.18.65.1", MX, 25),
    frames.udp("2001:db8:18:1::1", "2001:db8:19:666::6"),
]
CLEAN = [
    frames.udp("198.18.1.1", "198.19.66.7"),
    frames.tcp("198.18.64.2", MX, 25),
    frames.tcp("198.18.65.2", MX, 25, ACK),
    frames.udp("2001:db8:18:1::1", "2001:db8:19:666::7"),
]


def write_feeds(weir, turn):
    """Now large, now small, never the same."""
    numbers = random.Random(turn)
    count = (2000, 20, 60000, 500)[turn % 4]
    filler = "".join(f"{ipaddress.ip_address(numbers.randrange(1 << 24, 100 << 24))}\n"
                     for _ in range(count))
    weir.write("nets.txt", ALWAYS_NETS + filler)
    weir.write("bots.txt", filler + ALWAYS_BOTS)


class Crowd:
    """Commands that run again and again, each in a thread of its own."""

    def __init__(self, weir):
        self._weir = weir
        self._stop = threading.Event()
        self._threads = []
        self.wrong = []
        self.runs = Counter()

    def command(self, *arguments):
        """One run: None if it found the lock taken for too long. Whoever fails
        otherwise, or says what is no waiting, does wrong."""
        done = self._weir(*arguments, check=False)
        said = [line for line in done.stderr.splitlines() if not WAITING.match(line)]
        locked = done.returncode == 1 and len(said) == 1 and LOCKED.match(said[0])
        if (done.returncode or said) and not locked:
            self.wrong.append((arguments, done.returncode, said))
        self.runs[" ".join(arguments[:2] if arguments[0] == "zombie" else arguments[:1])] += 1
        return None if done.returncode else done

    def again(self, act, pause=0):
        """`act` is given the number of its turn. The lock is not handed out in
        turn: who takes it for long lets others have it, too, for a `pause`."""
        def run():
            try:
                turn = 0
                while not self._stop.is_set():
                    act(turn)
                    turn += 1
                    self._stop.wait(pause)
            except Exception as error:  # for the thread that waits for this one
                self.wrong.append(error)

        self._threads.append(threading.Thread(target=run))

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join()


class Zombies:
    """Enters and lifts live zombies at random, and knows which must be there."""

    def __init__(self, crowd, addresses):
        self._crowd, self._addresses = crowd, addresses
        self._numbers = random.Random(addresses[0])
        self.there = set()

    def change(self, _):
        address = self._numbers.choice(self._addresses)
        verb = "del" if address in self.there else "add"
        if self._crowd.command("zombie", verb, address):
            self.there ^= {address}


class Watch:
    """Reads the metrics, and finds what goes back."""

    def __init__(self, crowd):
        self._crowd = crowd
        self._last = {}

    def look(self, _):
        done = self._crowd.command("metrics")
        samples = Metrics(done.stdout) if done else {}
        rising = samples.counters() if done else {}
        rising |= {key: samples[key] for key in samples if key[0] == "generation"}
        back = [key for key, value in self._last.items() if rising.get(key, -1) < value]
        if done and back:
            self._crowd.wrong.append(("metrics", "goes back", back[:5]))
        self._last = rising or self._last


def programs(weir):
    """How many there are of this instance: they have its ring."""
    ring = weir.pinned("map", weir.pins / "events")["id"]
    shown = subprocess.run(["bpftool", "-j", "prog", "show"], check=True, capture_output=True)
    return sum(ring in program.get("map_ids", []) for program in json.loads(shown.stdout))


def descriptors(process):
    return len(os.listdir(f"/proc/{process.pid}/fd"))


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    write_feeds(weir, 0)
    weir("load")
    weir("zombie", "add", "198.18.65.1")
    return weir


@pytest.fixture
def events(lab, loaded):
    """`events`, which writes into a file."""
    path = loaded.directory / "events"
    with open(path, "wb") as out:
        process = loaded.namespace.start(*loaded.command("events", "--json"), stdout=out)
    # Once it has opened all that it holds.
    wait_until(lambda: lab.outward.send(LISTED[0]) or path.stat().st_size)
    yield process, path
    process.kill()
    process.wait()


def pinned(weir):
    """But for the tables that a small change would be made in, which come and go."""
    return sorted({pin.name for pin in weir.pins.iterdir()} - {"spare"})


def test_everybody_at_once(lab, loaded, events):
    follower, path = events
    pins = pinned(loaded)
    first, published = loaded.generation(), []
    crowd = Crowd(loaded)
    zombies = [Zombies(crowd, [f"198.18.{net}.{n}" for n in range(1, 9)]) for net in (66, 67)]

    def reload(turn):
        write_feeds(loaded, turn)
        published.append(crowd.command("reload"))

    crowd.again(reload, 0.2)
    crowd.again(lambda _: published.append(crowd.command("load")), 0.5)
    for each in zombies:
        crowd.again(each.change)
    crowd.again(Watch(crowd).look)
    crowd.again(lambda _: crowd.command("status", "--json"))
    crowd.again(lambda turn: crowd.command("lookup", ("198.18.64.1", "2001:db8::1")[turn % 2]))
    held = descriptors(follower)
    with Stream(lab.outward, CLEAN * 4, LISTED * 4) as stream, crowd:
        wait_until(lambda: crowd.wrong or stream.sent > 2000 and len(crowd.runs) == 7 and
                   min(crowd.runs.values()) >= TURNS, 300)

    assert not crowd.wrong, crowd.wrong[:5]
    assert (stream.lost, stream.passed) == (0, 0), f"of {stream.sent} each"
    assert loaded.generation() == first + sum(map(bool, published))
    there = {"198.18.65.1"}.union(*(each.there for each in zombies))
    assert {entry["prefix"] for entry in loaded.json_lines("zombie", "list")} == there
    assert pinned(loaded) == pins
    wait_until(lambda: programs(loaded) == 2, 60, "the programs that were replaced are gone")
    assert descriptors(follower) == held
    follower.send_signal(signal.SIGTERM)
    assert follower.wait(60) == 0
    dropped = {(event["src"], event["dst"]) for event in map(json.loads, path.open())}
    assert dropped == {(packet.src, packet.dst) for packet in LISTED}
