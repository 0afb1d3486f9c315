# SPDX-License-Identifier: GPL-2.0
"""What an ISP lets its customers do on port 25."""
import array
import collections
import fcntl
import socket
import struct

import pytest

import captures
import frames
from lab import wait_until

RELAY, WORLD = "192.0.2.25", "203.0.113.9"
CUSTOMER, ZOMBIE, LIVE = "198.51.100.7", "198.51.100.66", "198.18.65.1"
NO_BURST = "smtp: { limit: { access: { rate: 1/h, burst: 1 }, upstream: { rate: 1/h, burst: 1 } } }\n"
BOTS = f"  - {{ name: bots, kind: zombie, entries: [{ZOMBIE}] }}\n"


def relay(keys):
    return f"{NO_BURST}feeds:\n{BOTS}  - {{ name: relay, kind: allow, entries: [{RELAY}]{keys} }}\n"


@pytest.fixture
def judged(weir):
    """The reasons that packets are judged by, in their order, and the feeds named."""
    def run(config, packets, *how):
        weir.configure(config)
        path = weir.write("x.pcap", captures.pcap([(n * 1000, frames.ethernet(packet))
                                                   for n, packet in enumerate(packets)]))
        *lines, _ = weir.json_lines("replay", str(path), *how)
        return [(line["reason"], line.get("feed")) for line in lines]
    return run


def syns(source, destination, count=1):
    return [frames.tcp(source, destination, sport=20000 + n) for n in range(count)]


# (keys of the relay's feed, role): what three connections of a customer and one of a zombie are.
LIMITED = [("smtp_ok", None), ("rate_limit", None), ("rate_limit", None)]
PASS, CAUGHT = ("allow", "relay"), ("zombie_feed", "bots")


@pytest.mark.parametrize("keys, role, customer, zombie", [
    ("", "access", LIMITED, CAUGHT),
    ("", "upstream", [PASS] * 3, PASS),
    (", to: false", "access", LIMITED, CAUGHT),
    (", to: false", "upstream", LIMITED, CAUGHT),
    (", to: true", "access", [PASS] * 3, CAUGHT),
    (", to: true", "upstream", [PASS] * 3, CAUGHT),
    (", to: true, even_zombies: true", "access", [PASS] * 3, PASS),
    (", to: true, even_zombies: true", "upstream", [PASS] * 3, PASS),
])
def test_mail_to_the_relay(judged, keys, role, customer, zombie):
    packets = syns(CUSTOMER, RELAY, 3) + syns(ZOMBIE, RELAY)
    assert judged(relay(keys), packets, "--role", role) == customer + [zombie]


def test_mail_elsewhere_is_judged_as_ever(judged):
    packets = syns(CUSTOMER, WORLD, 2) + syns(ZOMBIE, WORLD) + syns(RELAY, WORLD, 3)
    found = judged(relay(", to: true, even_zombies: true"), packets, "--role", "access")
    assert found == LIMITED[:2] + [CAUGHT] + [PASS] * 3


def test_check_tells_of_a_feed_that_does_not_say(weir):
    weir.configure(relay(""))
    assert "does not say `to`" in weir("check").stdout
    weir.configure(relay(", to: false"))
    assert "`to`" not in weir("check").stdout


def test_live_zombie_reaches_the_relay_and_lookup_says_so(weir, lab):
    weir.configure(relay(", to: true, even_zombies: true"))
    weir("load")
    told = weir.json("lookup", RELAY)
    assert told["mail_to"] == {"feed": "relay", "roles": ["access", "upstream"],
                               "even_zombies": True}
    assert "mail to it passes, from zombies too, by feed relay" in weir("lookup", RELAY).stdout
    assert weir.json("lookup", CUSTOMER)["mail_to"] is None
    weir.configure(relay(""))
    weir("reload")
    assert weir.json("lookup", RELAY)["mail_to"]["roles"] == ["upstream"]
    assert "passes on upstream NICs, from zombies too" in weir("lookup", RELAY).stdout


