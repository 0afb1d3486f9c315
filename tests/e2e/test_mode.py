# SPDX-License-Identifier: GPL-2.0
"""Monitor mode of one NIC, or of one feed, beside others that are enforced."""
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
    assert "up0, upstream, native, MONITOR" in weir("status").stdout
    weir.configure(FEEDS.format(mode="enforce"))
    weir("reload")
    assert judged(weir, lab.inward, INWARD) == (0, {"cnc_src": 1})
