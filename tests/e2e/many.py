# SPDX-License-Identifier: GPL-2.0
"""Many routers, each with spamweir, BIRD and subscribers, and their route reflectors.

    subscribers: sN -- acc0 :rN: net0 -- bridge of core -- net0 :reflectorN

A router's subscribers are behind a NIC of their own of one namespace.
"""
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

import frames
from lab import PATIENCE, Counter, Namespace, wait_until
from weir import Weir

FLEET = pathlib.Path(__file__).parents[2] / "scripts" / "fleet"
OWN, MX = "198.18.0.0/16", "198.19.0.25"
ADDRESS, REFLECTOR = "198.51.100.{}", "198.51.100.20{}"
TICK = 0.02
STILL = 0.5  # without a packet for so long, none passes any more

CONFIG = """
interfaces: [{ name: acc0, role: access }]
smtp: { limit: { access: off, upstream: off } }
suspects: { servers: { at_least: 8, action: list }, for: 1h }
announce: { table: 667, what: [zombie_live, operator-block] }
feeds:
  - { name: fleet, kind: zombie, may_list_own: true, routes: { table: 666, hold: 1h } }
  - { name: blocks, kind: cnc, may_list_special: true, routes: { table: 668, hold: 0s } }
  - { name: own, kind: own, entries: [198.18.0.0/16, "2001:db8:18::/48"] }
"""
SITE = """
log stderr { warning, error, auth, fatal, bug };
router id %s;
define FLEET_AS = 64496;
define ROUTER = %d;
define FLEET_MOST = 20000;
define OWN4 = [ 198.18.0.0/16{0,32} ];
define OWN6 = [ 2001:db8:18::/48{0,128} ];
define NEVER4 = [ 198.18.255.25/32{0,32}, 198.51.100.0/24{0,32} ];
define NEVER6 = [ 2001:db8:18:25::/64{0,128} ];
define FOUND6 = 64;
define BLOCKED4 = 32;
define BLOCKED6 = 64;
define CLUSTER = 198.51.100.201;
"""


# Of a lab in which others are at home.
CORE, SUBSCRIBERS = "fleet-core", "fleet-customers"


def _ip(*words, check=True):
    subprocess.run(["ip", *map(str, words)], check=check, capture_output=True)


class Speaker:
    """A namespace on the core's bridge, in which BIRD runs."""

    def __init__(self, name, address, directory, tool, config, number):
        self.name, self.address, self.directory = name, address, directory
        self._tool, self._config, self._number = tool, config, number
        self.bird = None
        directory.mkdir(exist_ok=True)
        self.plug_in()

    def plug_in(self):
        _ip("netns", "add", self.name)
        _ip("-n", self.name, "link", "add", "net0", "type", "veth", "peer", "name", self.name,
            "netns", CORE)
        _ip("-n", CORE, "link", "set", self.name, "master", "bridge0", "up")
        _ip("-n", self.name, "address", "add", f"{self.address}/24", "dev", "net0")
        for nic in ("lo", "net0"):
            _ip("-n", self.name, "link", "set", nic, "up")
        self.namespace = Namespace(self.name)

    def start_bird(self, neighbours):
        for name in (self._config, "filters.conf"):
            shutil.copy(FLEET / name, self.directory)
        (self.directory / "site.conf").write_text(SITE % (self.address, self._number))
        (self.directory / "neighbours.conf").write_text(neighbours)
        self.bird = self.namespace.start(
            self._tool("bird"), "-f", "-c", self.directory / self._config, "-s",
            self.directory / "ctl", "-P", self.directory / "pid", stdout=subprocess.DEVNULL,
            stderr=(self.directory / "log").open("a"))

    def say(self, *words):
        return self.namespace.run(self._tool("birdc"), "-s", self.directory / "ctl", *words,
                                  check=False).stdout

    def sessions(self):
        return self.say("show", "protocols").count("Established")

    def end_bird(self, number=signal.SIGKILL):
        if self.bird and self.bird.poll() is None:
            self.bird.send_signal(number)
            self.bird.wait(30)

    def unplug(self):
        self.end_bird()
        self.namespace.close()
        _ip("-n", CORE, "link", "del", self.name)
        _ip("netns", "del", self.name)


class Reflector(Speaker):
    """BIRD."""

    def start(self, routers):
        self.start_bird("".join(
            f"protocol bgp {r.name} from served {{ neighbor {r.address} as FLEET_AS; "
            "connect delay time 1; connect retry time 2; }\n" for r in routers))

    def _fill_in(self, name, pairs):
        """A configuration of scripts/fleet, of this place."""
        text = (FLEET / name).read_text()
        for there, here in pairs:
            assert there in text, there
            text = text.replace(there, here)
        (self.directory / name).write_text(text)
        return self.directory / name

    def _run(self, *argv):
        self.bird = self.namespace.start(*argv, stdout=(self.directory / "log").open("a"),
                                         stderr=subprocess.STDOUT)


