# SPDX-License-Identifier: GPL-2.0
"""What the daemon and its worker tell the service manager, as it hears it: sd_notify(3)."""
import select
import socket
import subprocess
import time

import pytest

import frames
from lab import PATIENCE
from units import Worker
from weir import Process, judged

LISTED = frames.udp("198.18.1.1", "198.19.66.6")
CONFIG = """
feeds:
  - { name: botnets, kind: cnc, path: botnets.txt }
"""


class Manager:
    """Listens at a path, or at one of Linux' abstract names (@), for what a daemon says."""

    def __init__(self, namespace, name):
        self.name = name
        with namespace.inside():  # which abstract names are of
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._socket.bind(name.replace("@", "\0", 1) if name.startswith("@") else name)
        self.said = []

    def start(self, weir, **environment):
        return Process(weir.namespace.start(
            "env", f"NOTIFY_SOCKET={self.name}", *(f"{k}={v}" for k, v in environment.items()),
            *weir.command("run"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT))

    def hear(self, state, times=1):
        """Waits until that was said, so often."""
        deadline = time.monotonic() + PATIENCE
        while self.said.count(state) < times:
            left = deadline - time.monotonic()
            assert left > 0 and select.select([self._socket], [], [], left)[0], self.said
            self.said.append(self._socket.recv(4096).decode())

    def heard(self):
        """All that was said by now."""
        while select.select([self._socket], [], [], 0)[0]:
            self.said.append(self._socket.recv(4096).decode())
        return self.said

    def close(self):
        self._socket.close()


@pytest.fixture(params=["path", "abstract"])
def manager(request, weir, tmp_path):
    listening = Manager(weir.namespace, f"{tmp_path}/notify" if request.param == "path" else f"@{tmp_path}")
    yield listening
    listening.close()


@pytest.fixture
def configured(weir):
    weir.configure(CONFIG)
    weir.write("botnets.txt", "198.19.66.6\n")
    return weir


def test_it_is_ready_when_programs_and_lists_are_in_force(lab, configured, manager):
    daemon = manager.start(configured)
    try:
        manager.hear("READY=1")
        assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})
        assert daemon.stop() == 0
        assert manager.heard().count("STOPPING=1") == 1
    finally:
        daemon.close()


def test_who_cannot_load_is_not_ready(configured, manager):
    configured.config.write_text("interfaces: [\n")
    daemon = manager.start(configured)
    try:
        assert daemon.wait() == 1
        assert manager.heard() == []
    finally:
        daemon.close()


def test_its_loop_goes_round_twice_as_often_as_a_watchdog_looks(configured, manager):
    daemon = manager.start(configured, WATCHDOG_USEC="400000")
    try:
        manager.hear("WATCHDOG=1", 40)  # of which there are 19 in the time that is waited, else
        assert daemon.popen.poll() is None
    finally:
        daemon.close()


def test_so_does_its_worker_where_nobody_asks_anything(lab, tmp_path):
    manager = Manager(lab.router, f"@{tmp_path}")  # to whose path it could not come: it is not root
    worker = Worker(lab, tmp_path / "w", f"NOTIFY_SOCKET={manager.name}", "WATCHDOG_USEC=400000")
    try:
        manager.hear("READY=1")
        manager.hear("WATCHDOG=1", 40)
        assert worker.popen.poll() is None
    finally:
        worker.close()
        manager.close()


def test_a_manager_that_is_not_there_is_no_reason_to_end(lab, configured, tmp_path):
    daemon = Process(configured.namespace.start(
        "env", f"NOTIFY_SOCKET={tmp_path}/nobody", *configured.command("run"),
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT))
    try:
        daemon.wait_line('nobody: the service manager cannot be told "READY=1": No such file')
        assert judged(configured, lab.outward, LISTED) == (0, {"cnc_dst": 1})
    finally:
        daemon.close()
