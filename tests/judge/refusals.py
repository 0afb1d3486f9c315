# SPDX-License-Identifier: GPL-2.0
"""Captures that cannot be judged: replay must end with 1 and say why in one line, and must not
pass part of one off as the whole."""
import json
import os
import subprocess
import tempfile

import capture
from judge import expect
from parts import FEEDS, HOST, WORLD, interface, v4

NULL, RAW, WIRELESS, COOKED, COOKED2 = 0, 101, 105, 113, 276
PACKETS = [(10**18, v4(HOST, WORLD))] * 3


def write_all(directory):
    """(what, path, what the line must hold)"""
    whole = os.path.join(directory, "whole.pcap")
    capture.write_pcap(whole, PACKETS)
    with open(whole, "rb") as file:
        data = file.read()

    def holding(name, content):
        path = os.path.join(directory, name)
        with open(path, "wb") as file:
            file.write(content)
        return path

    for link in NULL, RAW, WIRELESS, COOKED, COOKED2:
        path = os.path.join(directory, f"link-{link}.pcap")
        capture.write_pcap(path, PACKETS, link=link)
        yield f"link type {link}", path, "Ethernet"
    yield "a packet cut short", holding("short.pcap", data[:-1]), "after packet 2"
    yield "a packet's header cut short", holding("header.pcap", data[: 24 + 15]), "after packet 0"
    yield "half a file header", holding("half.pcap", data[:12]), "half.pcap"
    yield "an empty file", holding("empty.pcap", b""), "empty.pcap"
    yield "no capture", holding("text.pcap", b"192.0.2.1\n" * 9), "text.pcap"
    yield "no file", os.path.join(directory, "none.pcap"), "none.pcap"


def replay(binary, path, config):
    return subprocess.run([binary, "replay", path, "--role", "access", "-c", config, "--json"],
                          capture_output=True, text=True, timeout=60, check=False)


def outcomes(binary):
    """(what, [(expected, got)])"""
    with tempfile.TemporaryDirectory() as directory:
        config = os.path.join(directory, "case.yaml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(interface("access") + FEEDS)
        for what, path, holds in write_all(directory):
            run = replay(binary, path, config)
            lines = run.stderr.splitlines()
            well = (run.returncode == 1 and len(lines) == 1 and holds in lines[0]
                    and "summary" not in run.stdout)
            yield what, [] if well else [({"status": 1, "stderr": holds},
                                          {"status": run.returncode, "stderr": run.stderr})]
        nothing = os.path.join(directory, "nothing.pcap")
        capture.write_pcap(nothing, [])
        run = replay(binary, nothing, config)
        lines = [json.loads(line) for line in run.stdout.splitlines()]
        well = run.returncode == 0 and lines == expect(nothing, config)
        yield "no packets are no error", [] if well else [
            ({"status": 0}, {"status": run.returncode, "stderr": run.stderr})]
