# SPDX-License-Identifier: GPL-2.0
"""What is cut and what is not, by frames counted where they arrive."""
import pytest

import frames
from frames import ACK, SYN
from weir import judged

CONFIG = """
smtp:
  ports: [25, 2525]
feeds:
  - { name: botnets, kind: cnc, entries: [198.19.66.0/24, "2001:db8:19:666::/64"] }
  - { name: bots, kind: zombie, entries: [198.18.64.0/24, 198.19.64.0/24,
                                          "2001:db8:18:64::/64", "2001:db8:19:64::/64"] }
  - { name: relays, kind: allow, entries: [198.18.64.25, 198.18.65.25, 198.19.66.25,
                                           "2001:db8:18:64::25"] }
"""

ENDS = {
    4: dict(subscriber="198.18.1.1", world="198.19.1.1", cnc="198.19.66.6", zombie="198.18.64.1",
            far_zombie="198.19.64.1", allowed="198.18.64.25"),
    6: dict(subscriber="2001:db8:18:1::1", world="2001:db8:19:1::1", cnc="2001:db8:19:666::6",
            zombie="2001:db8:18:64::1", far_zombie="2001:db8:19:64::1",
            allowed="2001:db8:18:64::25"),
}

TRAFFIC = {
    "tcp": lambda src, dst: [frames.tcp(src, dst, 443), frames.tcp(src, dst, 443, ACK)],
    "smtp": lambda src, dst: [frames.tcp(src, dst, 25), frames.tcp(src, dst, 25, ACK)],
    "udp": lambda src, dst: [frames.udp(src, dst)],
    "icmp": lambda src, dst: [frames.ping(src, dst)],
    "tcp fragments": frames.tcp_fragments,
    "udp fragments": frames.udp_fragments,
    "unknown protocol": lambda src, dst: [frames.ip(src, dst, 99, bytes(24))],
}


@pytest.fixture(params=ENDS)
def ends(request):
    return ENDS[request.param]


@pytest.fixture(scope="module")
def loaded(shared_weir):
    shared_weir.configure(CONFIG)
    shared_weir("load")
    return shared_weir


@pytest.mark.parametrize("kind", TRAFFIC)
def test_cnc_is_cut_in_both_directions(lab, loaded, ends, kind):
    subscriber, cnc, world = ends["subscriber"], ends["cnc"], ends["world"]
    out, back = TRAFFIC[kind](subscriber, cnc), TRAFFIC[kind](cnc, subscriber)
    assert judged(loaded, lab.outward, *out) == (0, {"cnc_dst": len(out)})
    assert judged(loaded, lab.inward, *back) == (0, {"cnc_src": len(back)})
    clean = TRAFFIC[kind](subscriber, world)
    assert judged(loaded, lab.outward, *clean) == (len(clean), {})


def test_a_forged_cnc_source_does_not_leave(lab, loaded, ends):
    forged = frames.udp(ends["cnc"], ends["world"])
    assert judged(loaded, lab.outward, forged) == (0, {"cnc_src": 1})


def test_a_zombie_may_not_send_mail_but_all_else(lab, loaded, ends):
    zombie, world = ends["zombie"], ends["world"]
    mail = [frames.tcp(zombie, world, port, flags) for port in (25, 2525) for flags in (SYN, ACK)]
    assert judged(loaded, lab.outward, *mail) == (0, {"zombie_feed": 4})
    others = [frames.tcp(zombie, world, 443), frames.tcp(zombie, world, 587),
              frames.udp(zombie, world, 25), frames.ping(zombie, world),
              *frames.udp_fragments(zombie, world)]
    assert judged(loaded, lab.outward, *others) == (len(others), {})
    answers = [frames.tcp(world, zombie, 40000, SYN | ACK, sport=25)]
    assert judged(loaded, lab.inward, *answers) == (1, {})


def test_a_remote_zombie_may_not_send_mail_to_us(lab, loaded, ends):
    zombie, subscriber = ends["far_zombie"], ends["subscriber"]
    assert judged(loaded, lab.inward, frames.tcp(zombie, subscriber)) == (0, {"zombie_feed": 1})
    assert judged(loaded, lab.inward, frames.tcp(zombie, subscriber, 443)) == (1, {})


def test_fragments_of_a_zombie_are_no_way_around(lab, loaded, ends):
    zombie, world = ends["zombie"], ends["world"]
    mail = frames.tcp_fragments(zombie, world, 25)
    assert judged(loaded, lab.outward, *mail) == (0, {"zombie_feed": 1, "zombie_fragment": 1})
    web = frames.tcp_fragments(zombie, world, 443)
    assert judged(loaded, lab.outward, *web) == (1, {"zombie_fragment": 1})
    clean = frames.tcp_fragments(ends["subscriber"], world, 25)
    assert judged(loaded, lab.outward, *clean) == (2, {})


def test_fragments_that_hide_the_tcp_header_are_dropped(lab, loaded, ends):
    src, dst = ends["subscriber"], ends["world"]
    segment = frames.tcp_segment(25)
    tiny = [frames.ip(src, dst, frames.TCP, segment[:8], 0, True),
            frames.ip(src, dst, frames.TCP, segment[8:], 8)]
    assert judged(loaded, lab.outward, *tiny) == (0, {"tiny_fragment": 2})


def test_allow_wins_over_a_wider_zombie_prefix(lab, loaded, ends):
    mail = [frames.tcp(ends["allowed"], ends["world"]) for _ in range(50)]
    assert judged(loaded, lab.outward, *mail) == (50, {})  # and over the limit of 10


def test_mail_to_an_allowed_address_passes_from_any_source(lab, loaded):
    mail = frames.tcp("198.19.64.1", "198.18.65.25")
    assert judged(loaded, lab.inward, mail) == (1, {})


def test_an_allowed_address_stands_in_no_cnc_prefix_but_must_not_talk_to_one(lab, loaded):
    assert judged(loaded, lab.outward, frames.udp("198.18.1.1", "198.19.66.25")) == (1, {})
    assert judged(loaded, lab.outward,
                  frames.udp("198.18.64.25", "198.19.66.6")) == (0, {"cnc_dst": 1})
