# SPDX-License-Identifier: GPL-2.0
"""Lists that would do harm if they were taken at their word: each as it comes, and
what becomes of it."""
import json
import os
import pathlib
import re
import signal
import time

import pytest

import frames
from lab import wait_until
from weir import judged

CASES = pathlib.Path(__file__).parent / "../golden/cases"
LISTED = frames.udp("198.18.1.1", "198.19.66.6")


def configure(weir, case, keys=""):
    text = case if isinstance(case, bytes) else (CASES / case).read_bytes()
    weir.write("list.txt", text)
    weir.configure(f"feeds:\n  - {{ name: list, kind: cnc, path: list.txt{keys} }}\n")


def prefixes(weir, address):
    return [match["prefix"] for match in weir.json("lookup", address)["matches"]]


def test_an_excluded_host_is_not_listed(weir):
    configure(weir, "13-exclusion.txt")
    weir("load")
    assert weir.json("lookup", "203.0.113.25")["reason"] == "clean"
    assert weir.json("lookup", "203.0.113.24")["reason"] == "cnc_src"
    assert prefixes(weir, "203.0.113.25") == [] and prefixes(weir, "203.0.113.24") != []


def test_a_minimum_count_where_nothing_counts(weir):
    configure(weir, "14-min-count-plain.txt", ", min_count: 10")
    assert "`min_count: 10`, but its format is plain" in weir.fails("check")


def test_infrastructure_passes_in_spite_of_bogons(lab, weir):
    (weir.directory / "15-bogons-in-list.netset").write_bytes(
        (CASES / "15-bogons-in-list.netset").read_bytes())
    weir.config.write_text((CASES / "15-bogons.yaml").read_text().replace("bacc", "acc0"))
    for keys in "", ", max_width: 3":
        weir.config.write_text(weir.config.read_text().replace(".netset }", f".netset{keys} }}"))
        done = weir("replay", str(CASES / "15-infrastructure.pcap"), "--role", "access", "--json")
        summary = json.loads(done.stdout.splitlines()[-1])["summary"]
        assert set(summary["reasons"]) <= {"clean", "not_ip"}, summary
        assert "special-purpose space is left out" in done.stderr
    done = weir("load", check=False)
    assert done.returncode in (0, 3) and "special-purpose space is left out" in done.stderr


def test_every_slash_8_waits_to_be_accepted(lab, weir):
    configure(weir, "16-every-slash8.txt", ", max_width: 8")
    assert re.search(r"lists \d+% of the Internet's IPv4 space", weir.fails("check"))
    done = weir("load", check=False)
    assert done.returncode == 3 and "LEFT OUT" in done.stderr
    assert "lists" in weir.fails("feed", "test", str(weir.directory / "list.txt"), "list")
    head, line = weir("feed", "list").stdout.splitlines()[:2]
    assert head.split() == ["feed", "kind", "state", "entries", "age", "refreshed", "checked",
                            "next", "change"]
    assert line.split()[2:4] == ["LEFT", "OUT"]
    assert line[56:65].split() == ["-"], "it was never refreshed"
    weir("feed", "update", "list", "--accept")
    assert weir.json("feed", "list")[0]["ok"]
    line = weir("feed", "list").stdout.splitlines()[1]
    assert re.fullmatch(r" *\d+ (s|min)", line[56:65]), line
    weir("reload")  # what was accepted stays so
    weir("unload")
    weir("load")


def test_accepting_when_nothing_is_loaded(weir):
    configure(weir, "16-every-slash8.txt", ", max_width: 8")
    assert "spamweir load" in weir("feed", "update", "list", "--accept").stdout
    weir("load")
    assert weir.status()["feeds"][0]["entries"] > 200
    assert "names no feed" in weir.fails("feed", "update", "none", "--accept")
    near = "list"
    for words in ("update",), ("diff",), ("test", weir.config, "--as"):
        line = weir.fails("feed", *words, near + "x")
        assert line.endswith(f"names no feed \"{near}x\"; did you mean \"{near}\"?")


def test_a_list_that_was_cut_within_an_address(weir):
    configure(weir, "17-cut-in-address.txt")
    done = weir("load")
    assert '"198.51.100.12" is left out: expected a newline behind it' in done.stderr
    assert weir.json("lookup", "198.51.100.12")["reason"] == "clean"
    assert weir.json("lookup", "203.0.113.7")["reason"] == "cnc_src"


