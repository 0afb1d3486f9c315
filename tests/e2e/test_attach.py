# SPDX-License-Identifier: GPL-2.0
"""Attaching: what cannot be done is said, with what to type."""
import re

import pytest

import frames
from lab import passes, wait_until
from weir import INTERFACES, Weir, judged

MX = "198.19.0.25"


def one_interface(name, role="access", xdp=None):
    mode = f", xdp: {xdp}" if xdp else ""
    return f"interfaces:\n  - {{ name: {name}, role: {role}{mode} }}\n"


@pytest.fixture
def nic(lab):
    """Makes NICs in the router, and removes them."""
    made = []

    def make(name, *kind):
        lab.router.run("ip", "link", "add", name, *kind)
        made.append(name)
        lab.router.run("ip", "link", "set", name, "up")
        return name

    yield make
    for name in made:
        lab.router.run("ip", "link", "del", name)


def attached(lab, nic):
    return lab.router.link(nic).get("xdp", {}).get("mode")  # 1: native, 2: generic


def test_an_interface_that_is_missing(weir):
    weir.configure(interfaces=one_interface("nosuch0"))
    assert weir.fails("load") == f"spamweir: {weir.config}:2: there is no interface nosuch0"
    assert not weir.pins.exists()


def test_another_xdp_program_is_there(lab, weir, tool, nic):
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    lab.router.run("ip", "link", "set", "veth7", "xdp", "obj", tool("pass.o"), "sec", "xdp")
    other = lab.router.link("veth7")["xdp"]["prog"]["id"]
    weir.configure(interfaces=one_interface("veth7"))
    line = weir.fails("load")
    assert lab.router.link("veth7")["xdp"]["prog"]["id"] == other  # left alone
    assert not weir.pins.exists()

    advice = re.search(r"`(ip link set [^`]*)`", line)[1]
    lab.router.run(*advice.split())
    weir("load")
    assert attached(lab, "veth7") == 1


def test_another_spamweir_is_there(lab, weir, tmp_path):
    weir.configure()
    weir("load")
    second = Weir(lab.router, tmp_path)
    second.state = tmp_path / "second"
    done = second("load", check=False)
    assert done.returncode == 1
    assert [line.split(" (")[0] for line in done.stderr.splitlines()] == [
        "spamweir: warning: up0: another XDP program is there",
        "spamweir: acc0: another XDP program is there"]
    assert not second.pins.exists()
    assert weir.status()["interfaces"][0]["mode"] == "native"


def in_metrics(weir):
    return {dict(labels)["mode"]: value for (name, labels), value in weir.metrics().items()
            if name == "interface_attached"}


def test_no_native_xdp_means_generic_with_a_loud_warning(lab, weir, nic):
    nic("br7", "type", "bridge")
    weir.configure(interfaces=one_interface("br7"))
    warning = weir("load").stderr
    assert "warning: br7" in warning and "GENERIC" in warning and "xdp: generic" in warning
    assert attached(lab, "br7") == 2
    assert weir.status()["interfaces"][0]["mode"] == "generic"
    assert in_metrics(weir) == {"generic": 1}


def test_generic_that_was_asked_for_is_no_cause_to_warn(lab, weir, nic):
    nic("br7", "type", "bridge")
    weir.configure(interfaces=one_interface("br7", xdp="generic"))
    assert weir("load").stderr == ""
    assert attached(lab, "br7") == 2


def test_native_that_was_asked_for_is_not_replaced_by_generic(lab, weir, nic):
    nic("br7", "type", "bridge")
    weir.configure(interfaces=one_interface("br7", xdp="native"))
    line = weir.fails("load")
    assert "br7" in line and "no native XDP" in line and "`xdp: generic`" in line
    assert attached(lab, "br7") is None
    assert not weir.pins.exists()


BOTH = '''interfaces:
  - { name: acc0, role: access }
  - { name: br7, role: upstream, xdp: native }
'''
BOTS = "feeds:\n  - { name: bots, kind: zombie, entries: [198.18.64.1] }\n"


def test_a_first_load_attaches_the_others_when_one_nic_refuses(lab, weir, nic):
    nic("br7", "type", "bridge")
    weir.configure(BOTS, BOTH)
    assert "br7" in weir.partly("load")[0]
    assert attached(lab, "acc0") == 1 and attached(lab, "br7") is None
    mail = frames.tcp("198.18.64.1", MX)
    assert judged(weir, lab.outward, mail) == (0, {"zombie_feed": 1})


def test_a_first_load_that_no_nic_takes_leaves_nothing(lab, weir, nic):
    nic("br7", "type", "bridge")
    nic("br8", "type", "bridge")
    weir.configure(BOTS, one_interface("br7", xdp="native") + one_interface(
        "br8", xdp="native").split("\n", 1)[1])
    done = weir("load", check=False)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert re.search("^spamweir: warning: br8: ", done.stderr, re.M)
    assert re.search("^spamweir: br7: ", done.stderr, re.M)
    assert attached(lab, "br7") is attached(lab, "br8") is None
    assert not weir.pins.exists()


def test_a_later_load_that_one_nic_refuses_leaves_the_others_enforcing(lab, weir, nic):
    nic("br7", "type", "bridge")
    weir.configure(BOTS)
    weir("load")
    weir.configure(BOTS, BOTH)
    assert "br7" in weir.partly("load")[0]
    assert attached(lab, "acc0") == 1
    wait_until(lambda: attached(lab, "up0") is None)  # no longer configured
    mail = frames.tcp("198.18.64.1", MX)
    assert judged(weir, lab.outward, mail) == (0, {"zombie_feed": 1})
    weir.configure(BOTS.replace("64.1", "64.2"), BOTH)
    assert "br7" in weir.partly("reload")[0]
    assert judged(weir, lab.outward, mail) == (1, {})


