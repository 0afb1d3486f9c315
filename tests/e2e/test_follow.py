# SPDX-License-Identifier: GPL-2.0
"""A listing is of a subscriber, and goes with him to his next address."""
import time

import pytest

import frames
from lab import wait_until
from servers import servers  # noqa: F401 a fixture
from test_subscribers import becomes

CNC = "198.19.66.6"
HEADER4 = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,state\n"
HEADER6 = "address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,state\n"
CONFIG = f"""
feeds:
  - {{ name: botnets, kind: cnc, entries: [{CNC}] }}
  - {{ name: ours, kind: allow, entries: [198.18.4.99] }}
subscribers:
  every: 1s
  FOLLOW
  sources:
    - {{ name: kea4, format: kea, path: leases4.csv }}
    - {{ name: kea6, format: kea, path: leases6.csv }}
"""


class Leases:
    """What Kea writes, line by line."""

    def __init__(self, weir):
        self.weir = weir
        weir.write("leases4.csv", HEADER4)
        weir.write("leases6.csv", HEADER6)

    def add(self, *leases, since=None, lifetime=7200):
        since = since or int(time.time()) - 60
        for address, account in leases:
            end = since + lifetime
            if ":" in address:
                text = f"{address},{account},{lifetime},{end},1,{lifetime},2,1,56,0\n"
            else:
                text = f"{address},{account},,{lifetime},{end},1,0\n"
            with open(self.weir.directory / f"leases{6 if ':' in address else 4}.csv", "a",
                      encoding="ascii") as file:
                file.write(text)

    def later(self, *leases):
        """From the next second on, which is all that times in leases tell."""
        since = int(time.time()) + 1
        time.sleep(max(0, since - time.time()))
        self.add(*leases, since=since)


def begin(weir, follow=""):
    leases = Leases(weir)
    weir.configure(CONFIG.replace("FOLLOW", follow))
    daemon = weir.run()
    leases.add(("198.18.4.7", "aa"), ("198.18.4.20", "ee"), ("198.18.4.40", "gg"),
               ("2001:db8:1880:100::", "cc"))
    for address, account in (("198.18.4.7", "aa"), ("198.18.4.20", "ee"), ("198.18.4.40", "gg"),
                             ("2001:db8:1880:105::1", "cc")):
        becomes(weir, address, account)
    for address in "198.18.4.7", "198.18.4.20", "198.18.4.30", "198.18.4.40", "2001:db8:1880:105::":
        weir("zombie", "add", address, "--for", "1h", "--why", "ticket 7")
    return daemon, leases


def listed(weir):
    return {found["prefix"]: found for found in weir.json_lines("zombie", "list")}


def test_a_listing_follows_its_subscriber(lab, weir):
    daemon, leases = begin(weir)
    before = listed(weir)
    lab.outward.send(frames.udp("198.18.4.7", CNC))
    wait_until(lambda: weir.json_lines("case", "list"), 60)
    leases.later(("198.18.4.7", "bb"), ("198.18.4.8", "aa"), ("198.18.4.20", "ff"),
                 ("198.18.4.40", "hh"), ("198.18.4.99", "gg"),
                 ("2001:db8:1880:100::", "dd"), ("2001:db8:1880:200::", "cc"))
    wait_until(lambda: set(listed(weir)) == {"198.18.4.8", "198.18.4.30", "2001:db8:1880:205::/64"},
               60, lambda: listed(weir))
    after = listed(weir)
    assert abs(after["198.18.4.8"]["until"] - before["198.18.4.7"]["until"]) <= 2
    assert after["198.18.4.8"]["why"] == "ticket 7"
    assert weir.json("lookup", "198.18.4.7")["live"] is None
    # On record, on stderr and in the time line.
    moved = "the listing of aa follows him from 198.18.4.7 to 198.18.4.8"
    daemon.wait_line(moved)
    daemon.wait_line("the listing of ee waits for him to have another address than 198.18.4.20, "
                     "which ff has now")
    daemon.wait_line("198.18.4.99 is not listed, though gg is: it stands in an allow feed")
    daemon.wait_line("the listing of gg ends at 198.18.4.40, which hh has now")
    assert moved in {row["command"] for row in weir.json_lines("history", "--audit")}
    wait_until(lambda: ("moved", moved) in {(event["what"], event["text"])
                                            for event in weir.json("case", "show", "aa")["events"]})
    # Who had none has one again.
    leases.later(("198.18.4.21", "ee"))
    wait_until(lambda: "198.18.4.21" in listed(weir), 60, lambda: listed(weir))
    daemon.wait_line("the listing of ee goes on at 198.18.4.21")
    # And on, and back.
    leases.later(("198.18.4.8", "ii"), ("198.18.4.7", "aa"))
    wait_until(lambda: {"198.18.4.7"} == set(listed(weir)) & {"198.18.4.7", "198.18.4.8"}, 60)
    # Who gives it back and gets it again stays listed.
    leases.add(("198.18.4.7", "aa"), since=int(time.time()), lifetime=0)
    leases.later(("198.18.4.50", "jj"))
    becomes(weir, "198.18.4.50", "jj")
    assert "198.18.4.7" in listed(weir)


