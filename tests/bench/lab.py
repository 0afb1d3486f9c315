# SPDX-License-Identifier: GPL-2.0
"""A receiver between a generator and a sink, each in a network namespace.

    gen: gN -- r0 :recvN: s0 -- tN :sink

The receiver forwards what its filter lets pass; the sink counts it. All that is
made here ends with the mount namespace that run.sh runs this in.
"""
import contextlib
import ctypes
import json
import os
import pathlib
import re
import select
import subprocess
import sys
import time
import typing

_CLONE_NEWNET = 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)

BUILD = pathlib.Path(os.environ["BENCH_BUILD"])  # the tools
LISTS = pathlib.Path(os.environ["BENCH_LISTS"])
SPAMWEIR = os.environ["SPAMWEIR"]
BASE = os.environ.get("BENCH_BASE")  # spamweir of the revision to compare with, if any
SCRATCH = pathlib.Path(os.environ["LAB"])
STREAM = 1 << 20  # keys of a stream


def log(text):
    print(text, file=sys.stderr, flush=True)


def run(*argv, netns=None, check=True, **options):
    argv = [str(a) for a in argv]
    if netns:  # `ip netns exec` would hide /sys/fs/bpf
        argv = ["nsenter", f"--net=/run/netns/{netns}", "--", *argv]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, **options)
    if check and done.returncode:
        raise RuntimeError(f"{' '.join(argv)[:200]}: exit {done.returncode}: "
                           f"{done.stderr.strip()[-400:]}")
    return done.stdout


