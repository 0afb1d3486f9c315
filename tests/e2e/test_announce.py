# SPDX-License-Identifier: GPL-2.0
"""What is found out here, as routes in a table that BGP daemons read."""
import os
import signal
import time

import pytest

import frames
from lab import wait_until

TABLE, OTHER = 667, 668
CONFIG = """
announce: { table: 667, what: [zombie_live, operator-block]%s }
feeds:
  - { name: own, kind: own, entries: [198.18.0.0/16, "2001:db8:18::/48"] }
  - { name: relays, kind: allow, entries: [198.18.64.25, "2001:db8:18:64:25::/80"] }
"""


def flush(lab):
    for table in (TABLE, OTHER):
        for family in ("-4", "-6"):
            lab.router.run("ip", family, "route", "flush", "table", table, check=False)


@pytest.fixture(autouse=True)
def table(lab):
    flush(lab)
    yield
    flush(lab)


def shown(lab, table=TABLE):
    """Routes by destination: type and protocol."""
    routes = {}
    for family in ("-4", "-6"):
        text = lab.router.run("ip", family, "route", "show", "table", table, check=False).stdout
        for words in map(str.split, text.splitlines()):
            routes[words[1]] = (words[0], words[words.index("proto") + 1])
    return routes


def ours(lab, table=TABLE):
    return {dst for dst, (_, protocol) in shown(lab, table).items() if protocol == "213"}


def configure(weir, more=""):
    weir.configure(CONFIG % more)


def test_zombies_and_blocks_come_and_go(lab, weir):
    configure(weir)
    weir("load")
    assert ours(lab) == set()
    weir("zombie", "add", "198.18.64.1", "--for", "1h")
    weir("zombie", "add", "2001:db8:18:65::7")
    weir("block", "add", "203.0.113.7")
    weir("block", "add", "203.0.113.128/25")
    wanted = {"198.18.64.1", "2001:db8:18:65::/64", "203.0.113.7", "203.0.113.128/25"}
    assert ours(lab) == wanted
    assert {kind for kind, _ in shown(lab).values()} == {"blackhole"}
    said = weir.status()["announce"]
    assert (said["table"], said["routes"], said["problem"]) == (667, 4, None)
    assert "announced: 4 routes in table 667" in weir("status").stdout
    weir("zombie", "del", "198.18.64.1")
    weir("block", "del", "203.0.113.7")
    assert ours(lab) == {"2001:db8:18:65::/64", "203.0.113.128/25"}
    weir("unload")
    assert shown(lab) == {}
    weir("load")  # which live zombies outlive
    assert ours(lab) == {"2001:db8:18:65::/64", "203.0.113.128/25"}


def test_type_metric_protocol_and_table_may_change(lab, weir):
    configure(weir)
    weir("load")
    weir("zombie", "add", "198.18.64.1")
    configure(weir, ", type: unreachable, metric: 77")
    weir("reload")
    line = lab.router.run("ip", "route", "show", "table", TABLE).stdout
    assert line.startswith("unreachable 198.18.64.1 ") and "metric 77" in line
    configure(weir, ", protocol: 214")
    weir("reload")
    assert {protocol for _, protocol in shown(lab).values()} == {"214"}
    weir.configure((CONFIG % "").replace("667", str(OTHER)))
    weir("reload")
    assert shown(lab) == {} and ours(lab, OTHER) == {"198.18.64.1"}
    weir.configure("feeds: []\n")
    weir("reload")
    assert shown(lab, OTHER) == {}
    assert weir.status()["announce"] is None


def test_others_routes_are_not_touched(lab, weir):
    lab.router.run("ip", "route", "add", "unreachable", "198.18.64.9", "table", TABLE, "proto",
                   "static")
    lab.router.run("ip", "route", "add", "unreachable", "198.18.64.1", "table", TABLE, "proto",
                   "static")
    configure(weir)
    weir("load")
    assert "others' routes are in their place" in weir("zombie", "add", "198.18.64.1").stderr
    weir("zombie", "add", "198.18.64.2")
    assert ours(lab) == {"198.18.64.2"}
    assert weir.metrics().sum("announce_missing_routes") == 1
    weir("zombie", "del", "198.18.64.1")
    weir("unload")
    assert shown(lab) == {"198.18.64.1": ("unreachable", "static"),
                          "198.18.64.9": ("unreachable", "static")}