HOME, BUSINESS, OPTOUT, HOSTER = "198.51.100.7", "198.51.100.130", "198.51.100.9", "198.51.100.200"
CLASSES = f"""
smtp: {{ limit: {{ access: {{ rate: 1/h, burst: 2 }} }} }}
feeds:
{BOTS}  - {{ name: relay, kind: allow, to: true, entries: [{RELAY}] }}
  - {{ name: homes, kind: limit, limit: closed, entries: [198.51.100.0/25] }}
  - {{ name: optout, kind: limit, limit: {{ rate: 1/h, burst: 1 }}, entries: [{OPTOUT}] }}
  - {{ name: business, kind: limit, limit: {{ rate: 1/h, burst: 3 }}, entries: [{BUSINESS}] }}
  - {{ name: hosters, kind: limit, limit: off, entries: [{HOSTER}] }}
"""
OK, CLOSED = ("smtp_ok", None), ("smtp_closed", "homes")


@pytest.mark.parametrize("source, destination, expected", [
    (HOME, WORLD, [CLOSED] * 4),
    (HOME, RELAY, [PASS] * 4),
    (OPTOUT, WORLD, [OK] + [("rate_limit", "optout")] * 3),
    (BUSINESS, WORLD, [OK] * 3 + [("rate_limit", "business")]),
    (HOSTER, WORLD, [OK] * 4),
    (ZOMBIE, WORLD, [CAUGHT] * 4),
    (ZOMBIE, RELAY, [CAUGHT] * 4),
    ("198.51.100.250", WORLD, [OK] * 2 + [("rate_limit", None)] * 2),
])
def test_classes(judged, source, destination, expected):
    assert judged(CLASSES, syns(source, destination, 4), "--role", "access") == expected


def test_connections_that_are_open_stay_open(judged):
    data = frames.tcp(HOME, WORLD, flags=frames.ACK, payload=b"MAIL FROM:<a@example.com>\r\n")
    assert judged(CLASSES, [data], "--role", "access") == [OK]


def test_a_class_on_trial_drops_nothing(weir, judged):
    config = CLASSES.replace("limit: closed", "limit: closed, mode: monitor")
    assert judged(config, syns(HOME, WORLD), "--role", "access") == [CLOSED]
    *lines, _ = weir.json_lines("replay", str(weir.directory / "x.pcap"), "--role", "access")
    assert [line["verdict"] for line in lines] == ["would_drop"]


def test_closed_to_all_but_who_is_excepted(judged):
    config = CLASSES.replace("access: { rate: 1/h, burst: 2 }", "access: closed")
    nobody, packets = "198.51.100.250", []
    for source, destination in (nobody, WORLD), (nobody, RELAY), (OPTOUT, WORLD), (HOSTER, WORLD):
        packets += syns(source, destination)
    assert judged(config, packets, "--role", "access") == [("smtp_closed", None), PASS, OK, OK]


def test_lookup_tells_policy_from_infection(weir):
    own = "  - { name: home, kind: own, entries: [198.51.100.0/24] }\n"
    bots = BOTS.replace(" }", ", may_list_own: true }")
    weir.configure(CLASSES.replace(BOTS, own + bots))
    weir("load")
    closed = weir.json("lookup", HOME)
    assert (closed["verdict"], closed["reason"], closed["feed"]) == ("smtp_drop", "smtp_closed",
                                                                    "homes")
    assert {match["feed"]: match.get("lift") for match in closed["matches"]} == {
        "home": None, "homes": f"spamweir allow add {HOME} --for 1d"}
    assert "where policy allows the source none" in weir("lookup", HOME).stdout
    assert weir.json("lookup", ZOMBIE)["reason"] == "zombie_feed"
    assert weir.json("lookup", OPTOUT)["reason"] == "clean"
    weir.configure(CLASSES.replace(BOTS, own).replace("access: { rate: 1/h, burst: 2 }",
                                                      "access: closed"))
    weir("reload")
    assert weir.json("lookup", "198.51.100.250")["reason"] == "smtp_closed"
    # No feed lists it, and it is lifted like others.
    assert "lift it with: spamweir allow add 198.51.100.250 --for 1d" in \
        weir("lookup", "198.51.100.250").stdout
    assert weir.json("lookup", WORLD)["reason"] == "clean"


