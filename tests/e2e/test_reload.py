# SPDX-License-Identifier: GPL-2.0
"""Reload and upgrade under traffic: no packet is judged wrongly, ever."""
import random
import threading

import pytest

import frames
from frames import ACK
from lab import wait_until
from traffic import Stream
from weir import judged

CONFIG = """
smtp:
  limit: { access: off, upstream: off }
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt, max_change: off, may_list_special: true }
  - { name: bots, kind: zombie, path: bots.txt, max_change: off, may_list_special: true }
  - { name: relays, kind: allow, entries: [198.18.64.25, "2001:db8:18:64::25"] }
"""
MX, MX6 = "198.19.0.25", "2001:db8:19::25"

# Neighbours of what is listed, so that they take the long way through the tables.
CLEAN = [
    frames.udp("198.18.1.1", "198.19.66.7"),
    frames.udp("198.18.1.2", "198.19.0.53"),
    frames.tcp("198.18.1.3", "198.19.0.80", 443),
    frames.tcp("198.18.64.2", "198.19.0.80", 443),
    frames.tcp("198.18.64.3", MX, 25),
    frames.tcp("198.18.64.25", MX, 25),
    frames.udp("2001:db8:18:1::1", "2001:db8:19:666::7"),
    frames.tcp("2001:db8:18:64::25", MX6, 25),
]
LISTED = [
    frames.udp("198.18.1.1", "198.19.66.6"),
    frames.tcp("198.18.1.2", "198.19.66.6", 443),
    frames.ping("198.18.1.2", "198.19.70.1"),
    frames.tcp("198.18.64.1", MX, 25),
    frames.tcp("198.18.64.1", "198.19.0.26", 25, ACK),
    frames.tcp("198.18.65.1", MX, 25),  # a live zombie
    frames.udp("2001:db8:18:1::1", "2001:db8:19:666::6"),
    frames.tcp("2001:db8:18:64::1", MX6, 25),
]


def filler(seed, count):
    """Other prefixes, for the tables to differ from one publish to the next."""
    numbers = random.Random(seed)
    return "".join(f"{numbers.randint(1, 99)}.{numbers.randint(0, 255)}.{numbers.randint(0, 255)}."
                   f"{numbers.randint(0, 255)}\n" for _ in range(count))


def write_feeds(weir, seed, count):
    weir.write("botnets.txt", "198.19.66.6\n198.19.70.0/24\n2001:db8:19:666::6\n"
               + filler(seed, count))
    weir.write("bots.txt", filler(-seed, count) + "198.18.64.1\n2001:db8:18:64::1\n")


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    write_feeds(weir, 1, 1000)
    weir("load")
    weir("zombie", "add", "198.18.65.1")
    return weir


def stream_of_both(lab):
    return Stream(lab.outward, CLEAN * 4, LISTED * 4)


def check(stream):
    assert (stream.lost, stream.passed) == (0, 0), f"of {stream.sent} each"


def test_the_lab_itself_loses_nothing(lab, loaded):
    with stream_of_both(lab) as stream:
        wait_until(lambda: stream.sent >= 30000)
    check(stream)


# An upgrade is a load: programs are replaced under traffic.
@pytest.mark.parametrize("verb, times", [("reload", 60), ("load", 10)])
def test_under_traffic_no_packet_is_judged_wrongly(lab, loaded, verb, times):
    first = loaded.generation()
    done = 0
    with stream_of_both(lab) as stream:
        while done < times or stream.sent < 30000:
            write_feeds(loaded, done, 1000 + 500 * (done % 3))
            loaded(verb)
            done += 1
    check(stream)
    assert loaded.generation() == first + done


@pytest.mark.parametrize("verb", ["load", "reload"])
def test_tables_that_outgrow_the_first_ones_do_so_unnoticed(lab, weir, verb):
    weir.configure(CONFIG)
    write_feeds(weir, 1, 1)
    weir("load")
    weir("zombie", "add", "198.18.65.1")
    room = weir.status()["tables"]["ipv4_nets"]["capacity"]
    with stream_of_both(lab) as stream:
        write_feeds(weir, 2, 200000)
        weir(verb)
        write_feeds(weir, 3, 1)
        weir(verb)
    check(stream)
    assert stream.sent > 1000
    assert weir.status()["tables"]["ipv4_nets"]["capacity"] > 100000 > room


def test_an_upgrade_keeps_all_state(lab, loaded):
    link = loaded.pins / "link_acc0"
    judged(loaded, lab.outward, *LISTED, *CLEAN)
    before, link_before = loaded.metrics(), loaded.pinned("link", link)["id"]
    zombies = loaded.json_lines("zombie", "list")
    program = lab.router.link("acc0")["xdp"]["prog"]["id"]

    write_feeds(loaded, 2, 1000)
    loaded("load")

    after = loaded.metrics()
    assert before.sum("packets_total", verdict="drop") == len(LISTED)
    for series, value in before.counters().items():
        assert after[series] >= value, series
    assert loaded.pinned("link", link)["id"] == link_before
    assert lab.router.link("acc0")["xdp"]["prog"]["id"] != program
    assert after.sum("generation") == before.sum("generation") + 1
    assert [z["prefix"] for z in loaded.json_lines("zombie", "list")] == ["198.18.65.1"]
    assert zombies[0]["age_seconds"] <= loaded.json_lines("zombie", "list")[0]["age_seconds"]
    assert judged(loaded, lab.outward, *LISTED)[0] == 0


def test_a_source_over_its_rate_stays_so_over_reload_and_load(lab, weir):
    weir.configure("smtp: { limit: { access: { rate: 1/h, burst: 3 }, upstream: off } }\n")
    weir("load")
    syns = [frames.tcp("198.18.80.1", MX)] * 5
    assert judged(weir, lab.outward, *syns) == (3, {"rate_limit": 2})
    for verb in "reload", "load":
        weir(verb)
        assert judged(weir, lab.outward, *syns) == (0, {"rate_limit": 5})


def test_who_reads_meanwhile_never_fails(loaded):
    failures = []
    stop = threading.Event()

    def read(*arguments):
        while not stop.is_set():
            done = loaded(*arguments, check=False)
            if done.returncode:
                failures.append((arguments, done.returncode, done.stderr))

    readers = [threading.Thread(target=read, args=arguments) for arguments in
               (["status"], ["lookup", "198.18.64.1"], ["metrics"], ["zombie", "list"])]
    for reader in readers:
        reader.start()
    try:
        for n in range(16):
            write_feeds(loaded, n, 1000 if n % 5 else 50000)
            loaded("reload" if n % 4 else "load")
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert not failures
