# SPDX-License-Identifier: GPL-2.0
"""The command under test, as its users have it."""
import itertools
import json
import os
import pathlib
import re
import selectors
import shutil
import signal
import subprocess
import time

import schemas
from lab import PATIENCE, wait_until

BINARY = pathlib.Path(os.environ["SPAMWEIR"])
PINS = pathlib.Path("/sys/fs/bpf")

INTERFACES = """\
interfaces:
  - { name: acc0, role: access }
  - { name: up0, role: upstream }
"""

_number = itertools.count(1)


class Metrics(dict):
    """Samples by name and labels: ("packets_total", (("family", "ipv4"), ...)). The
    label that all of an instance have is left out, and is in `instances`."""

    def __init__(self, text):
        super().__init__()
        self.text = text
        self.instances = set()
        for name, labels, value in re.findall(r"^spamweir_(\w+)(?:\{(.*)\})? (\S+)$", text, re.M):
            found = dict(re.findall(r'(\w+)="([^"]*)"', labels))
            self.instances.add(found.pop("instance_dir", None))
            self[name, tuple(sorted(found.items()))] = float(value)

    def sum(self, name, **labels):
        return int(sum(value for (found, has), value in self.items()
                       if found == name and labels.items() <= dict(has).items()))

    def by(self, label, name, **labels):
        """Sums by the values of one label, without the zeroes."""
        values = {dict(has)[label] for (found, has) in self if found == name}
        sums = {value: self.sum(name, **labels, **{label: value}) for value in values}
        return {value: n for value, n in sums.items() if n}

    def counters(self):
        return {key: value for key, value in self.items() if key[0].endswith("_total")}


class Process:
    """A verb that stays. Its output is read line by line, with a deadline."""

    def __init__(self, popen):
        self.popen = popen
        self.lines = []
        self._rest = b""
        self._selector = selectors.DefaultSelector()
        self._selector.register(popen.stdout, selectors.EVENT_READ)

    def _read(self, seconds):
        if not self._selector.select(seconds):
            return False
        got = os.read(self.popen.stdout.fileno(), 65536)
        *lines, self._rest = (self._rest + got).split(b"\n")
        self.lines += [line.decode() for line in lines]
        return bool(got)

    def wait_line(self, pattern, seconds=PATIENCE, after=0, times=1):
        """The first line from number `after` on that matches; or the second, or third. (What
        has been printed is read whenever somebody waits: of the lines that come, nobody
        knows which are there already.)"""
        deadline = time.monotonic() + max(seconds, PATIENCE)
        while True:
            found = [line for line in self.lines[after:] if re.search(pattern, line)]
            if len(found) >= times:
                return found[times - 1]
            left = deadline - time.monotonic()
            if left <= 0 or not self._read(left):
                raise AssertionError(f"no line like {pattern!r} in {self.lines}")

    def seen(self, pattern, after=0, seconds=0):
        """Such a line from number `after` on, if there is one by now, or so soon; else None.
        For whoever asks again and again."""
        deadline = time.monotonic() + seconds
        while True:
            while self._read(0):
                pass
            for line in self.lines[after:]:
                if re.search(pattern, line):
                    return line
            if not self._read(max(0, deadline - time.monotonic())):
                return None

    def kill(self, number):
        self.popen.send_signal(number)

    def wait(self, seconds=PATIENCE):
        return self.popen.wait(max(seconds, PATIENCE))

    def stop(self, number=signal.SIGTERM):
        self.kill(number)
        return self.wait()

    def close(self):
        if self.popen.poll() is None:
            self.popen.kill()
            self.popen.wait()
        self.popen.stdout.close()