GATEWAY, GATEWAY6, NEIGHBOUR = "192.0.2.26", "2001:db8:25::26", "198.51.100.70"
PROTECTED = f"""
smtp: {{ limit: {{ access: {{ rate: 1/h, burst: 2 }}, upstream: off }} }}
feeds:
{BOTS}  - {{ name: partner, kind: allow, entries: [198.51.100.25] }}
  - {{ name: gateways, kind: protect, limit: {{ rate: 1/h, burst: 3 }},
      entries: [{GATEWAY}, "{GATEWAY6}", {ZOMBIE}] }}
"""
REFUSED = ("protect_limit", "gateways")


def test_all_sources_share_what_a_protected_destination_takes(judged):
    sources = [f"203.0.113.{n}" for n in range(1, 6)]
    packets = [syns(source, GATEWAY)[0] for source in sources]
    packets += syns("198.51.100.25", GATEWAY, 2) + syns(ZOMBIE, GATEWAY) + syns(sources[0], WORLD)
    packets += syns(sources[0], ZOMBIE)     # a zombie can be protected, too
    packets += [syns(f"2001:db8:{n}::1", GATEWAY6)[0] for n in range(1, 5)]
    assert judged(PROTECTED, packets, "--role", "upstream") == (
        [OK] * 3 + [REFUSED] * 2 + [("allow", "partner")] * 2 + [CAUGHT, OK, OK]
        + [OK] * 3 + [REFUSED])


def test_a_connection_takes_a_token_of_both_or_of_neither(judged):
    """Who is over his own limit uses up nothing that the gateway takes of others, and a gateway
    that takes no more costs nobody a token of his own."""
    over = ("rate_limit", None)
    packets = syns(HOME, GATEWAY, 4) + syns(NEIGHBOUR, GATEWAY, 3) + syns(NEIGHBOUR, WORLD, 2)
    assert judged(PROTECTED, packets, "--role", "access") == (
        [OK] * 2 + [over] * 2 + [OK] + [REFUSED] * 2 + [OK, over])


def test_whose_class_is_closed_takes_nothing_of_a_gateway(judged):
    config = PROTECTED + f"  - {{ name: homes, kind: limit, limit: closed, entries: [{HOME}] }}\n"
    packets = syns(HOME, GATEWAY, 4) + syns("203.0.113.1", GATEWAY, 4)
    assert judged(config, packets, "--role", "upstream") == (
        [("smtp_closed", "homes")] * 4 + [OK] * 3 + [REFUSED])


def test_what_is_allowed_to_all_is_not_counted(judged):
    config = PROTECTED + f"  - {{ name: relay, kind: allow, to: true, entries: [{GATEWAY}] }}\n"
    assert judged(config, syns(HOME, GATEWAY, 5), "--role", "access") == [PASS] * 5


def test_protection_is_shown_and_may_be_on_trial(weir, judged):
    config = PROTECTED.replace("kind: protect,", "kind: protect, mode: monitor,")
    assert judged(config, syns("203.0.113.1", GATEWAY, 4), "--role", "upstream")[3] == REFUSED
    weir("load")
    assert weir.json("lookup", GATEWAY)["protected_by"] == "gateways"
    assert "limited for all together, by feed gateways" in weir("lookup", GATEWAY).stdout
    both = weir.json("lookup", ZOMBIE)
    assert (both["reason"], both["protected_by"]) == ("zombie_feed", "gateways")


TRUNK = """
interfaces:
  - { name: trunk0, role: upstream, vlans: { 10-19: access, 20: upstream, 30: none } }
"""
TWO_LIMITS = """
smtp: { limit: { access: { rate: 1/h, burst: 1 }, upstream: { rate: 1/h, burst: 3 } } }
feeds:
  - { name: bots, kind: cnc, entries: [203.0.113.66] }
"""


def vlan(vid, tpid=0x8100):
    return struct.pack("!HH", tpid, vid)


def on_trunk(packets):
    """(reason by reason) of packets given as (tags, packet, whether in PPPoE)."""
    return captures.pcap([(n * 1000, (frames.pppoe if in_pppoe else frames.ethernet)(packet, tags=tags))
                          for n, (tags, packet, in_pppoe) in enumerate(packets)])