def test_what_must_not_be_announced(lab, weir):
    configure(weir)
    weir("load")
    # A prefix with an allowed address in it, a network, this router.
    weir("zombie", "add", "2001:db8:18:64::1")
    weir("zombie", "add", "198.18.129.1")
    weir("block", "add", "203.0.112.0/20")
    weir("zombie", "add", "198.18.64.1")
    assert ours(lab) == {"198.18.64.1"}
    assert weir.status()["announce"]["left_out"] == 3
    # What is allowed later is not announced any more.
    weir("allow", "add", "198.18.64.1")
    assert ours(lab) == set()
    weir("allow", "del", "198.18.64.1")
    assert ours(lab) == {"198.18.64.1"}


def test_no_more_than_max_routes(lab, weir):
    configure(weir, ", max_routes: 3")
    weir("load")
    for n in (5, 6, 7):
        weir("zombie", "add", f"198.18.64.{n}")
    said = weir("zombie", "add", "198.18.64.1").stderr
    assert "max_routes: 3" in said
    weir("zombie", "add", "198.18.64.2")
    kept = {f"198.18.64.{n}" for n in (5, 6, 7)}
    assert ours(lab) == kept, "those that others have learned stay"
    metrics = weir.metrics()
    assert metrics.sum("announced_routes") == 3 and metrics.sum("announce_missing_routes") == 2
    assert "2 MORE THAN max_routes" in weir("status").stdout
    weir("zombie", "del", "198.18.64.6")
    assert ours(lab) == {"198.18.64.1", "198.18.64.5", "198.18.64.7"}


def test_ends(lab, weir):
    """The daemon withdraws what has ended, by itself; without one, any command does."""
    configure(weir)
    daemon = weir.run()
    weir("zombie", "add", "198.18.64.1", "--for", "3s")
    weir("zombie", "add", "198.18.64.2")
    assert "198.18.64.1" in ours(lab) or not weir.json_lines("zombie", "list")[1:]
    wait_until(lambda: ours(lab) == {"198.18.64.2"}, 120)
    daemon.kill(signal.SIGKILL)
    daemon.wait()
    assert ours(lab) == {"198.18.64.2"}, "the daemon's death changes nothing"
    weir("zombie", "add", "198.18.64.3", "--for", "1s")
    wait_until(lambda: len(weir.json_lines("zombie", "list")) == 1)
    weir("zombie", "add", "198.18.64.4")
    assert ours(lab) == {"198.18.64.2", "198.18.64.4"}


def test_what_a_stranger_took_away_comes_back(lab, weir):
    configure(weir)
    weir("load")
    weir("zombie", "add", "198.18.64.1")
    flush(lab)
    lab.router.run("ip", "route", "add", "blackhole", "198.18.64.77", "table", TABLE, "proto",
                   "213")
    weir("reload")
    assert ours(lab) == {"198.18.64.1"}


def test_killed_at_any_step(lab, weir, killer):
    """Whoever is killed leaves nothing that the next command does not put right, and
    unload finds all."""
    configure(weir)
    weir("load")
    weir("zombie", "add", "198.18.64.1")
    weir("zombie", "add", "198.18.64.2")
    kill = killer(database=False)
    for step in kill.sweep(12, "zombie", "add", "198.18.64.3"):
        weir("zombie", "del", "198.18.64.3")
        kill(step, "zombie", "add", "198.18.64.3")
        weir("zombie", "add", "198.18.64.4")
        listed = {line["prefix"] for line in weir.json_lines("zombie", "list")}
        assert ours(lab) == listed, step
    for step in kill.sweep(12, "reload"):
        flush(lab)
        kill(step, "reload")
        weir("zombie", "add", "198.18.64.5")
        assert "198.18.64.5" in ours(lab), step
    assert kill.times > 10
    for step in range(1, 200):
        weir("load")
        assert ours(lab)
        if not kill(step, "unload"):
            break
        weir("unload", check=False)
        assert shown(lab) == {}, step
    assert shown(lab) == {}


def test_without_a_disk_nothing_is_announced_that_could_not_be_taken_back(lab, weir):
    configure(weir)
    weir.state.mkdir(mode=0o700)
    (weir.state / "announced").mkdir()
    said = weir.partly("load")
    assert any("nothing is announced" in line for line in said), said
    os.rmdir(weir.state / "announced")
    weir("reload")
    weir("zombie", "add", "198.18.64.1")
    assert ours(lab) == {"198.18.64.1"}
    (weir.state / "announced").write_text("table 667\nmetric")
    assert "is damaged" in weir("status").stderr
    weir("reload")
    assert weir.status()["announce"]["routes"] == 1


