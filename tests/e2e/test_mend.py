# SPDX-License-Identifier: GPL-2.0
"""What goes wrong around an instance, and how it gets over it."""
import json
import re
import shutil
import signal
import subprocess

import pytest

import frames
from lab import wait_until
from test_attach import BOTS, attached, nic, one_interface  # noqa: F401
from weir import Weir, judged

MX = "198.19.0.25"


def rename(lab, old, new):
    lab.router.run("ip", "link", "set", old, "down")
    lab.router.run("ip", "link", "set", old, "name", new)
    lab.router.run("ip", "link", "set", new, "up")


def test_a_mode_that_the_nic_refuses_leaves_it_in_the_old_one(lab, weir, nic):  # noqa: F811
    nic("br7", "type", "bridge")  # has no native XDP
    weir.configure(interfaces=one_interface("br7", xdp="generic"))
    weir("load")
    weir.configure(interfaces=one_interface("br7", xdp="native"))
    assert "no native XDP" in weir.fails("load")
    assert attached(lab, "br7") == 2
    weir.configure(interfaces=one_interface("br7", xdp="generic"))
    weir("load")


def test_a_renamed_nic_is_found_again(lab, weir, nic):  # noqa: F811
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    weir.configure(interfaces=one_interface("veth7"))
    weir("load")
    program = lab.router.link("veth7")["xdp"]["prog"]["id"]
    rename(lab, "veth7", "veth9")
    weir.configure(interfaces=one_interface("veth9"))
    weir("load")
    assert lab.router.link("veth9")["xdp"]["prog"]["id"] != program
    rename(lab, "veth9", "veth7")
    weir.configure(interfaces=one_interface("veth7"))
    weir("load")
    weir("unload")
    assert attached(lab, "veth7") is None


def test_nics_that_swap_their_names_keep_their_programs(lab, weir, nic):  # noqa: F811
    both = one_interface("veth5") + "  - { name: veth7, role: upstream }\n"
    nic("veth5", "type", "veth", "peer", "name", "veth6")
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    weir.configure(interfaces=both)
    weir("load")
    for old, new in ("veth5", "tmp7"), ("veth7", "veth5"), ("tmp7", "veth7"):
        rename(lab, old, new)
    weir("load")
    assert attached(lab, "veth5") == attached(lab, "veth7") == 1
    weir("unload")
    assert attached(lab, "veth5") is attached(lab, "veth7") is None


def test_live_zombies_are_not_lost_to_another_prefix_length(lab, weir):
    weir.configure("smtp: { ipv6_source_prefix: 64 }\n")
    weir("load")
    weir("zombie", "add", "2001:db8:18:7::5")
    weir.configure("smtp: { ipv6_source_prefix: 48 }\n")
    assert "1 live zombies are listed by another length" in weir.fails("reload")
    mail = frames.tcp("2001:db8:18:7::9", "2001:db8:19::25")
    assert judged(weir, lab.outward, mail) == (0, {"zombie_live": 1})
    weir("zombie", "del", "2001:db8:18:7::5")
    weir("reload")
    weir("zombie", "add", "2001:db8:18:7::5")
    assert weir.json_lines("zombie", "list")[0]["prefix"] == "2001:db8:18::/48"


def test_a_feed_that_is_gone_has_counters_and_no_age(lab, weir):
    weir.write("bots.txt", "198.18.64.1\n")
    weir.configure("feeds:\n  - { name: bots, kind: zombie, path: bots.txt }\n")
    weir("load")
    judged(weir, lab.outward, frames.tcp("198.18.64.1", MX))
    weir.configure()
    weir("reload")
    metrics = weir.metrics()
    feed = (("feed", "bots"),)
    assert metrics["feed_packets_total", feed] == 1
    assert ("feed_age_seconds", feed) not in metrics
    assert ("feed_entries", feed) not in metrics


@pytest.mark.parametrize("words", ["status", "status --json", "zombie list --json", "metrics",
                                   "check", "lookup 198.18.64.1", "lookup 198.18.64.1 --json"])
def test_output_that_cannot_be_written_is_a_failure(weir, words):
    weir.configure(BOTS)
    weir("load")
    weir("zombie", "add", "198.18.65.1")
    with open("/dev/full", "w", encoding="ascii") as full:
        done = weir.namespace.start(*weir.command(*words.split()), stdout=full,
                                    stderr=subprocess.PIPE, text=True)
        said = done.communicate(timeout=300)[1]
    assert done.returncode == 1
    assert re.search("cannot write|No space left|Input/output", said)


@pytest.mark.parametrize("words", ["check x", "load x", "unload x", "status x", "metrics x",
                                   "zombie", "zombie add", "zombie list x", "lookup",
                                   "replay", "nonsense", "status --nonsense"])
def test_words_too_many_or_too_few_are_a_usage_error(weir, words):
    weir.configure()
    assert weir(*words.split(), check=False).returncode == 2
    assert not weir.pins.exists()


