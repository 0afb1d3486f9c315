# SPDX-License-Identifier: GPL-2.0
"""people.py [SIGNALS A SECOND [SUBSCRIBERS [SECONDS]]]: what the daemon costs that knows who
has which address, while so many of them have packets dropped every second.

A list gives each of 1,000,000 addresses to somebody else. Every second 10,000 sources, one after
the other, ten seconds until the first is there again, call a C&C address and open an SMTP
connection: each call is a signal, and each of these 100,000 has a case by the end. CPU is that of
the daemon and of the processes that it starts; memory is what they have resident, looked at once
a second. Prints a line, and ends with 1 if it is more than half a core or 150 MiB.
"""
import os
import pathlib
import re
import subprocess
import sys
import time

import lab
import publish

LISTED = publish.ONE_LINE.strip()
AROUND = 10         # seconds until the first is there again
WARM = 2 * AROUND   # every case is there by then
CORE, MIB = 0.5, 150
TICKS = os.sysconf("SC_CLK_TCK")


def address(number):
    return f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}"


class Daemon:
    """`run`, with a list of subscribers."""

    def __init__(self, receiver, subscribers):
        self._receiver = receiver
        scratch = lab.SCRATCH / "people"
        scratch.mkdir()
        with (scratch / "who.csv").open("w", encoding="ascii") as file:
            file.writelines(f"{address(n)},c{n}\n" for n in range(subscribers))
        self._where = ["-c", str(scratch / "spamweir.yaml"), "--pin-dir", "/sys/fs/bpf/people",
                       "--state-dir", str(scratch / "state")]
        (scratch / "spamweir.yaml").write_text(f"""interfaces: [ {{ name: r0, role: access }} ]
feeds:
  - {{ name: botnets, kind: cnc, entries: [{LISTED}] }}
subscribers:
  sources: [ {{ name: who, format: fixed, path: {scratch}/who.csv }} ]
""")
        with lab.inside(receiver.name):
            self._popen = subprocess.Popen([lab.SPAMWEIR, "run", *self._where],
                                           stdout=subprocess.DEVNULL)

    def say(self, *verb):
        return self._receiver.run(lab.SPAMWEIR, *verb, *self._where, check=False)

    def known(self):
        """Addresses whose holder is known."""
        found = re.search(r'"records": ?(\d+)', self.say("status", "--json"))
        return int(found.group(1)) if found else 0

    def cases(self):
        return self.say("case", "list", "--json").count("\n")

    def cpu(self):
        stat = pathlib.Path(f"/proc/{self._popen.pid}/stat").read_text(encoding="ascii")
        return sum(map(int, stat.rsplit(")", 1)[1].split()[11:15])) / TICKS

    def resident(self):
        """MiB, its children's too."""
        mine, found = str(self._popen.pid), 0
        for process in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                status = (process / "status").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parent = re.search(r"^PPid:\s+(\d+)", status, re.M).group(1)
            memory = re.search(r"^VmRSS:\s+(\d+)", status, re.M)
            if memory and mine in (process.name, parent):
                found += int(memory.group(1)) / 1024
        return found

    def stop(self):
        self._popen.terminate()
        self._popen.wait()
        self.say("unload")


def load(daemon, receiver, rate, seconds):
    """(cores, MiB at most, signals a second as it came out) behind the warm-up."""
    begun, most, before, since = time.monotonic(), 0, 0, 0
    for tick in range(WARM + seconds):
        if tick == WARM:
            before, since = daemon.cpu(), time.monotonic()
        receiver.knock(LISTED, address(tick % AROUND * rate), rate)
        most = max(most, daemon.resident())
        time.sleep(max(0, begun + tick + 1 - time.monotonic()))
    took = time.monotonic() - since
    return (daemon.cpu() - before) / took, most, rate * seconds / took


def main():
    rate, subscribers, seconds = [int(word) for word in sys.argv[1:]] + \
        [10000, 1000000, 60][len(sys.argv) - 1:]
    lab.make_shared_ends()
    receiver = lab.Receiver()
    daemon = Daemon(receiver, subscribers)
    try:
        begun = time.monotonic()
        while daemon.known() < subscribers:
            if time.monotonic() > begun + 300:
                raise RuntimeError(f"{daemon.known()} subscribers are known after 300 s")
            time.sleep(1)
        cores, most, came = load(daemon, receiver, rate, seconds)
        print(f"{came:.0f} signals a second, {subscribers} subscribers known, {daemon.cases()} open "
              f"cases: {cores:.2f} cores, {most:.0f} MiB (wanted: at most {CORE}, {MIB})")
    finally:
        daemon.stop()
    return 1 if cores > CORE or most > MIB else 0


if __name__ == "__main__":
    sys.exit(main())
