# SPDX-License-Identifier: GPL-2.0
"""How sources open SMTP connections, as lookup tells it."""
import pytest

import frames
from weir import judged

CONFIG = """
feeds:
  - { name: ours, kind: allow, entries: [198.18.80.9] }
  - { name: homes, kind: limit, limit: closed, entries: [198.18.81.0/24] }
smtp: { limit: { access: { rate: 1/h, burst: 2 }, upstream: off } }
"""
MX, MX6 = [f"198.19.0.{n}" for n in range(1, 5)], "2001:db8:19::25"


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir("load")
    return weir


def conduct(weir, address):
    return weir.json_lines("lookup", address)[0]["conduct"]


def counts(seen):
    """(syns, connections, servers) of this window and the last: tests may run across its end."""
    return tuple(seen["window"][key] + seen["last_window"][key]
                 for key in ("syns", "connections", "servers"))


def test_syns_connections_and_servers_are_counted_apart(lab, loaded):
    """Over the limit too; a server that is tried on both sides of a window's end counts twice."""
    again = frames.tcp("198.18.80.1", MX[0], seq=7)
    judged(loaded, lab.outward, *[again] * 5, *[frames.tcp("198.18.80.1", mx) for mx in MX])
    found = conduct(loaded, "198.18.80.1")
    assert list(found) == ["subscriber"]
    assert found["subscriber"]["prefix"] == "198.18.80.1"
    syns, connections, servers = counts(found["subscriber"])
    assert (syns, connections) == (9, 5)
    assert 1 <= servers <= len(MX) + (found["subscriber"]["last_window"]["syns"] > 0)
    text = loaded("lookup", "198.18.80.1").stdout
    assert "SMTP connections (" in text and "the last SYN" in text


def test_who_is_closed_counts_and_who_is_allowed_does_not(lab, loaded):
    judged(loaded, lab.outward, frames.tcp("198.18.81.1", MX[0]), frames.tcp("198.18.80.9", MX[0]))
    assert counts(conduct(loaded, "198.18.81.1")["subscriber"]) == (1, 1, 1)
    assert conduct(loaded, "198.18.80.9") is None
    metrics = loaded.metrics()
    assert metrics.sum("table_entries", table="conduct_subscribers") == 1
    assert metrics.sum("conduct_evictions_total") == 0


def test_a_closed_syn_sent_again_is_one_connection(lab, loaded):
    """Each is dropped, and told from one that opens another."""
    again = frames.tcp("198.18.81.1", MX[0], seq=7)
    other = frames.tcp("198.18.81.1", MX[0], seq=8)
    assert judged(loaded, lab.outward, *[again] * 3, other) == (0, {"smtp_closed": 4})
    assert counts(conduct(loaded, "198.18.81.1")["subscriber"])[:2] == (4, 2)
    assert loaded.metrics().sum("smtp_syns_total", result="limited") == 2
    assert loaded.metrics().sum("smtp_syns_total", result="again_limited") == 2


def test_answers_and_refusals(lab, loaded):
    """Seen on the other NIC. A subscriber that answers on port 25 itself is known by that."""
    client, server = "198.18.80.1", "198.18.80.2"
    judged(loaded, lab.outward, frames.tcp(client, MX[0]), frames.tcp(client, MX[1]))
    judged(loaded, lab.inward,
           frames.tcp(MX[0], client, sport=25, dport=40000, flags=frames.SYN | frames.ACK),
           frames.tcp(MX[1], client, sport=25, dport=40000, flags=frames.RST | frames.ACK, seq=0),
           frames.tcp(MX[1], client, sport=25, dport=40000, flags=frames.RST | frames.ACK, seq=9),
           frames.tcp(MX[1], client, sport=80, dport=40000, flags=frames.SYN | frames.ACK))
    seen = conduct(loaded, client)["subscriber"]
    windows = seen["window"], seen["last_window"]
    assert [sum(window[key] for window in windows) for key in ("answered", "refused")] == [1, 1]
    assert not any(window["listens"] for window in windows)
    assert "1 answered, 1 refused" in loaded("lookup", client).stdout
    judged(loaded, lab.outward,
           frames.tcp(server, MX[0], sport=25, dport=40000, flags=frames.SYN | frames.ACK))
    seen = conduct(loaded, server)["subscriber"]
    assert seen["window"]["listens"] or seen["last_window"]["listens"]
    assert counts(seen) == (0, 0, 0)
    assert "answers on an SMTP port itself" in loaded("lookup", server).stdout


def test_sides_and_prefixes(lab, loaded):
    judged(loaded, lab.outward, frames.tcp("2001:db8:18:80::1", MX6),
           frames.tcp("2001:db8:18:80::2", MX6))
    judged(loaded, lab.inward, frames.tcp("198.19.80.1", "198.18.0.26"))
    assert counts(conduct(loaded, "2001:db8:18:80::3")["subscriber"]) == (2, 2, 1)
    assert list(conduct(loaded, "198.19.80.1")) == ["remote"]
    loaded("reload")  # what is known outlasts
    assert counts(conduct(loaded, "198.19.80.1")["remote"]) == (1, 1, 1)