@pytest.mark.parametrize("xdp, mode", [("auto", 1), ("native", 1), ("generic", 2)])
def test_a_nic_enforces_in_either_mode(lab, weir, xdp, mode):
    weir.configure(BOTS, one_interface("acc0", xdp=xdp))
    weir("load")
    assert attached(lab, "acc0") == mode
    mail, clean = frames.tcp("198.18.64.1", MX), frames.tcp("198.18.64.2", MX)
    assert judged(weir, lab.outward, *[mail] * 5, clean) == (1, {"zombie_feed": 5})


def test_the_mode_can_be_changed_by_a_load(lab, weir):
    for xdp, mode in ("native", 1), ("generic", 2), ("native", 1):
        weir.configure(interfaces=one_interface("acc0", xdp=xdp))
        if weir.pins.exists():
            assert f"`xdp: {xdp}` of acc0 is not in force: `spamweir load`" in weir.partly("reload")[0]
        weir("load")
        assert attached(lab, "acc0") == mode
        weir("reload")
    weir.configure(interfaces=one_interface("acc0", xdp="generic"))
    weir("load")
    weir.configure(interfaces=one_interface("acc0", xdp="auto"))
    weir("load")
    assert attached(lab, "acc0") == 2  # as it is
    said = weir("doctor", "acc0", check=False).stdout
    assert "in GENERIC mode" in said and "say `xdp: native`, then spamweir load" in said


def test_a_reload_says_what_only_a_load_changes(lab, weir):
    """Whoever has `tunnels` in his file and sees `reload` end with 0 takes them for opened."""
    access = one_interface("acc0").replace(" }", ", vlans: { 100: none, 200-209: upstream } }")
    weir.configure(BOTS)
    weir("load")
    for text, interfaces, said in (
            ("tunnels: [4in6]\n", INTERFACES, "`tunnels` is not in force as it stands there"),
            ("tunnels: []\n", INTERFACES, "`tunnels` is not in force as it stands there"),
            ("tunnels: []\n", access + "  - { name: up0, role: upstream }\n",
             "`vlans` of acc0 are not in force, others are"),
            ("tunnels: []\n", access, "does not name up0, which is judged still")):
        weir.configure(text + BOTS, interfaces)
        for _ in range(2):
            (line,) = weir.partly("reload")
            assert said in line and "`spamweir load`" in line
        told = [each["text"] for each in weir.status()["troubles"] if "not in force" in each["text"]]
        assert [text.split()[0] for text in told] == re.findall("`(?:vlans|tunnels)`", line)
        weir("load")
        weir("reload")
        assert "not in force" not in weir("status").stdout
    wait_until(lambda: attached(lab, "up0") is None)


def test_an_interface_can_be_added_removed_and_change_its_role(lab, weir):
    weir.configure(BOTS, one_interface("acc0"))
    weir("load")
    weir.configure(BOTS)
    weir("load")
    assert attached(lab, "acc0") == attached(lab, "up0") == 1
    weir.configure(BOTS, one_interface("up0"))
    weir("load")
    wait_until(lambda: attached(lab, "acc0") is None)
    assert attached(lab, "up0") == 1
    roles = {(i["name"], i["role"]): i["mode"] for i in weir.status()["interfaces"]}
    assert roles[("up0", "access")] == "native"
    assert passes(lab.outward, frames.tcp("198.18.64.1", MX))


def test_an_interface_that_comes_back_is_served_again_by_a_load(lab, weir, nic):
    nic("veth7", "type", "veth", "peer", "name", "veth8")
    weir.configure(interfaces=one_interface("veth7"))
    weir("load")
    lab.router.run("ip", "link", "del", "veth7")
    assert weir.status()["interfaces"][0]["mode"] == "DETACHED"
    assert in_metrics(weir) == {"native": 0}
    lab.router.run("ip", "link", "add", "veth7", "type", "veth", "peer", "name", "veth8")
    weir("load")
    assert attached(lab, "veth7") == 1
    assert weir.status()["interfaces"][0]["mode"] == "native"


def test_a_name_with_a_dot(lab, weir, nic):
    nic("veth7.100", "type", "veth", "peer", "name", "veth8")
    weir.configure(interfaces=one_interface("veth7.100"))
    weir("load")
    weir("load")
    assert attached(lab, "veth7.100") == 1


def test_jumbo_frames(lab, weir):
    """MTU 9000 is attached natively, and large frames are judged like small ones."""
    links = [(lab.subscribers, "sub0"), (lab.router, "acc0"), (lab.router, "up0"),
             (lab.internet, "net0")]
    try:
        for namespace, name in links:
            namespace.run("ip", "link", "set", name, "mtu", 9000)
        weir.configure("feeds:\n  - { name: botnets, kind: cnc, entries: [198.19.66.6] }\n")
        weir("load")
        assert attached(lab, "acc0") == attached(lab, "up0") == 1
        large = [frames.udp("198.18.1.1", dst, payload=bytes(8900))
                 for dst in ("198.19.66.6", "198.19.66.7")]
        with lab.outward.counting(("198.18.1.1", "198.19.66.6")) as cut, \
             lab.outward.counting(("198.18.1.1", "198.19.66.7")) as clean:
            lab.outward.send(*large * 20)
            wait_until(lambda: clean.total == 20)
            assert cut.total == 0
        size = 14 + 20 + 8 + 8900
        assert weir.metrics().sum("bytes_total", reason="cnc_dst") == 20 * size
    finally:
        weir("unload", check=False)
        for namespace, name in links:
            namespace.run("ip", "link", "set", name, "mtu", 1500)
