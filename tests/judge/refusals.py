# SPDX-License-Identifier: GPL-2.0
"""Captures that cannot be judged: replay must end with 1 and say why in one line. Of one that is
damaged further on, all before that is judged, and it must end with 3, for a part must not be passed
off as the whole."""
import json
import os
import subprocess
import tempfile

import capture
from judge import expect
from parts import FEEDS, HOST, WORLD, interface, v4

NULL, WIRELESS, DOCSIS = 0, 105, 143
PACKETS = [(10**18, v4(HOST, WORLD))] * 3


def write_all(directory):
    """(what, path, what the line must hold, packets before it)"""
    whole = os.path.join(directory, "whole.pcap")
    capture.write_pcap(whole, PACKETS)
    with open(whole, "rb") as file:
        data = file.read()

    def holding(name, content):
        path = os.path.join(directory, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    for link in NULL, WIRELESS, DOCSIS:
        path = os.path.join(directory, f"link-{link}.pcap")
        capture.write_pcap(path, PACKETS, link=link)
        yield f"link type {link}", path, "Ethernet", None
    yield "a packet cut short", holding("short.pcap", data[:-1]), "after packet 2", 2
    header = holding("header.pcap", data[: 24 + 15])
    yield "a packet's header cut short", header, "after packet 0", 0
    yield "half a file header", holding("half.pcap", data[:12]), "half.pcap", None
    yield "an empty file", holding("empty.pcap", b""), "empty.pcap", None
    yield "no capture", holding("text.pcap", b"192.0.2.1\n" * 9), "text.pcap", None
    yield "no file", os.path.join(directory, "none.pcap"), "none.pcap", None


def replay(binary, path, config):
    return subprocess.run([binary, "replay", path, "--role", "access", "-c", config, "--json"],
                          capture_output=True, text=True, timeout=60, check=False)


def summed(output):
    """The packets of the summary, or None."""
    last = json.loads((output.splitlines() or ["{}"])[-1])
    return last.get("summary", {}).get("packets")


def outcomes(binary):
    """(what, [(expected, got)])"""
    with tempfile.TemporaryDirectory() as directory:
        config = os.path.join(directory, "case.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(interface("access") + FEEDS)
        for what, path, holds, packets in write_all(directory):
            run = replay(binary, path, config)
            lines = run.stderr.splitlines()
            status = 1 if packets is None else 3
            well = (run.returncode == status and len(lines) == 1 and holds in lines[0]
                    and summed(run.stdout) == packets)
            yield what, [] if well else [({"status": status, "stderr": holds},
                                          {"status": run.returncode, "stderr": run.stderr})]
        nothing = os.path.join(directory, "nothing.pcap")
        capture.write_pcap(nothing, [])
        run = replay(binary, nothing, config)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        well = run.returncode == 0 and lines == expect(nothing, config)
        yield "no packets are no error", [] if well else [
            ({"status": 0}, {"status": run.returncode, "stderr": run.stderr})]
