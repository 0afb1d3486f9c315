# SPDX-License-Identifier: GPL-2.0
"""The systemd units: what they leave the daemon and its worker is little, and enough."""
import re
import shutil
import subprocess

import pytest

from lab import wait_until
from units import NOBODY, UNIT, WORKER, Worker, by_worker
from webs import ENTRIES, at, certificate, configure, web  # noqa: F401 fixtures
from weir import Process

EXPOSURE = 2.0

# The settings that it counts, for which the units have the reasons.
UNAVOIDABLE = {
    UNIT: {
        "User=/DynamicUser=", "RootDirectory=/RootImage=", "PrivateNetwork=", "PrivateUsers=",
        "ProcSubset=", "DeviceAllow=", "SystemCallFilter=~@privileged",
        "RestrictAddressFamilies=~AF_NETLINK", "RestrictAddressFamilies=~AF_UNIX",
        "CapabilityBoundingSet=~CAP_(DAC_*|FOWNER|IPC_OWNER)", "CapabilityBoundingSet=~CAP_BPF",
        "CapabilityBoundingSet=~CAP_NET_ADMIN", "CapabilityBoundingSet=~CAP_SYS_ADMIN",
    },
    WORKER: {
        "RootDirectory=/RootImage=", "PrivateNetwork=", "PrivateUsers=", "DeviceAllow=",
        "IPAddressDeny=", "SystemCallFilter=~@privileged", "SystemCallFilter=~@mount",
        "AmbientCapabilities=", "RestrictAddressFamilies=~AF_(INET|INET6)",
        "RestrictAddressFamilies=~AF_UNIX",
        "CapabilityBoundingSet=~CAP_(DAC_*|FOWNER|IPC_OWNER)",
        "CapabilityBoundingSet=~CAP_SYS_CHROOT",
    },
}


@pytest.mark.parametrize("unit", UNAVOIDABLE, ids=lambda unit: unit.stem)
def test_how_exposed_it_is(unit):
    if not shutil.which("systemd-analyze"):
        pytest.skip("no systemd-analyze here (systemd)")
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                          capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert found, done
    print(found.group(0))
    assert float(found.group(1)) <= EXPOSURE, done.stdout
    assert f"says {found.group(1)} of this unit" in unit.read_text()
    exposed = {line.split()[1] for line in done.stdout.splitlines() if line.startswith("✗")}
    assert exposed <= UNAVOIDABLE[unit], exposed - UNAVOIDABLE[unit]


@pytest.fixture
def worker(lab, tmp_path):
    made = Worker(lab, tmp_path / "w")
    yield made
    made.close()


@pytest.fixture
def daemon(lab, weir, worker):
    """daemon(): as its unit has it, once it is ready."""
    made = []

    def run():
        made.append(Process(lab.router.start(*by_worker(worker.path, weir.command("run"), UNIT),
                                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT)))
        made[-1].wait_line("running; SIGHUP reloads")
        return made[-1]
    yield run
    for each in made:
        each.close()


def test_their_capabilities_are_enough(weir, web, daemon):
    (web / "unit.txt").write_text(ENTRIES)
    # Of root alone, as the state directory is.
    weir.write("file.txt", "198.19.66.6\n").chmod(0o600)
    configure(weir, at("unit.txt"), ", every: 1s")
    with weir.config.open("a") as config:
        config.write("  - { name: file, kind: cnc, path: file.txt }\n")
    running = daemon()
    wait_until(lambda: weir.json("lookup", "198.51.100.1")["reason"] == "cnc_src")
    assert weir.json("lookup", "198.19.66.6")["reason"] == "cnc_src"
    wait_until(lambda: all(feed["ok"] for feed in weir.json("feed", "list")))
    # It can end who takes too long.
    configure(weir, at("slow"), ", every: 1s, timeout: 2s")
    weir.partly("reload")
    running.wait_line("timed out")
    assert running.stop() == 0


def test_programs_are_nobody(weir, daemon):
    """What `exec` names: neither root, nor with what the worker may."""
    told = weir.directory / "told"
    told.mkdir()
    told.chmod(0o777)
    program = weir.write("tell", f"#!/bin/sh\ncat > /dev/null\n"
                                 f"{{ id -u; grep CapEff: /proc/self/status; }} > {told}/new\n"
                                 f"mv {told}/new {told}/who\n")
    program.chmod(0o755)
    for directory in (told, *told.parents):
        directory.chmod(directory.stat().st_mode | 0o055)
    weir.write("list", "198.19.66.6\n")
    weir.configure("feeds:\n  - { name: bad, kind: cnc, path: list }\nnotices:\n  receivers:\n"
                   f"    - {{ name: watch, exec: {program}, events: [feed] }}\n")
    daemon()
    weir.write("list", "nonsense\n")
    weir.partly("reload")
    who = wait_until(lambda: (told / "who").exists() and (told / "who").read_text()).split()
    assert who == [NOBODY, "CapEff:", "0" * 16]
