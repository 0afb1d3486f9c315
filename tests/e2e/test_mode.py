# SPDX-License-Identifier: GPL-2.0
"""Monitor mode of one NIC, or of one feed, beside others that are enforced."""
import re

import frames
from weir import judged

TRIED = frames.udp("198.18.1.1", "198.19.66.6")
KNOWN = frames.udp("198.18.1.1", "198.19.66.7")
BOTH = frames.udp("198.18.1.1", "198.19.66.8")
INWARD = frames.udp("198.19.66.7", "198.18.1.1")
FEEDS = """
feeds:
  - {{ name: trial, kind: cnc, mode: {mode}, entries: [198.19.66.6, 198.19.66.8] }}
  - {{ name: known, kind: cnc, entries: [198.19.66.7, 198.19.66.8/31] }}
"""


def of(weir, reason, verdict):
    return weir.metrics().sum("packets_total", reason=reason, verdict=verdict)


def test_a_feed_that_monitors_drops_nothing_and_hides_nothing(lab, weir):
    weir.configure(FEEDS.format(mode="monitor"))
    weir("load")
    assert judged(weir, lab.outward, TRIED, KNOWN, BOTH) == (1, {"cnc_dst": 2})
    assert of(weir, "cnc_dst", "would_drop") == 1
    feeds = {feed["name"]: feed for feed in weir.status()["feeds"]}
    assert feeds["trial"]["monitor"] is True and feeds["known"]["monitor"] is False
    assert feeds["trial"]["packets"] == 1 and feeds["known"]["packets"] == 2
    assert "monitor mode of feed trial: not dropped" in weir("lookup", "198.19.66.6").stdout
    assert weir.json("lookup", "198.19.66.6")["monitor"] == {
        "all": False, "feed": True, "interfaces": []}
    assert "monitor mode" not in weir("lookup", "198.19.66.8").stdout


def test_a_list_of_zombies_on_trial_opens_no_mail_that_is_closed(lab, weir):
    """Whichever of the two is named first."""
    trial = "  - { name: trial, kind: zombie, mode: monitor, entries: [198.18.1.0/24] }\n"
    homes = "  - { name: homes, kind: limit, limit: closed, entries: [198.18.1.0/28] }\n"
    closed, tried = (frames.tcp(f"198.18.1.{n}", "198.19.0.25") for n in (1, 17))
    for number, feeds in enumerate((trial + homes, homes + trial), 1):
        weir.configure("feeds:\n" + feeds)
        weir("reload" if number > 1 else "load")
        assert judged(weir, lab.outward, closed, tried) == (1, {"smtp_closed": 1})
        assert of(weir, "zombie_feed", "would_drop") == number
        assert "smtp_closed" in weir("lookup", "198.18.1.1").stdout


def test_a_feed_that_monitors_lifts_nothing_that_is_enforced(lab, weir):
    weir.configure("""
smtp: { limit: { access: { rate: 1/h, burst: 2 } } }
feeds:
  - { name: cnc-trial, kind: cnc, mode: monitor, entries: [198.18.2.0/24] }
  - { name: bots-trial, kind: zombie, mode: monitor, entries: [198.18.1.0/24] }
  - { name: known, kind: cnc, entries: [198.19.66.7] }
  - { name: bots, kind: zombie, entries: [198.18.2.1] }
""")
    weir("load")
    weir("zombie", "add", "198.18.1.9", "--for", "1h")
    assert judged(weir, lab.outward, frames.tcp("198.18.1.9", "198.19.0.25"),
                  frames.tcp("198.18.2.1", "198.19.0.25"),
                  frames.udp("198.18.2.1", "198.19.66.7"),
                  *[frames.tcp("198.18.1.8", "198.19.0.25") for _ in range(4)],
                  ) == (2, {"zombie_live": 1, "zombie_feed": 1, "cnc_dst": 1, "rate_limit": 2})
    assert of(weir, "zombie_feed", "would_drop") == 2
    assert judged(weir, lab.outward, frames.udp("198.18.2.1", "198.19.0.25")) == (1, {})
    assert of(weir, "cnc_src", "would_drop") == 1
    for address, reason in ("198.18.1.9", "zombie_live"), ("198.18.1.8", "rate_limit"), \
                           ("198.18.2.1", "zombie_feed"):
        told = weir("lookup", address).stdout
        assert f"smtp_drop, {reason}" in told and "monitor mode of" not in told
    told = weir("lookup", "198.18.1.7").stdout
    assert "smtp_drop, zombie_feed" in told and "monitor mode of feed bots-trial" in told


def test_a_class_on_trial_leaves_the_limit_of_the_role(lab, weir):
    weir.configure("""
smtp: { limit: { access: { rate: 1/h, burst: 3 } } }
feeds:
  - { name: slow, kind: limit, mode: monitor, limit: { rate: 1/h, burst: 1 },
      entries: [198.18.1.0/24] }
  - { name: free, kind: limit, mode: monitor, limit: off, entries: [198.18.2.0/24] }
""")
    weir("load")
    for source, tried in ("198.18.1.9", 2), ("198.18.2.9", 0):
        before = of(weir, "rate_limit", "would_drop")
        packets = [frames.tcp(source, "198.19.0.25") for _ in range(5)]
        assert judged(weir, lab.outward, *packets) == (3, {"rate_limit": 2})
        assert of(weir, "rate_limit", "would_drop") == before + tried
        assert weir.json("lookup", source)["limit"]["access"]["burst"] == 3


def test_a_reload_enforces_it(lab, weir):
    weir.configure(FEEDS.format(mode="monitor"))
    weir("load")
    weir.configure(FEEDS.format(mode="enforce"))
    weir("reload")
    assert judged(weir, lab.outward, TRIED, KNOWN, BOTH) == (0, {"cnc_dst": 3})


def test_a_nic_that_monitors_beside_one_that_does_not(lab, weir):
    nics = "interfaces:\n  - { name: acc0, role: access }\n" \
           "  - { name: up0, role: upstream, mode: monitor }\n"
    weir.configure(FEEDS.format(mode="enforce"), nics)
    weir("load")
    assert judged(weir, lab.outward, KNOWN) == (0, {"cnc_dst": 1})
    assert judged(weir, lab.inward, INWARD) == (1, {})
    assert of(weir, "cnc_src", "would_drop") == 1
    modes = {nic["name"]: nic["monitor"] for nic in weir.status()["interfaces"]}
    assert modes == {"acc0": False, "up0": True}
    assert re.search(r"^up0 +upstream .* native, MONITOR$", weir("status").stdout, re.M)
    told = "monitor mode of NIC up0: not dropped there"
    assert told in weir("lookup", "198.19.66.7").stdout
    assert told not in weir("lookup", "198.18.1.1").stdout
    assert weir.json("lookup", "198.19.66.7")["monitor"] == {
        "all": False, "feed": False, "interfaces": ["up0"]}
    weir.configure(FEEDS.format(mode="enforce"))
    weir("reload")
    assert judged(weir, lab.inward, INWARD) == (0, {"cnc_src": 1})
    assert told not in weir("lookup", "198.19.66.7").stdout
