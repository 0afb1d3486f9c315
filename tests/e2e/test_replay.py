# SPDX-License-Identifier: GPL-2.0
"""replay: captures judged by the real program, and the clock taken from them."""
import collections
import pathlib
import random

import pytest

import captures
import frames
from frames import ACK

SHARED = pathlib.Path(__file__).parents[3] / "shared" / "pcap"
SECOND = 10**9
NO_LIMIT = "smtp: { limit: { access: off, upstream: off } }\n"
LISTS = NO_LIMIT + """
feeds:
  - { name: botnets, kind: cnc, entries: [198.19.66.6, 2.2.2.2, 172.19.51.63] }
  - { name: bots, kind: zombie, entries: [198.18.64.1, 192.150.187.22, "2001:470:e5bf::/48"] }
"""
ACCESS = "--role", "access"


@pytest.fixture
def replay(weir):
    """Replays packets; what each was judged as, and the summary."""
    def run(data, config=LISTS, role="access"):
        weir.configure(config)
        path = weir.write("x.pcap", data) if isinstance(data, bytes) else data
        *packets, last = weir.json_lines("replay", str(path), "--role", role)
        assert [packet["n"] for packet in packets] == list(range(1, len(packets) + 1))
        reasons = collections.Counter(packet["reason"] for packet in packets)
        assert last == {"summary": {"packets": len(packets), "reasons": reasons}}
        return packets
    return run


def totals(packets):
    return dict(collections.Counter(packet["reason"] for packet in packets))


# What tshark counts in them; the lists above apply.
@pytest.mark.parametrize("name, role, expected", [
    ("smtp.pcap", "access", {"smtp_ok": 45, "clean": 80}),
    ("smtp-one-side-only.pcap", "access", {"zombie_feed": 19}),
    ("smtp-one-side-only.pcap", "upstream", {"zombie_feed": 19}),
    ("communityid-ipv6.pcap", "access", {"zombie_feed": 9, "clean": 8}),
    ("ipv4-fragmented-syn.pcap", "access", {"clean": 1, "fragment_later": 1}),
    ("pppoe-over-qinq.pcap", "access", {"cnc_src": 42, "cnc_dst": 44}),
    ("q-in-q.pcap", "access", {"cnc_dst": 2, "clean": 2, "not_ip": 1}),
])
def test_captures_of_others(replay, name, role, expected):
    path = SHARED / name
    if not path.exists():
        pytest.skip("no ../shared/pcap here")
    assert totals(replay(path, role=role)) == expected


def test_contradicting_lengths_pass_as_malformed(replay):
    """Six frames promise 46 bytes of IP in 42 bytes of PPPoE."""
    path = SHARED / "pppoe-over-qinq.pcap"
    if not path.exists():
        pytest.skip("no ../shared/pcap here")
    assert totals(replay(path, NO_LIMIT)) == {"clean": 80, "malformed": 6}


CUT = frames.udp("198.18.1.1", "198.19.66.6")
MAIL = frames.tcp("198.18.64.1", "198.19.0.25")
CLEAN = frames.tcp("198.18.1.1", "198.19.0.25")
CUT_JSON = dict(verdict="drop", reason="cnc_dst", family=4, src="198.18.1.1", dst="198.19.66.6",
                proto=17, sport=40000, dport=9, fragment="none", feed="botnets")


def test_what_is_told_of_a_packet(replay):
    first, later = frames.tcp_fragments("198.18.64.1", "198.19.0.25", 25)
    arp = b"\xff" * 6 + bytes(6) + b"\x08\x06" + bytes(46)
    packets = replay(captures.pcap([(0, frames.ethernet(packet)) for packet in (first, later)]
                                   + [(0, arp)]))
    ends = dict(family=4, src="198.18.64.1", dst="198.19.0.25", proto=6, feed="bots")
    assert packets == [
        dict(n=1, verdict="drop", reason="zombie_feed", **ends, sport=40000, dport=25,
             fragment="first"),
        dict(n=2, verdict="drop", reason="zombie_fragment", **ends, fragment="later"),
        dict(n=3, verdict="pass", reason="not_ip")]


TAGS = {
    "none": (b"", []),
    "802.1Q": (frames.vlan(7), [7]),
    "802.1ad": (frames.vlan(7, 0x88a8) + frames.vlan(8), [7, 8]),
    "QinQ of old": (frames.vlan(4094, 0x9100) + frames.vlan(1), [4094, 1]),
}


@pytest.mark.parametrize("tags", TAGS)
@pytest.mark.parametrize("link", [frames.ethernet, frames.pppoe])
def test_tags_and_pppoe(replay, link, tags):
    tags, vids = TAGS[tags]
    cut6 = frames.tcp("2001:470:e5bf::1", "2001:db8:19::25")
    packets = replay(captures.pcap([(0, link(packet, tags=tags)) for packet in
                                    (CUT, MAIL, CLEAN, cut6)]))
    assert [packet["reason"] for packet in packets] == ["cnc_dst", "zombie_feed", "smtp_ok",
                                                        "zombie_feed"]
    assert [packet.get("vlan", []) for packet in packets] == [vids] * 4
    packets[0].pop("vlan", None)
    assert packets[0] == dict(n=1, **CUT_JSON)


