# SPDX-License-Identifier: GPL-2.0
"""replay of captures as people make them: link types, snap lengths, directions, files that end
early. What a packet is judged as must not depend on how it was captured."""
import collections
import gzip
import json
import pathlib
import struct
import subprocess

import pytest

import captures
import frames
from captures import BIG, INCOMING, LITTLE, OUTGOING, Pcapng, Snapped
from frames import ACK

GOLDEN = pathlib.Path(__file__).parents[1] / "golden" / "replay" / "capture"
SECOND = 10**9
LIMIT = ("smtp: { limit: { access: { rate: 30/min, burst: 3 }, "
         "upstream: { rate: 600/min, burst: 100 } } }\n")
LISTS = LIMIT + """feeds:
  - { name: bad, kind: cnc, entries: [203.0.113.0/24] }
  - { name: zom, kind: zombie, entries: [198.51.100.66, "2001:db8:66::/48"] }
"""
BOT = frames.tcp("198.51.100.66", "192.0.2.25")
BOT6 = frames.tcp("2001:db8:66::1", "2001:db8:19::25")
CUT = frames.tcp("198.51.100.7", "203.0.113.7", 443)
MAIL = frames.tcp("198.51.100.7", "192.0.2.25")
WEB = frames.tcp("198.51.100.7", "192.0.2.25", 80)
FOUR = [BOT, CUT, MAIL, WEB]
JUDGED = ["zombie_feed", "cnc_dst", "smtp_ok", "clean"]


@pytest.fixture
def replay(weir):
    """Runs it on a capture in memory or a file: the finished process."""
    def run(data, *options, role=("--role", "access"), config=LISTS, code=0):
        weir.configure(config)
        path = weir.write("x.pcap", data) if isinstance(data, bytes) else data
        done = weir("replay", str(path), *role, "--json", *options, check=False)
        assert done.returncode == code, done
        done.lines = [json.loads(line) for line in done.stdout.splitlines()]
        return done
    return run


def reasons(done):
    return [line["reason"] for line in done.lines if "reason" in line]


def summary(done):
    return done.lines[-1]["summary"]


def is_silent(done):
    return done.stderr == ""


# ---- link types

def ethertype(packet):
    return 0x86dd if ":" in packet.src else 0x0800


def ppp_protocol(packet):
    return 0x0057 if ":" in packet.src else 0x0021


def sll(packet, kind=0, tags=b""):
    protocol = struct.pack("!H", ethertype(packet))
    return struct.pack("!HHH8s", kind, 1, 6, b"\2\0\0\0\0\1") + tags + protocol + packet.data


def sll2(packet, kind=0, tags=b""):
    """With tags, what follows begins behind the first one's type, as in Ethernet."""
    behind = tags + struct.pack("!H", ethertype(packet))
    head = struct.pack("!HIHBB8s", 0, 3, 1, kind, 6, b"\2\0\0\0\0\1")
    return behind[:2] + head + behind[2:] + packet.data


LINKS = {
    "ethernet": (captures.ETHERNET, frames.ethernet),
    "SLL": (captures.SLL, sll),
    "SLL2": (captures.SLL2, sll2),
    "raw": (captures.RAW_IP, lambda packet: packet.data),
    "raw, by its old number": (captures.RAW_OLD, lambda packet: packet.data),
    "PPP": (captures.PPP, lambda packet: struct.pack("!H", ppp_protocol(packet)) + packet.data),
    "PPP, protocol of one byte": (captures.PPP,
                                  lambda packet: bytes([ppp_protocol(packet)]) + packet.data),
    "PPP in HDLC": (captures.PPP_HDLC, lambda packet:
                    b"\xff\3" + struct.pack("!H", ppp_protocol(packet)) + packet.data),
    "PPP in HDLC, unsaid": (captures.PPP, lambda packet:
                            b"\xff\3" + struct.pack("!H", ppp_protocol(packet)) + packet.data),
    "PPP of pppd": (captures.PPP_PPPD, lambda packet:
                    b"\0\3" + struct.pack("!H", ppp_protocol(packet)) + packet.data),
    "PPP with direction": (captures.PPP_WITH_DIR, lambda packet:
                           b"\0" + struct.pack("!H", ppp_protocol(packet)) + packet.data),
    "PPPoE": (captures.PPP_ETHER, lambda packet: frames.pppoe(packet)[14:]),
}