class Weir:
    """An instance with pins, state and configuration of its own, in the router."""

    def __init__(self, namespace, directory):
        self.namespace = namespace
        self.directory = pathlib.Path(directory)
        self.pins = PINS / f"weir{next(_number)}"
        self.state = self.directory / "state"
        self.config = self.directory / "spamweir.yaml"
        self._processes = []

    def configure(self, text="", interfaces=INTERFACES):
        self.config.write_text(interfaces + text)

    def write(self, name, text):
        """A file beside the configuration, put in place as fetchers do."""
        fresh = self.directory / f"{name}.new"
        fresh.write_bytes(text if isinstance(text, bytes) else text.encode())
        fresh.rename(self.directory / name)
        return self.directory / name

    def command(self, *arguments):
        return [BINARY, *arguments, "-c", self.config, "--pin-dir", self.pins, "--state-dir",
                self.state]

    def __call__(self, *arguments, check=True):
        done = self.namespace.run(*self.command(*arguments), check=False)
        # Whether the daemon, or what it has begun, held the lock just then is nobody's matter.
        done.stderr = re.sub(r"(?m)^spamweir: waiting for .*, which holds the lock on .*\n", "",
                             done.stderr)
        if check:
            assert done.returncode == 0, f"{arguments}: {done.returncode}, {done.stderr}"
        if "--json" in arguments and done.stdout:
            schemas.hold(arguments, done.stdout)
        return done

    def fails(self, *arguments):
        """Runs what must fail, with one clear line: that line."""
        done = self(*arguments, check=False)
        lines = done.stderr.splitlines()
        assert done.returncode == 1, done
        assert len(lines) == 1 and lines[0].startswith("spamweir: "), lines
        return lines[0]

    def partly(self, *arguments):
        """Runs what is in force and lacks parts, each of which has a line: those."""
        done = self(*arguments, check=False)
        lines = done.stderr.splitlines()
        assert done.returncode == 3, done
        assert lines and all(line.startswith("spamweir: warning: ") for line in lines), lines
        return lines

    def start(self, *arguments):
        popen = self.namespace.start(*self.command(*arguments), stdout=subprocess.PIPE,
                                     stderr=subprocess.STDOUT)
        process = Process(popen)
        self._processes.append(process)
        return process

    def run(self):
        """The daemon, once it is ready."""
        daemon = self.start("run")
        daemon.wait_line("running; SIGHUP reloads")
        return daemon

    def reboot(self):
        """All that is pinned is gone, as after a reboot; files stay."""
        for pin in self.pins.iterdir():
            pin.rmdir() if pin.is_dir() else pin.unlink()
        self.pins.rmdir()
        # The kernel takes programs off a while after their links are gone.
        shown = ["ip", "-j", "link", "show"]
        wait_until(lambda: '"xdp":' not in self.namespace.run(*shown).stdout)

    def anew(self):
        """Unloaded, and numbers of generations begin with 1 again."""
        self("unload")
        shutil.rmtree(self.state / "generations", ignore_errors=True)

    def json(self, *arguments):
        return json.loads(self(*arguments, "--json").stdout)

    def json_lines(self, *arguments):
        return [json.loads(line) for line in self(*arguments, "--json").stdout.splitlines()]

    def status(self):
        return self.json("status")

    def metrics(self):
        done = self("metrics", check=False)
        # 3: those that only the disk tells are missing.
        assert done.returncode in (0, 3), done
        return Metrics(done.stdout)

    def dropped(self):
        return self.metrics().by("reason", "packets_total", verdict="drop")

    def generation(self):
        return self.status()["generation"]

    @staticmethod
    def pinned(kind, path):
        """What bpftool knows of a pinned map or link."""
        done = subprocess.run(["bpftool", "-j", kind, "show", "pinned", path], check=True,
                              capture_output=True, text=True)
        return json.loads(done.stdout)

    def close(self):
        for process in self._processes:
            process.close()
        if self.pins.exists():
            unloaded = self("unload", check=False)
            if unloaded.returncode:  # the next test shall not suffer for it
                self.reboot()
            assert unloaded.returncode == 0, unloaded.stderr


def judged(weir, path, *packets):
    """Sends packets; how many arrived, and how many were dropped by reason,
    as soon as all of them are accounted for."""
    def dropped():
        now = weir.dropped()
        return {reason: n - before.get(reason, 0) for reason, n in now.items()
                if n != before.get(reason, 0)}

    before = weir.dropped()
    with path.counting(*{(packet.src, packet.dst) for packet in packets}) as arrived:
        path.send(*packets)
        wait_until(lambda: arrived.total + sum(dropped().values()) >= len(packets), 60,
                   "all packets either arrive or count as dropped")
        return arrived.total, dropped()
