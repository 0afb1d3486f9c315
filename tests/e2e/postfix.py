# SPDX-License-Identifier: GPL-2.0
"""Postfix's test server and client, and what the server received."""
import collections
import contextlib
import os
import re
import subprocess

from lab import wait_until


class Sink:
    """smtp-sink: takes all mail, and notes from whom."""

    def __init__(self, program, namespace, address, directory):
        directory.mkdir()
        os.chmod(directory, 0o777)  # it gives its privileges up
        for parent in directory.parents[:3]:
            os.chmod(parent, 0o755)
        self._directory = directory
        family, host = ("-6", f"[{address}]") if ":" in address else ("-4", address)
        self._process = namespace.start(program, "-u", "nobody", "-h", "mx.example", "-D",
                                        directory / "mail.", family, f"{host}:25", 1024,
                                        stderr=subprocess.DEVNULL)
        wait_until(lambda: f"{host}:25 " in namespace.run("ss", "-Hltn").stdout, 60,
                   f"smtp-sink listens on {address}")

    def mails(self):
        """How many mails were received, by the client's address."""
        text = ""
        for path in self._directory.iterdir():
            with contextlib.suppress(FileNotFoundError):  # smtp-sink's, of mail that broke off
                text += path.read_text(errors="replace")
        return collections.Counter(re.findall(r"^X-Client-Addr: (?:ipv6:)?(\S+)", text, re.M))

    def close(self):
        self._process.kill()
        self._process.wait()


class Sources:
    """smtp-source: clients that send mail, each from an address of its own."""

    def __init__(self, program, bindsrc):
        self._program, self._bindsrc = program, bindsrc
        self._processes = []

    def start(self, namespace, source, to, mails, seconds=600, sessions=1):
        host = f"[{to}]" if ":" in to else to
        self._processes.append(namespace.start(
            "timeout", seconds, "env", f"LD_PRELOAD={self._bindsrc}", f"BINDSRC={source}",
            self._program, "-s", sessions, "-m", mails, "-f", "someone@here.example", "-t",
            "someone@mx.example", f"{host}:25", stderr=subprocess.DEVNULL))

    def wait(self):
        for process in self._processes:
            process.wait(60)

    def close(self):
        for process in self._processes:
            process.terminate()  # and `timeout` ends the client
            process.wait()