@pytest.mark.parametrize("link", LINKS)
def test_link_types(replay, link):
    number, wrap = LINKS[link]
    packets = [(n * SECOND, wrap(packet)) for n, packet in enumerate(FOUR + [BOT6])]
    done = replay(captures.pcap(packets, number, order=BIG))
    assert reasons(done) == JUDGED + ["zombie_feed"]
    assert done.lines[0] == dict(n=1, verdict="drop", reason="zombie_feed", family=4, src=BOT.src,
                                 dst=BOT.dst, proto=6, sport=40000, dport=25, fragment="none",
                                 feed="zom")
    assert is_silent(done)


@pytest.mark.parametrize("order", [LITTLE, BIG])
def test_all_link_types_in_one_file(replay, order):
    file = Pcapng(order)
    for number, _ in LINKS.values():
        file.interface(number)
    for n, (_, wrap) in enumerate(LINKS.values()):
        for packet in FOUR + [BOT6]:
            file.enhanced(wrap(packet), n * 10**7, n)
    done = replay(file.data)
    assert reasons(done) == (JUDGED + ["zombie_feed"]) * len(LINKS) and is_silent(done)


@pytest.mark.parametrize("number, packet", [(captures.IPV4, BOT), (captures.IPV6, BOT6)])
def test_link_types_of_one_family(replay, number, packet):
    assert reasons(replay(captures.pcap([(0, packet.data)], number))) == ["zombie_feed"]
    assert reasons(replay(captures.pcap([(0, packet.data[:19])], number))) == ["malformed"]


@pytest.mark.parametrize("wrap", [sll, sll2])
def test_cooked_with_tags(replay, wrap):
    number = captures.SLL if wrap is sll else captures.SLL2
    tags = frames.vlan(7, 0x88a8) + frames.vlan(8)
    done = replay(captures.pcap([(0, wrap(packet, tags=tags)) for packet in FOUR], number))
    assert reasons(done) == JUDGED
    assert [line["vlan"] for line in done.lines[:-1]] == [[7, 8]] * 4


@pytest.mark.parametrize("link", LINKS)
def test_frames_that_end_in_their_headers(replay, link):
    number, wrap = LINKS[link]
    whole = wrap(BOT)
    done = replay(captures.pcap([(0, whole[:size]) for size in range(len(whole) + 1)], number))
    judged = reasons(done)
    assert judged[-1] == "zombie_feed" and set(judged[:-1]) <= {"malformed", "not_ip"}


@pytest.mark.parametrize("number, frame", [
    (captures.PPP, b"\xc0\x21\x01\x01\x00\x04"), (captures.PPP_HDLC, b"\xff\3\x80\x21" + bytes(8)),
    (captures.RAW_IP, b"\x15" + bytes(30)),
    (captures.SLL, struct.pack("!HHH8sH", 0, 1, 6, bytes(8), 4) + bytes(40)),
    (captures.SLL, struct.pack("!HHH8sH", 0, 1, 6, bytes(8), 0x0806) + bytes(28))])
def test_what_is_no_ip(replay, number, frame):
    assert reasons(replay(captures.pcap([(0, frame)], number))) == ["not_ip"]


@pytest.mark.parametrize("name", ["sll", "raw", "ppp"])
def test_golden_link_types(replay, name):
    done = replay(GOLDEN / f"{name}.pcap")
    assert reasons(done) == JUDGED and is_silent(done)


@pytest.mark.parametrize("write", [captures.pcap, captures.pcapng])
def test_other_link_types_are_refused(weir, replay, write):
    done = replay(write([(0, bytes(60))] * 2, 105), code=1)
    assert done.lines == []
    line, = done.stderr.splitlines()
    assert "link type IEEE802_11, expected Ethernet, Linux cooked, raw IP or PPP" in line


# ---- pcapng