class GoBgp(Reflector):
    def start(self, routers):
        config = self._fill_in("gobgp.toml", (
            ('"198.51.100.25/32"', '"198.18.255.25/32"'), ("198.51.100.0/27", "198.51.100.128/25"),
            ("27..32", "25..32"), ("198.51.100.0/24", "198.18.0.0/16"),
            ("2001:db8:25::/64", "2001:db8:18:25::/64"),
            ("2001:db8::/32", "2001:db8:18::/48"), ('"198.51.100.1"', f'"{self.address}"')))
        head, neighbour = config.read_text().split("[[neighbors]]\n")
        config.write_text(head + "".join("[[neighbors]]\n" + neighbour.replace(
            "198.51.100.7", r.address) for r in routers))
        self._run(self._tool("gobgpd"), "-f", config, "--api-hosts", "127.0.0.1:50051")

    def gobgp(self, *words):
        return self.namespace.run(self._tool("gobgp"), *words, check=False).stdout


class OpenBgpd(Reflector):
    def start(self, routers):
        config = self._fill_in("openbgpd.conf", (
            ("198.51.100.25/32", "198.18.255.25/32"), ("198.51.100.0/27", "198.51.100.128/25"),
            ("198.51.100.0/24", "198.18.0.0/16"), ("2001:db8::/32", "2001:db8:18::/48"),
            ("2001:db8:25::/64", "2001:db8:18:25::/64"),
            ("198.51.100.2\n", f"{self.address}\n"), ("198.51.100.1\n", f"{self.address}\n")))
        config.write_text(config.read_text().replace("\tneighbor 198.51.100.7\n", "".join(
            f"\tneighbor {r.address}\n" for r in routers)))
        config.chmod(0o600)
        for hop in re.findall(r"ip (?:-6 )?route add (\S+) dev lo", config.read_text()):
            _ip("-n", self.name, "route", "add", hop, "dev", "lo")
        self._run(self._tool("openbgpd/run"), "-d", "-f", config)


class Router(Speaker):
    def __init__(self, number, directory, tool):
        super().__init__(f"r{number}", ADDRESS.format(number), directory, tool, "bird.conf", number)
        self.number = number
        self.weir = None
        self._daemon = None

    def plug_in(self):
        super().plug_in()
        self.nic = self.name.replace("r", "s")
        _ip("-n", SUBSCRIBERS, "link", "del", self.nic, check=False)
        _ip("-n", self.name, "link", "add", "acc0", "type", "veth", "peer", "name", self.nic,
            "netns", SUBSCRIBERS)
        _ip("-n", SUBSCRIBERS, "link", "set", self.nic, "up")
        _ip("-n", self.name, "link", "set", "acc0", "up")

    def start_weir(self, weir=None, state=None):
        self.weir = weir or Weir(self.namespace, self.directory)
        self.weir.state = state or self.weir.state
        self.weir.config.write_text(CONFIG)
        self._daemon = self.weir.start("run")

    def kill_weir(self):
        self._daemon.close()

    def wait_weir(self):
        self._daemon.wait_line("running; SIGHUP reloads", 300)

    def entries(self, feed="fleet"):
        done = self.weir("status", "--json", check=False)
        if done.returncode not in (0, 3):
            return -1
        return {f["name"]: f for f in self.weir.json("status")["feeds"]}[feed]["entries"]

    def unplug(self):
        self._daemon.close()
        self.end_bird()
        if self.weir.pins.exists():
            shutil.rmtree(self.weir.pins, ignore_errors=True)
        super().unplug()

    def reboot(self, neighbours):
        """Namespace, pins and processes are gone and come back; what is on disk stays."""
        state = self.weir.state
        self.unplug()
        self.plug_in()
        self.start_weir(state=state)
        self.start_bird(neighbours)


class Path:
    """From a router's subscribers to behind its XDP program, where packets are counted."""

    def __init__(self, fleet, router):
        self.router = router
        self._head = dict(to=router.namespace.mac("acc0"), sender=bytes.fromhex("020000000001"))
        with fleet.subscribers.inside():
            self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
            self._socket.bind((router.nic, 0))

    def send(self, packet):
        self._socket.send(frames.ethernet(packet, **self._head))

    def count(self, flows):
        return Counter(self.router.namespace, "acc0", flows)

    def close(self):
        self._socket.close()


