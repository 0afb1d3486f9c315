# SPDX-License-Identifier: GPL-2.0
"""The lab of scripts/lab.sh: three network namespaces in a row.

    subscribers: sub0 -- acc0 :router: up0 -- net0 :internet
"""
import ctypes
import json
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time
from contextlib import contextmanager

import frames

SCRIPT = pathlib.Path(__file__).parents[2] / "scripts" / "lab.sh"

_CLONE_NEWNET = 0x40000000
_SOL_PACKET, _PACKET_STATISTICS, _PACKET_IGNORE_OUTGOING = 263, 6, 23
_SO_ATTACH_FILTER, _ETH_P_ALL = 26, 3
_libc = ctypes.CDLL(None, use_errno=True)


def _setns(fd):
    if _libc.setns(fd, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


# Seconds that whatever is waited for may take. They are no measure of anything: a machine
# that is busy with other things takes as long as it does, so no guard is shorter.
PATIENCE = 180


def wait_until(condition, seconds=PATIENCE, what=""):
    """Returns what `condition` does, once that is true. `what` it is, or who tells that."""
    seconds = max(seconds, PATIENCE)
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            said = what() if callable(what) else what
            raise AssertionError(f"not within {seconds} s: {said or condition}")
        time.sleep(0.002)


def until(moment, seen):
    """Whether something was seen, as it must be until then: of a machine that was
    too busy to look in time, nothing is asked."""
    return seen or time.monotonic() >= moment


def is_stopped(pid):
    """By SIGSTOP, which comes into effect when it gets to it."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    return stat.rpartition(")")[2].split()[0] == "T"


def named(comm, word):
    """Processes that are called so and have this in their command lines."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        path = pathlib.Path("/proc", pid)
        try:
            if (path / "comm").read_text() == f"{comm}\n" and \
                    word.encode() in (path / "cmdline").read_bytes():
                found.append(int(pid))
        except (FileNotFoundError, ProcessLookupError):  # it has ended
            pass
    return found


def kill(pids):
    """Ends those that have not ended by themselves."""
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


class Namespace:
    def __init__(self, name):
        self.name = name
        self._fd = os.open(f"/run/netns/{name}", os.O_RDONLY)

    def close(self):
        """It ends once nothing is in it."""
        os.close(self._fd)

    @contextmanager
    def inside(self):
        """What this thread opens and starts meanwhile is in the namespace."""
        outer = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
        _setns(self._fd)
        try:
            yield
        finally:
            _setns(outer)
            os.close(outer)

    def run(self, *argv, check=True, timeout=300):
        with self.inside():
            return subprocess.run([str(a) for a in argv], capture_output=True, text=True,
                                  check=check, timeout=timeout)

    def start(self, *argv, **popen):
        with self.inside():
            return subprocess.Popen([str(a) for a in argv], **popen)

    def link(self, nic):
        """What `ip` knows of a NIC."""
        return json.loads(self.run("ip", "-d", "-j", "link", "show", nic).stdout)[0]

    def mac(self, nic):
        return bytes.fromhex(self.link(nic)["address"].replace(":", ""))


def _flow_filter(flows):
    """Classic BPF: lets pass what has the addresses of one of the flows."""
    program = []
    for src, dst in flows:
        if frames.is_ipv6(src):
            checks = [(12, 2, 0x86dd)]
            words = struct.unpack("!8I", frames.packed(src) + frames.packed(dst))
            checks += [(22 + 4 * i, 4, word) for i, word in enumerate(words)]
        else:
            checks = [(12, 2, 0x0800)]
            words = struct.unpack("!2I", frames.packed(src) + frames.packed(dst))
            checks += [(26 + 4 * i, 4, word) for i, word in enumerate(words)]
        left = 2 * len(checks) + 1
        for offset, size, value in checks:
            left -= 2
            program.append((0x28 if size == 2 else 0x20, 0, 0, offset))  # ldh, ld
            program.append((0x15, 0, left, value))  # jeq: else to the next flow
        program.append((0x06, 0, 0, 1))  # ret: keep one byte
    program.append((0x06, 0, 0, 0))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in program)


class Counter:
    """Counts what arrives at a NIC, in the kernel: nothing has to be read."""

    def __init__(self, namespace, nic, flows):
        code = _flow_filter(flows)
        self._code = ctypes.create_string_buffer(code)
        program = struct.pack("HP", len(code) // 8, ctypes.addressof(self._code))
        with namespace.inside():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self._socket.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, program)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            self._socket.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
            self._socket.bind((nic, _ETH_P_ALL))
        self._total = 0

    @property
    def total(self):
        # Those for which the buffer has no room are in the first number too.
        seen, _ = struct.unpack("II", self._socket.getsockopt(_SOL_PACKET, _PACKET_STATISTICS, 8))
        self._total += seen
        return self._total

    def close(self):
        self._socket.close()


class Path:
    """One way through the router: what is sent at its beginning is counted at its end."""

    def __init__(self, sender, nic, router, router_nic, receiver, receiver_nic):
        self._head = dict(to=router.mac(router_nic), sender=sender.mac(nic))
        self._receiver, self._receiver_nic = receiver, receiver_nic
        with sender.inside():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self._socket.bind((nic, 0))

    def frame(self, packet):
        return frames.ethernet(packet, **self._head)

    def send(self, *packets):
        self.send_frames(*map(self.frame, packets))

    def send_frames(self, *sent):
        """In this order for whoever judges them: by way of one CPU, for each takes what
        was sent on it, and whoever sends may be moved to another in between."""
        if len(sent) == 1:
            return self.send_frame(sent[0])
        allowed = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {_libc.sched_getcpu()})
        try:
            for frame in sent:
                self.send_frame(frame)
        finally:
            os.sched_setaffinity(0, allowed)

    def send_frame(self, frame):
        self._socket.send(frame)

    @contextmanager
    def counting(self, *flows):
        """A counter of the packets with these (source, destination)."""
        counter = Counter(self._receiver, self._receiver_nic, flows)
        try:
            yield counter
        finally:
            counter.close()


def passes(path, packet, seconds=PATIENCE):
    """Sends a packet again and again until one arrives."""
    with path.counting((packet.src, packet.dst)) as arrived:
        return wait_until(lambda: path.send(packet) or arrived.total, seconds,
                          f"a packet from {packet.src} to {packet.dst} passes")


class Lab:
    def __init__(self):
        subprocess.run(["bash", "-euc", f'. "{SCRIPT}"; lab_up'], check=True)
        self.subscribers = Namespace("subscribers")
        self.router = Namespace("router")
        self.internet = Namespace("internet")
        self._make_neighbours()
        self.outward = Path(self.subscribers, "sub0", self.router, "acc0", self.internet, "net0")
        self.inward = Path(self.internet, "net0", self.router, "up0", self.subscribers, "sub0")

    def _make_neighbours(self):
        """Permanent ones: no packet ever waits for, or is lost to, their discovery."""
        for n, namespace, nic, router_nic in ((1, self.subscribers, "sub0", "acc0"),
                                              (2, self.internet, "net0", "up0")):
            mac = namespace.link(nic)["address"]
            for address in (f"198.18.{128 + n}.2", f"2001:db8:0:{n}::2"):
                self.router.run("ip", "neighbour", "replace", address, "lladdr", mac, "dev",
                                router_nic, "nud", "permanent")