@pytest.mark.parametrize("order", [LITTLE, BIG])
def test_interfaces_that_differ(replay, order):
    """libpcap refuses such a file whole."""
    file = Pcapng(order).interface(captures.ETHERNET, snap=96).other()
    file.enhanced(frames.ethernet(BOT)).interface(captures.SLL, snap=262144)
    file.enhanced(sll(CUT), 0, 1).other(33).interface(captures.RAW_IP, snap=0)
    file.enhanced(MAIL.data, 0, 2).interface(105).enhanced(bytes(50), 0, 3)
    file.obsolete(frames.ethernet(WEB)).simple(frames.ethernet(BOT))
    done = replay(file.data, code=3)
    assert reasons(done) == JUDGED + ["zombie_feed"]
    assert [line["n"] for line in done.lines[:-1]] == [1, 2, 3, 5, 6]
    assert summary(done)["packets"] == 5 and summary(done)["skipped"] == {"link_type": 1}
    line, = done.stderr.splitlines()
    assert "1 packets are not judged, for their link type is IEEE802_11" in line


def test_sections_of_either_byte_order(replay):
    file = Pcapng(LITTLE).interface(captures.RAW_IP).enhanced(BOT.data)
    file.section(BIG).interface(captures.ETHERNET).enhanced(frames.ethernet(CUT))
    file.section(LITTLE).interface(captures.SLL).enhanced(sll(MAIL))
    assert reasons(replay(file.data)) == JUDGED[:3]


RESOLUTIONS = [(None, 10**6), (0, 1), (3, 10**3), (6, 10**6), (9, 10**9), (12, 10**12), (0x80, 1),
               (0x80 | 10, 2**10), (0x80 | 32, 2**32)]


@pytest.mark.parametrize("order, offset", [(LITTLE, None), (BIG, 1_000_000_000)])
def test_resolutions(replay, order, offset):
    """A burst of three, then a token every two seconds, by whatever clock."""
    file = Pcapng(order)
    for resolution, _ in RESOLUTIONS:
        file.interface(resolution=resolution, offset=offset)
    times = [5, 5, 5, 6, 7, 8, 9, 9]
    for seconds in times:
        for n, (_, units) in enumerate(RESOLUTIONS):
            file.enhanced(frames.ethernet(frames.tcp(f"198.51.100.{n + 1}", MAIL.dst)),
                          seconds * units, n)
    judged = reasons(replay(file.data))
    for n in range(len(RESOLUTIONS)):
        of_one = judged[n::len(RESOLUTIONS)]
        assert "".join("ox"[r == "rate_limit"] for r in of_one) == "oooxoxox", RESOLUTIONS[n]


def test_interfaces_with_clocks_of_their_own(replay):
    file = Pcapng().interface(resolution=0, offset=1000).interface(resolution=9)
    for seconds in range(4):
        file.enhanced(frames.ethernet(MAIL), seconds, 0)
        file.enhanced(frames.ethernet(MAIL), (1000 + seconds) * SECOND, 1)
    assert ["ox"[r == "rate_limit"] for r in reasons(replay(file.data))] == list("oooxoxxx")


def test_a_packet_without_a_time_has_that_of_the_one_before(replay):
    file = Pcapng().interface()
    file.enhanced(frames.ethernet(MAIL), 10**15)
    for _ in range(3):
        file.simple(frames.ethernet(MAIL))
    file.enhanced(frames.ethernet(MAIL), 10**15 + 2 * 10**6)
    assert reasons(replay(file.data)) == ["smtp_ok"] * 3 + ["rate_limit", "smtp_ok"]


def test_a_simple_packet_is_as_long_as_the_snap_length(replay):
    whole = frames.ethernet(frames.tcp(BOT.src, BOT.dst, flags=ACK, payload=bytes(500)))
    file = Pcapng().interface(snap=96).simple(Snapped(whole, 96)).simple(frames.ethernet(WEB))
    assert reasons(replay(file.data)) == ["zombie_feed", "clean"]


# ---- damage

def damaged(kind):
    good = Pcapng().interface().enhanced(frames.ethernet(BOT))
    before = good.data
    good.enhanced(frames.ethernet(BOT))
    block = bytearray(good.data[len(before):])
    if kind == "length at the end":
        block[-4] ^= 4
    elif kind == "odd length":
        block[4] += 1
    elif kind == "length below the least":
        block[4:8] = struct.pack("<I", 8)
    elif kind == "captured more than the block has":
        block[20:24] = struct.pack("<I", 1 << 31)
    elif kind == "unknown interface":
        block[8] = 7
    elif kind == "resolution out of range":
        block = Pcapng().interface(resolution=20).data[28:]
    elif kind == "section of another version":
        block = Pcapng().data.replace(struct.pack("<H", 1), struct.pack("<H", 2))
    elif kind == "section of no byte order":
        block = Pcapng().data[:8] + bytes(20)
    return before + bytes(block)