def _set_netns(fd):
    if _libc.setns(fd, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")


@contextlib.contextmanager
def inside(netns):
    """What this thread opens meanwhile is in the namespace."""
    outer = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    inner = os.open(f"/run/netns/{netns}", os.O_RDONLY)
    _set_netns(inner)
    try:
        yield
    finally:
        _set_netns(outer)
        os.close(inner)
        os.close(outer)


def per_cpu(map_selector, key):
    """The values of a per-CPU array's element, as bytes."""
    key = [f"{b:#04x}" for b in key.to_bytes(4, "little")]
    found = json.loads(run("bpftool", "-j", "map", "lookup", *map_selector, "key", *key))
    return [bytes(int(b, 16) for b in cpu["value"]) for cpu in found["values"]]


def lists(v4, v6):
    """The directory of lists.c's lists of this size; they are the same in every run."""
    directory = LISTS / f"{v4}-{v6}"
    tool = BUILD / "lists"
    if not directory.exists() or directory.stat().st_mtime < tool.stat().st_mtime:
        fresh = LISTS / f".{v4}-{v6}.{os.getpid()}"
        run("rm", "-rf", directory, fresh)
        fresh.mkdir(parents=True)
        run(tool, fresh, v4, v6)
        fresh.rename(directory)
    return directory


def make_shared_ends():
    for name in ("gen", "sink"):
        _namespace(name)


def _namespace(name):
    run("ip", "netns", "add", name)
    run("sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1", "net.ipv6.conf.default.disable_ipv6=1",
        netns=name)
    run("ip", "-n", name, "link", "set", "lo", "up")


def _nic(netns, nic):
    return json.loads(run("ip", "-n", netns, "-j", "-s", "link", "show", nic))[0]


def _raise_priority():
    """For little noise. With autogroups, niceness counts within one session only."""
    os.setsid()
    os.setpriority(os.PRIO_PROCESS, 0, -20)
    with contextlib.suppress(OSError), open("/proc/self/autogroup", "w", encoding="ascii") as group:
        group.write("-20")


def _start(argv, netns, **options):
    return subprocess.Popen(["nsenter", f"--net=/run/netns/{netns}", "--", *map(str, argv)],
                            preexec_fn=_raise_priority, **options)


class Cost(typing.NamedTuple):
    seconds: float  # until it returned
    mib: float  # of RSS at most
    cpu: float  # seconds, with those of the processes that it waited for


def measure(*argv, netns):
    """Runs a command, and says what that cost."""
    begin = time.monotonic()
    popen = _start(argv, netns, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(popen.pid, 0)
    seconds = time.monotonic() - begin
    popen.returncode = os.waitstatus_to_exitcode(status)
    if popen.returncode:
        raise RuntimeError(f"{argv[0]} {argv[1]}: exit {popen.returncode}")
    return Cost(seconds, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def measure_until_judged(address, *argv, netns):
    """The same of a command by which frames from an address begin to be dropped at r0, and
    the seconds until they are."""
    judged = _start([BUILD / "judged", "r0", address], netns, stdout=subprocess.PIPE, text=True)
    judged.stdout.readline()
    begin = time.monotonic_ns()
    try:
        cost = measure(*argv, netns=netns)
        dropped, _, _ = select.select([judged.stdout], [], [], 10)
        line = dropped and judged.stdout.readline()
    finally:
        judged.terminate()
        judged.wait()
    if not line:
        raise RuntimeError(f"{argv[0]} {argv[1]} has returned, and {address} is not dropped")
    return cost, (int(line) - begin) / 1e9


class Generating:
    """The generator at work, until it is told to stop."""

    def __init__(self, argv):
        self._popen = _start(argv, "gen", stdout=subprocess.PIPE, text=True)

    def stop(self):
        """(frames sent, nanoseconds)"""
        self._popen.terminate()
        return self.result()

    def result(self):
        out, _ = self._popen.communicate()
        if self._popen.returncode:
            raise RuntimeError(f"generate: exit {self._popen.returncode}")
        return tuple(int(word) for word in out.split())


class Receiver:
    _made = 0

    def __init__(self):
        n = Receiver._made = Receiver._made + 1
        self.name = f"recv{n}"
        self._gen_nic, self._sink_nic = f"g{n}", f"t{n}"
        _namespace(self.name)
        run("ip", "-n", "gen", "link", "add", self._gen_nic, "type", "veth",
            "peer", "name", "r0", "netns", self.name)
        run("ip", "-n", self.name, "link", "add", "s0", "type", "veth",
            "peer", "name", self._sink_nic, "netns", "sink")
        self._forward()
        self._mac = _nic(self.name, "r0")["address"]

    def _forward(self):
        sink = _nic("sink", self._sink_nic)["address"]
        self.run("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv4.conf.all.rp_filter=0",
                 "net.ipv4.conf.r0.rp_filter=0")
        # Frames reach a veth's receive queue if it has a program or GRO: the same for all.
        self.run("ethtool", "-K", "r0", "gro", "on")
        self._attach_sink()
        for netns, nic in (("gen", self._gen_nic), (self.name, "r0"), (self.name, "s0"),
                           ("sink", self._sink_nic)):
            run("ip", "-n", netns, "link", "set", nic, "up")
        self.run("ip", "address", "add", "198.18.0.1/30", "dev", "s0")
        self.run("ip", "neighbour", "add", "198.18.0.2", "lladdr", sink, "dev", "s0",
                 "nud", "permanent")
        self.run("ip", "route", "add", "default", "via", "198.18.0.2")

    def _attach_sink(self):
        run("ip", "link", "set", self._sink_nic, "xdpdrv", "obj", BUILD / "generate.bpf.o",
            "program", "bench_sink", netns="sink")
        maps = [str(i) for i in program("sink", self._sink_nic)["map_ids"]]
        self._arrived = next(i for i in maps if _map(i).get("name") == "arrived")

    def run(self, *argv, **options):
        return run(*argv, netns=self.name, **options)

    def attach(self, name):
        """One of generate.bpf.c's."""
        self.run("ip", "link", "set", "r0", "xdpdrv", "obj", BUILD / "generate.bpf.o",
                 "program", name)

    def start(self, keys, frames, milliseconds):
        return Generating([BUILD / "generate", self._gen_nic, self._mac, keys, frames,
                           milliseconds])

    def send(self, keys, frames, milliseconds=10000):
        return self.start(keys, frames, milliseconds).result()

    def knock(self, listed, first, count):
        """See knock.c."""
        run(BUILD / "knock", self._gen_nic, self._mac, listed, first, count, netns="gen")

    def arrived(self):
        """Frames at the sink: those of even and those of odd places in the stream."""
        return [sum(int.from_bytes(cpu, "little")
                    for cpu in per_cpu(["id", self._arrived], parity))
                for parity in (0, 1)]

    def received(self):
        """Frames that r0 took, and those that it had no room for."""
        return self.ethtool("xdp_packets"), self.ethtool("drops")

    def ethtool(self, what):
        """The sum over the queues of a statistic of r0."""
        text = self.run("ethtool", "-S", "r0")
        return sum(int(n) for n in re.findall(rf"rx_queue_\d+_{what}: (\d+)", text))


def program(netns, nic):
    """What bpftool knows of the XDP program on a NIC."""
    number = _nic(netns, nic)["xdp"]["prog"]["id"]
    return json.loads(run("bpftool", "-j", "prog", "show", "id", number))


def _map(number):
    return json.loads(run("bpftool", "-j", "map", "show", "id", number))


def kernel_memory(patience):
    """MiB of kernel memory that lists can be in, once it has stopped changing,
    or else after so many seconds."""
    def now():
        with open("/proc/meminfo", encoding="ascii") as file:
            info = dict(re.findall(r"^(\w+): +(\d+)", file.read(), re.M))
        return sum(int(info[key]) for key in ("SUnreclaim", "VmallocUsed", "Percpu")) / 1024

    deadline = time.monotonic() + patience
    before, after = -1e9, now()
    while abs(after - before) > 0.5 and time.monotonic() < deadline:
        time.sleep(0.2)
        before, after = after, now()
    return after


def settled(read, expected, seconds=1):
    """What `read` returns, as soon as that is expected or else after some time."""
    deadline = time.monotonic() + seconds
    while True:
        got = read()
        if got == expected or time.monotonic() > deadline:
            return got
        time.sleep(0.01)
