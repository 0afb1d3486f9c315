# SPDX-License-Identifier: GPL-2.0
"""The systemd unit: what it leaves the daemon is little, and enough."""
import pathlib
import re
import shutil
import subprocess

import pytest

from lab import wait_until
from webs import ENTRIES, at, certificate, configure, web  # noqa: F401 fixtures
from weir import Process

UNIT = pathlib.Path(__file__).parents[2] / "scripts/systemd/spamweir.service"

# Of root that loads BPF, is on the Internet, and starts processes as somebody else.
EXPOSURE = 3.1

# The settings that it counts, for which the unit has the reasons.
UNAVOIDABLE = {
    "User=/DynamicUser=", "RootDirectory=/RootImage=", "PrivateNetwork=", "PrivateUsers=",
    "ProtectKernelTunables=", "ProcSubset=", "DeviceAllow=", "IPAddressDeny=",
    "SystemCallFilter=~@privileged", "SystemCallFilter=~@mount",
    "RestrictAddressFamilies=~AF_NETLINK", "RestrictAddressFamilies=~AF_UNIX",
    "RestrictAddressFamilies=~AF_(INET|INET6)",
    "CapabilityBoundingSet=~CAP_KILL", "CapabilityBoundingSet=~CAP_(DAC_*|FOWNER|IPC_OWNER)",
    "CapabilityBoundingSet=~CAP_BPF", "CapabilityBoundingSet=~CAP_SYS_CHROOT",
    "CapabilityBoundingSet=~CAP_SET(UID|GID|PCAP)", "CapabilityBoundingSet=~CAP_NET_ADMIN",
    "CapabilityBoundingSet=~CAP_SYS_ADMIN",
}


def test_how_exposed_it_is(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here (systemd)")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", UNIT],
                          capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done
    print(found.group(0))
    assert float(found.group(1)) <= EXPOSURE, done.stdout
    exposed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("✗")}
    assert exposed <= UNAVOIDABLE, exposed - UNAVOIDABLE


def with_the_rights_of_the_unit():
    lines = re.findall(r"^CapabilityBoundingSet=(.*)", UNIT.read_text(), re.M)
    names = [name.removeprefix("CAP_").lower() for line in lines for name in line.split()]
    return ["setpriv", "--no-new-privs", "--bounding-set",
            ",".join(["-all", *(f"+{name}" for name in names)])]


def test_its_capabilities_are_enough(lab, weir, web):
    (web / "unit.txt").write_text(ENTRIES)
    weir.write("file.txt", "198.19.66.6\n")
    configure(weir, at("unit.txt"), ", every: 1s")
    with weir.config.open("a") as config:
        config.write("  - { name: file, kind: cnc, path: file.txt }\n")
    daemon = Process(lab.router.start(*with_the_rights_of_the_unit(), *weir.command("run"),
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    try:
        daemon.wait_line("running; SIGHUP reloads", 60)
        wait_until(lambda: weir.json("lookup", "198.51.100.1")["reason"] == "cnc_src", 60)
        assert weir.json("lookup", "198.19.66.6")["reason"] == "cnc_src"
        wait_until(lambda: all(feed["ok"] for feed in weir.json("feed", "list")), 60)
        # It can end who takes too long.
        configure(weir, at("slow"), ", every: 1s, timeout: 2s")
        weir.partly("reload")
        daemon.wait_line("timed out", 60)
        assert daemon.stop() == 0
    finally:
        daemon.close()
