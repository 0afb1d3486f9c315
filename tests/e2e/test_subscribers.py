# SPDX-License-Identifier: GPL-2.0
"""Whose an address is: lists of subscribers, as they are and as real servers write them."""
import csv
import os
import time

import pytest

from lab import wait_until
from servers import servers  # noqa: F401 a fixture

PLAIN = """
subscribers:
  every: 1s
  sources:
    - {{ name: fixed, format: fixed, path: fixed.csv }}
    - {{ name: nat, format: ports, path: nat.csv }}
"""


def whose(weir, address, *options):
    found = weir.json("lookup", address, *options)["subscriber"]
    return found and found["account"]


def becomes(weir, address, account, *options):
    wait_until(lambda: whose(weir, address, *options) == account, 60, f"{address} is {account}'s")


def source(weir, name):
    return next((item for item in weir.status()["subscribers"] if item["name"] == name), None)


def test_lists_name_the_account(weir):
    weir.write("fixed.csv", "prefix,account\n198.18.4.0/24,school\n\"198.18.4.7\",\"Bell, A.\"\n"
               "100.64.0.0/24,cafe\n2001:db8:18:4::/64,school\n")
    weir.write("nat.csv", "198.18.9.1,1024,2047,100.64.0.9\n198.18.9.1,2048,4095,tower\n")
    weir.configure(PLAIN.format())
    weir.run()
    becomes(weir, "198.18.4.7", "Bell, A.")
    assert whose(weir, "198.18.4.8") == "school"
    assert whose(weir, "2001:db8:18:4::77") == "school"
    assert whose(weir, "198.18.5.8") is None
    becomes(weir, "198.18.9.1", "cafe", "--port", "1500")  # whom another list knows
    assert whose(weir, "198.18.9.1", "--port", "2048") == "tower"
    shared = weir("lookup", "198.18.9.1").stdout
    assert "shared by several subscribers" in shared and "--port" in shared
    said = weir("zombie", "add", "198.18.9.1").stderr  # and done
    assert "198.18.9.1 is shared by several subscribers, such as " in said
    assert "the mail of all of them is dropped" in said
    assert weir("zombie", "add", "198.18.4.7").stderr == ""
    text = weir("lookup", "198.18.4.7").stdout
    assert "  subscriber Bell, A. since 2" in text and ", by fixed: 198.18.4.7\n" in text
    # What is in the list no more was his until then.
    seen = weir.json("lookup", "198.18.4.7")["subscriber"]
    time.sleep(max(0, seen["since"] + 2 - time.time()))
    weir.write("fixed.csv", "prefix,account\n198.18.4.0/24,school\n")
    becomes(weir, "198.18.4.7", "school")
    assert whose(weir, "198.18.4.7", "--at", str(seen["since"] + 1)) == "Bell, A."
    then = weir("lookup", "198.18.4.7", "--at", str(seen["since"] + 1)).stdout
    assert "  at 2" in then and "subscriber Bell, A. since 2" in then and " until 2" in then
    assert "it is not known whose it was" in weir("lookup", "198.18.4.7", "--at", "2001-09-09").stdout
    # A list that is configured no more.
    weir.configure(PLAIN.format().replace("{ name: fixed", "{ name: other")
                   .replace("fixed.csv", "nat.csv").replace("format: fixed", "format: ports"))
    weir("reload")
    becomes(weir, "198.18.4.7", None)