@pytest.mark.parametrize("follow, there", [("follow: []", {"198.18.4.7", "2001:db8:1880:105::/64"}),
                                           ("follow: [ipv6]",
                                            {"198.18.4.7", "2001:db8:1880:205::/64"})])
def test_families_that_follow(weir, follow, there):
    _, leases = begin(weir, follow)
    leases.later(("198.18.4.7", "bb"), ("198.18.4.8", "aa"),
                 ("2001:db8:1880:100::", "dd"), ("2001:db8:1880:200::", "cc"),
                 ("198.18.4.50", "jj"))
    becomes(weir, "198.18.4.50", "jj")
    becomes(weir, "2001:db8:1880:105::1", "dd")
    wait_until(lambda: there <= set(listed(weir)), 60, lambda: listed(weir))
    assert len(listed(weir)) == 5


def test_a_listing_follows_what_kea_writes(lab, weir, servers):
    """One address, which another gets when the lease is over; then two."""
    def kea(last, lifetime):
        while servers.running:
            servers.running[-1].kill()
            servers.running.pop().wait()
        return servers.kea(4, "198.18.128.0/17", {
            "valid-lifetime": lifetime,
            "pools": [{"pool": f"198.18.200.10 - 198.18.200.{last}"}]})

    def ask(client, address):
        """Until it has it."""
        def has():
            asked.append(servers.call(
                lab.subscribers, "perfdhcp", "-4", "-l", "sub0", "-r", "10", "-n", "1", "-R", "1",
                "-b", f"mac={client}", "-W", "200000"))
            found = weir.json("lookup", address)["subscriber"]
            return found and found["account"] == client
        asked = []
        wait_until(has, 60, lambda: asked[-1].stdout + asked[-1].stderr)

    leases = kea(10, 3600)
    weir.configure("subscribers: { every: 1s, sources: [{ name: kea, format: kea, "
                   f"path: {leases} }}] }}\n")
    weir.run()
    alice, bob = "00:0c:01:00:00:10", "00:0c:01:00:00:20"
    for lifetime in 10, 60:  # the longer one where the machine is too busy for the other
        kea(10, lifetime)
        ask(alice, "198.18.200.10")
        weir("zombie", "add", "198.18.200.10", "--for", "1h")
        found = weir.json("lookup", "198.18.200.10")["subscriber"]
        if found and found["account"] == alice:
            break
        weir("zombie", "del", "198.18.200.10")
    kea(10, 3600)
    ask(bob, "198.18.200.10")
    kea(11, 3600)
    ask(alice, "198.18.200.11")
    wait_until(lambda: set(listed(weir)) == {"198.18.200.11"}, 60, lambda: listed(weir))
