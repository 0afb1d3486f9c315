#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Judges golden replays, captures of others and random cases, and counts.

    rounds.py suite BINARY KEEP                     what run.sh does
    rounds.py soak BINARY KEEP SECONDS              what soak.sh does
    rounds.py case BINARY KEEP SEED [PACKETS]       one random case again

Cases that fail are kept in the directory KEEP, those of soak and case also made small.
"""
import json
import os
import random
import shlex
import shutil
import sys
import tempfile
import time
from functools import partial
from glob import glob
from itertools import islice

import capture
import minimise
import planted
import refusals
import wireshark
from dissect import dissect
from generate import Case
from judge import Refused, compare, differences, expect, same_texts
from policy import Policy

ROOT = os.path.realpath(os.path.join(os.path.dirname(__file__), "..", ".."))
GOLDEN = os.path.join(ROOT, "tests", "golden", "replay")
SHARED = os.path.join(ROOT, "..", "shared")
FIXED_SEED, FIXED_ROUNDS = 12, 32       # with which every shape of configs.py is drawn
FRESH_SECONDS, PACKETS, SOAK_PACKETS = 12, 2000, 3000
POLICIES = 5            # for each capture of others
MINIMISED, KEPT = 3, 20  # failures: so many of the first are made small, so many kept


class Rounds:
    def __init__(self, binary, keep):
        self.binary, self.keep = binary, keep
        self.passed = self.failed = self.skipped = self.packets = 0

    def skip(self, name, why):
        self.skipped += 1
        print(f"skipped: {name}: {why}")

    def outcome(self, name, differ, frames=()):
        if not differ:
            self.passed += 1
            return
        self.failed += 1
        print(f"FAILED {name}: {len(differ)} lines differ")
        for want, have in islice(differ, 3 if self.failed <= KEPT else 0):
            print("  expected", json.dumps(want))
            print("  got     ", json.dumps(have))
            n = want.get("n", have.get("n"))
            if n and n <= len(frames):
                print("  frame   ", frames[n - 1][1].hex())

    def judged(self, name, path, config):
        """Compares, and counts; whether all is well."""
        failed = self.failed
        try:
            differ, expected = compare(self.binary, path, config)
        except Refused as error:
            differ, expected = [({}, {"error": str(error)})], [{}]
        self.packets += len(expected) - 1
        self.outcome(name, differ, capture.read(path))
        return self.failed == failed

    # ---- golden replays

    def golden(self):
        for config in sorted(glob(os.path.join(GOLDEN, "*.yaml"))):
            stem = config.removesuffix(".yaml")
            name, path = os.path.basename(stem), stem + ".pcap"
            with open(stem + ".expected.jsonl", encoding="utf-8") as file:
                expected = [same_texts(json.loads(line)) for line in file]
            self.outcome(f"golden {name}, the judge", differences(expected, expect(path, config)))
            self.judged(f"golden {name}", path, config)

    # ---- captures and lists of others

    def others(self):
        captures = sorted(glob(os.path.join(SHARED, "pcap", "*.pcap")))
        if not captures:
            self.skip("captures of others", "../shared/pcap is not there")
        for path in captures:
            for n in range(POLICIES):
                name = f"{os.path.basename(path)}-{n}"
                directory = self.empty(name)
                case = Case(name, directory, hosts_of(path))
                case.policy.write()
                if self.judged(name, path, case.config):
                    shutil.rmtree(directory)
        ipsum = os.path.realpath(os.path.join(SHARED, "feeds", "ipsum.txt"))
        if os.path.exists(ipsum):
            with tempfile.TemporaryDirectory() as directory:
                self.judged("ipsum", *ipsum_case(ipsum, directory))
        else:
            self.skip("ipsum", "../shared/feeds is not there")

    # ---- random cases

    def empty(self, name):
        directory = os.path.join(self.keep, name)
        shutil.rmtree(directory, ignore_errors=True)
        os.makedirs(directory)
        return directory

    def random(self, seed, packets=PACKETS):
        """Whether all is well; if not, the case is kept."""
        directory = self.empty(seed)
        case = Case(seed, directory)
        path = case.write(packets)
        well = self.judged(f"random {seed}", path, case.config)
        if well or self.failed > KEPT:
            shutil.rmtree(directory)
        else:
            print(f"  kept in  {directory}")
            print(f"  again    {again(self.binary, self.keep, seed, packets)}", flush=True)
        return well

    def fixed(self):
        for n in range(FIXED_ROUNDS):
            self.random(f"{FIXED_SEED}-{n}")

    def fresh(self, seconds):
        seed, end, n = fresh_seed(), time.monotonic() + seconds, 0
        while time.monotonic() < end:
            self.random(f"{seed}-{n}")
            n += 1

    def dissector(self):
        if not shutil.which("tshark"):
            self.skip("dissector against tshark", "tshark is not installed")
            return
        for n in range(3):
            with tempfile.TemporaryDirectory() as directory:
                differ, _ = wireshark.differences(Case(f"tshark-{n}", directory).write(PACKETS))
            self.outcome(f"dissector against tshark {n}",
                         [({"n": at, field: want}, {field: have})
                          for at, field, want, have in differ])

    def soak(self, seconds):
        seed, start = fresh_seed(), time.monotonic()
        n = 0
        while time.monotonic() - start < seconds:
            if not self.random(f"{seed}-{n}", SOAK_PACKETS) and self.failed <= MINIMISED:
                self.minimise(f"{seed}-{n}")
            n += 1
        took = time.monotonic() - start
        print(f"{n} cases, {self.packets} packets, {self.packets / took:.0f} a second")

    def minimise(self, seed):
        directory = os.path.join(self.keep, seed)
        path = glob(os.path.join(directory, "case.pcap*"))[0]
        config = os.path.join(directory, "case.yaml")
        small = minimise.minimise(partial(compare, self.binary), path, config, self.keep,
                                  f"small-{seed}")
        print(f"  small    {small or 'no: replay refuses it, or it fails by its feed files alone'}",
              flush=True)


def again(*arguments):
    """The command that judges a random case once more."""
    return shlex.join(["/usr/bin/python3", "-B", os.path.realpath(__file__), "case",
                       *map(str, arguments)])


def fresh_seed():
    seed = random.SystemRandom().randrange(10**9)
    print(f"seed {seed}", flush=True)
    return seed


def hosts_of(path):
    hosts = {4: [], 6: []}
    for _, frame in capture.read(path):
        packet = dissect(frame)
        if packet.family:
            hosts[packet.family] += [packet.src, packet.dst]
    return {family: sorted(set(found)) for family, found in hosts.items()}


def ipsum_case(ipsum, directory):
    """(capture, config): a real list twice, with two counts, and packets of those on it."""
    case = Case("ipsum", directory)
    config = os.path.join(directory, "ipsum.yaml")
    with open(config, "w", encoding="utf-8") as file:
        file.write("interfaces: [{ name: lab0, role: upstream }]\nfeeds:\n"
                   f"  - {{ name: often, kind: cnc, path: {ipsum}, min_count: 5 }}\n"
                   f"  - {{ name: seldom, kind: zombie, path: {ipsum}, format: ipsum }}\n"
                   "  - { name: relays, kind: allow, entries: [77.90.185.0/24, 80.0.0.0/7] }\n")
    entries = Policy(config).entries["zombie"]
    case.hosts = {4: [case.rng.choice(entries).first + case.rng.choice((-1, 0, 0, 0, 1))
                      for _ in range(50)] + [entry.first for entry in entries[:50]], 6: [1]}
    path = case.packets(1000)
    return path, config


def main():
    mode, binary, keep, *rest = sys.argv[1:]
    rounds = Rounds(binary, keep)
    os.makedirs(keep, exist_ok=True)
    if mode == "soak":
        rounds.soak(float(rest[0]))
    elif mode == "case":
        seed, packets = rest[0], int(rest[1]) if rest[1:] else PACKETS
        if not rounds.random(seed, packets):
            rounds.minimise(seed)
    else:
        rounds.golden()
        for what, differ in refusals.outcomes(binary):
            rounds.outcome(f"refused: {what}", differ)
        for what, differ in planted.outcomes():
            rounds.outcome(f"made small: {what}", differ)
        rounds.others()
        rounds.dissector()
        rounds.fixed()
        rounds.fresh(FRESH_SECONDS)
    print(f"judge: {rounds.passed} passed, {rounds.failed} failed, {rounds.skipped} skipped")
    return 1 if rounds.failed else 0


if __name__ == "__main__":
    sys.exit(main())