def test_csv_is_known_by_its_header(weir):
    configure(weir, "18-csv.csv")
    weir("load")
    assert weir.json("lookup", "192.0.2.2")["matches"][0]["tag"] == \
        "Foo, port 443, online, first seen 2026-11-01 10:00:00, last online 2026-11-27"
    assert "Foo, port 443, online" in weir("lookup", "192.0.2.2").stdout
    assert weir.json("lookup", "192.0.2.4")["reason"] == "clean"


LOOKS = {
    "18-free-text.txt": "an address with text behind it",
    "18-ip-port.txt": "an address with a port",
    "18-netmask.txt": "a network with a netmask; write 192.0.1.0/24",
}


@pytest.mark.parametrize("case", LOOKS)
def test_what_is_no_list_is_named(weir, case):
    configure(weir, case)
    assert f"it looks like {LOOKS[case]}" in weir.fails("check")


def test_ipv6_ranges_do_not_fill_the_memory(weir):
    last = "ffff:ffff:ffff:fffe"
    text = "".join(f"2001:db8:{n:x}::1-2001:db8:{n:x}::{last}\n" for n in range(30000))
    configure(weir, text.encode())
    line = weir.fails("check")
    assert re.search(r"list.txt:\d+: more than 1048576 IPv6 entries so far", line), line
    configure(weir, text.encode(), ", max_entries: { ipv6: 5000000 }")
    weir("check")


def test_the_routers_own_addresses_are_never_listed(lab, weir):
    configure(weir, b"198.18.0.0/16\n198.19.66.0/24\n", ", may_list_own: true")
    own = json.loads(lab.router.run("ip", "-j", "addr", "show", "dev", "acc0").stdout)
    address = next(info["local"] for info in own[0]["addr_info"] if info["family"] == "inet")
    done = weir("load")
    assert "what this router needs is left out" in done.stderr
    assert weir.json("lookup", address)["reason"] == "clean"
    assert prefixes(weir, address) == []
    assert weir.json("lookup", "198.18.7.7")["reason"] == "cnc_src"


def test_the_daemon_looks_again_by_itself(lab, weir):
    configure(weir, b"198.19.66.6\n")
    daemon = weir.run()
    weir.write("list.txt", "<html>\n")
    daemon.kill(signal.SIGHUP)
    daemon.wait_line("reloaded, but a part is missing")
    checked = weir.status()["feeds"][0]["unfit"]["checked"]
    wait_until(lambda: weir.status()["feeds"][0]["unfit"]["checked"] > checked, 60,
               "the daemon has looked again")
    weir.write("list.txt", "198.19.66.7\n")
    daemon.wait_line("reloading: a feed that was unfit is fit again", 90)
    daemon.wait_line("reloaded$")
    assert weir.status()["feeds"][0]["unfit"] is None
    assert judged(weir, lab.outward, frames.udp("198.18.1.1", "198.19.66.7")) == (
        0, {"cnc_dst": 1})


def test_a_configuration_that_is_a_fifo(weir):
    weir.config.unlink(missing_ok=True)
    os.mkfifo(weir.config)
    assert "is a FIFO" in weir.fails("check")
    weir.config.unlink()


def test_slots_of_feeds_long_gone_are_given_to_new_ones(weir):
    for turn in range(3):
        feeds = "".join(f"  - {{ name: f{turn}-{i}, kind: cnc, entries: [198.19.9.{i}] }}\n"
                        for i in range(85))
        weir.configure("feeds:\n" + feeds)
        weir("load")
    weir.configure("feeds:\n" + feeds + "  - { name: ours, kind: allow, path: none.txt }\n")
    weir.fails("reload")
    metrics = weir.metrics()
    assert metrics.sum("feed_errors_total", feed="ours") == 1
    assert metrics["feed_ok", (("feed", "ours"),)] == 0
    names = {dict(labels)["feed"] for name, labels in metrics if name == "feed_errors_total"}
    assert len(names) == 255 and {f"f2-{i}" for i in range(85)} < names


def decisions(*entries):
    """CrowdSec's, as its API streams them: (value, duration)."""
    return json.dumps({"new": [{"duration": duration, "id": number, "origin": "CAPI",
                                "scenario": "crowdsecurity/ssh-bf",
                                "scope": "Range" if "/" in value else "Ip", "type": "ban",
                                "value": value}
                               for number, (value, duration) in enumerate(entries, 1)],
                       "deleted": None}).encode()