def test_what_is_wrong_with_a_list_is_seen(weir):
    weir.write("fixed.csv", "198.18.4.7,a\n198.18.4.777,b\n")
    weir.configure(PLAIN.format())
    daemon = weir.run()
    daemon.wait_line(r"subscribers nat: .*nat.csv: there is no such file")
    line = daemon.wait_line(r"subscribers fixed: .*line 2 .*`198.18.4.777,b` \(expected a prefix")
    becomes(weir, "198.18.4.7", "a")
    assert source(weir, "fixed")["why"] in line and source(weir, "fixed")["bad"] == 1
    assert weir.metrics()["subscribers_ok", (("source", "fixed"),)] == 0
    assert "UNFIT: " in weir("status").stdout
    weir.write("fixed.csv", "198.18.4.7,a\n198.18.4.77,b\n")
    weir.write("nat.csv", "")
    becomes(weir, "198.18.4.77", "b")
    wait_until(lambda: source(weir, "fixed")["why"] is None and source(weir, "nat")["why"] is None)
    assert weir.metrics().sum("subscribers_ok") == 2
    assert len([said for said in daemon.lines if "subscribers " in said]) == 2


def test_a_list_cut_short_ends_nobody(weir):
    """Nor does one that is put back lose anybody, though its file is older."""
    weir.write("fixed.csv", "198.18.4.7,a\n198.18.4.8,b\n")
    weir.write("nat.csv", "")
    weir.configure(PLAIN.format())
    daemon = weir.run()
    becomes(weir, "198.18.4.8", "b")
    assert source(weir, "nat")["why"] is None  # it never named anybody
    weir.write("fixed.csv", "")
    daemon.wait_line("subscribers fixed: .*fixed.csv: it names nobody any more: those it has named "
                     "are kept .take the source out of the configuration if they have left")
    assert whose(weir, "198.18.4.7") == "a"
    assert weir.metrics()["subscribers_ok", (("source", "fixed"),)] == 0
    weir.write("fixed.csv", "198.18.4.8,c\n")
    becomes(weir, "198.18.4.8", "c")
    assert whose(weir, "198.18.4.7") is None
    assert source(weir, "fixed")["why"] is None
    old = weir.write("old.csv", "198.18.4.7,a\n198.18.4.8,b\n")
    os.utime(old, (time.time() - 86400,) * 2)
    old.rename(weir.directory / "fixed.csv")
    becomes(weir, "198.18.4.7", "a")
    becomes(weir, "198.18.4.8", "b")


def test_a_list_that_is_being_written_is_not_read(weir):
    path = weir.write("fixed.csv", "198.18.4.7,a\n198.18.4.8,b\n")
    weir.configure(PLAIN.format())
    weir.run()
    becomes(weir, "198.18.4.8", "b")
    for _ in range(10):
        before, written, slowest = source(weir, "fixed")["records"], time.monotonic(), 0
        with open(path, "w", encoding="ascii") as file:
            for n in range(40):  # half of a line, and all of it only at the end
                file.write(f"198.18.4.{100 + n},x")
                file.flush()
                time.sleep(0.1)
                slowest = max(slowest, time.monotonic() - written)
                written = time.monotonic()
                file.write("y\n")
            file.write("198.18.4.7,a\n")
        if slowest < 1:
            break
    else:
        pytest.skip("the machine is too busy to write a file within two seconds")
    becomes(weir, "198.18.4.139", "xy")
    becomes(weir, "198.18.4.8", None)
    assert whose(weir, "198.18.4.7") == "a"
    assert source(weir, "fixed")["records"] == before + 41


@pytest.mark.parametrize("options, line", [
    (["--at", "noon"], "`noon` is no time"),
    (["--port", "65536"], "`65536` is no port"),
])
def test_moments_and_ports_are_checked(weir, options, line):
    done = weir("lookup", "198.18.4.7", *options, check=False)
    assert done.returncode == 2 and line in done.stderr