@pytest.mark.parametrize("write", [captures.pcap, captures.pcapng,
                                   lambda packets: captures.pcap(packets, nanoseconds=False)])
def test_capture_formats(replay, write):
    capture = write([(1_700_000_000 * SECOND, frames.ethernet(packet))
                     for packet in (CUT, MAIL, CLEAN)])
    assert totals(replay(capture)) == {"cnc_dst": 1, "zombie_feed": 1, "smtp_ok": 1}


def test_frames_of_every_length(replay):
    """No driver delivers some of these; none may stop a replay."""
    whole = frames.ethernet(CUT)
    packets = replay(captures.pcap([(0, whole[:size]) for size in range(len(whole) + 1)]))
    assert packets[-1] == dict(n=len(whole) + 1, **CUT_JSON)
    assert set(totals(packets)) == {"malformed", "cnc_dst"}


def test_large_frames(replay):
    large = frames.udp("198.18.1.1", "198.19.66.6", payload=bytes(8900))
    assert totals(replay(captures.pcap([(0, frames.ethernet(large))]))) == {"cnc_dst": 1}


def test_the_summary_as_text(weir):
    weir.configure(LISTS)
    path = weir.write("x.pcap", captures.pcap([(0, frames.ethernet(CUT))] * 3))
    text = weir("replay", str(path), *ACCESS).stdout
    assert text.split() == ["3", "packets", "drop", "cnc_dst", "3"]


@pytest.mark.parametrize("config, verdict", [("", "drop"), ("mode: monitor\n", "would_drop")])
def test_the_mode_is_the_configs(replay, config, verdict):
    packet, = replay(captures.pcap([(0, frames.ethernet(CUT))]), config + LISTS)
    assert packet["verdict"] == verdict