def test_an_entry_is_listed_until_its_end(lab, weir):
    for seconds in 12, 120:  # the longer one where the machine is too busy for the other
        configure(weir, decisions(("198.19.66.6", f"{seconds}s"), ("198.19.66.0/28", "8760h")))
        ends = time.monotonic() + seconds - 1  # which are counted from a whole second
        daemon = weir.run()
        shown = weir.json("lookup", "198.19.66.6")
        text = weir("lookup", "198.19.66.6").stdout
        entries = weir.status()["feeds"][0]["entries"]
        if time.monotonic() < ends:
            break
        daemon.stop()
    assert shown["reason"] == "cnc_src"
    first, second = shown["matches"]
    assert first["prefix"] == "198.19.66.6" and "crowdsecurity/ssh-bf" in first["tag"]
    assert second["until"] - first["until"] == 8760 * 3600 - seconds
    assert re.search(r"198.19.66.6 .* until 20", text)
    assert entries == 2
    daemon.wait_line("reloading: an entry of a feed has begun or ended")
    daemon.wait_line("reloaded")
    assert prefixes(weir, "198.19.66.6") == ["198.19.66.0/28"]
    assert weir.status()["feeds"][0]["entries"] == 1
    daemon.stop()


def indicators(*entries):
    """A STIX bundle: (address, Unix time from which it is valid)."""
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": [
        {"type": "indicator", "id": f"indicator--{number}", "pattern_type": "stix",
         "pattern": f"[ipv4-addr:value = '{address}']",
         "valid_from": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(since))}
        for number, (address, since) in enumerate(entries)]}).encode()


def test_an_entry_is_listed_from_its_beginning(lab, weir):
    for seconds in 12, 120:  # the longer one where the machine is too busy for the other
        begins = int(time.time()) + seconds
        configure(weir, indicators(("198.19.66.6", begins), ("198.19.66.7", 1790000000)))
        daemon = weir.run()
        shown = weir.json("lookup", "198.19.66.6")
        entries = weir.status()["feeds"][0]["entries"]
        if time.time() < begins:
            break
        daemon.stop()
    assert shown["reason"] == "clean" and entries == 1
    daemon.wait_line("reloading: an entry of a feed has begun or ended")
    daemon.wait_line("reloaded")
    assert weir.json("lookup", "198.19.66.6")["reason"] == "cnc_src"
    assert weir.status()["feeds"][0]["entries"] == 2
    daemon.stop()


def test_what_is_not_valid_yet_is_told(lab, weir):
    begins = int(time.time()) + 7 * 86400
    configure(weir, indicators(("198.19.66.6", begins), ("198.19.66.7", 1790000000)))
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begins))
    told = f"list.txt: what is not valid yet is left out; the first of it is from {when} on"
    assert told in weir("check").stderr
    assert told in weir("load").stderr
    assert told in weir("reload").stderr  # by its good copy
    assert told in weir("feed", "diff").stderr
    assert weir.json("lookup", "198.19.66.6")["reason"] == "clean"


def test_a_list_of_tomorrow_alone_is_unfit_until_then(weir):
    begins = int(time.time()) + 86400
    configure(weir, indicators(("198.19.66.6", begins)))
    when = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(begins))
    assert f"none of its 1 records lists an address before {when} (expected" in weir.fails("check")


def test_what_has_ended_stays_so(lab, weir):
    configure(weir, decisions(("198.19.66.6", "1s"), ("198.19.66.7", "1h")))
    os.utime(weir.directory / "list.txt", (1790000000, 1790000000))
    weir("load")
    assert weir.json("lookup", "198.19.66.6")["reason"] == "clean"
    weir.reboot()
    weir.write("list.txt", "<html>\n")  # so that the good copy takes its place
    weir("load", check=False)
    assert weir.json("lookup", "198.19.66.6")["reason"] == "clean"
    assert weir.json("lookup", "198.19.66.7")["reason"] == "clean"
    assert weir.status()["feeds"][0]["entries"] == 0


