# SPDX-License-Identifier: GPL-2.0
"""The limiter and live zombies, by the clock of whoever receives."""
import errno
import socket
import time
from contextlib import ExitStack

import pytest

import frames
from frames import ACK
from lab import until, wait_until
from weir import judged

MX, MX6 = "198.19.0.25", "2001:db8:19::25"
OUR_MX = "198.18.0.26"
ROUNDS, PAUSE_S = 3, 1
JIFFY_S = 0.004  # how fine the limiter's clock is

CONFIG = """
smtp:
  ipv6_source_prefix: 64
  limit:
    access: { rate: 1200/min, burst: 60 }
    upstream: { rate: 1800/min, burst: 90 }
"""


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


def drain(loaded, senders, count):
    """Sends so many of each at once, more than its bucket holds: how many of each
    arrived, and when the first was sent and the last judged."""
    with ExitStack() as stack:
        counters = [stack.enter_context(path.counting((packet.src, packet.dst)))
                    for path, packet in senders]
        before = sum(loaded.dropped().values())
        first = time.monotonic()
        for path, packet in senders:
            path.send(*[packet] * count)
        wait_until(lambda: sum(counter.total for counter in counters) +
                   sum(loaded.dropped().values()) - before >= count * len(senders))
        return [counter.total for counter in counters], first, time.monotonic()


def test_burst_and_rate_as_received(lab, loaded):
    """At once `burst` SYNs pass; then, of more than that, what `rate` gives meanwhile."""
    senders = [(lab.outward, frames.tcp("198.18.80.1", MX)),
               (lab.outward, frames.tcp("2001:db8:18:80::1", MX6)),
               (lab.inward, frames.tcp("198.19.80.1", OUR_MX))]
    neighbour = frames.tcp("2001:db8:18:80::2", MX6)  # in the /64 of the other
    bursts, rates = (60, 60, 90), (20, 20, 30)
    got, sent, judged_by = drain(loaded, senders, 180)
    for n, burst, rate in zip(got, bursts, rates):
        assert burst <= n <= burst + rate * (judged_by - sent + JIFFY_S), got
    for _ in range(ROUNDS):
        time.sleep(PAUSE_S)
        before = sent, judged_by
        senders[1] = lab.outward, neighbour if senders[1][1] != neighbour else \
            frames.tcp("2001:db8:18:80::1", MX6)
        got, sent, judged_by = drain(loaded, senders, 180)
        for n, burst, rate in zip(got, bursts, rates):
            least = rate * (sent - before[1] - JIFFY_S) - 1
            most = rate * (judged_by - before[0] + JIFFY_S) + 1
            assert min(burst, least) <= n <= most, (got, least, most)


def test_a_source_over_its_rate_disturbs_no_other_and_nothing_else(lab, weir):
    weir.configure("smtp: { limit: { access: { rate: 1/h, burst: 20 }, upstream: off } }\n")
    weir("load")
    over = [frames.tcp("198.18.80.1", MX)] * 50
    assert judged(weir, lab.outward, *over) == (20, {"rate_limit": 30})
    others = [frames.tcp("198.18.80.2", MX)] * 20
    assert judged(weir, lab.outward, *others) == (20, {})
    rest = [frames.tcp("198.18.80.1", MX, 25, ACK), frames.tcp("198.18.80.1", MX, 587),
            frames.udp("198.18.80.1", MX)]
    assert judged(weir, lab.outward, *rest) == (3, {})


def test_a_bucket_fills_again_but_never_over_its_burst(lab, weir):
    weir.configure("smtp: { limit: { access: { rate: 5/s, burst: 5 }, upstream: off } }\n")
    weir("load")
    for pause in 0, 1.4:  # seven tokens' time
        time.sleep(pause)
        begun = time.monotonic()
        passed, _ = judged(weir, lab.outward, *[frames.tcp("198.18.80.1", MX)] * 50)
        took = time.monotonic() - begun
        assert 5 <= passed <= 5 + 5 * (took + JIFFY_S)


