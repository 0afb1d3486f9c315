# SPDX-License-Identifier: GPL-2.0
"""`init`: a first configuration of the machine that it is run on."""
import json
import re

import pytest
import yaml

from weir import INTERFACES


def written(weir, config):
    done = weir("init")
    assert f"{config}: " in done.stdout
    text = config.read_text()
    assert weir("check").returncode == 0
    assert not [path for path in config.parent.iterdir() if ".new" in path.name]
    return text, yaml.safe_load(text)


@pytest.fixture
def router(lab):
    """With a way to the Internet, and a device that is down, for this test alone."""
    way, = json.loads(lab.router.run("ip", "-j", "route", "get", "198.19.1.1").stdout)
    lab.router.run("ip", "route", "add", "default", "via", way["gateway"])
    lab.router.run("ip", "link", "add", "down7", "type", "veth", "peer", "name", "peer7")
    yield lab.router
    lab.router.run("ip", "link", "del", "down7")
    lab.router.run("ip", "route", "del", "default", check=False)


def add_device(router, *words):
    """Or the test is skipped: not every kernel has devices of every kind."""
    if router.run("ip", "link", "add", *words, check=False).returncode:
        pytest.skip(f"no devices of the kind {words[words.index('type') + 1]} here")


def roles(config):
    return {nic["name"]: nic["role"] for nic in config["interfaces"]}


def test_roles_and_own_space_are_what_routes_say(weir, router):
    text, config = written(weir, weir.config)
    assert roles(config) == {"acc0": "access", "up0": "upstream"}
    assert config["mode"] == "monitor"
    home, = config["feeds"]
    assert (home["name"], home["kind"]) == ("home", "own")
    assert "198.18.0.0/17" in home["entries"] and "2001:db8:18::/48" in home["entries"]
    assert not [entry for entry in home["entries"] if entry.startswith(("198.19.", "fe80", "ff"))]
    assert re.match(r"# yaml-language-server: \$schema=file:///\S+/config\.schema\.json\n", text)
    assert re.search(r'^# +- \{ name: "down7", role: access \} # it is down$', text, re.M)
    assert re.search(r"^# +kind: allow$", text, re.M), "mail servers cannot be known"
    weir("load")
    assert weir("status").stdout.startswith("MONITOR: nothing is dropped")


def test_vlans_of_both_roles_on_one_nic(weir, router):
    add_device(router, "link", "up0", "name", "cust77", "type", "vlan", "id", "77")
    try:
        router.run("ip", "link", "set", "cust77", "up")
        router.run("ip", "address", "add", "203.0.113.1/24", "dev", "cust77")
        text, config = written(weir, weir.config)
        assert roles(config) == {"acc0": "access", "up0": "upstream"}
        assert config["interfaces"][1]["vlans"] == {77: "access"}
        assert "203.0.113.0/24" in config["feeds"][0]["entries"]
        assert "it is a VLAN of another" in text
    finally:
        router.run("ip", "link", "del", "cust77")


def test_ports_of_a_bridge_are_named_in_its_place(weir, router):
    add_device(router, "name", "br7", "type", "bridge")
    try:
        for words in (("peer7", "up"), ("down7", "up", "master", "br7"), ("br7", "up")):
            router.run("ip", "link", "set", *words)
        router.run("ip", "address", "add", "203.0.113.1/24", "dev", "br7")
        text, config = written(weir, weir.config)
        assert roles(config)["down7"] == "access" and "br7" not in roles(config)
        assert "it is a bridge: its ports are named" in text
        assert "203.0.113.0/24" in config["feeds"][0]["entries"]
    finally:
        router.run("ip", "link", "del", "br7")


def test_without_a_way_to_the_internet_it_says_so(lab, weir):
    text, config = written(weir, weir.config)
    assert set(roles(config)) == {"acc0", "up0"} and "upstream" not in roles(config).values()
    assert "NO ROUTE TO THE INTERNET WAS FOUND" in text


def test_what_is_there_is_not_overwritten(weir):
    weir.configure("mode: enforce\n")
    assert "is not overwritten" in weir.fails("init")
    assert weir.config.read_text() == INTERFACES + "mode: enforce\n"
    weir.config.unlink()
    weir.config.symlink_to("/nowhere/else")
    assert "is not overwritten" in weir.fails("init")
    assert weir.config.is_symlink()


def test_where_nothing_can_be_written_nothing_is_left(weir):
    weir.config = weir.directory / "no" / "such" / "spamweir.yaml"
    assert re.search("cannot write .*: No such file or directory", weir.fails("init"))


def test_a_machine_without_nics_has_none(weir):
    command = [str(word) for word in weir.command("init")]
    done = weir.namespace.run("unshare", "--net", *command, check=False)
    assert done.returncode == 1 and "no NIC here" in done.stderr
    assert not weir.config.exists()


def test_without_a_configuration_init_is_named(weir):
    for verb in "check", "load":
        assert weir.fails(verb) == (
            f"spamweir: {weir.config}: No such file or directory (`spamweir init -c {weir.config}` "
            "writes one)")