def test_a_date_in_the_future_makes_nothing_longer(lab, weir):
    configure(weir, decisions(("198.19.66.7", "1h")))
    ahead = time.time() + 30 * 86400
    os.utime(weir.directory / "list.txt", (ahead, ahead))
    assert "is dated in the future" in weir("load").stderr
    assert weir.json("lookup", "198.19.66.7")["matches"][0]["until"] <= time.time() + 3600


def test_a_list_that_nobody_foresaw_takes_a_line_of_config(weir):
    configure(weir, b"when;host;why;ends\nx;198.19.66.6:25;\"spam; much\";\nx;198.19.66.7;ham;\n"
                    b"x;198.19.66.8;spam;2020-01-01\n",
              ', csv: { column: host, delimiter: ";", where: { why: ["!ham"] }, tag: why, '
              'until: ends }')
    weir("load")
    assert weir.json("lookup", "198.19.66.6")["matches"][0]["tag"] == "spam; much, port 25"
    assert weir.json("lookup", "198.19.66.7")["reason"] == "clean"
    assert weir.json("lookup", "198.19.66.8")["reason"] == "clean"
    assert weir.json("check")["feeds"][0]["format"] == "csv"
    # The file is as it was, and what the configuration makes of it is not.
    weir.configure("feeds:\n  - { name: list, kind: cnc, path: list.txt, "
                   'csv: { column: 2, delimiter: ";" } }\n')
    weir("reload")
    assert weir.json("lookup", "198.19.66.7")["reason"] == "cnc_src"
    weir.write("list.json", json.dumps({"data": [{"net": {"ip": "198.19.66.9"}, "on": True},
                                                 {"net": {"ip": "198.19.66.5"}, "on": False}]}))
    weir.configure("feeds:\n  - { name: list, kind: cnc, path: list.json, "
                   "json: { each: data, address: net.ip, where: { on: true } } }\n")
    weir("reload")
    assert weir.json("lookup", "198.19.66.9")["reason"] == "cnc_src"
    assert weir.json("lookup", "198.19.66.5")["reason"] == "clean"


def test_addresses_that_are_keys(weir):
    configure(weir, b'{"data": {"198.19.66.6": {"n": 3}, "198.19.66.7": {"n": 1}}}',
              ", json: { each: data.*, address: $key, where: { n: '>= 2' }, tag: n }")
    weir("load")
    assert weir.json("lookup", "198.19.66.6")["matches"][0]["tag"] == "3"
    assert weir.json("lookup", "198.19.66.7")["reason"] == "clean"
    configure(weir, b'{"198.19.66.7": 4}', ", json: { address: $key }")
    weir("reload")
    assert weir.json("lookup", "198.19.66.7")["reason"] == "cnc_src"
    configure(weir, b'{}', ", json: { each: data, address: $key }")
    assert ('feed "list" wants the key before each entry, and `each: data` has no "*" that stands '
            'for such (expected `each: "data.*"`)') in weir.fails("check")


def test_a_slip_in_a_name_of_json_is_told(weir):
    configure(weir, b'[{"ip": "198.19.66.6", "simulated": true, "ends": "2020-01-01"}]',
              ", json: { address: ip, where: { simulate: '!true' }, until: end }")
    file = str(weir.directory / "list.txt")
    for verb in "check", "load", "reload", "feed diff", f"feed test {file} list":
        told = weir(*verb.split()).stderr
        assert ('list.txt: no object has "simulate", which `where` names, so that it counts as '
                'empty (expected a name as the list has it)') in told, verb
        assert 'no object has "end", which `until` names, so that no entry ends' in told, verb
    configure(weir, b'[{"ip": "198.19.66.6", "simulated": true}]',
              ", json: { address: ip, where: { simulated: '!true' } }, may_be_empty: true")
    assert "no object has" not in weir("reload").stderr


def test_a_rollback_brings_nothing_back_that_has_ended(lab, weir):
    configure(weir, decisions(("198.19.66.6", "10s"), ("198.19.66.7", "8760h")))
    weir("load")
    until = weir.json("lookup", "198.19.66.7")["matches"][0]["until"] - 8760 * 3600 + 10
    configure(weir, b"198.19.66.5\n")
    weir("reload")
    wait_until(lambda: time.time() > until, 60, "the entry has ended")
    weir("rollback")
    assert weir.json("lookup", "198.19.66.7")["reason"] == "cnc_src"
    assert weir.json("lookup", "198.19.66.6")["reason"] == "clean"