@pytest.mark.parametrize("kind", [
    "length at the end", "odd length", "length below the least", "captured more than the block has",
    "unknown interface", "resolution out of range", "section of another version",
    "section of no byte order"])
def test_a_damaged_block_ends_the_reading(replay, kind):
    done = replay(damaged(kind), code=3)
    assert reasons(done) == ["zombie_feed"] and summary(done)["packets"] == 1
    line, = done.stderr.splitlines()
    assert "x.pcap: after packet 1: block " in line and "what follows is not judged" in line


def test_noise_in_options_costs_the_direction_and_nothing_else(replay):
    file = Pcapng().interface()
    head = struct.pack("<IIIII", 0, 0, 0, len(BOT.data) + 14, len(BOT.data) + 14)
    body = head + frames.ethernet(BOT) + bytes(-(len(BOT.data) + 14) % 4)
    file.block(6, body + struct.pack("<HH", 2, 60000) + bytes(4))
    assert reasons(replay(file.data)) == ["zombie_feed"]


def test_golden_truncated(replay, weir):
    done = replay(GOLDEN / "truncated.pcap", code=3)
    assert reasons(done) == JUDGED[:3] and summary(done)["packets"] == 3
    line, = done.stderr.splitlines()
    assert "after packet 3: truncated" in line
    text = weir("replay", str(GOLDEN / "truncated.pcap"), "--role", "access", check=False)
    assert text.returncode == 3 and text.stdout.startswith("3 packets\n")


def small(kind):
    packets = [(n, frames.ethernet(packet)) for n, packet in enumerate(FOUR[:2])]
    if kind.startswith("pcapng"):
        data = captures.pcapng(packets, order=BIG if "big" in kind else LITTLE)
    else:
        data = captures.pcap(packets)
    return gzip.compress(data) if kind.endswith("gz") else data


@pytest.mark.parametrize("kind", ["pcap", "pcapng", "pcapng, big endian", "pcap.gz", "pcapng.gz"])
def test_cut_anywhere(weir, kind):
    """What is there is judged, and that something is missing is said. tests/unit cuts at every byte."""
    weir.configure("smtp: { limit: { access: off, upstream: off } }\n")
    data, codes = small(kind), collections.Counter()
    for size in [0, 1, 3, 9, 23, 41, 67, 90, *range(100, len(data), 23), len(data) - 1, len(data)]:
        path = weir.write("x.pcap", data[:size])
        done = weir("replay", str(path), "--role", "access", "--json", check=False)
        codes[done.returncode] += 1
        lines = done.stdout.splitlines()
        if done.returncode == 1:
            assert not lines and len(done.stderr.splitlines()) == 1
            assert f"{path}: " in done.stderr
            continue
        assert json.loads(lines[-1])["summary"]["packets"] == len(lines) - 1
        if done.returncode == 3:
            assert len(done.stderr.splitlines()) == 1 and "after packet" in done.stderr
        else:
            assert done.returncode == 0 and is_silent(done)
    assert codes[1] and codes[3] and codes[0]


def test_one_absurd_length_ends_the_reading_and_not_the_summary(replay):
    data = captures.pcap([(0, frames.ethernet(BOT))])
    data += struct.pack("<IIII", 0, 0, 0xffffffff, 0xffffffff) + bytes(1000)
    done = replay(data, code=3)
    assert reasons(done) == ["zombie_feed"]
    assert "after packet 1: " in done.stderr


@pytest.mark.parametrize("size", [66 << 10, 73153, 262_144])
@pytest.mark.parametrize("write", [captures.pcap, captures.pcapng])
def test_frames_longer_than_any_packet(replay, size, write):
    """Offloads make them: longer than the kernel takes for a test run."""
    def long(packet):
        return frames.ethernet(packet) + bytes(size - 14 - len(packet.data))

    data = write([(n, long(packet)) for n, packet in enumerate(FOUR)])
    if write is captures.pcap:
        data = data.replace(struct.pack("<I", 65535), struct.pack("<I", 262144), 1)
    done = replay(data)
    assert reasons(done) == JUDGED and is_silent(done)


# ---- snapped frames