@pytest.mark.parametrize("tags, allowed", [
    (b"", 3), (vlan(20), 3), (vlan(21), 3), (vlan(0), 3),
    (vlan(10), 1), (vlan(19), 1), (vlan(10, 0x88a8) + vlan(20), 1), (vlan(20) + vlan(10), 3),
])
@pytest.mark.parametrize("in_pppoe", [False, True])
def test_roles_by_vlan(weir, tags, allowed, in_pppoe):
    """By which limit connections are judged shows whose they are."""
    weir.configure(TWO_LIMITS, TRUNK)
    path = weir.write("x.pcap", on_trunk([(tags, packet, in_pppoe)
                                          for packet in syns(HOME, WORLD, 5)]))
    *lines, _ = weir.json_lines("replay", str(path), "--interface", "trunk0")
    assert [line["reason"] for line in lines] == (["smtp_ok"] * allowed
                                                  + ["rate_limit"] * (5 - allowed))
    *lines, _ = weir.json_lines("replay", str(path), "--role", "upstream")
    assert [line["reason"] for line in lines] == ["smtp_ok"] * 3 + ["rate_limit"] * 2


def test_what_is_not_judged_passes(weir):
    weir.configure(TWO_LIMITS, TRUNK)
    bad = frames.udp(HOME, "203.0.113.66")
    path = weir.write("x.pcap", on_trunk([(vlan(30), bad, False), (vlan(30) + vlan(10), bad, True),
                                          (vlan(31), bad, False)]))
    *lines, _ = weir.json_lines("replay", str(path), "--interface", "trunk0")
    assert [(line["verdict"], line["reason"]) for line in lines] == [
        ("pass", "not_judged"), ("pass", "not_judged"), ("drop", "cnc_dst")]


ETHTOOL, GET_FLAGS, SET_FLAGS, TAKES_TAGS_OFF = 0x8946, 0x25, 0x26, 1 << 8


def take_tags_off(namespace, nic, on):
    def ask(command, value=0):
        data = array.array("B", struct.pack("=II", command, value))
        request = struct.pack("16sQ16x", nic.encode(), data.buffer_info()[0])
        fcntl.ioctl(asking, ETHTOOL, request)
        return struct.unpack("=II", data.tobytes())[1]

    with namespace.inside(), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        flags = ask(GET_FLAGS)
        ask(SET_FLAGS, flags | TAKES_TAGS_OFF if on else flags & ~TAKES_TAGS_OFF)


def test_load_says_how_to_keep_tags_in_frames(weir, lab):
    roles = "interfaces: [{ name: acc0, role: upstream, vlans: { 10: access, 30: none } }]\n"
    weir.configure(TWO_LIMITS, roles)
    take_tags_off(lab.router, "acc0", True)
    try:
        assert "ethtool -K acc0 rxvlan off" in weir("load").stderr
        take_tags_off(lab.router, "acc0", False)
        assert "rxvlan" not in weir("load").stderr
        weir.configure(TWO_LIMITS, roles.replace(", vlans: { 10: access, 30: none }", ""))
        take_tags_off(lab.router, "acc0", True)
        assert "rxvlan" not in weir("load").stderr
    finally:
        take_tags_off(lab.router, "acc0", True)


def test_frames_on_a_trunk(weir, lab):
    """Judged live, as they come in: the zombie in a VLAN not judged is counted, and passes."""
    weir.configure(TWO_LIMITS, "interfaces: [{ name: acc0, role: upstream, "
                               "vlans: { 10: access, 30: none } }]\n")
    weir("load")
    path = lab.outward
    for n, packet in enumerate(syns("198.18.1.1", "198.19.0.25", 5)):
        frame = path.frame(packet)
        path.send_frame(frame[:12] + vlan(10) + frame[12:])
        path.send_frame(frame[:12] + vlan(30) + frame[12:])

    def reasons():
        return weir.metrics().by("reason", "packets_total", interface="acc0")

    wait_until(lambda: reasons().get("not_judged") == 5 and reasons().get("rate_limit") == 4, 60,
               "each frame is judged by the role of its VLAN")
    assert reasons()["smtp_ok"] == 1
