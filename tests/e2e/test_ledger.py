# SPDX-License-Identifier: GPL-2.0
"""The ledger: nobody who has packets dropped is lost in a flood of them."""
import ctypes
import mmap
import os
import re
import struct
import time

import pytest

import frames
from lab import wait_until
from weir import judged

CNC, CNC6 = "198.19.66.6", "2001:db8:19:66::6"
SOURCES, EACH, SECONDS = 3000, 40, 4
CONFIG = f"""
feeds:
  - {{ name: botnets, kind: cnc, entries: [{CNC}, "{CNC6}"] }}
  - {{ name: bots, kind: zombie, entries: [198.19.77.0/24] }}
smtp: {{ limit: {{ access: {{ rate: 1/h, burst: 1 }}, upstream: off }} }}
"""
BUCKETS, BUCKET, MAIN, ENTRIES, ENTRY, WAYS = 1 << 15, 1024, 64, 128, 128, 7
_BPF, _OBJ_GET = {"x86_64": 321, "aarch64": 280, "riscv64": 280}.get(os.uname().machine), 7


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


def ledger(weir):
    """(drops of all reasons, by IPv4 address) of all entries, as the map has them."""
    if _BPF is None:
        pytest.skip("the number of bpf(2) on this machine is not known here")
    path = ctypes.create_string_buffer(os.fsencode(weir.pins / "ledger"))
    attributes = ctypes.create_string_buffer(struct.pack("=QII", ctypes.addressof(path), 0, 0))
    fd = ctypes.CDLL(None, use_errno=True).syscall(_BPF, _OBJ_GET, attributes, 16)
    assert fd >= 0, os.strerror(ctypes.get_errno())
    try:
        with mmap.mmap(fd, BUCKETS * BUCKET, prot=mmap.PROT_READ) as memory:
            data = memory[:]
    finally:
        os.close(fd)
    found = {}
    for bucket in range(0, len(data), BUCKET):
        for way in range(WAYS):
            if not data[bucket + 8 * way:bucket + 8 * way + 8].strip(b"\0"):
                continue
            low, *counts = struct.unpack_from("=32xQ16x12I12H", data,
                                              bucket + ENTRIES + ENTRY * way)
            drops = sum(high << 32 | count for count, high in zip(counts[:12], counts[12:]))
            drops += struct.unpack_from("=Q", data, bucket + MAIN + 8 * way)[0] >> 16
            found[low & 0xffffffff] = found.get(low & 0xffffffff, 0) + drops
    return found


def drops_text(weir, address):
    return [line for line in weir("lookup", address).stdout.splitlines()
            if re.search(r"dropped.* \d+ times", line)]


def test_all_sources_of_a_flood_are_known_exactly(lab, loaded):
    """Where events tell of a few hundred a second, each of 3,000 has its exact number."""
    first = 0xc6123000  # 198.18.48.0
    addresses = [first + n for n in range(SOURCES)]
    texts = [".".join(map(str, address.to_bytes(4, "big"))) for address in addresses]
    flood = [lab.outward.frame(frames.udp(text, CNC)) for text in texts]
    begun = time.monotonic()
    for n in range(EACH):
        for frame in flood:
            lab.outward.send_frame(frame)
        time.sleep(max(0, begun + (n + 1) * SECONDS / EACH - time.monotonic()))
    wait_until(lambda: loaded.dropped().get("cnc_dst", 0) >= SOURCES * EACH, 30)
    metrics = loaded.metrics()
    assert metrics.sum("events_lost_total") > 0  # a flood it was
    assert ledger(loaded) == {address: EACH for address in addresses}
    assert metrics.sum("table_entries", table="ledger_subscribers") == SOURCES
    assert metrics.sum("table_entries", table="ledger_remotes") == 0
    assert metrics.sum("ledger_evictions_total") == metrics.sum("ledger_missed_total") == 0
    for text in texts[::500]:
        known = loaded.json("lookup", text)["ledger"]
        assert list(known) == ["subscriber"]
        assert known["subscriber"]["drops"] == EACH
        assert known["subscriber"]["reasons"] == {"cnc_dst": EACH}


