#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Makes a case small on which the product and the judge differ: fewer packets, feeds, entries
and keys, shorter frames, plainer times. What is left is a regression test.

    minimise.py FILE -c CONFIG --spamweir BINARY --name NAME [--to DIRECTORY]

writes NAME.pcap, NAME.yaml and NAME.expected.jsonl, by default to tests/golden/replay.
"""
import argparse
import json
import os
import sys
import tempfile
from functools import partial

import yaml

import capture
from dissect import TCP, dissect
from judge import Refused, compare, expect
from policy import Policy, networks_of

GOLDEN = os.path.join(os.path.dirname(os.path.realpath(__file__)), "..", "golden", "replay")
START = 10**18          # a plain time: 2001-09-09
NEEDED = ("name", "kind", "entries")    # keys of a feed


def signature(want, have):
    """What kind of difference this is, so that one is not made small into another."""
    if want.get("reason") != have.get("reason"):
        return want.get("reason"), have.get("reason")
    return tuple(sorted(key for key in want | have if want.get(key) != have.get(key)))


class Minimiser:
    """compares: as judge.compare(), of (capture, configuration)."""

    def __init__(self, compares, directory):
        self.compares, self.directory = compares, directory
        self.kind = None

    def differ(self, packets, config):
        """The lines that differ, [] also if the product refuses the case."""
        path, yaml_path = (os.path.join(self.directory, name) for name in ("c.pcap", "c.yaml"))
        write(packets, config, path, yaml_path)
        try:
            found, _ = self.compares(path, yaml_path)
        except Refused:
            return []
        return [pair for pair in found if pair[0] | pair[1]
                and self.kind in (None, signature(*pair))]

    def packets(self, packets, config):
        """Fewer of them. One alone often does; else those of its source; else those of its family
        that are TCP; else by halves."""
        pairs = self.differ(packets, config)
        packets = packets[: pairs[0][0].get("n")]
        found = [dissect(frame) for _, frame in packets]
        of_source = [p for p, d in zip(packets, found, strict=True) if d.src == found[-1].src]
        of_tcp = [p for p, d in zip(packets, found, strict=True)
                  if d.family == found[-1].family and d.proto == TCP and not d.finding]
        for few in packets[-1:], of_source, of_tcp:
            if self.differ(few, config):
                packets = few
                break
        return shrink(packets, lambda few: self.differ(few, config))

    def config(self, packets, config):
        for plainer in touching, without_keys:
            candidate = plainer(packets, config)
            if self.differ(packets, candidate):
                config = candidate
        smtp = config.get("smtp") or {}
        for mapping in config, smtp, smtp.get("limit") or {}:
            for key in [key for key in mapping if key not in ("interfaces", "feeds")]:
                self.without(packets, config, mapping, key)
        feeds = shrink(config.get("feeds", []),
                       lambda few: self.differ(packets, config | {"feeds": few}))
        config = config | {"feeds": feeds}
        for feed in feeds:
            for key in [key for key in feed if key not in NEEDED]:
                self.without(packets, config, feed, key)
            feed["entries"] = shrink(feed["entries"], lambda few, feed=feed: self.differ(
                packets, config | {"feeds": [feed | {"entries": few} if other is feed else other
                                             for other in feeds]}))
        return config

    def without(self, packets, config, mapping, key):
        value = mapping.pop(key)
        if not self.differ(packets, config):
            mapping[key] = value

    def frames(self, packets, config):
        """All at once; if that leaves few, each by itself, too."""
        packets = self.plainer(packets, range(len(packets)), config)
        if 1 < len(packets) <= 3:
            for n in range(len(packets)):
                packets = self.plainer(packets, [n], config)
        return packets

    def plainer(self, packets, which, config):
        """Cut at the end, then zero what may be zero."""
        size = max(len(packets[n][1]) for n in which)
        step = size // 2
        while step:
            shorter = changed(packets, which, lambda frame: frame[: size - step])
            if self.differ(shorter, config):
                packets, size = shorter, size - step
            else:
                step //= 2
        parts = [(0, size)]
        while parts:
            first, end = parts.pop()
            zeroed = changed(packets, which, lambda frame: (
                frame[:first] + bytes(len(frame[first:end])) + frame[end:]))
            if zeroed == packets:
                continue
            if self.differ(zeroed, config):
                packets = zeroed
            elif end - first > 4:
                middle = first + (end - first + 7) // 8 * 4
                parts += [(middle, end), (first, middle)]
        return packets

    def times(self, packets, config):
        first = packets[0][0]
        same = [(START, frame) for _, frame in packets]
        moved = [(time - first + START, frame) for time, frame in packets]
        rounded = [(time // 10**9 * 10**9, frame) for time, frame in moved]
        for plainer in same, rounded, moved:
            if self.differ(plainer, config):
                return plainer
        return packets


def changed(packets, which, change):
    return [(time, change(frame)) if n in which else (time, frame)
            for n, (time, frame) in enumerate(packets)]


def touching(packets, config):
    """Only the entries that hold an address of a packet."""
    found = [dissect(frame) for _, frame in packets]
    hosts = {(packet.family, host) for packet in found for host in (packet.src, packet.dst)}

    def holds(text):
        return any(network.version == family
                   and int(network.network_address) <= host <= int(network.broadcast_address)
                   for network in networks_of(text) for family, host in hosts)

    feeds = [feed | {"entries": [text for text in feed["entries"] if holds(text)]}
             for feed in config.get("feeds") or []]
    return config | {"feeds": [feed for feed in feeds if feed["entries"]]}


def without_keys(_, config):
    """Nothing that has a default."""
    return {"interfaces": config["interfaces"],
            "feeds": [{key: feed[key] for key in NEEDED} for feed in config.get("feeds") or []]}


def shrink(items, still_fails):
    """Leaves out ever smaller parts as long as that still fails."""
    size = (len(items) + 1) // 2
    while size and items:
        at = 0
        while at < len(items):
            fewer = items[:at] + items[at + size :]
            if fewer != items and still_fails(fewer):
                items = fewer
            else:
                at += size
        size = 0 if size == 1 else (size + 1) // 2
    return items


def plain_config(path):
    """The configuration with all feeds' entries in it, and one interface."""
    policy = Policy(path)
    with open(path, encoding="utf-8") as file:
        config = yaml.load(file, yaml.BaseLoader)
    config["interfaces"] = [{"name": "lab0", "role": policy.role,
                             "vlans": config["interfaces"][0].get("vlans", {})}]
    for feed in config.get("feeds") or []:
        feed["entries"] = list(policy.inline(feed))
        for key in "path", "format", "min_count", "may_be_empty":
            feed.pop(key, None)
    config["feeds"] = [feed for feed in config.get("feeds") or [] if feed["entries"]]
    return config