def test_a_change_touches_its_own_routes_alone(lab, weir):
    """However many others there are: what a stranger took away is not looked for."""
    configure(weir)
    weir("load")
    for n in (1, 2, 3):
        weir("zombie", "add", f"198.18.64.{n}")
    gone = ["ip", "route", "del", "blackhole", "198.18.64.1", "table", TABLE]
    lab.router.run(*gone)
    weir("zombie", "add", "198.18.64.4")
    weir("zombie", "add", "2001:db8:18:65::7")
    weir("zombie", "del", "198.18.64.2")
    assert ours(lab) == {"198.18.64.3", "198.18.64.4", "2001:db8:18:65::/64"}
    said = weir.status()["announce"]
    assert (said["routes"], said["left_out"], said["problem"]) == (4, 0, None)
    # Who is listed again is announced again.
    weir("zombie", "add", "198.18.64.1")
    assert "198.18.64.1" in ours(lab)
    assert weir.status()["announce"]["routes"] == 4
    # What is blocked, too, stays; what must not be announced is not.
    weir("block", "add", "198.18.64.3", "--force")
    weir("zombie", "del", "198.18.64.3")
    weir("zombie", "add", "2001:db8:18:64::1")
    assert ours(lab) == {f"198.18.64.{n}" for n in (1, 3, 4)} | {"2001:db8:18:65::/64"}
    assert weir.status()["announce"]["left_out"] == 1
    weir("zombie", "del", "2001:db8:18:64::1")
    assert weir.status()["announce"]["left_out"] == 0
    # Another change than that of the command: all is looked at.
    lab.router.run(*gone)
    weir("reload")
    assert "198.18.64.1" in ours(lab)


def test_whom_the_datapath_lists_is_announced_at_once(lab, weir):
    """Not with the next look at all, by which what was taken away would come back."""
    configure(weir, "")
    weir.config.write_text(weir.config.read_text() + """
smtp: { limit: { access: off, upstream: off } }
suspects: { servers: { at_least: 6, action: list } }
""")
    daemon = weir.run()
    weir("zombie", "add", "198.18.64.1")
    servers = [f"198.19.0.{n}" for n in range(100, 140)]
    for round_ in range(2, 30):
        lab.router.run("ip", "route", "del", "blackhole", "198.18.64.1", "table", TABLE,
                       check=False)
        source = f"198.18.70.{round_}"
        wait_until(lambda: lab.outward.send(*[frames.tcp(source, server) for server in servers])
                   or source in ours(lab), 120)
        if "198.18.64.1" not in ours(lab):
            break
        weir("reload")  # the minute was over just then
    else:
        pytest.fail("only with all others")
    assert daemon.stop() == 0


def test_cases(lab, weir):
    """Those that are grave enough, for as long as the address is the subscriber's."""
    os.utime(weir.write("fixed.csv", "198.18.64.7,alice\n198.18.64.8,bob\n"), (time.time() - 3600,) * 2)
    weir.configure("""
announce: { table: 667, what: ["cases>=high"] }
feeds:
  - { name: botnets, kind: cnc, entries: [198.19.66.6] }
  - { name: bots, kind: zombie, entries: [198.18.64.8] }
  - { name: relays, kind: allow, entries: [198.18.64.9] }
subscribers:
  every: 1s
  sources:
    - { name: fixed, format: fixed, path: fixed.csv }
""")
    daemon = weir.run()
    lab.outward.send(frames.udp("198.18.64.9", "198.19.66.6"),
                     frames.tcp("198.18.64.8", "198.19.0.25"))
    wait_until(lambda: len(weir.json_lines("case", "list")) == 2, 120)
    assert ours(lab) == set()
    lab.outward.send(frames.udp("198.18.64.7", "198.19.66.6"))
    wait_until(lambda: ours(lab) == {"198.18.64.7"}, 120)
    weir("case", "close", "alice", "--why", "cleaned")
    assert ours(lab) == set()
    weir("case", "reopen", "alice")
    assert ours(lab) == {"198.18.64.7"}
    weir.write("fixed.csv", "198.18.64.7,carol\n198.18.64.8,bob\n")
    wait_until(lambda: ours(lab) == set(), 120)
    assert daemon.stop() == 0
