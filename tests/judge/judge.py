#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""An independent judge: predicts what `spamweir replay --json` says of every packet of a
capture, from the published policy and the RFCs alone, and compares.

    judge.py FILE -c CONFIG [--role ROLE]                     print what is expected
    judge.py FILE -c CONFIG [--role ROLE] --spamweir BINARY   compare, print what differs

The role is that of the first interface of CONFIG unless given.
"""
import argparse
import json
import ipaddress
import subprocess
import sys
from collections import Counter

import capture
from dissect import ACK, SYN, TCP, dissect, may_be_tcp
from policy import Policy

DROPS = ("cnc_src", "cnc_dst", "zombie_feed", "rate_limit", "tiny_fragment", "ext_header_limit",
         "zombie_fragment")


class Limiter:
    """GCRA: a source's theoretical arrival time may be burst-1 tokens ahead of the clock."""

    def __init__(self, limit):
        self.limit = limit
        self.arrival = {}

    def refuses(self, source, now):
        if self.limit is None:
            return False
        interval, burst = self.limit
        arrival = max(self.arrival.get(source, now), now)
        if arrival - now > interval * (burst - 1):
            return True
        self.arrival[source] = arrival + interval
        return False


class Judge:
    def __init__(self, policy):
        self.policy = policy
        self.limiter = Limiter(policy.limit)

    def decide(self, packet, now):
        """(reason, feed) of a dissected packet."""
        find, family = self.policy.find, packet.family
        if family:
            for side, address in ("src", packet.src), ("dst", packet.dst):
                feed = find("cnc", family, address)
                if feed:
                    return f"cnc_{side}", feed
        if packet.finding:
            return packet.finding, None
        if packet.fragment == "later":
            return self._later(packet)
        if packet.proto != TCP or packet.dport not in self.policy.ports:
            return "clean", None
        return self._smtp(packet, now)

    def _allowed(self, packet):
        feed = self.policy.find("allow", packet.family, packet.src)
        if not feed and self.policy.role == "upstream":
            feed = self.policy.find("allow", packet.family, packet.dst)
        return feed

    def _later(self, packet):
        if not self._allowed(packet) and may_be_tcp(packet):
            feed = self.policy.find("zombie", packet.family, packet.src)
            if feed:
                return "zombie_fragment", feed
        return "fragment_later", None

    def _smtp(self, packet, now):
        feed = self._allowed(packet)
        if feed:
            return "allow", feed
        feed = self.policy.find("zombie", packet.family, packet.src)
        if feed:
            return "zombie_feed", feed
        if packet.flags & (SYN | ACK) == SYN:
            if self.limiter.refuses(self.policy.source(packet), now):
                return "rate_limit", None
        return "smtp_ok", None

    def line(self, n, packet, now):
        """What replay says of packet n."""
        reason, feed = self.decide(packet, now)
        verdict = "pass"
        if reason in DROPS:
            verdict = "would_drop" if self.policy.monitor else "drop"
        line = {"n": n, "verdict": verdict, "reason": reason}
        if packet.family:
            make = ipaddress.IPv4Address if packet.family == 4 else ipaddress.IPv6Address
            line |= {"family": packet.family, "src": str(make(packet.src)),
                     "dst": str(make(packet.dst))}
        for key in "proto", "sport", "dport", "fragment":
            if getattr(packet, key) is not None:
                line[key] = getattr(packet, key)
        if packet.vlan:
            line["vlan"] = packet.vlan
        if feed:
            line["feed"] = feed
        return line

    def lines(self, packets):
        reasons = Counter()
        for n, (time, frame) in enumerate(packets, 1):
            line = self.line(n, dissect(frame), time)
            reasons[line["reason"]] += 1
            yield line
        yield {"summary": {"packets": len(packets), "reasons": dict(reasons)}}


def expect(path, config, role=None):
    return list(Judge(Policy(config, role)).lines(capture.read(path)))


def replay(binary, path, config, role):
    run = subprocess.run([binary, "replay", path, "--role", role, "-c", config, "--json"],
                         capture_output=True, text=True, timeout=300, check=False)
    if run.returncode:
        raise RuntimeError(f"replay ended with {run.returncode}: {run.stderr.strip()}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("-c", "--config", required=True)
    parser.add_argument("--role")
    parser.add_argument("--spamweir")
    options = parser.parse_args()
    expected = expect(options.file, options.config, options.role)
    if not options.spamweir:
        for line in expected:
            print(json.dumps(line))
        return 0
    role = Policy(options.config, options.role).role
    got = replay(options.spamweir, options.file, options.config, role)
    differ = 0
    for want, have in zip(expected, got, strict=False):
        if want != have:
            differ += 1
            print("expected", json.dumps(want))
            print("got     ", json.dumps(have))
    print(len(expected), len(got), differ)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