def test_lookup_says_since_when_and_with_whom(lab, loaded):
    subscriber = "198.18.80.1"
    assert drops_text(loaded, subscriber) == []
    assert loaded.json("lookup", subscriber)["ledger"] is None
    assert judged(loaded, lab.outward, *[frames.udp(subscriber, CNC)] * 3)[0] == 0
    line, = drops_text(loaded, subscriber)
    assert re.fullmatch(r"  dropped 3 times since "
                        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ, last \d+ s ago, "
                        rf"C&C {CNC}, feed botnets: cnc_dst 3", line)

    # What a C&C address sends in is about whom it is for.
    assert judged(loaded, lab.inward, *[frames.udp(CNC, subscriber)] * 2)[0] == 0
    known = loaded.json("lookup", subscriber)["ledger"]["subscriber"]
    now = time.time()
    assert (known["drops"], known["reasons"]) == (5, {"cnc_dst": 3, "cnc_src": 2})
    assert (known["peer"], known["peer_sent"], known["feed"]) == (CNC, True, "botnets")
    assert known["monitored"] is False
    assert now - 60 < known["since"] <= known["last"] <= now + 1
    assert drops_text(loaded, CNC) == []


def test_a_zombie_of_elsewhere_is_known_as_remote(lab, loaded):
    zombie, mx = "198.19.77.7", "198.18.0.25"
    assert judged(loaded, lab.inward, *[frames.tcp(zombie, mx)] * 4)[0] == 0
    line, = drops_text(loaded, zombie)
    assert re.search("dropped 4 times as a remote "
                     f"source since .*, to {mx}, feed bots: zombie_feed 4$", line)
    assert list(loaded.json("lookup", zombie)["ledger"]) == ["remote"]


def test_an_ipv6_subscriber_is_a_prefix(lab, loaded):
    for host in 1, 2:
        packet = frames.udp(f"2001:db8:18:80::{host}", CNC6)
        assert judged(loaded, lab.outward, packet)[0] == 0
    known = loaded.json("lookup", "2001:db8:18:80::3")["ledger"]["subscriber"]
    assert (known["prefix"], known["drops"], known["peer"]) == ("2001:db8:18:80::/64", 2, CNC6)


def test_monitor_mode_is_said(lab, loaded):
    loaded.configure("mode: monitor\n" + CONFIG)
    loaded("reload")
    packet = frames.udp("198.18.80.9", CNC)
    with lab.outward.counting((packet.src, packet.dst)) as arrived:
        lab.outward.send(packet)
        wait_until(lambda: arrived.total == 1)
    line, = drops_text(loaded, packet.src)
    assert line.startswith("  not dropped, but passed in monitor mode, 1 times since ")
    assert line.endswith("cnc_dst 1")
    known = loaded.json("lookup", packet.src)["ledger"]["subscriber"]
    assert (known["drops"], known["drops_monitored"], known["monitored"]) == (1, 1, True)


def test_what_was_dropped_is_told_from_what_monitor_mode_let_pass(lab, loaded):
    """Of one who met both, as when a feed that was on trial is enforced."""
    packet = frames.udp("198.18.80.9", CNC)
    for mode, times, said in (("monitor", 3, "not dropped, but passed in monitor mode, 3 times"),
                              ("enforce", 2, "dropped 2 times and passed in monitor mode 3 times")):
        loaded.configure(f"mode: {mode}\n" + CONFIG)
        loaded("reload")
        assert judged(loaded, lab.outward, *[packet] * times)[0] == (
            times if mode == "monitor" else 0)
        line, = drops_text(loaded, packet.src)
        assert said in line
    assert line.endswith("cnc_dst 5 (the last was dropped)")
    known = loaded.json("lookup", packet.src)["ledger"]["subscriber"]
    assert (known["drops"], known["drops_monitored"], known["monitored"]) == (5, 3, False)


def test_the_ledger_outlives_programs_and_goes_with_unload(lab, loaded):
    packet = frames.udp("198.18.80.1", CNC)
    judged(loaded, lab.outward, packet)
    loaded("load")
    judged(loaded, lab.outward, packet)
    assert loaded.json("lookup", packet.src)["ledger"]["subscriber"]["drops"] == 2
    loaded("unload")
    loaded("load")
    assert loaded.json("lookup", packet.src)["ledger"] is None


def test_a_state_without_a_ledger_is_taken_over(lab, loaded):
    """As one that an earlier build of the same state version left."""
    (loaded.pins / "ledger").unlink()
    packet = frames.udp("198.18.80.1", CNC)
    assert loaded.json("lookup", packet.src)["ledger"] is None
    assert loaded.metrics().sum("table_entries", table="ledger_subscribers") == 0
    assert "`spamweir load`" in loaded.fails("reload")
    loaded("load")
    judged(loaded, lab.outward, packet)
    assert loaded.json("lookup", packet.src)["ledger"]["subscriber"]["drops"] == 1
    loaded("reload")
