# SPDX-License-Identifier: GPL-2.0
"""Metrics: their form, their labels, their truth."""
import os
import subprocess
import time

import pytest

import frames
from weir import judged

CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
  - { name: bots, kind: zombie, entries: [198.18.64.0/24] }
  - { name: relays, kind: allow, entries: [198.18.0.25] }
"""
MX = "198.19.0.25"

LABELS = {
    "packets_total": {"interface", "role", "family", "verdict", "reason"},
    "bytes_total": {"interface", "role", "family", "verdict", "reason"},
    "feed_packets_total": {"feed"},
    "feed_entries": {"feed"},
    "feed_age_seconds": {"feed"},
    "feed_errors_total": {"feed"},
    "generation": set(),
    "table_entries": {"table"},
    "table_capacity": {"table"},
    "live_zombies": set(),
    "events_lost_total": set(),
    "last_publish_timestamp_seconds": set(),
}

REASONS = {
    "pass": {"clean", "not_ip", "malformed", "allow", "smtp_ok", "fragment_later",
             "not_judged"},
    "drop": {"cnc_src", "cnc_dst", "zombie_feed", "zombie_live", "rate_limit", "tiny_fragment",
             "ext_header_limit", "zombie_fragment", "smtp_closed", "protect_limit"},
    "reply": {"bounce"},
}


@pytest.fixture
def loaded(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n2001:db8:19:666::6\n")
    weir("load")
    return weir


def test_promtool_finds_nothing_to_say(loaded, tool):
    done = subprocess.run([tool("promtool"), "check", "metrics"], input=loaded.metrics().text,
                          capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_names_and_labels(loaded):
    metrics = loaded.metrics()
    found = {}
    for name, labels in metrics:
        found.setdefault(name, set()).add(frozenset(dict(labels)))
    for name, labels in LABELS.items():
        assert found[name] == {frozenset(labels)}, name
    assert "version" in next(iter(found["build_info"]))
    assert metrics.text.endswith("\n")
    for line in metrics.text.splitlines():  # a time stamp would void the file
        assert line.startswith("#") or len(line.rsplit("} ", 1)[-1].split()) <= 2, line


def test_every_series_is_there_before_the_first_packet(loaded):
    series = {(dict(labels)["verdict"], dict(labels)["reason"])
              for name, labels in loaded.metrics() if name == "packets_total"}
    expected = {(verdict, reason) for verdict, reasons in REASONS.items() for reason in reasons}
    expected |= {(f"would_{verdict}", reason) for verdict in ("drop", "reply")
                 for reason in REASONS[verdict]}
    assert series == expected


def test_packets_and_bytes_by_interface_family_and_reason(lab, loaded):
    out = [frames.tcp("198.18.1.1", "198.19.66.6", 443),
           frames.udp("2001:db8:18:1::1", "2001:db8:19:666::6"),
           frames.tcp("198.18.64.1", MX), frames.tcp("198.18.0.25", MX),
           frames.tcp("198.18.1.1", MX)]
    judged(loaded, lab.outward, *out * 3)
    judged(loaded, lab.inward, frames.udp("198.19.66.6", "198.18.1.1"))
    metrics = loaded.metrics()

    def cell(name, interface, role, family, verdict, reason):
        return metrics[name, tuple(sorted(dict(interface=interface, role=role, family=family,
                                               verdict=verdict, reason=reason).items()))]

    for family, verdict, reason, packet in (("ipv4", "drop", "cnc_dst", out[0]),
                                            ("ipv6", "drop", "cnc_dst", out[1]),
                                            ("ipv4", "drop", "zombie_feed", out[2]),
                                            ("ipv4", "pass", "allow", out[3]),
                                            ("ipv4", "pass", "smtp_ok", out[4])):
        place = ("acc0", "access", family, verdict, reason)
        assert cell("packets_total", *place) == 3, place
        assert cell("bytes_total", *place) == 3 * (14 + len(packet.data)), place
    assert cell("packets_total", "up0", "upstream", "ipv4", "drop", "cnc_src") == 1
    assert metrics.by("feed", "feed_packets_total") == {"botnets": 7, "bots": 3, "relays": 3}


def test_feeds_and_tables(loaded):
    loaded("zombie", "add", "198.18.65.1")
    metrics = loaded.metrics()
    assert metrics.by("feed", "feed_entries") == {"botnets": 2, "bots": 1, "relays": 1}
    assert metrics.sum("feed_age_seconds", feed="botnets") < 60
    assert metrics.sum("live_zombies") == 1
    assert metrics.sum("table_entries", table="live_zombies") == 1
    for (name, labels), used in metrics.items():
        if name == "table_entries":
            assert used <= metrics["table_capacity", labels]


def test_counters_only_grow_whatever_happens(lab, loaded):
    before = loaded.metrics()
    for n, verb in enumerate(("reload", "load", "reload", "load")):
        judged(loaded, lab.outward, frames.udp("198.18.1.1", "198.19.66.6"),
               frames.tcp("198.18.64.1", MX))
        if n == 2:  # a feed leaves, another comes
            loaded.configure(CONFIG.replace("name: bots", "name: others"))
        loaded.write("botnets.txt", "<html>" if verb == "reload" and n == 2 else
                     "198.19.66.6\n2001:db8:19:666::6\n")
        loaded(verb, check=False)
        after = loaded.metrics()
        for series, value in before.counters().items():
            assert after[series] >= value, series
        before = after
    assert before.sum("feed_errors_total", feed="botnets") == 1
    assert before.sum("feed_packets_total", feed="botnets") == 4


def test_json_says_what_the_text_says(lab, loaded):
    judged(loaded, lab.outward, *[frames.udp("198.18.1.1", "198.19.66.6")] * 5)
    loaded("zombie", "add", "198.18.65.1")
    found, before = {}, loaded.metrics()
    for name, value in loaded.json("metrics").items():
        assert name.startswith("spamweir_")
        samples = value if isinstance(value, list) else [{"value": value}]
        for sample in samples:
            labels = tuple(sorted((k, v) for k, v in sample.items() if k != "value"))
            found[name.removeprefix("spamweir_"), labels] = sample["value"]
    after = loaded.metrics()
    # Ages go up meanwhile, and counters do, by what the kernel asks its neighbours.
    assert found.keys() == before.keys() == after.keys()
    steady = {series for series in before if before[series] == after[series]}
    assert len(steady) > len(before) - 20
    assert {series: found[series] for series in steady} == {s: before[s] for s in steady}
    assert loaded.json("metrics")["spamweir_live_zombies"] == 1


def test_a_feed_of_1970_has_an_age(loaded):
    os.utime(loaded.directory / "botnets.txt", (0, 0))
    loaded("reload")
    age = loaded.metrics().sum("feed_age_seconds", feed="botnets")
    assert abs(age - time.time()) < 60
    feed = next(feed for feed in loaded.status()["feeds"] if feed["name"] == "botnets")
    assert abs(feed["age_seconds"] - time.time()) < 60


def test_a_textfile_takes_the_place_of_nothing_but_a_file(loaded):
    path = loaded.directory / "x.prom"
    for make in path.mkdir, lambda: os.mkfifo(path), lambda: path.symlink_to("elsewhere"):
        make()
        assert f"{path}: is no regular file" in loaded.fails("metrics", "--textfile", str(path))
        path.rmdir() if path.is_dir() else path.unlink()
    path.write_text("old")
    loaded("metrics", "--textfile", str(path))
    assert path.read_text().startswith("# HELP")
    assert "cannot write /nonexistent/x.prom: No such file" in loaded.fails(
        "metrics", "--textfile", "/nonexistent/x.prom")


def test_status_and_metrics_agree(lab, loaded):
    judged(loaded, lab.outward, *[frames.udp("198.18.1.1", "198.19.66.6")] * 5)
    status, metrics = loaded.status(), loaded.metrics()
    assert status["generation"] == metrics.sum("generation")
    acc0 = next(i for i in status["interfaces"] if i["name"] == "acc0")
    assert acc0["reasons"]["cnc_dst"]["packets"] == 5
    assert metrics.sum("packets_total", interface="acc0", reason="cnc_dst") == 5