def test_a_journal_is_read_from_where_it_ended(weir):
    header = "address,hwaddr,client_id,valid_lifetime,expire,subnet_id,state\n"
    end = int(time.time()) + 3600
    first = f"198.18.4.7,aa,,7200,{end},1,0\n"
    path = weir.write("leases.csv", header + first)
    weir.configure("subscribers: { every: 1s, sources: [{ name: kea, format: kea, "
                   "path: leases.csv }] }\n")
    weir.run()
    becomes(weir, "198.18.4.7", "aa")
    # What was read is looked at no more; half a line is left for the next time.
    with open(path, "r+b") as file:
        file.seek(len(header))
        file.write(b"x" * (len(first) - 1))
        file.seek(0, 2)
        file.write(f"198.18.4.8,bb,,3600,{end},1,0\n198.18.4.9,c".encode())
    becomes(weir, "198.18.4.8", "bb")
    assert source(weir, "kea")["bad"] == 0 and source(weir, "kea")["records"] == 2
    with open(path, "ab") as file:
        file.write(f"c,,3600,{end},1,0\n".encode())
    becomes(weir, "198.18.4.9", "cc")
    # Another file in its place is read whole.
    weir.write("leases.csv", header + f"198.18.4.9,dd,,3599,{end},1,0\n")
    becomes(weir, "198.18.4.9", "dd")
    assert whose(weir, "198.18.4.9", "--at", str(end - 3600)) == "cc"


def rows(path):
    """Those that are whole."""
    text = path.read_text()
    return list(csv.DictReader(text[:text.rfind("\n") + 1].splitlines()))


def configure_kea(weir, *leases):
    sources = "".join(f"    - {{ name: kea{n}, format: kea, path: {path} }}\n"
                      for n, path in enumerate(leases))
    weir.configure("subscribers:\n  every: 1s\n  sources:\n" + sources)


def test_kea_writes_leases(lab, weir, servers):
    leases = servers.kea(4, "198.18.128.0/17", {"pools": [
        {"pool": "198.18.200.10 - 198.18.200.200"}]})
    configure_kea(weir, leases)
    weir.run()
    asked = servers.call(lab.subscribers, "perfdhcp", "-4", "-l", "sub0", "-r", "10", "-n", "20",
                         "-R", "20", "-F", "5", "-p", "3", "-W", "1000000")
    wait_until(lambda: len(rows(leases)) > 3, 60, asked.stdout + asked.stderr)

    def known():
        """Whose each is, in Kea's words and in ours: it may not have written its last ones."""
        last = {row["address"]: row for row in rows(leases)}
        said = {a: row["hwaddr"] if int(row["valid_lifetime"]) else None
                for a, row in last.items()}
        return said if {a: whose(weir, a) for a in said} == said else None

    last = wait_until(known, 60)
    held = {address: account for address, account in last.items() if account}
    assert held and all(held.values())
    # Its clean-up puts others in the file's place, and nobody is forgotten.
    before = {a: weir.json("lookup", a)["subscriber"]["since"] for a in held}
    first = leases.with_name(leases.name + ".1")
    leases.rename(first)
    cleaned = servers.call(
        lab.router, "kea-lfc", "-4", "-x", f"{leases}.2", "-i", first, "-o",
        f"{leases}.output", "-f", f"{leases}.completed", "-p", f"{leases}.pid", "-c",
        servers.directory / "kea4.json")
    assert cleaned.returncode == 0, cleaned
    leases.write_text(first.read_text().splitlines()[0] + "\n" if first.exists()
                      else leases.with_name(leases.name + ".2").read_text().splitlines()[0]
                      + "\n")
    wait_until(lambda: source(weir, "kea0")["records"] > len(last), 60)
    for address, since in before.items():
        found = weir.json("lookup", address)["subscriber"]
        assert (found["account"], found["since"]) == (held[address], since)
    # A look may have come while the file was away: the next finds it.
    wait_until(lambda: source(weir, "kea0")["why"] is None)