class Probe:
    """Sends the same packet at one router again and again, until none passes."""

    def __init__(self, path, packets):
        self._path, self._packets = path, packets
        self._counter = path.count({(p.src, p.dst) for p in packets})
        self._sent, self.arrived, self._changed = [], 0, time.monotonic()

    def send(self):
        self._sent.append(time.monotonic())
        self._path.send(self._packets[len(self._sent) % len(self._packets)])

    def look(self):
        now = self._counter.total
        if now != self.arrived:
            self.arrived, self._changed = now, time.monotonic()

    @property
    def dropped_at(self):
        """When the first was sent that did not pass; None: they still do."""
        if self.arrived >= len(self._sent) or time.monotonic() - self._changed < STILL:
            return None
        return self._sent[self.arrived]

    def close(self):
        self._counter.close()


class Fleet:
    def __init__(self, routers, reflectors, directory, tool, say=lambda text: None):
        """`reflectors` are classes, one each."""
        for name in (CORE, SUBSCRIBERS):
            _ip("netns", "add", name)
        _ip("-n", CORE, "link", "add", "bridge0", "type", "bridge")
        _ip("-n", CORE, "link", "set", "bridge0", "up")
        self.subscribers = Namespace(SUBSCRIBERS)
        self.reflectors = [kind(f"reflector{n}", REFLECTOR.format(n), directory / f"reflector{n}",
                                tool, "reflector.conf", 200 + n)
                           for n, kind in enumerate(reflectors, 1)]
        self.routers = [Router(n, directory / f"r{n}", tool) for n in range(1, routers + 1)]
        say("namespaces")
        for at in range(0, routers, 4):
            for router in self.routers[at:at + 4]:
                router.start_weir()
            for router in self.routers[at:at + 4]:
                router.wait_weir()
        say("spamweir")
        for reflector in self.reflectors:
            reflector.start(self.routers)
        for router in self.routers:
            router.start_bird(self.neighbours())
        wait_until(lambda: all(r.sessions() == len(reflectors) for r in self.routers), 180,
                   "sessions are up")
        say("BIRD")
        self.paths = {router.number: Path(self, router) for router in self.routers}

    def neighbours(self):
        return "".join(f"protocol bgp {r.name} from fleet {{ neighbor {r.address} as FLEET_AS; "
                       "connect delay time 1; connect retry time 2; }\n" for r in self.reflectors)

    def router(self, number):
        return self.routers[number - 1]

    def reboot(self, number):
        self.paths[number].close()
        self.router(number).reboot(self.neighbours())
        self.router(number).wait_weir()
        self.paths[number] = Path(self, self.router(number))

    def spread(self, packet, begin, at=None, first=None, seconds=PATIENCE):
        """From when `begin` is done, or from the first packet at router `at` that is dropped
        (which sends `first`), to when `packet` is dropped at the others: seconds by router."""
        probes = {number: Probe(path, first if number == at and first else [packet])
                  for number, path in self.paths.items()}
        began, deadline = None, time.monotonic() + seconds
        try:
            while any(probe.dropped_at is None for probe in probes.values()):
                if time.monotonic() > deadline:
                    late = [n for n, probe in probes.items() if probe.dropped_at is None]
                    raise AssertionError(f"not within {seconds} s at routers {late}")
                tick = time.monotonic()
                for probe in probes.values():
                    probe.send()
                if began is None and begin:
                    began = begin() or tick
                for probe in probes.values():
                    probe.look()
                time.sleep(max(0.0, tick + TICK - time.monotonic()))
            started = began if begin else probes[at].dropped_at
            return {number: max(0.0, probe.dropped_at - started)
                    for number, probe in probes.items() if number != at}
        finally:
            for probe in probes.values():
                probe.close()

    def close(self):
        for path in self.paths.values():
            path.close()
        for router in self.routers + self.reflectors:
            router.unplug()
        for name in (CORE, SUBSCRIBERS):
            _ip("netns", "del", name)


def blast(source):
    """SYNs of one who tries many mail servers."""
    return [frames.tcp(source, f"198.19.0.{n}") for n in range(100, 160)]


LIES = """
protocol static lies4 {
	ipv4 { table fleet4; };
	route 0.0.0.0/0 blackhole;
	route 198.18.0.0/16 blackhole;
	route 198.18.255.25/32 blackhole;
	route 198.51.100.202/32 blackhole;
	route 203.0.112.0/20 blackhole;
	route 198.18.3.33/32 blackhole;
}
protocol static lies6 {
	ipv6 { table fleet6; };
	route ::/0 blackhole;
	route 2001:db8:18::/48 blackhole;
	route 2001:db8:18:25::/64 blackhole;
	route 2001:db8:18:33::/64 blackhole;
}
"""


def lie(router):
    config = router.directory / "bird.conf"
    config.write_text(config.read_text() + LIES)
    assert "Reconfigur" in router.say("configure")