def write(packets, config, path, yaml_path):
    capture.write_pcap(path, packets, nano=True)
    with open(yaml_path, "w", encoding="utf-8") as file:
        file.write(dump(config))


def dump(config):
    lines = [f"{key}: {flow(value)}" for key, value in config.items() if key != "feeds"]
    if config.get("feeds"):
        lines += ["feeds:"] + [f"  - {flow(feed)}" for feed in config["feeds"]]
    return "\n".join(lines) + "\n"


def flow(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key}: {flow(inner)}" for key, inner in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return f'"{value}"' if ":" in value else value


def minimise(compares, path, config_path, to, name):
    """The stem of the files written; None if there is nothing that differs."""
    packets, config = capture.read(path), plain_config(config_path)
    os.makedirs(to, exist_ok=True)
    stem = os.path.join(to, name)
    with tempfile.TemporaryDirectory() as directory:
        small = Minimiser(compares, directory)
        found = small.differ(packets, config)
        if not found:
            return None
        small.kind = signature(*found[0])
        packets = small.packets(packets, config)
        config = small.config(packets, config)
        packets = small.times(small.frames(packets, config), config)
        if len(packets) > 1:
            packets = small.packets(packets, config)
    write(packets, config, stem + ".pcap", stem + ".yaml")
    with open(stem + ".expected.jsonl", "w", encoding="utf-8") as file:
        for line in expect(stem + ".pcap", stem + ".yaml"):
            file.write(json.dumps(line) + "\n")
    return stem


def main():
    parser = argparse.ArgumentParser(description="make a failing case small")
    parser.add_argument("file")
    parser.add_argument("-c", "--config", required=True)
    parser.add_argument("--spamweir", metavar="BINARY", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--to", metavar="DIRECTORY", default=GOLDEN)
    options = parser.parse_args()
    stem = minimise(partial(compare, options.spamweir), options.file, options.config, options.to,
                    options.name)
    if not stem:
        print("nothing differs", file=sys.stderr)
        return 1
    print(stem)
    return 0


if __name__ == "__main__":
    sys.exit(main())