def test_kea_delegates_prefixes(lab, weir, servers):
    lab.router.run("ip", "address", "add", "2001:db8:18:64::1/64", "dev", "acc0", "nodad")
    try:
        leases = servers.kea(6, "2001:db8:18:64::/64", {
            "pools": [{"pool": "2001:db8:18:64::1000 - 2001:db8:18:64::2000"}],
            "pd-pools": [{"prefix": "2001:db8:1880::", "prefix-len": 44, "delegated-len": 56}]})
        configure_kea(weir, leases)
        weir.run()
        asked = servers.call(lab.subscribers, "perfdhcp", "-6", "-l", "sub0", "-e",
                             "address-and-prefix", "-r", "10", "-n", "5", "-R", "5", "-p", "3",
                             "-W", "1000000")
        wait_until(lambda: {"0", "2"} <= {row["lease_type"] for row in rows(leases)}, 60,
                   asked.stdout + asked.stderr)
        for row in rows(leases):
            inside = row["address"] if row["lease_type"] == "0" else row["address"] + "77"
            becomes(weir, inside, row["duid"])
            prefix = weir.json("lookup", inside)["subscriber"]["prefix"]
            assert prefix == row["address"] + ("/56" if row["lease_type"] == "2" else "")
    finally:
        lab.router.run("ip", "address", "del", "2001:db8:18:64::1/64", "dev", "acc0")


def test_freeradius_writes_details(weir, servers):
    detail = servers.radius()
    weir.configure("subscribers: { every: 1s, sources: [{ name: radius, format: detail, "
                   f"path: {detail} }}] }}\n")
    weir.run()
    alice = {"User_Name": '"ali,ce \\"7\\""', "Acct_Session_Id": '"s1"'}
    bob = {"User_Name": '"bob"', "Acct_Session_Id": '"s2"'}
    servers.account(Acct_Status_Type="Start", **alice)
    servers.account(Acct_Status_Type="Interim-Update", Framed_IP_Address="198.18.64.7",
                    Framed_IPv6_Prefix="2001:db8:18:7::/64",
                    Delegated_IPv6_Prefix="2001:db8:1870::/56", Acct_Session_Time=1, **alice)
    becomes(weir, "198.18.64.7", 'ali,ce "7"')
    assert whose(weir, "2001:db8:18:7::9") == whose(weir, "2001:db8:1870:a::9") == 'ali,ce "7"'
    now = int(time.time())
    time.sleep(max(0, now + 2 - time.time()))  # their times are whole seconds
    servers.account(Acct_Status_Type="Start", **bob)
    servers.account(Acct_Status_Type="Interim-Update", Framed_IP_Address="198.18.64.7", **bob)
    becomes(weir, "198.18.64.7", "bob")
    assert whose(weir, "198.18.64.7", "--at", str(now)) == 'ali,ce "7"'
    servers.account(Acct_Status_Type="Stop", Framed_IP_Address="198.18.64.7",
                    Delegated_IPv6_Prefix="2001:db8:1870::/56", **alice)
    becomes(weir, "2001:db8:1870:a::9", None)
    assert whose(weir, "198.18.64.7") == "bob"  # the other's Stop came late
    servers.account(Acct_Status_Type="Stop", Framed_IP_Address="198.18.64.7", **bob)
    becomes(weir, "198.18.64.7", None)
    # Of an access server that was started anew, nobody has his session any more.
    near, far = {"NAS_IP_Address": "198.18.0.250"}, {"NAS_IP_Address": "198.18.0.251"}
    servers.account(Acct_Status_Type="Start", Framed_IP_Address="198.18.64.8", **alice, **near)
    servers.account(Acct_Status_Type="Start", Framed_IP_Address="198.18.64.9", **bob, **far)
    becomes(weir, "198.18.64.8", 'ali,ce "7"')
    becomes(weir, "198.18.64.9", "bob")
    now = int(time.time())
    time.sleep(max(0, now + 2 - time.time()))
    servers.account(Acct_Status_Type="Accounting-On", **near)
    becomes(weir, "198.18.64.8", None)
    assert whose(weir, "198.18.64.9") == "bob"
    servers.account(Acct_Status_Type="Accounting-Off", **far)
    becomes(weir, "198.18.64.9", None)
    assert source(weir, "radius")["bad"] == 0