@pytest.mark.parametrize("arguments, said", [
    (["--for", "1"], "expected a duration"),
    (["--for", "0s"], "expected a duration"),
    (["--for", "213503d"], "ten years at most"),
    (["--why", "x" * 44], "43 bytes are kept"),
    (["--why", "\udcff"], "a line of UTF-8"),  # the byte ff
])
def test_what_cannot_be_kept_of_a_zombie_is_refused(weir, arguments, said):
    weir.configure()
    weir("load")
    done = weir("zombie", "add", "198.18.65.1", *arguments, check=False)
    assert done.returncode == 2 and said in done.stderr
    assert weir.json_lines("zombie", "list") == []
    weir("zombie", "add", "198.18.65.1", "--why", "Grüße, Ticket 4711")
    assert weir.json_lines("zombie", "list")[0]["why"] == "Grüße, Ticket 4711"


def test_reload_says_in_which_role_a_nic_is_not_attached(weir):
    weir.configure(interfaces=one_interface("acc0"))
    weir("load")
    weir.configure(interfaces=one_interface("acc0", role="upstream"))
    line, = weir.partly("reload")
    assert "acc0 is not attached as upstream: " in line


def test_reload_says_that_it_attaches_nothing(lab, weir):
    weir.configure(interfaces=one_interface("acc0"))
    weir("load")
    weir.configure()
    line, = weir.partly("reload")
    assert line.endswith(f"{weir.config}:3: up0 is not attached as upstream: `spamweir load` does "
                         "that, or the daemon")
    assert attached(lab, "up0") is None
    weir("load")
    wait_until(lambda: attached(lab, "up0") == 1)


def test_a_load_that_fails_changes_nothing_of_the_policy(lab, weir, nic):  # noqa: F811
    nic("br7", "type", "bridge")
    weir.configure(BOTS)
    weir("load")
    before = weir.status()
    weir.configure("mode: monitor\n", one_interface("br7", xdp="native"))
    assert "br7" in weir.fails("load")
    after = weir.status()
    assert (after["mode"], after["generation"]) == ("enforce", before["generation"])
    assert [feed["name"] for feed in after["feeds"]] == ["bots"]
    assert not after["load_interrupted"]
    assert judged(weir, lab.outward, frames.tcp("198.18.64.1", MX)) == (0, {"zombie_feed": 1})


def test_another_network_namespace_has_no_say(lab, weir):
    weir.configure(BOTS)
    weir("load")
    weir.configure(interfaces=one_interface("lo", xdp="generic"))
    other = Weir(lab.internet, weir.directory)
    other.pins = weir.pins
    assert "another network namespace" in other.fails("load")
    assert attached(lab, "acc0") == attached(lab, "up0") == 1


def test_unload_takes_only_what_is_ours(weir, tmp_path):
    weir.configure()
    weir("load")
    precious = weir.pins / "precious"
    subprocess.run(["bpftool", "map", "create", precious, "type", "array", "key", "4", "value",
                    "4", "entries", "1", "name", "precious"], check=True)
    try:
        assert "not empty" in weir.fails("unload")
        assert [pin.name for pin in weir.pins.iterdir()] == ["precious"]
    finally:
        precious.unlink()
        weir.pins.rmdir()


def test_the_daemon_hears_what_is_loaded_by_hand(lab, weir):
    weir.configure(BOTS)
    daemon = weir.run()
    weir("unload")
    weir("load")
    seen = len(daemon.lines)
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded", after=seen)
    judged(weir, lab.outward, frames.tcp("198.18.64.1", MX))
    log = weir.state / "events.jsonl"
    wait_until(lambda: log.exists() and '"src":"198.18.64.1"' in log.read_text())


def test_lookup_answers_though_a_feed_is_unfit(weir):
    weir.write("bots.txt", "198.18.64.1\n")
    weir.configure("feeds:\n  - { name: bots, kind: zombie, path: bots.txt }\n")
    weir("load")
    weir.write("bots.txt", "<html>\n")
    match, = weir.json("lookup", "198.18.64.1")["matches"]
    assert (match["feed"], match["line"], match["outdated"]) == ("bots", 1, True)
    shutil.rmtree(weir.state)
    done = weir("lookup", "198.18.64.1", "--json")
    found = json.loads(done.stdout)
    assert (found["reason"], found["feed"], found["matches"]) == ("zombie_feed", "bots", [])
    assert "no entries of feed bots are shown" in done.stderr


def test_lookup_says_once_that_a_feed_is_unfit(weir):
    weir.write("bots.txt", "<html>\n")
    weir.configure("feeds:\n"
                   "  - { name: bots, kind: zombie, path: bots.txt }\n"
                   "  - { name: c2, kind: cnc, entries: [198.18.64.1] }\n")
    weir.partly("load")
    for address in "198.18.64.1", "64:ff9b::198.18.64.1":
        told = weir("lookup", address).stderr
        assert told.count("no entries of feed bots are shown") == 1, told


def test_names_may_change_for_ever(lab, weir, nic):  # noqa: F811
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    feeds = "feeds:\n" + "".join(f"  - {{ name: f%d_{i}, kind: cnc, entries: [198.19.9.{i}] }}\n"
                                 for i in range(1, 131))
    weir.configure(feeds % tuple([0] * 130), one_interface("veth7"))
    weir("load")
    for turn in range(1, 4):
        weir.configure(feeds % tuple([turn] * 130), one_interface("veth7"))
        weir("reload")
        assert f"f{turn}_130" in [feed["name"] for feed in weir.status()["feeds"]]