def test_a_syn_that_is_sent_again_is_one_connection(lab, weir):
    """As a sender repeats it to somebody who does not answer; of one over the limit, too."""
    weir.configure("smtp: { limit: { access: { rate: 1/h, burst: 1 }, upstream: off } }\n")
    weir("load")
    syn = frames.tcp("198.18.80.1", MX, seq=7)
    assert judged(weir, lab.outward, *[syn] * 9) == (9, {})
    another = frames.tcp("198.18.80.1", MX, seq=8)
    assert judged(weir, lab.outward, *[another] * 3) == (0, {"rate_limit": 3})
    assert weir.metrics().by("result", "smtp_syns_total", interface="acc0") == {
        "passed": 1, "again_passed": 8, "limited": 1, "again_limited": 2}


def test_a_mailer_that_flushes_into_a_dead_relay_stays_within_its_limit(lab, weir):
    """The kernel sends the SYNs, and sends them again: ten connections, ten tokens."""
    dead, connections = "198.19.99.25", 10
    weir.configure("smtp: { limit: { access: { rate: 1/h, burst: 10 }, upstream: off } }\n")
    weir("load")
    lab.internet.run("ip", "route", "add", "blackhole", dead, "table", "local")
    try:
        with ExitStack() as stack, lab.subscribers.inside():
            for _ in range(connections):
                mailer = stack.enter_context(socket.socket())
                mailer.setblocking(False)
                mailer.bind(("198.18.80.1", 0))
                assert mailer.connect_ex((dead, 25)) == errno.EINPROGRESS

            def results():
                return weir.metrics().by("result", "smtp_syns_total", interface="acc0")

            wait_until(lambda: results().get("again_passed", 0) >= 2 * connections)
            assert results()["passed"] == connections and not results().get("limited")
    finally:
        lab.internet.run("ip", "route", "del", "blackhole", dead, "table", "local")
    assert weir.dropped() == {}
    assert judged(weir, lab.outward, frames.tcp("198.18.80.1", MX)) == (0, {"rate_limit": 1})


@pytest.mark.parametrize("zombie, mx", [("198.18.65.1", MX), ("2001:db8:18:65::1", MX6)])
def test_a_live_zombie_ends_on_time_with_no_daemon(lab, weir, zombie, mx):
    """Nothing passes that is sent before the end, nothing is dropped after it."""
    weir.configure("smtp: { limit: { access: off, upstream: off } }\n")
    weir("load")
    syn = frames.tcp(zombie, mx)
    assert judged(weir, lab.outward, syn) == (1, {})

    earliest = time.monotonic() + 2
    weir("zombie", "add", zombie, "--for", "2s")
    sent = time.monotonic()
    latest = sent + 2
    dropped = []  # when each of them was sent
    while judged(weir, lab.outward, syn) == (0, {"zombie_live": 1}):
        dropped.append(sent)
        time.sleep(0.02)
        sent = time.monotonic()
    assert time.monotonic() >= earliest
    assert until(latest, dropped) and all(moment <= latest for moment in dropped)
    assert judged(weir, lab.outward, syn) == (1, {})
    assert weir.json_lines("zombie", "list") == []


def test_zombie_del_lifts_at_once_and_add_again_prolongs(lab, weir):
    weir.configure()
    weir("load")
    syn = frames.tcp("198.18.65.1", MX)
    weir("zombie", "add", "198.18.65.1", "--for", "1s")
    weir("zombie", "add", "198.18.65.1", "--for", "1h")
    time.sleep(1.1)
    assert judged(weir, lab.outward, syn) == (0, {"zombie_live": 1})
    weir("zombie", "del", "198.18.65.1")
    assert judged(weir, lab.outward, syn) == (1, {})


def test_an_ipv6_zombie_is_its_whole_64(lab, weir):
    weir.configure()
    weir("load")
    weir("zombie", "add", "2001:db8:18:65::1")
    neighbour, other = frames.tcp("2001:db8:18:65:a::b", MX6), frames.tcp("2001:db8:18:66::1", MX6)
    assert judged(weir, lab.outward, neighbour) == (0, {"zombie_live": 1})
    assert judged(weir, lab.outward, other) == (1, {})
