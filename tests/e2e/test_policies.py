# SPDX-License-Identifier: GPL-2.0
"""What an ISP lets its customers do on port 25."""
import collections

import pytest

import captures
import frames

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
    assert weir.json("lookup", WORLD)["reason"] == "clean"