UNFIT = {
    "another link type": (captures.pcap([(0, CUT.data)], link=105), "expected Ethernet"),
    "no capture": (b"hello, this is no capture\n", "unknown file format"),
    "empty": (b"", "truncated"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_unfit_captures(weir, case):
    data, said = UNFIT[case]
    weir.configure(LISTS)
    path = weir.write("x.pcap", data)
    done = weir("replay", str(path), *ACCESS, "--json", check=False)
    line, = done.stderr.splitlines()
    assert done.returncode == 1
    assert line.startswith(f"spamweir: {path}: ") and said in line


def test_usage(weir):
    weir.configure(LISTS)
    for arguments in ["replay", "x.pcap"], ["replay", *ACCESS], \
            ["replay", "x.pcap", "--role", "middle"]:
        assert weir(*arguments, check=False).returncode == 2
    assert str(weir.directory / "none.pcap") in weir.fails("replay",
                                                          str(weir.directory / "none.pcap"),
                                                          *ACCESS)


def test_replay_needs_nothing_loaded_and_touches_nothing_that_is(lab, weir):
    weir.configure(LISTS)
    path = weir.write("x.pcap", captures.pcap([(0, frames.ethernet(CUT))] * 10))
    weir("replay", str(path), *ACCESS)
    assert not weir.pins.exists() and not weir.state.exists()
    assert "xdp" not in lab.router.link("acc0")

    weir("load")
    before = weir.metrics().counters()
    pins = sorted(pin.name for pin in weir.pins.iterdir())
    program = lab.router.link("acc0")["xdp"]["prog"]["id"]
    weir("replay", str(path), *ACCESS)
    after = weir.metrics()
    assert after.sum("packets_total", reason="cnc_dst") == 0
    assert after.counters().keys() == before.keys()
    assert sorted(pin.name for pin in weir.pins.iterdir()) == pins
    assert lab.router.link("acc0")["xdp"]["prog"]["id"] == program


LIMIT = "smtp: { limit: { access: { rate: 2/s, burst: 3 }, upstream: { rate: 2/s, burst: 2 } } }\n"


def verdicts(packets):
    return ["x" if packet["reason"] == "rate_limit" else "o" for packet in packets]


@pytest.mark.parametrize("write", [captures.pcap, captures.pcapng])
@pytest.mark.parametrize("start", [0, 1_700_000_000 * SECOND])
def test_a_burst_then_one_an_interval_by_the_captures_clock(replay, write, start):
    times = [0, 0, 0, 0, 0.499999, 0.5, 0.500001, 0.999, 1.0, 3.25, 3.25, 3.25, 3.25]
    expected = "oooxxoxxoooox"
    packets = replay(write([(start + round(t * SECOND), frames.ethernet(CLEAN)) for t in times]),
                     LIMIT)
    assert "".join(verdicts(packets)) == expected


def test_the_roles_have_limits_of_their_own(replay):
    capture = captures.pcap([(0, frames.ethernet(CLEAN)) for _ in range(5)])
    assert "".join(verdicts(replay(capture, LIMIT, "access"))) == "oooxx"
    assert "".join(verdicts(replay(capture, LIMIT, "upstream"))) == "ooxxx"


def test_what_takes_no_token(replay):
    """Only SYNs without ACK, to an SMTP port."""
    other = [frames.tcp("198.18.1.1", "198.19.0.25", 25, ACK),
             frames.tcp("198.18.1.1", "198.19.0.25", 25, frames.SYN | ACK),
             frames.tcp("198.18.1.1", "198.19.0.25", 587)]
    packets = replay(captures.pcap([(0, frames.ethernet(packet)) for packet in
                                    other * 5 + [CLEAN] * 4]), LIMIT)
    assert "".join(verdicts(packets)) == "o" * 15 + "ooox"


def test_time_that_goes_backwards(replay):
    """The bucket remembers what was taken later; nothing passes for it."""
    times = [10, 10, 10, 10, 9, 0, 10.25, 10.5, 10.5, 5, 11]
    expected = "oooxxxxoxxo"
    packets = replay(captures.pcap([(round(t * SECOND), frames.ethernet(CLEAN)) for t in times]),
                     LIMIT)
    assert "".join(verdicts(packets)) == expected


ROUND = 2**40 * 1000  # ns after which the limiter's clock shows the same again
HOUR = 3600 * SECOND


@pytest.mark.parametrize("gap", [ROUND, 2 * ROUND, ROUND - HOUR, ROUND + SECOND, 100 * ROUND])
def test_a_silence_of_weeks_pays_every_debt(replay, gap):
    packets = replay(captures.pcapng([(t, frames.ethernet(CLEAN)) for t in [0] * 4 + [gap] * 4]),
                     LIMIT)
    assert "".join(verdicts(packets)) == "oooxooox"


def test_a_capture_of_weeks(replay):
    """Somebody sends all the time, and one source when the clock has come round."""
    start = 1_700_000_000 * SECOND
    times = [(t, frames.ethernet(CLEAN)) for t in [0] * 4 + [ROUND - HOUR] * 4 + [ROUND] * 4]
    times += [(t, frames.ethernet(frames.tcp("198.18.1.2", "198.19.0.25")))
              for t in range(HOUR // 2, ROUND + HOUR, HOUR // 2)]
    times.sort(key=lambda item: item[0])
    packets = replay(captures.pcapng([(start + t, frame) for t, frame in times]), LIMIT)
    assert "".join(verdicts(p for p in packets if p["src"] == "198.18.1.1")) == "oooxoooxooox"
    assert {p["reason"] for p in packets if p["src"] == "198.18.1.2"} == {"smtp_ok"}


class Bucket:
    """GCRA as the textbook has it, in microseconds."""

    def __init__(self, interval, burst):
        self._interval, self._tolerance, self._tat = interval, (burst - 1) * interval, None

    def take(self, now):
        tat = now if self._tat is None else max(now, self._tat)
        if tat - now > self._tolerance:
            return False
        self._tat = tat + self._interval
        return True


def test_many_sources_with_any_timing_against_a_model(replay):
    numbers = random.Random(4711)
    buckets = collections.defaultdict(lambda: Bucket(500_000, 3))
    when, packets, expected = 1_700_000_000 * SECOND + 999, [], []
    for _ in range(4000):
        when += numbers.choice([0, 1, 999, numbers.randint(-100_000_000, 150_000_000)])
        source = f"198.18.80.{numbers.randint(1, 12)}"
        packets.append((when, frames.ethernet(frames.tcp(source, "198.19.0.25"))))
        expected.append("o" if buckets[source].take(when // 1000) else "x")
    got = verdicts(replay(captures.pcap(packets), LIMIT))
    assert got == expected
    assert 500 < expected.count("x") < 3500


GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "replay"


@pytest.mark.parametrize("case, options, suffix", [
    ("carriers", ["--json"], "replay.jsonl"),
    ("carriers", [], "replay.txt"),
    ("conduct", ["--rows", "--json"], "rows.jsonl"),
    ("conduct", ["--rows"], "rows.txt"),
])
def test_what_is_told_byte_for_byte(weir, case, options, suffix):
    """The judge holds what is said of packets and rows; this, how. The captures are corners.py's."""
    weir.configure((GOLDEN / f"{case}.yaml").read_text(), interfaces="")
    done = weir("replay", str(GOLDEN / f"{case}.pcap"), "--interface", "lab0", *options)
    assert done.stdout == (GOLDEN / f"{case}.{suffix}").read_text()
    assert done.stderr == ""