def test_golden_snapped(replay):
    done = replay(GOLDEN / "snaplen96.pcap")
    assert reasons(done) == ["zombie_feed"] * 5 and is_silent(done)
    assert done.lines[0]["dport"] == 25


def chain(src, dst, *headers):
    """A packet of IPv6 whose TCP header stands behind destination options of so many bytes."""
    segment = frames.tcp_segment(25, payload=bytes(300))
    kinds = [60] * len(headers) + [6]
    data = b""
    for size, following in zip(headers, kinds[1:]):
        data += bytes([following, size // 8 - 1]) + bytes(size - 2)
    return frames.ip(src, dst, kinds[0], data + segment)


BODY = bytes(300)
LONG = {
    "zombie": (frames.tcp(BOT.src, BOT.dst, flags=ACK, payload=BODY), 14 + 20 + 14),
    "SYN": (frames.tcp(MAIL.src, MAIL.dst, payload=BODY), 14 + 20 + 14),
    "listed": (frames.udp(CUT.src, CUT.dst, payload=BODY), 14 + 20),
    "UDP": (frames.udp(MAIL.src, MAIL.dst, payload=BODY), 14 + 20),
    "IPv6": (frames.tcp(BOT6.src, BOT6.dst, payload=BODY), 14 + 40 + 14),
    "listed zombie behind options": (chain(BOT6.src, BOT6.dst, 8, 40, 8), 14 + 40 + 56 + 14),
    "eight headers": (chain(BOT6.src, BOT6.dst, *[8] * 8), 14 + 40 + 64 + 14),
    "nine headers": (chain(BOT6.src, BOT6.dst, *[8] * 9), 14 + 40 + 56 + 8),
    "ninth header far away": (chain(BOT6.src, BOT6.dst, *[8] * 7, 64, 8), 14 + 40 + 56 + 8),
    "first fragment": (frames.fragments(BOT.src, BOT.dst, 6, frames.tcp_segment(
        25, payload=bytes(200)))[0], 14 + 20 + 14),
    "later fragment": (frames.fragments(BOT.src, BOT.dst, 6, frames.tcp_segment(
        25, payload=bytes(200)))[1], 14 + 20),
}


@pytest.mark.parametrize("case, link", [*((case, "ethernet") for case in LONG), ("zombie", "SLL"),
                                        ("eight headers", "raw"), ("zombie", "PPP in HDLC")])
def test_snapped_anywhere(replay, case, link):
    """With all headers that decide, as the whole frame; without, malformed unless listed."""
    packet, enough = LONG[case]
    number, wrap = LINKS[link]
    whole = wrap(packet)
    enough += len(whole) - len(packet.data) - 14
    config = LISTS.replace(LIMIT, "smtp: { limit: { access: off, upstream: off } }\n")
    right, = reasons(replay(captures.pcap([(0, whole)], number), config=config))
    sizes = range(len(whole))
    done = replay(captures.pcap([(0, Snapped(whole, size)) for size in sizes], number),
                  config=config)
    assert reasons(done) == ["malformed" if size < enough else right for size in sizes]
    assert f"of {enough} packets, headers that decide were not captured" in done.stderr


def test_a_length_that_contradicts_the_wire_is_malformed(replay):
    whole = frames.ethernet(frames.tcp(BOT.src, BOT.dst, payload=bytes(300)))
    snapped = Snapped(whole, 96)
    snapped.wire = len(whole) - 1
    assert reasons(replay(captures.pcap([(0, snapped)]))) == ["malformed"]


# ---- directions

def directed(kind):
    """Two frames that came in, and two that went out."""
    packets = [(MAIL, False), (BOT, True), (CUT, False), (BOT, True)]
    if kind == "SLL":
        return captures.pcap([(0, sll(p, 4 * out)) for p, out in packets], captures.SLL)
    if kind == "SLL2":
        return captures.pcap([(0, sll2(p, 4 * out)) for p, out in packets], captures.SLL2)
    if kind == "pppd":
        return captures.pcap([(0, bytes([out]) + b"\3\0\x21" + p.data) for p, out in packets],
                             captures.PPP_PPPD)
    if kind == "PPP with direction":
        return captures.pcap([(0, bytes([out]) + b"\0\x21" + p.data) for p, out in packets],
                             captures.PPP_WITH_DIR)
    file = Pcapng(BIG if "big" in kind else LITTLE).interface()
    add = file.obsolete if "obsolete" in kind else file.enhanced
    for packet, out in packets:
        add(frames.ethernet(packet), 0, 0, OUTGOING if out else INCOMING)
    return file.data


DIRECTED = ["SLL", "SLL2", "pppd", "PPP with direction", "pcapng", "pcapng, big endian",
            "pcapng, obsolete"]


@pytest.mark.parametrize("kind", DIRECTED)
def test_what_went_out_is_not_judged(replay, weir, kind):
    data = directed(kind)
    for options in [], ["--direction", "in"]:
        done = replay(data, *options)
        assert reasons(done) == ["smtp_ok", "cnc_dst"] and is_silent(done)
        assert [line["n"] for line in done.lines[:-1]] == [1, 3]
        assert summary(done) == {"packets": 2, "reasons": {"smtp_ok": 1, "cnc_dst": 1},
                                 "skipped": {"outgoing": 2}}
    done = replay(data, "--direction", "all")
    assert reasons(done) == ["smtp_ok", "zombie_feed", "cnc_dst", "zombie_feed"]
    assert "skipped" not in summary(done)
    text = weir("replay", str(weir.directory / "x.pcap"), "--role", "access").stdout
    assert text.splitlines()[-1].split() == ["skip", "outgoing", "2"]


WARNING = "holds frames of both directions and does not tell which"


def test_golden_both_directions(replay):
    done = replay(GOLDEN / "both-directions.pcap")
    line, = done.stderr.splitlines()
    assert WARNING in line and len(reasons(done)) == 10
    assert is_silent(replay(GOLDEN / "both-directions.pcap", "--direction", "all"))


def ether(to, source, packet, kind=0x0800):
    return bytes.fromhex(f"02000000{to:04x}02000000{source:04x}") + struct.pack("!H", kind) + \
        packet.data


ROUTER, GROUP = 0, bytes.fromhex("01005e000001")
BACK = frames.tcp(MAIL.dst, MAIL.src, 40000, ACK)
ONE_WAY = {
    "hosts that talk by way of the router": [ether(ROUTER, 1, MAIL), ether(ROUTER, 2, BACK)] * 3,
    "many hosts": [ether(ROUTER, n, MAIL) for n in range(1, 9000)],
    "groups": [GROUP + ether(1, 2, MAIL)[6:], ether(1, 2, BACK)[:6] + GROUP + ether(1, 2, BACK)[12:]],
    "no IP": [ether(1, 2, MAIL, 0x0806), ether(2, 1, BACK, 0x0806)],
    "addresses taken out": [bytes(12) + ether(1, 2, packet)[12:] for packet in (MAIL, BACK)],
    "equal addresses": [ether(1, 1, MAIL), ether(1, 1, BACK)],
}


@pytest.mark.parametrize("case", ONE_WAY)
def test_no_alarm_where_one_way_was_captured(replay, case):
    assert is_silent(replay(captures.pcap([(0, frame) for frame in ONE_WAY[case]])))


@pytest.mark.parametrize("tags", [b"", frames.vlan(7)])
def test_an_alarm_in_spite_of_much_else(replay, tags):
    many = [ether(ROUTER, n, WEB) for n in range(1, 5000)]
    out = frames.ethernet(BACK, tags=tags)
    one = out[6:12] + out[:6] + out[12:]
    for pair in [out, one], [one, out]:
        assert WARNING in replay(captures.pcap([(0, frame) for frame in many + pair])).stderr


# ---- files

@pytest.mark.parametrize("write", [captures.pcap, captures.pcapng])
def test_gzip(replay, write):
    data = write([(n, frames.ethernet(packet)) for n, packet in enumerate(FOUR * 50)])
    config = LISTS.replace(LIMIT, "smtp: { limit: { access: off, upstream: off } }\n")
    half = len(data) // 2
    for packed in gzip.compress(data), gzip.compress(data[:half]) + gzip.compress(data[half:]):
        done = replay(packed, config=config)
        assert reasons(done) == JUDGED * 50 and is_silent(done)


def test_damaged_gzip(replay):
    packed = bytearray(gzip.compress(captures.pcap([(0, frames.ethernet(BOT))] * 3)))
    packed[-6] ^= 1  # of the checksum
    done = replay(bytes(packed), code=3)
    assert len(reasons(done)) == 3 and "after packet 3: its gzip data are damaged" in done.stderr
    packed[-6] ^= 1
    done = replay(bytes(packed) + b"more", code=3)
    assert "after packet 3: something that is no gzip follows the gzip data" in done.stderr
    done = replay(b"\x1f\x8b" + b"no gzip at all, whatever it says", code=1)
    assert "x.pcap: its gzip data are damaged" in done.stderr


@pytest.mark.parametrize("magic, name", [(b"\xfd7zXZ\0", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"),
                                         (b"BZh91AY", "bzip2"), (b"PK\3\4", "zip")])
def test_other_compression_is_named(replay, magic, name):
    done = replay(magic + bytes(100), code=1)
    line, = done.stderr.splitlines()
    assert f"is compressed by {name}" in line and "| spamweir replay -" in line


@pytest.mark.parametrize("write", [captures.pcap, captures.pcapng])
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_standard_input_and_fifos(weir, write, pack):
    weir.configure(LISTS)
    data = pack(write([(n, frames.ethernet(packet)) for n, packet in enumerate(FOUR)]))
    weir.write("x.pcap", data)
    command = [str(word) for word in weir.command("replay", "-", "--role", "access", "--json")]
    fifo = weir.directory / "fifo"
    for script in 'cat "$0" | "$@"', f'mkfifo {fifo}; cat "$0" > {fifo} & shift; exec "$@"':
        words = command if "mkfifo" not in script else \
            ["x"] + [str(fifo) if word == "-" else word for word in command]
        done = subprocess.run(["bash", "-c", script, weir.directory / "x.pcap", *words],
                              capture_output=True, text=True, timeout=300, check=False)
        assert done.returncode == 0 and is_silent(done), done
        assert [json.loads(line).get("reason") for line in done.stdout.splitlines()] == \
            JUDGED + [None]


def test_what_cannot_be_read(replay, weir, tmp_path):
    for path, said in (tmp_path, "Is a directory"), (tmp_path / "none", "No such file"):
        done = replay(path, code=1)
        line, = done.stderr.splitlines()
        assert line.startswith(f"spamweir: {path}: ") and said in line


# ---- the NIC whose program judges

def test_the_role_is_that_of_the_interface(replay, weir):
    data = captures.pcap([(0, frames.ethernet(MAIL)) for _ in range(5)])
    weir.configure(LISTS)
    for name, limited in ("acc0", 2), ("up0", 0):
        done = replay(data, role=("--interface", name))
        assert reasons(done).count("rate_limit") == limited
    done = replay(data, role=("--interface", "eth9"), code=1)
    assert done.lines == []
    assert f'{weir.config}: names no interface "eth9"' in done.stderr


def test_frames_of_other_interfaces_are_not_judged(replay):
    file = Pcapng().interface(name="acc0").interface(name="up0").enhanced(frames.ethernet(BOT))
    file.enhanced(frames.ethernet(CUT), 0, 1).enhanced(frames.ethernet(WEB), 0, 1)
    file.section(BIG).interface(name="up0").simple(frames.ethernet(MAIL))
    for name, judged in ("acc0", ["zombie_feed"]), ("up0", ["cnc_dst", "clean", "smtp_ok"]):
        done = replay(file.data, role=("--interface", name))
        assert reasons(done) == judged and is_silent(done)
        assert summary(done)["skipped"] == {"other_interface": 4 - len(judged)}
    assert len(reasons(replay(file.data))) == 4  # as any NIC of that role


def test_captures_of_another_interface_are_refused(replay):
    file = Pcapng().interface(name="eth7").enhanced(frames.ethernet(BOT))
    done = replay(file.data, role=("--interface", "acc0"), code=1)
    line, = done.stderr.splitlines()
    assert "none of its packets came in by acc0, the first by eth7" in line and "--role" in line
    assert done.lines == []


@pytest.mark.parametrize("options, said", [
    (["--role", "access", "--interface", "acc0"], "`--role` or `--interface`, not both"),
    ([], "needs `--role ROLE` or `--interface NAME`"),
    (["--role", "access", "--direction", "out"], "`--direction out`: expected in or all")])
def test_usage(replay, options, said):
    done = replay(GOLDEN / "raw.pcap", *options, role=(), code=2)
    line, = done.stderr.splitlines()
    assert said in line and done.lines == []
